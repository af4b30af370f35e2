//! POST where rows are there already.

use serde_json::json;

use super::shop::Shop;
use crate::service::DUNDER;

const MERGE: (&str, &str) = (
    "Prefer",
    "resolution=merge-duplicates, return=representation",
);
const IGNORE: (&str, &str) = (
    "Prefer",
    "resolution=ignore-duplicates, return=representation",
);

#[tokio::test]
async fn they_take_the_new_values() {
    let shop = Shop::open().await;
    let path = "/authors?select=id,name";
    let both = r#"[{"id":1,"name":"Anne"},{"id":80,"name":"new"}]"#;
    let answer = shop.ask("POST", path, &[MERGE], both).await;
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.header("preference-applied"),
        Some("resolution=merge-duplicates, return=representation")
    );
    assert_eq!(
        answer.json(),
        json!([{"id":1,"name":"Anne"},{"id":80,"name":"new"}])
    );
    // Nothing was inserted: 200. Every request counts for itself, on the same connections.
    for _ in 0..3 {
        let answer = shop.ask("POST", path, &[MERGE], both).await;
        assert_eq!(answer.status, 200);
        let minimal = [("Prefer", "resolution=merge-duplicates")];
        assert_eq!(shop.ask("POST", path, &minimal, both).await.status, 200);
    }
    let minimal = [("Prefer", "resolution=merge-duplicates, count=exact")];
    let answer = shop
        .ask("POST", path, &minimal, r#"{"id":81,"name":"x"}"#)
        .await;
    assert_eq!(
        (answer.status, answer.header("content-range")),
        (201, Some("*/1"))
    );
    // Only the key: the row is answered all the same.
    let answer = shop
        .ask(
            "POST",
            "/Odd%20Things?select=camelCase",
            &[MERGE],
            r#"{"The Id":1}"#,
        )
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!([{"camelCase":"hump"}]))
    );
    // Twice the same row in one statement.
    let twice = r#"[{"id":1,"name":"a"},{"id":1,"name":"b"}]"#;
    let answer = shop.ask("POST", path, &[MERGE], twice).await;
    assert_eq!(answer.json()["code"], "21000");
    assert_eq!(answer.status, 409);
    assert_eq!(
        answer.json()["message"],
        "two rows of the content are the same row by their key; nothing was written"
    );
    assert_eq!(
        shop.get("/authors?id=eq.1&select=name").await,
        json!([{"name":"Anne"}])
    );
}

#[tokio::test]
async fn what_decides_must_be_able_to() {
    let shop = Shop::open().await;
    let row = r#"{"id":1,"seat":1}"#;
    assert_eq!(shop.ask("POST", "/seats", &[MERGE], row).await.status, 201);
    for prefer in [MERGE, IGNORE] {
        for columns in ["tenant_id,seat", "seat"] {
            let path = format!("/seats?on_conflict={columns}");
            let answer = shop.ask("POST", &path, &[prefer], row).await;
            assert_eq!(
                (answer.status, answer.json()["code"].as_str()),
                (400, Some("55000"))
            );
            let json = answer.json();
            assert!(
                json["message"].as_str().unwrap().contains("deferrable"),
                "{json}"
            );
        }
        let path = "/seats?on_conflict=tenant_id";
        let answer = shop.ask("POST", path, &[prefer], row).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (400, Some("42P10"))
        );
        let json = answer.json();
        assert!(
            json["hint"].as_str().unwrap().contains("on_conflict"),
            "{json}"
        );
    }
}

#[tokio::test]
async fn they_stay_as_they_are() {
    let shop = Shop::open().await;
    let both = r#"[{"id":1,"name":"Anne"},{"id":80,"name":"new"}]"#;
    let answer = shop
        .ask("POST", "/authors?select=id,name", &[IGNORE], both)
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!([{"id":80,"name":"new"}]))
    );
    let answer = shop.ask("POST", "/authors", &[IGNORE], both).await;
    assert_eq!((answer.status, answer.json()), (201, json!([])));
    assert_eq!(
        shop.get("/authors?id=eq.1&select=name").await,
        json!([{"name":"Ann"}])
    );
}

#[tokio::test]
async fn by_other_columns_than_the_key() {
    let shop = Shop::open().await;
    // The other tenant has a book of that code too.
    let path = "/books?on_conflict=tenant_id,code&select=id,title,code";
    let answer = shop
        .ask("POST", path, &[MERGE], r#"{"code":"a","title":"uno"}"#)
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!([{"id":1,"title":"uno","code":"a"}]))
    );
    let answer = shop
        .ask("POST", path, &[IGNORE], r#"{"code":"a","title":"eins"}"#)
        .await;
    assert_eq!((answer.status, answer.json()), (201, json!([])));
    for (path, code) in [
        ("/books?on_conflict=title", "42P10"),
        ("/books?on_conflict=nope", "PGRST204"),
        ("/books?on_conflict=id,", "PGRST100"),
    ] {
        let answer = shop.ask("POST", path, &[MERGE], r#"{"title":"x"}"#).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (400, Some(code)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn of_every_sort_of_relation() {
    let shop = Shop::open().await;
    for (path, body, status) in [
        (
            "/events?select=name",
            r#"{"id":1,"day":"2024-05-05","name":"x"}"#,
            200,
        ),
        (
            "/events?select=name",
            r#"{"id":1,"day":"2025-05-05","name":"x"}"#,
            201,
        ),
        (
            "/settings?select=name:value",
            r#"{"name":"colour","value":"x"}"#,
            200,
        ),
        (
            "/settings?select=name:value",
            r#"[{"name":"colour","value":"x"},{"name":"new","value":"x"}]"#,
            201,
        ),
        (
            "/book_titles?on_conflict=id&select=name:title",
            r#"{"id":1,"title":"x"}"#,
            200,
        ),
        (
            "/book_titles?select=name:title",
            r#"{"id":1,"title":"x"}"#,
            200,
        ),
        // Without a key there is nothing to meet.
        ("/logs?select=name:line", r#"{"line":"x"}"#, 201),
    ] {
        let answer = shop.ask("POST", path, &[MERGE], body).await;
        assert_eq!(
            answer.status,
            status,
            "{path} {}",
            String::from_utf8_lossy(&answer.body)
        );
        assert_eq!(answer.json()[0]["name"], "x", "{path}");
        let said = answer
            .header("preference-applied")
            .unwrap()
            .contains("resolution");
        assert_eq!(said, !path.starts_with("/logs"), "{path}");
    }
    // The new value has to be read for it, which the role may not.
    let merge = [("Prefer", "resolution=merge-duplicates")];
    let row = r#"{"id":1,"secret":"new"}"#;
    let answer = shop.ask("POST", "/secrets", &merge, row).await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (403, Some("42501"))
    );
    // Without upsert it need not be.
    let row = r#"{"id":2,"secret":"new"}"#;
    assert_eq!(shop.ask("POST", "/secrets", &[], row).await.status, 201);
    let row = r#"{"secret":"newer"}"#;
    let answer = shop.ask("PATCH", "/secrets?id=eq.2", &[], row).await;
    assert_eq!(answer.status, 204);
}

/// What a tenant's function leaves in a session that others use too is not taken for their count.
#[tokio::test]
async fn nobody_elses_count_is_taken_for_theirs() {
    let shop = Shop::open().await;
    let mut other = shop.service().client().await;
    for left in ["5", "nonsense"] {
        for number in 0..12 {
            let headers = [
                ("X-Tenant-Id", DUNDER),
                ("Content-Type", "application/json"),
            ];
            let body = json!({"value": left}).to_string();
            let answer = other
                .ask_with("POST", "/rpc/leave_count", &headers, body.as_bytes())
                .await;
            assert_eq!(answer.status, 200);
            let id = 1000 + number + if left == "5" { 0 } else { 100 };
            let new = json!({"id": id, "name": "new"}).to_string();
            for status in [201, 200] {
                let answer = shop.ask("POST", "/authors", &[MERGE], &new).await;
                assert_eq!(answer.status, status, "{left} {}", answer.json());
            }
        }
    }
}
