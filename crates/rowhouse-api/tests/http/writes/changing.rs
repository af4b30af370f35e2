//! PATCH, DELETE and PUT.

use serde_json::json;

use super::shop::Shop;

#[tokio::test]
async fn rows_are_changed() {
    let shop = Shop::open().await;
    let answer = shop
        .ask(
            "PATCH",
            "/books?pages=gte.20",
            &[("Prefer", "count=exact")],
            r#"{"pages":21}"#,
        )
        .await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.header("content-range"), Some("0-1/2"));
    assert_eq!(answer.header("content-type"), None);
    let (status, rows) = shop
        .write(
            "PATCH",
            "/books?or=(id.eq.1,title.like.thr*)&select=id,pages&order=id.desc",
            r#"{"pages":5}"#,
        )
        .await;
    assert_eq!(
        (status, rows),
        (200, json!([{"id":3,"pages":5},{"id":1,"pages":5}]))
    );
    // None: of another tenant, or of nobody.
    for path in [
        "/books?id=eq.90",
        "/books?id=eq.77",
        "/books?title=eq.OTHER",
    ] {
        assert_eq!(
            shop.write("PATCH", path, r#"{"pages":5}"#).await,
            (200, json!([]))
        );
        let answer = shop.ask("PATCH", path, &[], r#"{"pages":5}"#).await;
        assert_eq!(
            (answer.status, answer.header("content-range")),
            (204, Some("*/*"))
        );
    }
    // Nothing to change.
    for body in ["{}", "[]", "[{}]"] {
        assert_eq!(
            shop.write("PATCH", "/books?id=eq.1", body).await,
            (200, json!([])),
            "{body}"
        );
        assert_eq!(
            shop.ask("PATCH", "/books?id=eq.1", &[], body).await.status,
            204
        );
    }
    let (_, rows) = shop
        .write(
            "PATCH",
            "/books?id=eq.1&columns=code&select=title,code",
            r#"{"title":"no","code":"z"}"#,
        )
        .await;
    assert_eq!(rows, json!([{"title":"one","code":"z"}]));
    let headers = [("Prefer", "missing=default,return=representation")];
    let answer = shop
        .ask(
            "PATCH",
            "/books?id=eq.1&columns=pages&select=pages",
            &headers,
            r#"{"code":"z"}"#,
        )
        .await;
    assert_eq!(answer.json(), json!([{"pages":100}]));
}

#[tokio::test]
async fn rows_are_deleted() {
    let shop = Shop::open().await;
    let (status, rows) = shop
        .write(
            "DELETE",
            "/books?id=in.(1,90)&select=title,authors(name)",
            "",
        )
        .await;
    assert_eq!(
        (status, rows),
        (200, json!([{"title":"one","authors":{"name":"Ann"}}]))
    );
    let answer = shop
        .ask("DELETE", "/books?id=gt.1", &[("Prefer", "count=exact")], "")
        .await;
    assert_eq!(
        (answer.status, answer.header("content-range")),
        (204, Some("*/2"))
    );
    assert_eq!(
        shop.write("DELETE", "/books?id=eq.90", "").await,
        (200, json!([]))
    );
    assert_eq!(shop.get("/books").await, json!([]));
    assert_eq!(
        shop.refused("DELETE", "/late?id=eq.1", "").await,
        (403, "42501".into())
    );
}

#[tokio::test]
async fn bounds_need_an_order() {
    let shop = Shop::open().await;
    let path = "/books?pages=gt.0&limit=1&order=pages.desc&offset=1&select=id,pages";
    let (status, rows) = shop.write("PATCH", path, r#"{"pages":200}"#).await;
    assert_eq!((status, rows), (200, json!([{"id":2,"pages":200}])));
    let (_, rows) = shop
        .write("DELETE", "/books?pages=gt.0&limit=2&order=id&select=id", "")
        .await;
    assert_eq!(rows, json!([{"id":1},{"id":2}]));
    for (method, path, code) in [
        ("PATCH", "/books?id=gt.0&limit=1", "PGRST109"),
        ("DELETE", "/books?id=gt.0&limit=1", "PGRST109"),
        ("DELETE", "/logs?line=eq.x&limit=1&order=line", "PGRST100"),
        ("DELETE", "/books", "21000"),
        ("PATCH", "/books", "21000"),
        ("DELETE", "/books?limit=1&order=id", "21000"),
        // A filter of what is related narrows nothing.
        ("DELETE", "/books?authors.name=eq.Ann", "21000"),
        ("DELETE", "/books?id=eq.3&authors.name=eq.Ann", "PGRST108"),
        ("DELETE", "/books?id=eq.3&nope=eq.1", "42703"),
        ("PATCH", "/books?id=eq.3", "PGRST102"),
    ] {
        let body = if code == "PGRST102" {
            r#"[{"pages":1},{"pages":2}]"#
        } else {
            r#"{"pages":3}"#
        };
        assert_eq!(
            shop.refused(method, path, body).await,
            (400, code.into()),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn all_rows_where_that_is_allowed() {
    let shop =
        Shop::configured("[api]\nshared = ['countries']\n[api.resource.books]\nunfiltered = true")
            .await;
    let (status, rows) = shop
        .write("PATCH", "/books?select=pages", r#"{"pages":1}"#)
        .await;
    assert_eq!((status, rows.as_array().unwrap().len()), (200, 3));
    assert_eq!(shop.ask("DELETE", "/books", &[], "").await.status, 204);
    assert_eq!(
        shop.refused("DELETE", "/authors", "").await,
        (400, "21000".into())
    );
}

#[tokio::test]
async fn one_row_is_put_by_its_key() {
    let shop = Shop::open().await;
    let (status, rows) = shop
        .write(
            "PUT",
            "/authors?id=eq.50&select=id,name",
            r#"{"id":50,"name":"new"}"#,
        )
        .await;
    assert_eq!((status, rows), (201, json!([{"id":50,"name":"new"}])));
    let (status, rows) = shop
        .write(
            "PUT",
            "/authors?id=eq.50&select=name",
            r#"[{"id":50,"name":"newer"}]"#,
        )
        .await;
    assert_eq!((status, rows), (200, json!([{"name":"newer"}])));
    let answer = shop
        .ask(
            "PUT",
            "/authors?id=eq.50",
            &[],
            r#"{"id":50,"name":"newest"}"#,
        )
        .await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    // The tenant is part of the key, and need not be named.
    for path in [
        "/settings?name=eq.size".to_owned(),
        format!(
            "/settings?name=eq.size&tenant_id=eq.{}",
            crate::service::PAWNEE
        ),
    ] {
        let (status, rows) = shop
            .write(
                "PUT",
                &format!("{path}&select=value"),
                r#"{"name":"size","value":"xl"}"#,
            )
            .await;
        assert!(matches!(status, 200 | 201), "{rows}");
        assert_eq!(rows, json!([{"value":"xl"}]));
    }
}

#[tokio::test]
async fn a_put_names_one_row_and_is_that_row() {
    let shop = Shop::open().await;
    for (path, body, status, code) in [
        ("/authors?id=eq.9", r#"{"id":9,"name":"x"}"#, 403, "42501"),
        (
            "/authors?id=eq.51",
            r#"{"id":50,"name":"x"}"#,
            400,
            "PGRST115",
        ),
        ("/authors?id=eq.51", r#"{"name":"x"}"#, 400, "PGRST115"),
        ("/authors?id=eq.51", "[]", 400, "PGRST115"),
        (
            "/authors?id=eq.51",
            r#"[{"id":51,"name":"x"},{"id":51,"name":"y"}]"#,
            400,
            "PGRST115",
        ),
        ("/authors", r#"{"id":51,"name":"x"}"#, 405, "PGRST105"),
        (
            "/authors?name=eq.x",
            r#"{"id":51,"name":"x"}"#,
            405,
            "PGRST105",
        ),
        (
            "/authors?id=gt.50",
            r#"{"id":51,"name":"x"}"#,
            405,
            "PGRST105",
        ),
        (
            "/authors?id=not.eq.51",
            r#"{"id":51,"name":"x"}"#,
            405,
            "PGRST105",
        ),
        (
            "/authors?id=eq.51&name=eq.x",
            r#"{"id":51,"name":"x"}"#,
            405,
            "PGRST105",
        ),
        (
            "/authors?or=(id.eq.51)",
            r#"{"id":51,"name":"x"}"#,
            405,
            "PGRST105",
        ),
        (
            "/authors?id=eq.51&limit=1",
            r#"{"id":51,"name":"x"}"#,
            400,
            "PGRST114",
        ),
        (
            "/events?id=eq.1",
            r#"{"id":1,"day":"2024-05-05"}"#,
            405,
            "PGRST105",
        ),
        ("/logs?line=eq.x", r#"{"line":"x"}"#, 405, "PGRST105"),
    ] {
        let refused = shop.refused("PUT", path, body).await;
        assert_eq!(refused, (status, code.into()), "{path} {body}");
    }
}
