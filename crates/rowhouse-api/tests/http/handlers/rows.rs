//! Which rows an aggregate is given.

use serde_json::{Value, json};

use super::gallery::{Gallery, answer};
use crate::service::DUNDER;

const NAMES: &str = "application/vnd.names";

/// The tenant's, after filters, in their order, within the page.
#[tokio::test]
async fn the_rows_of_the_page_in_their_order() {
    let gallery = Gallery::open().await;
    for (path, names) in [
        ("/projects", "Windows 7;Windows 10;IOS;OSX;Orphan;"),
        ("/projects?select=*", "Windows 7;Windows 10;IOS;OSX;Orphan;"),
        (
            "/projects?order=name.desc",
            "Windows 7;Windows 10;Orphan;OSX;IOS;",
        ),
        ("/projects?id=in.(1,3)&order=id.desc", "IOS;Windows 7;"),
        ("/projects?order=id&limit=2&offset=1", "Windows 10;IOS;"),
        ("/projects?tenant_id=not.is.null&id=gt.7", ""),
    ] {
        assert_eq!(
            gallery.got(path, NAMES).await,
            answer(200, NAMES, names),
            "{path}"
        );
    }
    let own = format!("/projects?tenant_id=eq.{DUNDER}");
    assert_eq!(gallery.got(&own, NAMES).await, answer(200, NAMES, ""));
    assert_eq!(
        gallery.got("/odd?t1=neq.z", NAMES).await,
        answer(200, NAMES, "x123y456")
    );
    let bytes = [("Accept", "application/vnd.bytes")];
    let got = gallery.ask("GET", "/projects?limit=2", &bytes, "").await;
    assert_eq!(got.body, [0, 255, b'1', 0, 255, b'2']);
    let other = gallery.service.client().await;
    let mut other = other;
    let headers = [("X-Tenant-Id", DUNDER), ("Accept", NAMES)];
    let theirs = other.ask("GET", "/projects", &headers).await;
    assert_eq!(theirs.body, b"OTHER here;OTHER;");
}

#[tokio::test]
async fn how_many_they_are() {
    let gallery = Gallery::open().await;
    let accept = ("Accept", NAMES);
    let range = [accept, ("Range", "1-2"), ("Prefer", "count=exact")];
    let got = gallery.ask("GET", "/projects", &range, "").await;
    assert_eq!(
        (got.status, got.header("content-range"), &got.body[..]),
        (206, Some("1-2/5"), &b"Windows 10;IOS;"[..])
    );
    assert_eq!(got.header("preference-applied"), Some("count=exact"));
    assert_eq!(got.header("cache-control"), Some("no-store"));
    let vary = got.headers.iter().filter(|(name, _)| name == "vary");
    let vary: Vec<&str> = vary.map(|(_, value)| value.as_str()).collect();
    assert_eq!(vary, ["x-tenant-id, accept-encoding", "accept"]);
    let got = gallery.ask("GET", "/projects", &[accept], "").await;
    assert_eq!(
        (got.status, got.header("content-range")),
        (200, Some("0-4/*"))
    );
    let count = [accept, ("Prefer", "count=exact")];
    let beyond = gallery.ask("GET", "/projects?offset=9", &count, "").await;
    assert_eq!(beyond.status, 416);
    let head = gallery
        .service
        .client()
        .await
        .ask(
            "HEAD",
            "/projects",
            &[("X-Tenant-Id", crate::service::PAWNEE), accept],
        )
        .await;
    assert_eq!(
        (head.status, head.header("content-type")),
        (200, Some(NAMES))
    );
}

/// An aggregate for rows of any relation gets the columns that are selected.
#[tokio::test]
async fn any_rows() {
    let gallery = Gallery::open().await;
    let rows = async |path: &str| -> Value {
        let (status, media, body) = gallery.got(path, "application/vnd.rows").await;
        assert_eq!(
            (status, &*media),
            (200, "application/vnd.rows"),
            "{path}: {body}"
        );
        serde_json::from_str(&body).unwrap()
    };
    assert_eq!(
        rows("/projects?select=name,id&order=id.desc&limit=2").await,
        json!([{"id": 5, "name": "Orphan"}, {"id": 4, "name": "OSX"}])
    );
    assert_eq!(rows("/plans?select=*").await.as_array().unwrap().len(), 2);
    assert_eq!(
        rows("/projects?select=client_id,count()&order=client_id&client_id=not.is.null").await,
        json!([{"client_id": 1, "count": 2}, {"client_id": 2, "count": 2}])
    );
    // Of what may be read.
    assert_eq!(rows("/part?select=*").await[0]["open"], json!("seen"));
    assert_eq!(rows("/part").await[0].get("secret"), None);
    // What has no name in the catalog cannot be said in SQL.
    for select in ["a:name", "name,clients(name)", "data->a", "x:id,name"] {
        let table = if select.starts_with("data") {
            "samples"
        } else {
            "projects"
        };
        let path = format!("/{table}?select={select}");
        let (status, _, body) = gallery.got(&path, "application/vnd.rows").await;
        assert_eq!(status, 400, "{select}: {body}");
        assert!(body.contains("own names"), "{body}");
    }
    // An SQL function with a row of any relation.
    assert_eq!(
        gallery
            .got("/projects?select=id,name&id=eq.1", "application/vnd.both")
            .await
            .2,
        "any:(1,\"Windows 7\")"
    );
}

/// It is one value, which cannot be streamed.
#[tokio::test]
async fn what_is_too_large_is_refused() {
    let gallery = Gallery::open().await;
    let large = "application/vnd.large";
    let (status, _, body) = gallery.got("/people", large).await;
    assert_eq!(status, 400);
    assert!(
        body.contains("too large") && body.contains("limit"),
        "{body}"
    );
    assert_eq!(
        gallery.got("/people?id=eq.0", large).await,
        answer(200, large, "")
    );
}
