//! Members of related rows as members of their parent.

use serde_json::json;

use super::studio::Studio;

#[tokio::test]
async fn of_one_row() {
    let studio = Studio::open().await;
    for (path, rows) in [
        (
            "/projects?select=id,...clients(client:name)&id=in.(1,5)",
            json!([{"id": 1, "client": "Microsoft"}, {"id": 5, "client": null}]),
        ),
        (
            "/tasks?select=id,...projects(project:name,...clients(client:name))&id=eq.5",
            json!([{"id": 5, "project": "IOS", "client": "Apple"}]),
        ),
        (
            "/clients?select=id,projects(id,...plans(note))&id=eq.1",
            json!([{"id": 1, "projects": [{"id": 1, "note": "launch"}, {"id": 2, "note": null}]}]),
        ),
        (
            "/people?select=name,tasks:people_tasks(...tasks(id,name))&id=eq.2",
            json!([{"name": "Michael", "tasks": [{"id": 5, "name": "Design IOS"}, {"id": 6, "name": "Code IOS"}]}]),
        ),
        (
            "/projects?select=id,...clients!inner(name)&clients.name=eq.Apple&order=clients(name),id",
            json!([{"id": 3, "name": "Apple"}, {"id": 4, "name": "Apple"}]),
        ),
    ] {
        assert_eq!(studio.rows(path).await, rows, "{path}");
    }
}

#[tokio::test]
async fn of_many_rows_as_arrays() {
    let studio = Studio::open().await;
    for (path, rows) in [
        (
            "/clients?select=client:name,...projects(id,projects:name)",
            json!([{"client": "Microsoft", "id": [1, 2], "projects": ["Windows 7", "Windows 10"]},
                   {"client": "Apple", "id": [3, 4], "projects": ["IOS", "OSX"]}]),
        ),
        (
            "/clients?select=id,...projects(names:name)&projects.order=name.desc&projects.limit=1",
            json!([{"id": 1, "names": ["Windows 7"]}, {"id": 2, "names": ["OSX"]}]),
        ),
        (
            "/people?select=name,...tasks(tasks:name)",
            json!([{"name": "Angela", "tasks": ["Design w7", "Code w7"]},
                   {"name": "Michael", "tasks": ["Design IOS", "Code IOS"]}, {"name": "Dwight", "tasks": []}]),
        ),
        (
            "/clients?select=id,...projects(notes:id,...plans(note),clients(id))&id=eq.1",
            json!([{"id": 1, "notes": [1, 2], "note": ["launch", null], "clients": [{"id": 1}, {"id": 1}]}]),
        ),
        (
            "/projects?select=id,clients(name,...projects(ids:id))&id=eq.3",
            json!([{"id": 3, "clients": {"name": "Apple", "ids": [3, 4]}}]),
        ),
        (
            "/clients?select=id,...projects(total:budget.sum(),count())",
            json!([{"id": 1, "total": 150.5, "count": 2}, {"id": 2, "total": 10, "count": 2}]),
        ),
    ] {
        assert_eq!(studio.rows(path).await, rows, "{path}");
    }
}
