// Rows written, changed and deleted, in a tenant of their own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FOREIGN, WRITER, calls, fails, house, ids } from "./house.mjs";

const db = house(WRITER);
const done = (status) => (answer) => {
  assert.equal(answer.error, null, JSON.stringify(answer.error));
  assert.deepEqual([answer.status, answer.data], [status, null]);
};
const names = (...expected) => (answer) => {
  assert.equal(answer.error, null, JSON.stringify(answer.error));
  assert.deepEqual(answer.data.map((row) => row.name), expected);
};

calls([
  ["insert one", () => db.from("clients").insert({ name: "one" }), done(201)],
  ["the tenant is filled in where no default does it", () => db.from("people").insert({ name: "Dee" }).select("name,tenant_id"), [{ name: "Dee", tenant_id: WRITER }]],
  ["insert one and see it", () => db.from("clients").insert({ name: "two", tags: ["a", "b,c"], facts: { deep: [1, { x: null }] }, rating: 3.5, since: "2024-05-05" }).select("name,tags,facts,rating,active,since").single(),
    { name: "two", tags: ["a", "b,c"], facts: { deep: [1, { x: null }] }, rating: 3.5, active: true, since: "2024-05-05" }],
  ["insert many", () => db.from("clients").insert([{ name: "three" }, { name: "four" }]).select("name"), names("three", "four")],
  ["insert many, with a count", () => db.from("clients").insert([{ name: "five" }, { name: "six" }], { count: "exact" }), (answer) => {
    assert.deepEqual([answer.error, answer.status, answer.count], [null, 201, 2]);
  }],
  ["insert many of different columns", () => db.from("clients").insert([{ name: "seven", rating: 1 }, { name: "eight", active: false }]).select("name,rating,active"),
    [{ name: "seven", rating: 1, active: null }, { name: "eight", rating: null, active: false }]],
  ["insert with defaults for what is missing", () => db.from("clients").insert([{ name: "nine", rating: 1 }, { name: "ten", tags: ["x"] }], { defaultToNull: false }).select("name,active,tags"),
    [{ name: "nine", active: true, tags: [] }, { name: "ten", active: true, tags: ["x"] }]],
  ["insert none", () => db.from("clients").insert([]).select("name"), []],
  ["insert and see related rows", () => db.from("projects").insert({ client_id: 201, name: "new site", term: "[2025-01-01,2025-02-01)", budget: 10 }).select("name,status,term,clients(name)").single(),
    { name: "new site", status: "planned", term: "[2025-01-01,2025-02-01)", clients: { name: "Umbrella" } }],
  ["insert a composite and a name in quotes", () => db.from("Time Sheets").insert({ "Worked On": "2024-03-03", hours: 1.25 }).select('"Worked On",hours'), [{ "Worked On": "2024-03-03", hours: 1.25 }]],
  ["insert a composite value", () => db.from("people").insert({ name: "Eve", home: { street: "Rue 1", city: "Lyon" } }).select("home"), [{ home: { street: "Rue 1", city: "Lyon" } }]],
  ["insert through a view", () => db.from("open_tasks").insert({ project_id: 201, title: "through the view" }).select("title"), [{ title: "through the view" }]],
  ["a value that is taken", () => db.from("clients").insert({ name: "one" }), fails(409, "23505")],
  ["a value that breaks a check", () => db.from("tasks").insert({ project_id: 201, title: "x", priority: 9 }), fails(400, "23514")],
  ["a value that is missing", () => db.from("clients").insert({ rating: 1 }), fails(400, "23502")],
  ["a value of the wrong type", () => db.from("clients").insert({ name: "bad", rating: "much" }), fails(400, "22P02")],
  ["a row that refers to none", () => db.from("projects").insert({ client_id: 9999, name: "lost" }), fails(409, "23503")],
  ["a row that refers to another tenant's", () => db.from("projects").insert({ client_id: 101, name: "stolen" }), fails(409, "23503")],
  ["a column that is not there", () => db.from("clients").insert({ nam: "x" }), fails(400, "PGRST204", { message: /nam/ })],
  ["a generated column", () => db.from("tasks").insert({ project_id: 201, title: "x", words: "x" }), (answer) => assert.equal(answer.status, 400)],
  ["a row for another tenant", () => db.from("clients").insert({ name: "planted", tenant_id: FOREIGN }), (answer) => assert.equal(answer.status, 403)],
  ["many rows, one for another tenant", () => db.from("clients").insert([{ name: "mine", tenant_id: WRITER }, { name: "planted", tenant_id: FOREIGN }]), (answer) => assert.equal(answer.status, 403)],
  ["of which none was written", () => db.from("clients").select("name").eq("name", "mine"), []],
  ["throwOnError throws", () => db.from("clients").insert({ name: "one" }).throwOnError().then(() => ({ error: null }), (error) => ({ error })), (answer) => assert.equal(answer.error.code, "23505")],

  ["upsert, new", () => db.from("clients").upsert({ id: 900, name: "upserted" }).select("id,name"), [{ id: 900, name: "upserted" }]],
  ["upsert, there already", () => db.from("clients").upsert({ id: 900, name: "upserted", rating: 5 }).select("name,rating"), [{ name: "upserted", rating: 5 }]],
  ["upsert on another key", () => db.from("clients").upsert({ name: "upserted", rating: 4 }, { onConflict: "tenant_id,name" }).select("id,rating"), [{ id: 900, rating: 4 }]],
  ["upsert of many", () => db.from("clients").upsert([{ id: 900, name: "upserted", rating: 1 }, { id: 901, name: "upserted too", rating: 2 }]).select("id,rating").order("id"), [{ id: 900, rating: 1 }, { id: 901, rating: 2 }]],
  ["upsert that leaves what is there", () => db.from("clients").upsert([{ id: 900, name: "other" }, { id: 902, name: "fresh" }], { ignoreDuplicates: true }).select("id"), ids(902)],
  ["upsert of another tenant's key", () => db.from("clients").upsert({ id: 101, name: "taken over" }), (answer) => assert.ok(answer.status === 403 || answer.status === 409, JSON.stringify(answer))],
  ["upsert of a composite key", () => db.from("assignments").upsert({ task_id: 202, person_id: 202, share: 1 }).select("share"), [{ share: 1 }]],

  ["update", () => db.from("clients").update({ rating: 2 }).eq("name", "one"), done(204)],
  ["update and see it", () => db.from("clients").update({ rating: 3, tags: ["z"] }).eq("name", "one").select("name,rating,tags"), [{ name: "one", rating: 3, tags: ["z"] }]],
  ["update to null", () => db.from("clients").update({ rating: null }).eq("name", "one").select("rating"), [{ rating: null }]],
  ["update with a count", () => db.from("clients").update({ active: false }, { count: "exact" }).in("name", ["three", "four"]), (answer) => assert.deepEqual([answer.error, answer.count], [null, 2])],
  ["update of none", () => db.from("clients").update({ rating: 1 }).eq("name", "nobody").select(), []],
  ["update and see related rows", () => db.from("projects").update({ status: "done" }).eq("id", 203).select("status,clients(name)"), [{ status: "done", clients: { name: "Umbrella" } }]],
  ["update by or", () => db.from("clients").update({ rating: 5 }).or("name.eq.five,name.eq.six").select("name").order("name"), names("five", "six")],
  ["update through a view", () => db.from("open_tasks").update({ priority: 4 }).eq("title", "through the view").select("priority"), [{ priority: 4 }]],
  ["update of another tenant's row", () => db.from("clients").update({ name: "defaced" }).eq("id", 101).select(), []],
  ["update that moves a row to another tenant", () => db.from("clients").update({ tenant_id: FOREIGN }).eq("name", "one"), (answer) => assert.equal(answer.status, 403)],
  ["update without a filter", () => db.from("clients").update({ rating: 1 }), (answer) => assert.equal(answer.status, 400)],
  ["update that is undone as too many", () => db.from("clients").update({ rating: 0 }).in("name", ["five", "six"]).maxAffected(1).select(), fails(400, "PGRST124")],
  ["of which nothing stayed", () => db.from("clients").select("name").eq("rating", 0), []],
  ["update within the bound", () => db.from("clients").update({ rating: 1 }).in("name", ["five", "six"]).maxAffected(2).select("rating"), [{ rating: 1 }, { rating: 1 }]],
  ["update of one, singular", () => db.from("clients").update({ rating: 2.5 }).eq("name", "five").select("rating").single(), { rating: 2.5 }],
  ["update of two, singular", () => db.from("clients").update({ rating: 9 }).in("name", ["five", "six"]).select().single(), fails(406, "PGRST116")],
  ["of which nothing stayed either", () => db.from("clients").select("name").eq("rating", 9), []],

  ["delete", () => db.from("clients").delete().eq("name", "three"), done(204)],
  ["delete and see it", () => db.from("clients").delete().eq("name", "four").select("name"), names("four")],
  ["delete with a count", () => db.from("clients").delete({ count: "exact" }).in("name", ["five", "six"]), (answer) => assert.deepEqual([answer.error, answer.count], [null, 2])],
  ["delete of none", () => db.from("clients").delete().eq("name", "nobody").select(), []],
  ["delete of another tenant's row", () => db.from("clients").delete().eq("id", 101).select(), []],
  ["delete of what is referred to", () => db.from("clients").delete().eq("id", 201), fails(409, "23503")],
  ["delete without a filter", () => db.from("tasks").delete(), (answer) => assert.equal(answer.status, 400)],
  ["delete that is undone as too many", () => db.from("clients").delete().in("name", ["nine", "ten"]).maxAffected(1), fails(400, "PGRST124")],
  ["of which all are there", () => db.from("clients").select("name").in("name", ["nine", "ten"]).order("name"), names("nine", "ten")],
]);

test("a hundred rows at once", async () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ project_id: 201, title: `bulk ${i}`, priority: 1 + (i % 5) }));
  const answer = await db.from("tasks").insert(rows, { count: "exact" });
  assert.deepEqual([answer.error, answer.count], [null, 100]);
});
