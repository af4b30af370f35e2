//! Whatever it sets, the statement runs in its request's scope.

use serde_json::Value;

use super::{ask, open};
use crate::service::{DUNDER, PAWNEE};

const CONFIG: &str = "[api]\npre_request = 'private.other_tenant'\ntx = 'commit-allow-override'";

#[tokio::test]
async fn the_statement_is_its_own_tenants() {
    let service = open(CONFIG).await;
    let mut client = service.client().await;
    let theirs = client.get("/items?select=tenant_id", DUNDER).await.json();
    let is_of = |rows: &Value, tenant: &str| {
        let rows = rows.as_array().into_iter().flatten().collect::<Vec<_>>();
        !rows.is_empty() && rows.iter().all(|row| row["tenant_id"] == tenant)
    };
    assert!(is_of(&theirs, DUNDER), "{theirs}");
    let full = ("Prefer", "return=representation");
    let back = ("Prefer", "return=representation, tx=rollback");
    for round in 0..4 {
        let rows = ask(&service, "GET", "/items?select=tenant_id", &[], "").await;
        assert!(is_of(&rows.json(), PAWNEE), "{}", rows.json());
        for (prefer, title) in [(full, "mine"), (back, "mine too")] {
            let row = format!("{{\"title\": \"{title} {round}\"}}");
            let change = format!("/items?title=eq.mine {round}").replace(' ', "%20");
            for (method, path) in [("POST", "/items"), ("PATCH", &*change)] {
                let written = ask(&service, method, path, &[prefer], &row).await;
                let json = written.json();
                assert!(is_of(&json, PAWNEE), "{method} {prefer:?}: {json}");
            }
        }
        for (method, path) in [
            ("GET", "/rpc/whose"),
            ("POST", "/rpc/whose"),
            ("POST", "/rpc/whose_writing"),
            ("POST", "/rpc/whose_minding"),
            ("POST", "/rpc/whose_headers"),
        ] {
            for prefer in [&[][..], &[("Prefer", "tx=rollback")]] {
                let answer = ask(&service, method, path, prefer, "").await;
                assert_eq!(answer.json(), PAWNEE, "{method} {path}");
            }
        }
    }
    let mut client = service.client().await;
    let after = client.get("/items?select=title,tenant_id", DUNDER).await;
    let after = after.json();
    assert!(is_of(&after, DUNDER));
    assert_eq!(
        after.as_array().unwrap().len(),
        theirs.as_array().unwrap().len()
    );
    assert!(!after.to_string().contains("mine"));
}
