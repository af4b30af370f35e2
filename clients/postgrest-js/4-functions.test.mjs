// Functions.
import assert from "node:assert/strict";
import { ACME, WRITER, calls, fails, house, ids } from "./house.mjs";

const db = house(ACME);
const writer = house(WRITER);

calls([
  ["a scalar", () => db.rpc("add", { a: 2, b: 3 }), 5],
  ["an argument left out", () => db.rpc("add", { a: 2 }), 3],
  ["a scalar by GET", () => db.rpc("add", { a: 2, b: 3 }, { get: true }), 5],
  ["the tenant is the request's", () => db.rpc("whoami"), ACME],
  ["a set of rows", () => db.rpc("tasks_of", { project: "website" }).select("id").order("id"), ids(1, 2, 3)],
  ["a set of rows by GET", () => db.rpc("tasks_of", { project: "website" }, { get: true }).select("id").order("id"), ids(1, 2, 3)],
  ["filtered", () => db.rpc("tasks_of", { project: "website" }).select("id").eq("done", false).order("id"), ids(2, 3)],
  ["in pages", () => db.rpc("tasks_of", { project: "website" }).select("id").order("id").range(1, 1), ids(2)],
  ["with related rows", () => db.rpc("tasks_of", { project: "app" }).select("id,projects(name)"), [{ id: 4, projects: { name: "app" } }]],
  ["counted", () => db.rpc("tasks_of", { project: "website" }, { head: true, count: "exact" }), (answer) => assert.equal(answer.count, 3)],
  ["another tenant's argument", () => db.rpc("tasks_of", { project: "alien website" }), []],
  ["output arguments", () => db.rpc("workload"), [{ person: "Ada", tasks: 1 }, { person: "Bob", tasks: 2 }, { person: "Cyd", tasks: 0 }]],
  ["output arguments, filtered", () => db.rpc("workload").gt("tasks", 1), [{ person: "Bob", tasks: 2 }]],
  ["an array", () => db.rpc("total", { amounts: [1, 2.5, 3] }), 6.5],
  ["JSON", () => db.rpc("echo", { value: { a: [1, null] } }), { a: [1, null] }],
  ["nothing", () => db.rpc("touch"), (answer) => assert.deepEqual([answer.error, answer.status, answer.data], [null, 204, null])],
  ["a row that it changed", () => writer.rpc("finish", { task: 202 }).select("id,done"), (answer) => {
    assert.equal(answer.error, null, JSON.stringify(answer.error));
    assert.deepEqual([answer.data].flat(), [{ id: 202, done: true }]);
  }],
  ["another tenant's row", () => writer.rpc("finish", { task: 102 }).select("id"), (answer) => assert.deepEqual([answer.data].flat().filter((row) => row?.id), [])],
  ["what it raises", () => db.rpc("refuse", { why: "because" }), fails(400, "P0001", { message: /no: because/, hint: /nicely/, details: /door/ })],
  ["a status it raises", () => db.rpc("teapot"), fails(418, "PT418", { message: /stout/ })],
  ["one that is not there", () => db.rpc("ad", { a: 1 }), fails(404, "PGRST202")],
  ["an argument that is not there", () => db.rpc("add", { a: 1, c: 2 }), fails(404, "PGRST202")],
  ["a write by GET", () => writer.rpc("finish", { task: 203 }, { get: true }), fails(405, "25006")],
]);
