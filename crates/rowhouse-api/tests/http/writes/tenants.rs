//! Whose the rows are: filled, and nobody else's.

use serde_json::json;

use super::shop::Shop;
use crate::service::{DUNDER, PAWNEE};

#[tokio::test]
async fn the_tenant_is_filled() {
    let shop = Shop::open().await;
    for (path, body) in [
        ("/authors", r#"{"id":60,"name":"x"}"#.to_owned()),
        (
            "/authors",
            format!(r#"{{"id":61,"name":"x","tenant_id":"{PAWNEE}"}}"#),
        ),
        (
            "/authors",
            format!(
                r#"{{"id":62,"name":"x","tenant_id":"{}"}}"#,
                PAWNEE.to_uppercase()
            ),
        ),
        (
            "/authors",
            r#"{"id":63,"name":"x","tenant_id":null}"#.to_owned(),
        ),
        (
            "/authors?columns=id,name",
            r#"{"id":64,"name":"x"}"#.to_owned(),
        ),
        ("/events", r#"{"id":60,"day":"2024-01-01"}"#.to_owned()),
        ("/settings", r#"{"name":"x"}"#.to_owned()),
        ("/logs", r#"{"line":"x"}"#.to_owned()),
        ("/logs", format!(r#"{{"line":"x","tenant_id":"{PAWNEE}"}}"#)),
        ("/book_titles", r#"{"title":"by view"}"#.to_owned()),
    ] {
        let (status, rows) = shop.write("POST", path, &body).await;
        assert_eq!(status, 201, "{path} {body} {rows}");
        assert_eq!(rows[0]["tenant_id"], PAWNEE, "{path} {body}");
    }
}

#[tokio::test]
async fn nobody_writes_for_another() {
    let shop = Shop::open().await;
    let foreign = [
        format!(r#""{DUNDER}""#),
        r#""162BE16F-F76D-431A-A213-171838DED9AE""#.to_owned(),
        r#""162be16ff76d431aa213171838ded9ae""#.to_owned(),
        r#""""#.to_owned(),
        "7".to_owned(),
        "[]".to_owned(),
        format!(r#"["{DUNDER}"]"#),
        "{}".to_owned(),
    ];
    for tenant in &foreign {
        for (method, path) in [
            ("POST", "/authors"),
            ("POST", "/authors?columns=id,name"),
            ("PATCH", "/authors?id=eq.1"),
            ("PUT", "/authors?id=eq.70"),
            ("POST", "/authors?on_conflict=id"),
        ] {
            let row = format!(r#"{{"id":70,"name":"x","tenant_id":{tenant}}}"#);
            let refused = shop.refused(method, path, &row).await;
            assert_eq!(refused, (403, "RH009".into()), "{method} {path} {row}");
        }
    }
    for body in [
        format!(
            r#"[{{"id":70,"name":"x","tenant_id":"{PAWNEE}"}},{{"id":71,"name":"x","tenant_id":"{DUNDER}"}}]"#
        ),
        format!(r#"{{"id":70,"name":"x","tenant_id":"{DUNDER}","tenant_id":"{PAWNEE}"}}"#),
        format!(r#"{{"id":70,"name":"x","tenant_id":"{PAWNEE}","tenant_id":"{DUNDER}"}}"#),
        format!(r#"{{"id":70,"name":"x","\u0074enant_id":"{DUNDER}"}}"#),
    ] {
        let refused = shop.refused("POST", "/authors", &body).await;
        assert_eq!(refused, (403, "RH009".into()), "{body}");
    }
    let csv = format!("id,name,tenant_id\n70,x,{DUNDER}");
    let answer = shop
        .ask("POST", "/authors", &[("Content-Type", "text/csv")], &csv)
        .await;
    assert_eq!(answer.status, 403);
    let json = answer.json();
    assert_eq!(json["type"], "urn:rowhouse:problem:foreign-tenant");
    assert_eq!(
        json["detail"],
        "\"tenant_id\" names another tenant; nothing was written"
    );
    let row = format!(r#"{{"title":"x","tenant_id":"{DUNDER}"}}"#);
    assert_eq!(
        shop.refused("POST", "/book_titles", &row).await,
        (403, "RH009".into())
    );
    // The table of tenants: its key is the tenant.
    let row = format!(r#"{{"id":"{DUNDER}","name":"x"}}"#);
    for (method, path) in [
        ("POST", "/tenants".to_owned()),
        ("PATCH", format!("/tenants?id=eq.{PAWNEE}")),
        ("PUT", format!("/tenants?id=eq.{DUNDER}")),
    ] {
        let refused = shop.refused(method, &path, &row).await;
        assert_eq!(refused, (403, "RH009".into()), "{method} {path}");
    }
    let refused = shop
        .refused("PUT", &format!("/tenants?id=eq.{DUNDER}"), "{}")
        .await;
    assert_eq!(refused, (400, "PGRST115".into()));
    let (_, rows) = shop
        .write(
            "PATCH",
            "/tenants?id=not.is.null&select=name",
            r#"{"name":"mine!"}"#,
        )
        .await;
    assert_eq!(rows, json!([{"name":"mine!"}]));
}

#[tokio::test]
async fn nobody_meets_the_rows_of_another() {
    let shop = Shop::open().await;
    for (method, path, body, status) in [
        ("POST", "/authors", r#"{"id":9,"name":"x"}"#, 409),
        ("POST", "/events", r#"{"id":9,"day":"2024-06-06"}"#, 409),
        ("POST", "/Odd%20Things", r#"{"The Id":9}"#, 409),
        ("PATCH", "/authors?id=eq.1", r#"{"id":9}"#, 409),
    ] {
        let (refused, code) = shop.refused(method, path, body).await;
        assert_eq!(
            (refused, code.as_str()),
            (status, "23505"),
            "{method} {path}"
        );
    }
    for prefer in [
        "resolution=merge-duplicates",
        "resolution=ignore-duplicates",
    ] {
        for (path, body) in [
            ("/authors", r#"{"id":9,"name":"x"}"#),
            ("/authors", r#"[{"id":1,"name":"x"},{"id":9,"name":"x"}]"#),
            ("/authors?on_conflict=id", r#"{"id":9,"name":"x"}"#),
            ("/events", r#"{"id":9,"day":"2024-06-06","name":"x"}"#),
            ("/Odd%20Things", r#"{"The Id":9,"camelCase":"x"}"#),
        ] {
            let before = shop.mine().await;
            let answer = shop.ask("POST", path, &[("Prefer", prefer)], body).await;
            let status = if prefer.contains("merge") { 403 } else { 201 };
            assert_eq!(answer.status, status, "{prefer} {path}");
            assert_eq!(shop.mine().await, before);
        }
    }
}
