//! The head of every kind of answer.

use std::io::Read;

use crate::service::{DUNDER, PAWNEE, Service};

const ETAG: usize = "W/\"0123456789abcdef\"".len();

#[tokio::test]
async fn rows_are_private_and_asked_about_again() {
    let service = Service::demo().await;
    let answer = service.client().await.get("/items/", PAWNEE).await;
    let expected = [
        ("content-type", "application/json; charset=utf-8"),
        ("cache-control", "private, no-cache"),
        ("vary", "x-tenant-id, accept-encoding"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-range", "0-4/*"),
        ("content-location", "/items"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), Some(value));
    }
    let length = answer.body.len().to_string();
    assert_eq!(answer.header("content-length"), Some(length.as_str()));
    assert_eq!(answer.header("etag").unwrap().len(), ETAG);
    assert!(answer.header("date").is_some() && answer.header("x-request-id").is_some());
    assert_eq!(answer.headers.len(), 11, "{:?}", answer.headers);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    for (path, encoding) in [
        ("/items/", "identity"),
        ("/items/", "gzip"),
        ("/healthz", "identity"),
        ("/nothing", "identity"),
    ] {
        let headers = [
            ("X-Tenant-Id", PAWNEE),
            ("Accept-Encoding", encoding),
            ("X-Request-Id", "same"),
        ];
        let get = client.ask("GET", path, &headers).await;
        let head = client.ask("HEAD", path, &headers).await;
        assert_eq!(get.status, head.status);
        let but = |answer: &crate::client::Answer| {
            let mut headers = answer.headers.clone();
            // Nothing is sent in chunks when nothing is sent; the clock may have moved.
            headers.retain(|(name, _)| name != "date" && name != "transfer-encoding");
            headers
        };
        assert_eq!(but(&get), but(&head), "{path} {encoding}");
        assert!(head.body.is_empty() && !get.body.is_empty());
    }
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let first = client.get("/items/", PAWNEE).await;
    let tag = first.header("etag").unwrap();
    let headers = [("X-Tenant-Id", PAWNEE), ("If-None-Match", tag)];
    let again = client.ask("GET", "/items/", &headers).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(tag));
    assert_eq!(again.header("cache-control"), Some("private, no-cache"));
    assert_eq!(again.header("vary"), Some("x-tenant-id, accept-encoding"));
    let other = [("X-Tenant-Id", DUNDER), ("If-None-Match", tag)];
    assert_eq!(client.ask("GET", "/items/", &other).await.status, 200);
    // Two tenants' empty answers are alike, their tags are not.
    let none = [
        "00000000-0000-4000-8000-000000000000",
        "00000000-0000-4000-8000-000000000001",
    ];
    let one = client.get("/items/", none[0]).await;
    let two = client.get("/items/", none[1]).await;
    assert_eq!(one.body, two.body);
    assert_ne!(one.header("etag"), two.header("etag"));
}

#[tokio::test]
async fn compressed_when_asked() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let plain = client.get("/items/", PAWNEE).await;
    for (accept, encoding) in [
        ("gzip", Some("gzip")),
        ("br", Some("br")),
        ("deflate, gzip;q=0.5", Some("gzip")),
        ("gzip;q=0", None),
        ("zstd", None),
        ("identity", None),
    ] {
        let headers = [("X-Tenant-Id", PAWNEE), ("Accept-Encoding", accept)];
        let answer = client.ask("GET", "/items/", &headers).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accept}");
        assert_eq!(answer.header("etag"), plain.header("etag"));
        assert_eq!(answer.header("vary"), plain.header("vary"));
        let mut body = Vec::new();
        match encoding {
            Some("gzip") => flate2::read::GzDecoder::new(&answer.body[..])
                .read_to_end(&mut body)
                .unwrap(),
            Some(_) => brotli::Decompressor::new(&answer.body[..], 4096)
                .read_to_end(&mut body)
                .unwrap(),
            None => (&answer.body[..]).read_to_end(&mut body).unwrap(),
        };
        assert_eq!(body, plain.body, "{accept}");
        assert!(encoding.is_none() || answer.body.len() < plain.body.len());
    }
    // Too small to be worth it.
    let headers = [("Accept-Encoding", "gzip")];
    let small = client.ask("GET", "/healthz", &headers).await;
    assert_eq!(small.header("content-encoding"), None);
}

#[tokio::test]
async fn a_sane_request_id_is_kept() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    for path in ["/items/", "/nothing", "/healthz"] {
        for (given, kept) in [("trace-1.a", true), ("a b", false), ("\"><script>", false)] {
            let headers = [("X-Tenant-Id", PAWNEE), ("X-Request-Id", given)];
            let answer = client.ask("GET", path, &headers).await;
            let id = answer.header("x-request-id").unwrap();
            assert_eq!(id == given, kept, "{path} {given}");
            if answer.status == 404 {
                assert_eq!(answer.json()["request_id"], id);
            }
        }
    }
}

#[tokio::test]
async fn problems_are_not_kept() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let long = format!("/items/?select={}", "x".repeat(9000));
    let table = [
        ("GET", "/itmes", 404, "unknown-resource"),
        ("GET", "/rpc/x", 404, "unknown-function"),
        ("POST", "/healthz", 405, "method-not-allowed"),
        ("DELETE", "/healthz", 405, "method-not-allowed"),
        ("GET", "/items/?select=nope", 400, "unknown-column"),
        ("GET", "/items/?select=nope(*)", 400, "unknown-relationship"),
        ("GET", "/items/?title=x", 400, "invalid-request"),
        ("GET", "/items/?limit=-1", 416, "unsatisfiable-range"),
        ("GET", long.as_str(), 414, "request-too-long"),
    ];
    for (method, path, status, slug) in table {
        let answer = client.ask(method, path, &[("X-Tenant-Id", PAWNEE)]).await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("access-control-allow-origin").is_none());
        let allow = (status == 405).then_some("OPTIONS,GET,HEAD");
        assert_eq!(answer.header("allow"), allow);
        let problem = answer.json();
        assert_eq!(problem["type"], format!("urn:rowhouse:problem:{slug}"));
        assert_eq!(problem["status"], status);
    }
    let options = client.ask("OPTIONS", "/items/", &[]).await;
    assert_eq!(options.status, 200);
    let all = "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE";
    assert_eq!(options.header("allow"), Some(all));
    let trace = client.ask("TRACE", "/items/", &[]).await;
    assert_eq!((trace.status, trace.header("allow")), (405, Some(all)));
    let near = client.get("/itmes", PAWNEE).await;
    assert_eq!(
        near.json()["hint"],
        "Perhaps you meant the table 'public.items'"
    );
}

#[tokio::test]
async fn select_order_and_bounds() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let mut get = async |path: &str| {
        let answer = client.get(path, PAWNEE).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.json().to_string()
    };
    let page = r#"[{"title":"drinking-fountain"},{"title":"concert"}]"#;
    for _ in 0..2 {
        let path = "/items/?select=title&order=title.desc&limit=2&offset=1";
        assert_eq!(get(path).await, page);
    }
    assert_eq!(
        get("/tenants?select=name,items(title)&items.limit=1&items.order=title").await,
        r#"[{"name":"pawnee-parks-and-rec","items":[{"title":"art-fair"}]}]"#
    );
    assert_eq!(get("/%69tems?limit=0").await, "[]");
}

#[tokio::test]
async fn browsers_are_told_to_take_nothing_for_what_it_is_not() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    for (method, path) in [
        ("GET", "/items/"),
        ("GET", "/nothing"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/docs/page.js"),
        ("OPTIONS", "/items/"),
        ("TRACE", "/items/"),
        ("HEAD", "/items/"),
    ] {
        let answer = client.ask(method, path, &[("X-Tenant-Id", PAWNEE)]).await;
        for (name, value) in [
            ("x-content-type-options", Some("nosniff")),
            ("cross-origin-resource-policy", Some("same-origin")),
            // Said over plain HTTP, nobody may believe it.
            ("strict-transport-security", None),
        ] {
            assert_eq!(answer.header(name), value, "{method} {path}");
        }
    }
    let page = client.ask("GET", "/docs", &[]).await;
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    let policy = page.header("content-security-policy").unwrap();
    for part in ["default-src 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
}
