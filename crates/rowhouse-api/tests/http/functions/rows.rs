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
