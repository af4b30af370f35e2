//! `request.cookies`.

use serde_json::json;

use super::gallery::Gallery;

#[tokio::test]
async fn cookies_for_functions_that_name_them() {
    let gallery = Gallery::open().await;
    let cookies = [
        ("Cookie", "session=it's \"so\"; theme=dark"),
        ("Authorization", "Bearer secret"),
    ];
    for function in ["cookie", "cookie_atomic"] {
        let asked = async |name: &str| {
            let path = format!("/rpc/{function}?name={name}");
            gallery.ask("GET", &path, &cookies, "").await.json()
        };
        assert_eq!(asked("session").await, json!("it's \"so\""));
        assert_eq!(asked("theme").await, json!("dark"));
        assert_eq!(asked("none").await, json!(null));
    }
    // None are an object too, whatever the session was told before.
    for _ in 0..8 {
        let path = "/rpc/cookie?name=session";
        let answer = gallery.ask("GET", path, &[], "").await;
        assert_eq!((answer.status, answer.json()), (200, json!(null)));
        let other = gallery.ask("GET", "/rpc/head_only", &cookies, "").await;
        let said = other.json().as_str().unwrap().to_owned();
        assert!(!said.contains("so") && !said.contains("secret"), "{said}");
    }
    let posted = gallery
        .ask("POST", "/rpc/cookie", &cookies, r#"{"name": "theme"}"#)
        .await;
    assert_eq!(posted.json(), json!("dark"));
}
