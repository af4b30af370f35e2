//! What it is told, and what it says.

use rowhouse::Rowhouse;
use serde_json::json;

use super::{SQL, ask, open};
use crate::service::{DEMO, DUNDER, PAWNEE, Service, Setup};

const CONFIG: &str = "[api]\npre_request = 'private.check_request'\ntx = 'commit-allow-override'";

#[tokio::test]
async fn it_sees_the_request_and_says_headers() {
    let service = open(CONFIG).await;
    let head = [("Cookie", "session=abc"), ("Authorization", "Bearer x")];
    let row = r#"{"title": "new"}"#;
    let twice = r#"[{"title": "a"}, {"title": "b"}]"#;
    for (method, path, content) in [
        ("GET", "/items", ""),
        ("GET", "/items?select=title&limit=1", ""),
        ("HEAD", "/items", ""),
        ("POST", "/items", row),
        ("DELETE", "/items?title=eq.new", ""),
        ("POST", "/items?select=title", twice),
        ("PATCH", "/items?title=eq.a", r#"{"title": "c"}"#),
        ("GET", "/rpc/whose", ""),
        ("POST", "/rpc/whose", ""),
        ("POST", "/rpc/whose_writing", ""),
        ("POST", "/rpc/whose_headers", ""),
    ] {
        let answer = ask(&service, method, path, &head, content).await;
        let case = format!("{method} {path}");
        assert!(answer.status < 300, "{case}: {}", answer.status);
        let path = path.split('?').next().unwrap();
        let seen = format!("{method} {path} abc {PAWNEE}");
        assert_eq!(answer.header("x-seen"), Some(&*seen), "{case}");
        assert_ne!(answer.header("cache-control"), Some("public"), "{case}");
    }
    // The function's own word comes after its.
    let own = ask(&service, "POST", "/rpc/whose_minding", &head, "").await;
    assert_eq!(
        (own.header("x-seen"), own.header("x-own")),
        (None, Some("1"))
    );
    // What it set for the session never meets another request.
    let mut client = service.client().await;
    let other = client.get("/items", DUNDER).await;
    assert_eq!(
        other.header("x-seen"),
        Some(&*format!("GET /items {DUNDER}"))
    );
    // It sets what the statement sees.
    let seen = ask(&service, "GET", "/rpc/whose", &[("X-Seen", "!")], "").await;
    assert_eq!(seen.json(), json!(format!("{PAWNEE}!")));
    // An answer may still be kept and asked about.
    let first = ask(&service, "GET", "/items", &[], "").await;
    let tag = first.header("etag").unwrap();
    let again = ask(&service, "GET", "/items", &[("If-None-Match", tag)], "").await;
    assert_eq!(again.status, 304);
    assert!(again.header("x-seen").is_some());
}

#[tokio::test]
async fn it_refuses_as_functions_do() {
    let service = open(CONFIG).await;
    let row = r#"{"title": "never"}"#;
    for (method, path, content) in [
        ("GET", "/items", ""),
        ("POST", "/items", row),
        ("PATCH", "/items?title=neq.x", row),
        ("GET", "/rpc/whose", ""),
        ("POST", "/rpc/whose_writing", ""),
        ("POST", "/rpc/whose_headers", ""),
    ] {
        let refused = ask(&service, method, path, &[("X-Refuse", "plainly")], content).await;
        let said = refused.json();
        assert_eq!(refused.status, 400, "{method} {path}");
        assert_eq!(
            [&said["code"], &said["message"], &said["hint"]],
            [&json!("P0001"), &json!("not today"), &json!("tomorrow")]
        );
        let refused = ask(&service, method, path, &[("X-Refuse", "status")], content).await;
        assert_eq!(
            (refused.status, refused.json()["message"].clone()),
            (402, json!("pay first"))
        );
    }
    let never = ask(&service, "GET", "/items?title=eq.never", &[], "").await;
    assert_eq!(never.json(), json!([]));
}

/// In the transaction of the statement: read-only where that reads, undone with it where it fails.
#[tokio::test]
async fn it_writes_with_what_writes() {
    let service = open(CONFIG).await;
    let visit = ("X-Visit", "1");
    let row = r#"{"title": "visited"}"#;
    let visits = async || {
        let answer = ask(&service, "GET", "/visits?select=path", &[], "").await;
        answer.json().as_array().unwrap().len()
    };
    for path in ["/items", "/rpc/whose"] {
        let refused = ask(&service, "GET", path, &[visit], "").await;
        assert_eq!(
            (refused.status, refused.json()["code"].clone()),
            (405, json!("25006")),
            "{path}"
        );
    }
    assert_eq!(visits().await, 0);
    assert_eq!(
        ask(&service, "POST", "/items", &[visit], row).await.status,
        201
    );
    assert_eq!(visits().await, 1);
    let title = r#"{"title": null}"#;
    assert!(
        ask(&service, "POST", "/items", &[visit], title)
            .await
            .status
            >= 400
    );
    let back = ("Prefer", "tx=rollback");
    let other = r#"{"title": "other"}"#;
    let undone = ask(&service, "POST", "/items", &[visit, back], other).await;
    assert_eq!(undone.status, 201, "{}", undone.status);
    assert!(undone.header("x-seen").is_some());
    assert_eq!(visits().await, 1);
    // What it says cannot be read: nobody is to try again.
    let bad = ("X-Bad", "1");
    let unknown = ask(&service, "POST", "/items", &[visit, bad], other).await;
    assert_eq!(unknown.json()["code"], "RH013");
    assert_eq!(visits().await, 2);
    let unread = ask(&service, "GET", "/items", &[bad], "").await;
    assert_eq!(unread.json()["code"], "PGRST111");
}

#[tokio::test]
async fn large_answers_are_streamed_behind_it() {
    let more = "GRANT ALL ON items TO rowhouse_app;
        SET app.current_tenant_id = '7a245486-3fc8-47ec-b303-04fefe7a58ff';
        INSERT INTO items (tenant_id, title) SELECT '7a245486-3fc8-47ec-b303-04fefe7a58ff', 'many ' || i FROM generate_series(1, 3000) i;";
    let setup = Setup {
        sql: DEMO.concat() + SQL + more,
        config: CONFIG,
        house: Rowhouse::builder().lanes(2).lane_answer(100, 64 << 10),
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    for _ in 0..2 {
        let head = [("Cookie", "session=abc")];
        let answer = ask(&service, "GET", "/items?select=title", &head, "").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
        let seen = format!("GET /items abc {PAWNEE}");
        assert_eq!(answer.header("x-seen"), Some(&*seen));
        assert!(answer.json().as_array().unwrap().len() > 3000);
        let refused = ask(&service, "GET", "/items", &[("X-Refuse", "status")], "").await;
        assert_eq!(refused.status, 402);
    }
}
