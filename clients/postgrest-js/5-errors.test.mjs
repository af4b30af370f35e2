// What goes wrong, in the words that programs look for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACME, calls, fails, house } from "./house.mjs";

const db = house(ACME);

calls([
  ["a table that is not there", () => db.from("client").select(), fails(404, "PGRST205", { message: /public\.client/, hint: /clients/ })],
  ["a column that is not there", () => db.from("clients").select("nam"), fails(400, "42703")],
  ["a filter on a column that is not there", () => db.from("clients").select().eq("nam", 1), fails(400, "42703")],
  ["a value of the wrong type", () => db.from("clients").select().eq("id", "x"), fails(400, "22P02")],
  ["an operator that is not there", () => db.from("clients").select().filter("id", "near", 1), fails(400, "PGRST100")],
  ["an operator that the type lacks", () => db.from("clients").select().like("id", "1%"), fails(404, "42883")],
  ["rows past the end, counted", () => db.from("clients").select("*", { count: "exact" }).range(50, 60), fails(416, "PGRST103")],
  ["a schema that is not served", () => db.schema("secret").from("clients").select(), fails(406, "PGRST106")],
  ["a tenant that is none", () => house("nobody").from("clients").select(), fails(400, "RH002", { message: /X-tenant-id/ })],
]);

test("no tenant", async () => {
  const answer = await house("").from("clients").select();
  assert.equal(answer.status, 400);
});

test("a tenant without rows", async () => {
  const answer = await house("44444444-4444-4444-8444-444444444444").from("clients").select();
  assert.deepEqual([answer.status, answer.data], [200, []]);
});
