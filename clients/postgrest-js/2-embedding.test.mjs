// Related rows, of every kind.
import assert from "node:assert/strict";
import { ACME, calls, fails, house } from "./house.mjs";

const db = house(ACME);

calls([
  ["to one", () => db.from("projects").select("name,clients(name)").eq("id", 2), [{ name: "app", clients: { name: "Globex" } }]],
  ["to one that is not there", () => db.from("projects").select("id,people(name)").eq("id", 3), [{ id: 3, people: null }]],
  ["to many", () => db.from("clients").select("name,projects(id)").eq("id", 1).order("id", { referencedTable: "projects" }), [{ name: "Umbrella", projects: [{ id: 1 }, { id: 3 }] }]],
  ["to many of none", () => db.from("clients").select("id,projects(id)").eq("id", 3), [{ id: 3, projects: [] }]],
  ["many to many", () => db.from("tasks").select("id,people(name)").eq("id", 1).order("name", { referencedTable: "people" }), [{ id: 1, people: [{ name: "Ada" }, { name: "Bob" }] }]],
  ["through the junction", () => db.from("tasks").select("id,assignments(share,people(name))").eq("id", 2), [{ id: 2, assignments: [{ share: 12, people: { name: "Bob" } }] }]],
  ["nested", () => db.from("clients").select("name,projects(name,tasks(title))").eq("id", 2), [{ name: "Globex", projects: [{ name: "app", tasks: [{ title: "write the specification" }] }] }]],
  ["under another name", () => db.from("projects").select("customer:clients(name)").eq("id", 1), [{ customer: { name: "Umbrella" } }]],
  ["by the constraint", () => db.from("projects").select("id,people!projects_lead(name)").eq("id", 1), [{ id: 1, people: { name: "Ada" } }]],
  ["by the column", () => db.from("projects").select("id,lead:people!lead_id(name)").eq("id", 2), [{ id: 2, lead: { name: "Bob" } }]],
  ["itself, to one", () => db.from("people").select("name,manager:people!manager_id(name)").eq("id", 2), (answer) => {
    // Both ways along the key have that name: PostgREST asks which is meant.
    assert.ok(answer.error === null || answer.error.code === "PGRST201", JSON.stringify(answer));
  }],
  ["itself, by the column alone", () => db.from("people").select("name,manager_id(name)").eq("id", 2), [{ name: "Bob", manager_id: { name: "Ada" } }]],
  ["inner", () => db.from("clients").select("id,projects!inner(id)").order("id"), (answer) => assert.deepEqual(answer.data.map((row) => row.id), [1, 2])],
  ["inner, filtered", () => db.from("clients").select("id,projects!inner(status)").eq("projects.status", "done"), [{ id: 1, projects: [{ status: "done" }] }]],
  ["filtered, not inner", () => db.from("clients").select("id,projects(id)").eq("projects.status", "planned").order("id"), [{ id: 1, projects: [] }, { id: 2, projects: [{ id: 2 }] }, { id: 3, projects: [] }]],
  ["or, in the related table", () => db.from("projects").select("id,tasks(id)").eq("id", 1).or("priority.eq.1,priority.eq.3", { referencedTable: "tasks" }).order("id", { referencedTable: "tasks" }), [{ id: 1, tasks: [{ id: 1 }, { id: 2 }] }]],
  ["limit, in the related table", () => db.from("projects").select("id,tasks(id)").eq("id", 1).order("id", { referencedTable: "tasks", ascending: false }).limit(1, { referencedTable: "tasks" }), [{ id: 1, tasks: [{ id: 3 }] }]],
  ["range, in the related table", () => db.from("projects").select("id,tasks(id)").eq("id", 1).order("id", { referencedTable: "tasks" }).range(1, 1, { referencedTable: "tasks" }), [{ id: 1, tasks: [{ id: 2 }] }]],
  ["order by a related column", () => db.from("projects").select("id").order("clients(name)").order("id"), fails(400, "PGRST108")],
  ["order by a related column that is there", () => db.from("projects").select("id,clients(name)").order("clients(name)").order("id").limit(1), [{ id: 2, clients: { name: "Globex" } }]],
  ["null where there are none", () => db.from("clients").select("id,projects()").is("projects", null), [{ id: 3 }]],
  ["not null where there are some", () => db.from("clients").select("id,projects()").not("projects", "is", null).order("id"), [{ id: 1 }, { id: 2 }]],
  ["spread, to one", () => db.from("projects").select("id,...clients(client:name)").eq("id", 1), [{ id: 1, client: "Umbrella" }]],
  ["spread, to many", () => db.from("clients").select("id,...projects(names:name)").eq("id", 2), [{ id: 2, names: ["app"] }]],
  ["a count of related rows", () => db.from("clients").select("id,projects(count)").order("id"), [{ id: 1, projects: [{ count: 2 }] }, { id: 2, projects: [{ count: 1 }] }, { id: 3, projects: [{ count: 0 }] }]],
  ["an aggregate of related rows", () => db.from("projects").select("id,tasks(priority.max())").eq("id", 1), [{ id: 1, tasks: [{ max: 3 }] }]],
  ["a view's related rows", () => db.from("open_tasks").select("id,projects(name)").eq("id", 4), [{ id: 4, projects: { name: "app" } }]],
  ["several at once", () => db.from("projects").select("id,clients(name),people(name),tasks(id)").eq("id", 2), [{ id: 2, clients: { name: "Globex" }, people: { name: "Bob" }, tasks: [{ id: 4 }] }]],
  ["a relation that is not there", () => db.from("projects").select("id,customers(id)"), fails(400, "PGRST200")],
]);
