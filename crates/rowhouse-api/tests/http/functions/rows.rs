//! Rows of a relation from a function: filtered, embedded, ordered and counted as the relation's.

use serde_json::json;

use super::workshop::Workshop;

#[tokio::test]
async fn as_a_relation() {
    let workshop = Workshop::open().await;
    for (path, value) in [
        // In the function's own order.
        (
            "/rpc/projects_of?client=1&select=id",
            json!([{"id": 1}, {"id": 2}]),
        ),
        (
            "/rpc/projects_of?client=1&select=name",
            json!([{"name": "Windows 7"}, {"name": "Windows 10"}]),
        ),
        (
            "/rpc/projects_of?client=1&select=id&order=id.desc",
            json!([{"id": 2}, {"id": 1}]),
        ),
        (
            "/rpc/projects_of?client=1&select=id,tasks(name)&id=eq.1&tasks.order=name",
            json!([{"id": 1, "tasks": [{"name": "Code w7"}, {"name": "Design w7"}]}]),
        ),
        (
            "/rpc/projects_of?client=2&select=name,clients(name)&name=like.I*",
            json!([{"name": "IOS", "clients": {"name": "Apple"}}]),
        ),
        (
            "/rpc/projects_of?client=1&select=id,shout&shout=eq.WINDOWS%207",
            json!([{"id": 1, "shout": "WINDOWS 7"}]),
        ),
        (
            "/rpc/projects_of?client=1&select=id,owner(name)&id=eq.2",
            json!([{"id": 2, "owner": {"name": "Microsoft"}}]),
        ),
        (
            "/rpc/a_project?id=3&select=name,plans(note)",
            json!({"name": "IOS", "plans": {"note": "polish"}}),
        ),
    ] {
        assert_eq!(workshop.value(path).await, value, "{path}");
    }
    let path = "/rpc/projects_of?select=id,tasks(id)&tasks=not.is.null&limit=1";
    let rows = workshop.called(path, r#"{"client": 1}"#).await;
    assert_eq!(rows, json!([{"id": 1, "tasks": [{"id": 1}, {"id": 2}]}]));
    let unknown = workshop.get("/rpc/projects_of?client=1&select=nope").await;
    assert_eq!(
        (unknown.status, unknown.json()["code"].clone()),
        (400, json!("42703"))
    );
}

#[tokio::test]
async fn counted_rows_are_made_once() {
    let workshop = Workshop::open().await;
    let counted = async || {
        let client = workshop
            .service
            .database
            .as_role(rowhouse_local::testing::OWNER)
            .await;
        let sql = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM calls";
        client.query_one(sql, &[]).await.unwrap().get::<_, i64>(0)
    };
    let headers = [
        ("Prefer", "count=exact"),
        ("Content-Type", "application/json"),
    ];
    for (calls, select) in ["id", "id,shout,owner(name)", "shout"].iter().enumerate() {
        let path = format!("/rpc/next_calls?select={select}&limit=2&shout=not.is.null");
        let answer = workshop
            .ask("POST", &path, &headers, r#"{"many": 3}"#)
            .await;
        assert_eq!(
            (answer.status, answer.header("content-range")),
            (206, Some("0-1/3")),
            "{}",
            answer.json()
        );
        assert_eq!(counted().await, calls as i64 + 1, "{select}");
    }
}

/// The rows' ids on every page, and how many pages there were.
async fn pages(workshop: &Workshop, first: &str) -> (Vec<i64>, usize) {
    let (mut ids, mut count) = (Vec::new(), 0);
    let mut path = first.to_owned();
    loop {
        let answer = workshop.get(&path).await;
        let json = answer.json();
        assert_eq!(answer.status, 200, "{path} {json}");
        count += 1;
        ids.extend(
            json.as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].as_i64().unwrap()),
        );
        let Some(link) = answer.header("link") else {
            return (ids, count);
        };
        let end = link.find('>').unwrap();
        link[1..end].clone_into(&mut path);
        assert!(count < 20, "{path}");
    }
}

#[tokio::test]
async fn page_by_page_where_they_are_ordered() {
    let workshop = Workshop::open().await;
    let all = workshop
        .value("/rpc/all_projects?select=id,name&order=name.desc")
        .await;
    let all: Vec<i64> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_i64().unwrap())
        .collect();
    assert!(all.len() >= 4, "{all:?}");
    for limit in 1..4 {
        let path = format!("/rpc/all_projects?select=id,name&order=name.desc&limit={limit}");
        let (ids, count) = pages(&workshop, &path).await;
        assert_eq!(ids, all, "{limit}");
        assert_eq!(count, all.len() / limit + 1, "{limit}");
    }
    let (ids, _) = pages(
        &workshop,
        "/rpc/projects_of?client=1&order=id.desc&limit=1&select=id",
    )
    .await;
    assert_eq!(ids, [2, 1]);
    // Its own order, values, rows of no table, and a POST go on by offset alone.
    for path in [
        "/rpc/all_projects?limit=1",
        "/rpc/all_names?limit=1",
        "/rpc/all_projects?limit=1&offset=1&order=id",
        "/rpc/from_cursor?cursor=0&limit=1&order=id",
    ] {
        let answer = workshop.get(path).await;
        assert_eq!(
            (answer.status, answer.header("link")),
            (200, None),
            "{path}"
        );
    }
    let posted = workshop
        .post("/rpc/all_projects?limit=1&order=id", "{}")
        .await;
    assert_eq!((posted.status, posted.header("link")), (200, None));
    let broken = workshop.get("/rpc/all_projects?cursor=AX&order=id").await;
    assert_eq!(broken.status, 400);
    let taken = workshop
        .value("/rpc/from_cursor?cursor=2&select=id&order=id&limit=1")
        .await;
    assert_eq!(taken, json!([{"id": 3}]));
}
