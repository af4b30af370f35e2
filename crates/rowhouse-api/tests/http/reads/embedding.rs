//! Related rows: each kind of relationship, hints, filters, and what is ambiguous.

use serde_json::json;

use super::studio::Studio;

#[tokio::test]
async fn each_kind_of_relationship() {
    let studio = Studio::open().await;
    for (path, rows) in [
        // To-one.
        (
            "/projects?select=id,clients(name)&id=in.(1,5)",
            json!([{"id": 1, "clients": {"name": "Microsoft"}}, {"id": 5, "clients": null}]),
        ),
        // To-many: the other tenant's project of this client is not there.
        (
            "/clients?select=name,projects(id)",
            json!([{"name": "Microsoft", "projects": [{"id": 1}, {"id": 2}]},
                   {"name": "Apple", "projects": [{"id": 3}, {"id": 4}]}]),
        ),
        // One-to-one, from both sides.
        (
            "/projects?select=id,plans(note)&id=lte.2",
            json!([{"id": 1, "plans": {"note": "launch"}}, {"id": 2, "plans": null}]),
        ),
        (
            "/plans?select=note,projects(name)",
            json!([{"note": "launch", "projects": {"name": "Windows 7"}},
                   {"note": "polish", "projects": {"name": "IOS"}}]),
        ),
        // Many-to-many.
        (
            "/people?select=name,tasks(name)&id=lte.2",
            json!([{"name": "Angela", "tasks": [{"name": "Design w7"}, {"name": "Code w7"}]},
                   {"name": "Michael", "tasks": [{"name": "Design IOS"}, {"name": "Code IOS"}]}]),
        ),
        // Nested.
        (
            "/clients?select=id,projects(id,tasks(id,people(name)))&id=eq.1&projects.id=eq.1",
            json!([{"id": 1, "projects": [{"id": 1, "tasks": [
                {"id": 1, "people": [{"name": "Angela"}]}, {"id": 2, "people": [{"name": "Angela"}]}]}]}]),
        ),
        // A table to itself.
        (
            "/clients?select=name,parent_id(name),clients(name)",
            json!([{"name": "Microsoft", "parent_id": null, "clients": [{"name": "Apple"}]},
                   {"name": "Apple", "parent_id": {"name": "Microsoft"}, "clients": []}]),
        ),
        // By column, by constraint, by hint.
        (
            "/projects?select=client_id(name)&id=eq.1",
            json!([{"client_id": {"name": "Microsoft"}}]),
        ),
        (
            "/projects?select=client:projects_client_id_fkey(name)&id=eq.1",
            json!([{"client": {"name": "Microsoft"}}]),
        ),
        (
            "/messages?select=body,from:people!messages_sender_fkey(name),to:people!recipient_id(name)&id=eq.1",
            json!([{"body": "hello", "from": {"name": "Angela"}, "to": {"name": "Michael"}}]),
        ),
        (
            "/people?select=name,tasks!people_tasks(id)&id=eq.2",
            json!([{"name": "Michael", "tasks": [{"id": 5}, {"id": 6}]}]),
        ),
        // By function.
        (
            "/projects?select=id,owner(name),all_tasks(id)&id=eq.1",
            json!([{"id": 1, "owner": {"name": "Microsoft"}, "all_tasks": [{"id": 1}, {"id": 2}]}]),
        ),
        // With nothing of it.
        ("/projects?select=id,clients()&id=eq.1", json!([{"id": 1}])),
        (
            "/projects?select=id,clients!inner()&order=id.desc&limit=1",
            json!([{"id": 4}]),
        ),
        // Nor of what is nested in it: nothing is shown of either.
        (
            "/clients?select=id,projects!inner(tasks!inner())&projects.tasks.name=eq.Code IOS",
            json!([{"id": 2}]),
        ),
        (
            "/tasks?select=id,projects!inner(clients!inner(),plans!inner())&projects.plans.note=eq.polish",
            json!([{"id": 5}, {"id": 6}]),
        ),
        (
            "/clients?select=id,projects(name,tasks!inner(people!inner()))&projects.limit=1",
            json!([{"id": 1, "projects": [{"name": "Windows 7"}]}, {"id": 2, "projects": [{"name": "IOS"}]}]),
        ),
        (
            "/projects?select=id,...clients(parent_id())&id=eq.1",
            json!([{"id": 1}]),
        ),
    ] {
        assert_eq!(studio.rows(path).await, rows, "{path}");
    }
}

#[tokio::test]
async fn filters_order_and_bounds_of_related_rows() {
    let studio = Studio::open().await;
    for (path, rows) in [
        (
            "/clients?select=id,projects(id)&projects.order=id.desc&projects.limit=1",
            json!([{"id": 1, "projects": [{"id": 2}]}, {"id": 2, "projects": [{"id": 4}]}]),
        ),
        (
            "/clients?select=id,projects(id)&projects.offset=1",
            json!([{"id": 1, "projects": [{"id": 2}]}, {"id": 2, "projects": [{"id": 4}]}]),
        ),
        (
            "/clients?select=id,projects(id)&projects.name=eq.IOS",
            json!([{"id": 1, "projects": []}, {"id": 2, "projects": [{"id": 3}]}]),
        ),
        (
            "/clients?select=id,projects!inner(id)&projects.name=eq.IOS",
            json!([{"id": 2, "projects": [{"id": 3}]}]),
        ),
        (
            "/projects?select=id,clients(name)&clients.name=eq.Apple&id=in.(1,3)",
            json!([{"id": 1, "clients": null}, {"id": 3, "clients": {"name": "Apple"}}]),
        ),
        (
            "/projects?select=id,clients!inner(name)&clients.name=eq.Apple",
            json!([{"id": 3, "clients": {"name": "Apple"}}, {"id": 4, "clients": {"name": "Apple"}}]),
        ),
        (
            "/projects?select=id,c:clients!inner()&c.name=eq.Apple",
            json!([{"id": 3}, {"id": 4}]),
        ),
        (
            "/clients?select=id,projects(id,tasks(id))&projects.tasks.id=eq.5&projects.id=in.(1,3)",
            json!([{"id": 1, "projects": [{"id": 1, "tasks": []}]},
                   {"id": 2, "projects": [{"id": 3, "tasks": [{"id": 5}]}]}]),
        ),
        (
            "/projects?select=id,clients(id)&clients.limit=1&id=eq.1",
            json!([{"id": 1, "clients": {"id": 1}}]),
        ),
        // Whether there is a related row.
        (
            "/projects?select=id,clients()&clients=is.null",
            json!([{"id": 5}]),
        ),
        (
            "/clients?select=id,projects()&projects=not.is.null&projects.name=eq.IOS",
            json!([{"id": 2}]),
        ),
        (
            "/people?select=id,tasks()&tasks=is.null",
            json!([{"id": 3}]),
        ),
        // Order by a related row.
        (
            "/projects?select=id,clients()&order=clients(name),id.desc&limit=3",
            json!([{"id": 4}, {"id": 3}, {"id": 2}]),
        ),
        (
            "/projects?select=id,c:clients()&order=c(name).desc.nullslast,id&limit=2",
            json!([{"id": 1}, {"id": 2}]),
        ),
        (
            "/clients?select=id,projects(id,plans(note))&projects.order=plans(note).desc.nullslast&id=eq.2",
            json!([{"id": 2, "projects": [{"id": 3, "plans": {"note": "polish"}}, {"id": 4, "plans": null}]}]),
        ),
    ] {
        assert_eq!(studio.rows(path).await, rows, "{path}");
    }
}

#[tokio::test]
async fn views_and_partitioned_tables() {
    let studio = Studio::open().await;
    assert_eq!(
        studio
            .rows("/project_names?select=title,loud&id=eq.3")
            .await,
        json!([{"title": "IOS", "loud": "IOS"}])
    );
    for (path, rows) in [
        (
            "/project_names?select=title,clients(name)&id=eq.3",
            json!([{"title": "IOS", "clients": {"name": "Apple"}}]),
        ),
        (
            "/clients?select=id,project_names(title)&id=eq.2",
            json!([{"id": 2, "project_names": [{"title": "IOS"}, {"title": "OSX"}]}]),
        ),
        (
            "/project_names?select=id,tasks(name)&id=eq.4",
            json!([{"id": 4, "tasks": [{"name": "Design OSX"}]}]),
        ),
        (
            "/plans?select=note,project_names(title)&project_id=eq.1",
            json!([{"note": "launch", "project_names": {"title": "Windows 7"}}]),
        ),
    ] {
        assert_eq!(studio.rows(path).await, rows, "{path}");
    }
    assert_eq!(
        studio.rows("/events?select=name&order=day").await,
        json!([{"name": "spring"}, {"name": "again"}])
    );
    assert_eq!(studio.refusal("/events_2024").await.0, 404);
}

#[tokio::test]
async fn what_is_not_clear() {
    let studio = Studio::open().await;
    let (status, code, document) = studio.refusal("/messages?select=people(*)").await;
    assert_eq!((status, code.as_str()), (300, "PGRST201"));
    assert_eq!(
        document["message"],
        "Could not embed because more than one relationship was found for 'messages' and 'people'"
    );
    assert_eq!(
        document["details"],
        json!([
            {"cardinality": "many-to-one", "embedding": "messages with people",
             "relationship": "messages_recipient_fkey using messages(recipient_id) and people(id)"},
            {"cardinality": "many-to-one", "embedding": "messages with people",
             "relationship": "messages_sender_fkey using messages(sender_id) and people(id)"},
        ])
    );
    assert_eq!(
        document["hint"],
        "Try changing 'people' to one of the following: 'people!messages_recipient_fkey', \
         'people!messages_sender_fkey'. Find the desired relationship in the 'details' key."
    );
    for (path, code) in [
        ("/projects?select=people(*)", "PGRST200"),
        ("/projects?select=clients!nothing(*)", "PGRST200"),
        ("/projects?select=id&clients.name=eq.x", "PGRST108"),
        (
            "/projects?select=clients(id)&clients.tasks.limit=1",
            "PGRST108",
        ),
        ("/projects?order=clients(name)", "PGRST108"),
        (
            "/clients?select=projects(id)&order=projects(name)",
            "PGRST118",
        ),
        ("/clients?select=projects(id)&projects=eq.1", "PGRST120"),
    ] {
        let (status, found, document) = studio.refusal(path).await;
        assert_eq!((status, found.as_str()), (400, code), "{path}: {document}");
    }
}
