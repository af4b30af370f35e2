//! Upserts by columns that are unique together with the tenant.

use serde_json::json;

use super::Cinema;

const MERGE: (&str, &str) = (
    "Prefer",
    "resolution=merge-duplicates, return=representation",
);
const IGNORE: (&str, &str) = (
    "Prefer",
    "resolution=ignore-duplicates, return=representation",
);

/// The other tenant has users of that id and of that name too.
#[tokio::test]
async fn the_tenant_need_not_be_named() {
    let cinema = Cinema::open().await;
    for (path, body, status, rows) in [
        (
            "/users?on_conflict=username&select=id,note",
            r#"{"id":7,"username":"ann","note":"x"}"#,
            200,
            json!([{"id":7,"note":"x"}]),
        ),
        (
            "/users?on_conflict=username&select=id,note",
            r#"[{"id":7,"username":"ann","note":"y"},{"id":2,"username":"ben","note":"y"}]"#,
            201,
            json!([{"id":7,"note":"y"},{"id":2,"note":"y"}]),
        ),
        (
            "/users?on_conflict=id&select=username,note",
            r#"{"id":2,"note":"z"}"#,
            200,
            json!([{"username":"ben","note":"z"}]),
        ),
        (
            "/users?on_conflict=id&select=username,note",
            r#"{"id":3,"note":"z"}"#,
            201,
            json!([{"username":null,"note":"z"}]),
        ),
        // Twice, and the tenant named as well.
        (
            "/users?on_conflict=id,id&select=note",
            r#"{"id":3,"note":"w"}"#,
            200,
            json!([{"note":"w"}]),
        ),
        (
            "/users?on_conflict=id,tenant_id&select=note",
            r#"{"id":3,"note":"v"}"#,
            200,
            json!([{"note":"v"}]),
        ),
        // Nothing but what is in the key.
        (
            "/users?on_conflict=id&select=username",
            r#"{"id":2}"#,
            200,
            json!([{"username":"ben"}]),
        ),
    ] {
        let answer = cinema.ask("POST", path, &[MERGE], body).await;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, status, "{path} {body} {said}");
        assert_eq!(answer.json(), rows, "{path} {body}");
    }
    for path in ["/users?on_conflict=username", "/users?on_conflict=id"] {
        let body = r#"{"id":2,"username":"ben","note":"no"}"#;
        let answer = cinema.ask("POST", path, &[IGNORE], body).await;
        assert_eq!((answer.status, answer.json()), (201, json!([])), "{path}");
    }
    assert_eq!(
        cinema.rows("/users?select=id,note&order=id").await,
        json!([{"id":2,"note":"z"},{"id":3,"note":"v"},{"id":7,"note":"y"}])
    );
}

#[tokio::test]
async fn what_is_not_unique_stays_so() {
    let cinema = Cinema::open().await;
    for (columns, status, code) in [
        ("email", 400, "42P10"),
        ("nickname", 400, "42P10"),
        ("note", 400, "42P10"),
        ("id,username", 400, "42P10"),
        ("seat", 400, "55000"),
        // Unique over all tenants, as it says: what another one has is met by nobody.
        ("badge", 403, "42501"),
    ] {
        for prefer in [MERGE, IGNORE] {
            let path = format!("/users?on_conflict={columns}");
            let body = r#"{"id":9,"badge":90,"note":"x"}"#;
            let answer = cinema.ask("POST", &path, &[prefer], body).await;
            if (columns, prefer) == ("badge", IGNORE) {
                assert_eq!((answer.status, answer.json()), (201, json!([])));
                continue;
            }
            assert_eq!(
                (answer.status, answer.json()["code"].as_str()),
                (status, Some(code)),
                "{columns}"
            );
        }
    }
}
