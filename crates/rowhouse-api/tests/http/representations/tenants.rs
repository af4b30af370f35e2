//! The tenant's column, where its domain has casts: it is filled from the scope, and nothing reads it into another's.

use serde_json::json;

use super::Paints;
use crate::service::{DUNDER, PAWNEE};

#[tokio::test]
async fn the_tenant_is_filled_and_never_read_by_a_function() {
    let paints = Paints::open().await;
    let mine = format!("t{PAWNEE}");
    // What reads JSON would give the other tenant, whatever it is given.
    for (path, body) in [
        ("/ledgers", r#"{"id":10,"note":"x"}"#.to_owned()),
        (
            "/ledgers",
            r#"{"id":11,"note":"x","tenant_id":null}"#.to_owned(),
        ),
        (
            "/ledgers",
            format!(r#"{{"id":12,"note":"x","tenant_id":"{PAWNEE}"}}"#),
        ),
        (
            "/ledgers?columns=id,note,tenant_id",
            format!(r#"[{{"id":13,"note":"x","tenant_id":"{PAWNEE}"}}]"#),
        ),
        (
            "/books",
            format!(r#"{{"id":14,"note":"x","whose":"{PAWNEE}"}}"#),
        ),
    ] {
        let (status, rows) = paints.write("POST", path, &body).await;
        let whose = rows[0].get("tenant_id").or(rows[0].get("whose"));
        assert_eq!(
            (status, whose),
            (201, Some(&json!(mine))),
            "{path} {body}: {rows}"
        );
    }
    let (status, rows) = paints
        .write(
            "PATCH",
            "/ledgers?id=eq.1",
            &format!(r#"{{"tenant_id":"{PAWNEE}","note":"y"}}"#),
        )
        .await;
    assert_eq!(
        (status, rows),
        (200, json!([{"tenant_id":mine,"id":1,"note":"y"}]))
    );
    let path = format!("/ledgers?id=eq.2&tenant_id=eq.{mine}");
    let (status, rows) = paints.write("PUT", &path, r#"{"id":2,"note":"z"}"#).await;
    assert_eq!(
        (status, rows),
        (201, json!([{"tenant_id":mine,"id":2,"note":"z"}]))
    );
    let upsert = [(
        "Prefer",
        "resolution=merge-duplicates, return=representation",
    )];
    let answer = paints
        .ask(
            "POST",
            "/ledgers?on_conflict=id",
            &upsert,
            r#"{"id":2,"note":"w"}"#,
        )
        .await;
    assert_eq!(answer.json(), json!([{"tenant_id":mine,"id":2,"note":"w"}]));
    assert_eq!(
        paints
            .get(&format!(
                "/ledgers?select=id&tenant_id=eq.{mine}&id=lt.3&order=id"
            ))
            .await,
        json!([{"id":1},{"id":2}])
    );
    let others = format!("/ledgers?tenant_id=eq.t{DUNDER}");
    assert_eq!(paints.get(&others).await, json!([]));
}

#[tokio::test]
async fn what_is_not_the_tenants_id_is_refused() {
    let paints = Paints::open().await;
    for tenant in [
        format!(r#""{DUNDER}""#),
        format!(r#""t{DUNDER}""#),
        // Nobody knows what a function would make of it but the function.
        format!(r#""t{PAWNEE}""#),
        "7".to_owned(),
        "{}".to_owned(),
    ] {
        for (method, path, name) in [
            ("POST", "/ledgers", "tenant_id"),
            ("PATCH", "/ledgers?id=eq.1", "tenant_id"),
            ("PUT", "/ledgers?id=eq.70", "tenant_id"),
            ("POST", "/ledgers?columns=id,note", "tenant_id"),
            ("POST", "/books", "whose"),
        ] {
            let row = format!(r#"{{"id":70,"note":"x","{name}":{tenant}}}"#);
            let (status, problem) = paints.refusal(method, path, &row).await;
            assert_eq!(
                (status, &problem["code"]),
                (403, &json!("RH009")),
                "{method} {path} {row}"
            );
        }
    }
    let path = format!("/ledgers?id=eq.70&tenant_id=eq.t{DUNDER}");
    let (status, problem) = paints
        .refusal("PUT", &path, r#"{"id":70,"note":"x"}"#)
        .await;
    assert_eq!((status, &problem["code"]), (400, &json!("PGRST115")));
}
