//! Several schemas, by `Accept-Profile`.

use serde_json::json;

use super::studio::Studio;

#[tokio::test]
async fn the_first_unless_another_is_named() {
    let studio = Studio::open().await;
    let v2 = [("Accept-Profile", "v2")];
    let first = studio.ask("/projects?select=name&id=eq.1", &[]).await;
    assert_eq!(first.json(), json!([{"name": "Windows 7"}]));
    assert_eq!(first.header("content-profile"), Some("public"));
    let second = studio.ask("/projects?select=label,notes(id)", &v2).await;
    assert_eq!(
        second.json(),
        json!([{"label": "second", "notes": [{"id": 1}]}])
    );
    assert_eq!(second.header("content-profile"), Some("v2"));
    assert_eq!(studio.ask("/notes", &[]).await.status, 404);
    let missing = studio.ask("/note", &v2).await;
    assert_eq!(
        missing.json()["hint"],
        "Perhaps you meant the table 'v2.notes'"
    );
    let unknown = studio
        .ask("/projects", &[("Accept-Profile", "secret")])
        .await;
    assert_eq!(unknown.status, 406);
    let document = unknown.json();
    assert_eq!(document["code"], "PGRST106");
    assert_eq!(document["message"], "Invalid schema: secret");
    assert_eq!(
        document["hint"],
        "Only the following schemas are exposed: public, v2"
    );
}
