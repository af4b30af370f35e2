//! Functions that write: by POST, and by nothing else.

use serde_json::json;

use super::workshop::Workshop;

#[tokio::test]
async fn volatile_functions_write_by_post_alone() {
    let workshop = Workshop::open().await;
    let refused = workshop.get("/rpc/rename?id=1&name=Linux").await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (405, json!("25006"))
    );
    assert_eq!(refused.header("allow"), Some("POST, OPTIONS"));
    assert_eq!(
        workshop.value("/projects?id=eq.1&select=name").await,
        json!([{"name": "Windows 7"}])
    );
    let path = "/rpc/rename?select=name,clients(name)";
    let renamed = workshop.called(path, r#"{"id": 1, "name": "Linux"}"#).await;
    assert_eq!(
        renamed,
        json!([{"name": "Linux", "clients": {"name": "Microsoft"}}])
    );
    assert_eq!(
        workshop.value("/projects?id=eq.1&select=name").await,
        json!([{"name": "Linux"}])
    );
    assert_eq!(
        workshop
            .called("/rpc/rename", r#"{"id": 9, "name": "x"}"#)
            .await,
        json!([])
    );
    // A function that says it only reads is held to it.
    let refused = workshop.post("/rpc/claims_stable", "").await;
    assert!(refused.status >= 400, "{}", refused.status);
}
