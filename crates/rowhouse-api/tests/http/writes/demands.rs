//! What a client demands of a write, and that nothing stays written where it cannot be had.

use serde_json::json;

use super::shop::Shop;

const OBJECT: (&str, &str) = ("Accept", "application/vnd.pgrst.object+json");

#[tokio::test]
async fn no_more_rows_than_wanted() {
    let shop = Shop::open().await;
    let strict = "handling=strict, max-affected=2, return=representation";
    for (method, path) in [("PATCH", "/books?id=gt.0"), ("DELETE", "/books?id=gt.0")] {
        for prefer in [strict, "handling=strict, max-affected=2"] {
            let before = shop.mine().await;
            let answer = shop
                .ask(method, path, &[("Prefer", prefer)], r#"{"pages":1}"#)
                .await;
            assert_eq!(answer.status, 400);
            let json = answer.json();
            assert_eq!(json["code"], "PGRST124");
            assert_eq!(
                json["message"],
                "Query result exceeds max-affected preference constraint"
            );
            assert_eq!(json["details"], "The query affects 3 rows");
            assert_eq!(shop.mine().await, before);
        }
    }
    let answer = shop
        .ask(
            "PATCH",
            "/books?id=gt.1&select=id",
            &[("Prefer", strict)],
            r#"{"pages":1}"#,
        )
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!([{"id":2},{"id":3}]))
    );
    assert_eq!(
        answer.header("preference-applied"),
        Some("return=representation, handling=strict, max-affected=2")
    );
    let none = [("Prefer", "handling=strict, max-affected=0")];
    assert_eq!(
        shop.ask("DELETE", "/books?id=eq.90", &none, "")
            .await
            .status,
        204
    );
    assert_eq!(
        shop.ask("DELETE", "/books?id=eq.1", &none, "").await.status,
        400
    );
    // Without strictness it is passed over.
    let answer = shop
        .ask(
            "DELETE",
            "/books?id=gt.0",
            &[("Prefer", "max-affected=1")],
            "",
        )
        .await;
    assert_eq!(
        (answer.status, answer.header("preference-applied")),
        (204, None)
    );
}

#[tokio::test]
async fn one_row_as_an_object() {
    let shop = Shop::open().await;
    let prefer = ("Prefer", "return=representation");
    for (method, path, body) in [
        ("POST", "/authors?select=id", r#"{"id":90,"name":"x"}"#),
        ("PATCH", "/authors?id=eq.90&select=id", r#"{"name":"y"}"#),
        (
            "PUT",
            "/authors?id=eq.90&select=id",
            r#"{"id":90,"name":"z"}"#,
        ),
        ("DELETE", "/authors?id=eq.90&select=id", ""),
    ] {
        let answer = shop.ask(method, path, &[OBJECT, prefer], body).await;
        assert!(matches!(answer.status, 200 | 201), "{method}");
        assert_eq!(answer.json(), json!({"id":90}), "{method}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/vnd.pgrst.object+json; charset=utf-8")
        );
    }
    for (method, path, body, rows) in [
        (
            "POST",
            "/authors",
            r#"[{"id":91,"name":"x"},{"id":92,"name":"x"}]"#,
            2,
        ),
        ("POST", "/authors", "[]", 0),
        (
            "POST",
            "/books?select=id,authors!inner(id)",
            r#"{"title":"alone"}"#,
            0,
        ),
        ("PATCH", "/books?id=gt.0", r#"{"pages":1}"#, 3),
        ("PATCH", "/books?id=eq.90", r#"{"pages":1}"#, 0),
        ("DELETE", "/books?id=gt.0", "", 3),
    ] {
        for prefer in [prefer, ("Prefer", "return=minimal")] {
            if path.contains("inner") && prefer.1 == "return=minimal" {
                continue;
            }
            let before = shop.mine().await;
            let answer = shop.ask(method, path, &[OBJECT, prefer], body).await;
            assert_eq!(answer.status, 406, "{method} {path}");
            let json = answer.json();
            assert_eq!(json["code"], "PGRST116");
            assert_eq!(json["details"], format!("The result contains {rows} rows"));
            assert_eq!(shop.mine().await, before, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_written_need_not_stay() {
    let rollback = ("Prefer", "tx=rollback, return=representation");
    let row = r#"{"id":93,"name":"x"}"#;
    let fixed = Shop::open().await;
    let answer = fixed.ask("POST", "/authors", &[rollback], row).await;
    assert_eq!(
        (answer.status, answer.header("preference-applied")),
        (201, Some("return=representation"))
    );
    assert_eq!(
        fixed.get("/authors?id=eq.93&select=id").await,
        json!([{"id":93}])
    );
    let strict = [("Prefer", "tx=rollback, handling=strict")];
    let answer = fixed
        .ask("POST", "/authors", &strict, r#"{"id":94,"name":"x"}"#)
        .await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (400, Some("PGRST122"))
    );

    let free = Shop::configured("[api]\ntx = 'commit-allow-override'").await;
    let before = free.mine().await;
    for (method, path, body) in [
        ("POST", "/authors?select=id", row),
        ("PATCH", "/authors?id=eq.1&select=id", r#"{"name":"y"}"#),
        ("PUT", "/authors?id=eq.93&select=id", row),
        ("DELETE", "/books?id=eq.1&select=id", ""),
    ] {
        let answer = free.ask(method, path, &[rollback], body).await;
        assert!(matches!(answer.status, 200 | 201), "{method}");
        assert_eq!(answer.json().as_array().unwrap().len(), 1);
        assert_eq!(
            answer.header("preference-applied"),
            Some("return=representation, tx=rollback")
        );
        assert_eq!(free.mine().await, before, "{method}");
    }
    // What the commit would have refused is refused.
    let answer = free
        .ask("POST", "/late", &[rollback], r#"{"id":5,"author_id":77}"#)
        .await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (409, Some("23503"))
    );

    let never = Shop::configured("[api]\ntx = 'rollback'").await;
    let before = never.mine().await;
    let commit = [("Prefer", "tx=commit")];
    assert_eq!(
        never.ask("POST", "/authors", &commit, row).await.status,
        201
    );
    assert_eq!(never.mine().await, before);
}

#[tokio::test]
async fn times_in_a_zone() {
    let shop = Shop::open().await;
    let row = r#"{"id":95,"at":"2024-01-01 12:00"}"#;
    let headers = [("Prefer", "timezone=Asia/Tokyo, return=representation")];
    let answer = shop.ask("POST", "/samples?select=at", &headers, row).await;
    assert_eq!(answer.json(), json!([{"at":"2024-01-01T12:00:00+09:00"}]));
    assert_eq!(
        answer.header("preference-applied"),
        Some("return=representation, timezone=Asia/Tokyo")
    );
    let headers = [("Prefer", "timezone=No/Where, return=representation")];
    let answer = shop
        .ask(
            "PATCH",
            "/samples?id=eq.95&select=at",
            &headers,
            r#"{"ok":true}"#,
        )
        .await;
    assert_eq!(answer.json(), json!([{"at":"2024-01-01T03:00:00+00:00"}]));
    let strict = [("Prefer", "timezone=No/Where, handling=strict")];
    let answer = shop.ask("DELETE", "/samples?id=eq.95", &strict, "").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (400, Some("PGRST122"))
    );
    assert_eq!(
        shop.get("/samples?id=eq.95&select=id").await,
        json!([{"id":95}])
    );
}
