//! Every sort of relation: views, partitions, odd names, other schemas.

use serde_json::json;

use super::shop::Shop;

#[tokio::test]
async fn views_pass_writes_on() {
    let shop = Shop::open().await;
    let path = "/book_titles?select=title,loud";
    let (status, rows) = shop.write("POST", path, r#"{"title":"new"}"#).await;
    assert_eq!((status, rows), (201, json!([{"title":"new","loud":"NEW"}])));
    let path = "/book_titles?id=eq.1&select=title";
    let (_, rows) = shop.write("PATCH", path, r#"{"title":"uno"}"#).await;
    assert_eq!(rows, json!([{"title":"uno"}]));
    let (_, rows) = shop
        .write("DELETE", "/book_titles?id=in.(1,90)&select=id", "")
        .await;
    assert_eq!(rows, json!([{"id":1}]));
    for (method, path, body, status, code) in [
        (
            "POST",
            "/book_titles",
            r#"{"title":"x","loud":"x"}"#,
            400,
            "428C9",
        ),
        ("PATCH", "/long_books?id=eq.2", r#"{"pages":400}"#, 200, ""),
        (
            "PUT",
            "/book_counts?author_id=eq.1",
            r#"{"author_id":1}"#,
            405,
            "PGRST117",
        ),
        // It has rows put into it, but no key to put one by.
        ("PUT", "/logs?line=eq.x", r#"{"line":"x"}"#, 405, "PGRST105"),
        ("DELETE", "/book_counts?author_id=eq.1", "", 405, "PGRST117"),
    ] {
        if status == 200 {
            assert_eq!(shop.write(method, path, body).await, (200, json!([])));
        } else {
            let refused = shop.refused(method, path, body).await;
            assert_eq!(refused, (status, code.into()), "{method} {path}");
        }
    }
    let answer = shop
        .ask("DELETE", "/book_counts?author_id=eq.1", &[], "")
        .await;
    assert_eq!(
        answer.json()["detail"],
        "DELETE is not understood here: use one of OPTIONS, GET, HEAD",
        "the methods are named, as in Allow"
    );
    // A row the view would not show. It does not pass the tenant on, which the policy wants.
    let refused = shop
        .refused("POST", "/long_books", r#"{"title":"x","pages":400}"#)
        .await;
    assert!(matches!(refused.0, 400 | 403), "{refused:?}");
    shop.write("PATCH", "/books?id=eq.2", r#"{"pages":400}"#)
        .await;
    let refused = shop
        .refused("PATCH", "/long_books?id=eq.2", r#"{"pages":5}"#)
        .await;
    assert_eq!(refused, (400, "44000".into()));
}

#[tokio::test]
async fn rows_go_to_their_partition() {
    let shop = Shop::open().await;
    let rows = r#"[{"id":5,"day":"2024-02-02","name":"a"},{"id":5,"day":"2025-02-02","name":"b"}]"#;
    let (status, rows) = shop.write("POST", "/events?select=name", rows).await;
    assert_eq!((status, rows), (201, json!([{"name":"a"},{"name":"b"}])));
    let path = "/events?id=eq.5&day=eq.2024-02-02&select=day";
    let (_, rows) = shop.write("PATCH", path, r#"{"day":"2025-03-03"}"#).await;
    assert_eq!(rows, json!([{"day":"2025-03-03"}]));
    let refused = shop
        .refused("POST", "/events", r#"{"id":6,"day":"2030-01-01"}"#)
        .await;
    assert_eq!(refused, (400, "23514".into()));
    assert_eq!(
        shop.refused("POST", "/events_2024", r#"{"id":6}"#).await.0,
        404
    );
}

#[tokio::test]
async fn odd_names() {
    let shop = Shop::open().await;
    let path = "/Odd%20Things?select=camelCase,%22The%20Id%22";
    let (_, rows) = shop
        .write("POST", path, r#"{"The Id":5,"camelCase":"x"}"#)
        .await;
    assert_eq!(rows, json!([{"camelCase":"x","The Id":5}]));
    let path = "/Odd%20Things?%22The%20Id%22=eq.5&columns=%22camelCase%22&select=camelCase";
    let (_, rows) = shop
        .write("PATCH", path, r#"{"camelCase":"y","The Id":6}"#)
        .await;
    assert_eq!(rows, json!([{"camelCase":"y"}]));
    let path = "/Odd%20Things?%22The%20Id%22=eq.5&select=camelCase";
    let (status, rows) = shop
        .write("PUT", path, r#"{"The Id":5,"camelCase":"z"}"#)
        .await;
    assert_eq!((status, rows), (200, json!([{"camelCase":"z"}])));
}

#[tokio::test]
async fn other_schemas_by_content_profile() {
    let shop = Shop::configured("[api]\nschemas = ['public', 'v2']").await;
    let row = r#"{"id":70,"label":"x"}"#;
    let headers = [
        ("Content-Profile", "v2"),
        ("Prefer", "return=representation"),
    ];
    let answer = shop
        .ask("POST", "/authors?select=label", &headers, row)
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!([{"label":"x"}]))
    );
    assert_eq!(answer.header("content-profile"), Some("v2"));
    let path = "/authors?id=in.(1,9)&select=id";
    let answer = shop.ask("DELETE", path, &headers, "").await;
    assert_eq!(answer.json(), json!([{"id":1}]));
    // That of the answer says nothing about a write.
    let other = [("Accept-Profile", "v2")];
    let answer = shop.ask("POST", "/authors", &other, row).await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (400, Some("PGRST204"))
    );
    let answer = shop
        .ask("POST", "/authors", &[("Content-Profile", "v3")], row)
        .await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (406, Some("PGRST106"))
    );
}

/// As functions that are called do.
#[tokio::test]
async fn triggers_say_of_the_answer_what_they_want() {
    let shop = Shop::open().await;
    for (method, path, body, status, said) in [
        (
            "POST",
            "/events",
            r#"{"id":1,"day":"2024-01-02","name":"now"}"#,
            201,
            "now by POST",
        ),
        (
            "POST",
            "/events",
            r#"{"id":2,"day":"2025-01-02","name":"later"}"#,
            202,
            "later by POST",
        ),
        (
            "PATCH",
            "/events?id=eq.1",
            r#"{"name":"then"}"#,
            204,
            "then by PATCH",
        ),
    ] {
        let answer = shop.ask(method, path, &[], body).await;
        assert_eq!(
            (answer.status, answer.header("x-event")),
            (status, Some(said)),
            "{method} {body}"
        );
    }
    // Nothing of it is left on the connections.
    let answer = shop
        .ask("POST", "/authors", &[], r#"{"id":10,"name":"Cat"}"#)
        .await;
    assert_eq!((answer.status, answer.header("x-event")), (201, None));
}
