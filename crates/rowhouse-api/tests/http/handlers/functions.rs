//! Rows that functions give, as content.

use serde_json::json;

use super::gallery::{Gallery, answer};

const NAMES: &str = "application/vnd.names";

#[tokio::test]
async fn rows_of_a_relation() {
    let gallery = Gallery::open().await;
    for (path, names) in [
        ("/rpc/projects_of?client=2", "OSX;IOS;"),
        ("/rpc/projects_of?client=2&order=id", "IOS;OSX;"),
        ("/rpc/projects_of?client=2&name=like.I*", "IOS;"),
        ("/rpc/projects_of?client=9", ""),
    ] {
        assert_eq!(
            gallery.got(path, NAMES).await,
            answer(200, NAMES, names),
            "{path}"
        );
    }
    let counted = [("Accept", NAMES), ("Prefer", "count=exact")];
    let path = "/rpc/projects_of?client=2&limit=1";
    let got = gallery.ask("GET", path, &counted, "").await;
    assert_eq!(
        (got.status, got.header("content-range"), &got.body[..]),
        (206, Some("0-0/2"), &b"OSX;"[..])
    );
    let posted = gallery
        .ask(
            "POST",
            "/rpc/projects_of",
            &[("Accept", NAMES), ("Content-Type", "application/json")],
            r#"{"client": 1}"#,
        )
        .await;
    assert_eq!(posted.body, b"Windows 7;Windows 10;");
    // Rows of no relation, and what is no row.
    let rows = "application/vnd.rows";
    assert_eq!(
        gallery.got("/rpc/squares?most=2", rows).await.2,
        r#"[{"n": 1, "square": 1}, {"n": 2, "square": 4}]"#
    );
    assert_eq!(gallery.got("/rpc/squares?most=2", NAMES).await.0, 406);
    assert_eq!(gallery.got("/rpc/a_number", rows).await.0, 406);
}

/// What was demanded is looked at before anything stays.
#[tokio::test]
async fn rows_that_were_written() {
    let gallery = Gallery::open().await;
    let accept = ("Accept", NAMES);
    let json = ("Content-Type", "application/json");
    let strict = ("Prefer", "handling=strict, max-affected=1");
    let content = json!({"many": 2}).to_string();
    let refused = gallery
        .ask("POST", "/rpc/renamed", &[accept, json, strict], &content)
        .await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (400, json!("PGRST124"))
    );
    assert_eq!(
        gallery.got("/projects?id=lt.3", NAMES).await.2,
        "Windows 7;Windows 10;"
    );
    let done = gallery
        .ask("POST", "/rpc/renamed", &[accept, json], &content)
        .await;
    assert_eq!(done.body, b"Windows 7!;Windows 10!;");
    assert_eq!(
        gallery.got("/projects?id=lt.3", NAMES).await.2,
        "Windows 7!;Windows 10!;"
    );
    let refused = gallery
        .ask("GET", "/rpc/renamed?many=1", &[accept], "")
        .await;
    assert_eq!(refused.status, 405);
}
