//! Requests from elsewhere, broken ones, and ones that are too large.

use rowhouse::Rowhouse;

use crate::service::{DUNDER, PAWNEE, Service, Setup};

#[tokio::test]
async fn other_hosts_and_pages_are_turned_away() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let tenant = ("X-Tenant-Id", PAWNEE);
    let port = service.address.port();
    let local = format!("localhost:{port}");
    let table: [(&[(&str, &str)], u16); 8] = [
        (&[("Host", &local), tenant], 200),
        (&[("Host", "evil.example"), tenant], 403),
        (&[tenant], 403),
        (&[("Host", &local), ("Host", &local), tenant], 403),
        (
            &[("Host", &local), ("Origin", "https://evil.example"), tenant],
            403,
        ),
        (&[("Host", &local), ("Origin", "null"), tenant], 403),
        (
            &[("Host", &local), ("Sec-Fetch-Site", "cross-site"), tenant],
            403,
        ),
        (&[("Host", &local), ("Sec-Fetch-Site", "none"), tenant], 200),
    ];
    for (headers, status) in table {
        let answer = client.ask_bare("GET", "/items/", headers).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status == 403 {
            assert_eq!(answer.json()["type"], "urn:rowhouse:problem:misdirected");
            assert!(answer.json()["hint"].is_string());
        }
    }
    let other = client
        .ask_bare(
            "GET",
            "http://evil.example/items/",
            &[("Host", &local), tenant],
        )
        .await;
    assert_eq!(other.status, 403);
    // Probes come by any name.
    let probe = client
        .ask_bare("GET", "/healthz", &[("Host", "10.0.0.1")])
        .await;
    assert_eq!(probe.status, 200);
}

#[tokio::test]
async fn a_trusted_header_comes_by_any_name() {
    let setup = Setup {
        trusted: true,
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let headers = [
        ("Host", "api.example"),
        ("Origin", "https://app.example"),
        ("X-Tenant-Id", DUNDER),
    ];
    let mut client = service.client().await;
    let answer = client.ask_bare("GET", "/items/", &headers).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn too_much_is_refused_with_words() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let long = "x".repeat(20 << 10);
    let headers = [("X-Tenant-Id", PAWNEE), ("X-Long", long.as_str())];
    let answer = client.ask("GET", "/items/", &headers).await;
    assert_eq!(answer.status, 431);
    assert_eq!(answer.json()["type"], "urn:rowhouse:problem:head-too-large");
    let headers = [("X-Tenant-Id", PAWNEE), ("Content-Length", "99999999")];
    let answer = client.ask("GET", "/items/", &headers).await;
    assert_eq!(answer.status, 413);
    assert_eq!(
        answer.json()["type"],
        "urn:rowhouse:problem:content-too-large"
    );
}

#[tokio::test]
async fn content_of_a_read_is_passed_over() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let request = format!(
        "GET /items/ HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\nContent-Length: 4\r\n\r\nGET "
    );
    client.send(request.as_bytes()).await;
    assert_eq!(client.answer(false).await.status, 200);
}

#[tokio::test]
async fn what_is_not_http_is_refused_and_closed() {
    let service = Service::demo().await;
    let huge = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(200 << 10));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(500));
    let path = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(100_000));
    let broken: [&[u8]; 9] = [
        b"hello\r\n\r\n",
        b"GET /items/ HTTP/9.9\r\n\r\n",
        b"GET /items/\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        huge.as_bytes(),
        many.as_bytes(),
        path.as_bytes(),
    ];
    for bytes in broken {
        let mut client = service.client().await;
        client.send(bytes).await;
        let answer = client.rest().await;
        let text = String::from_utf8_lossy(&answer);
        assert!(
            text.starts_with("HTTP/1.1 4"),
            "{:?} got {text:?}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
        );
    }
    assert_eq!(
        service.client().await.get("/items/", PAWNEE).await.status,
        200
    );
}

#[tokio::test]
async fn requests_cannot_be_smuggled() {
    let service = Service::demo().await;
    let inner = format!("GET /items/ HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {DUNDER}\r\n\r\n");
    let outer = format!(
        "GET /items/ HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\nContent-Length: {}\r\n\
         Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        inner.len()
    );
    let mut client = service.client().await;
    client.send(outer.as_bytes()).await;
    let answer = String::from_utf8_lossy(&client.rest().await).into_owned();
    assert!(!answer.contains(DUNDER), "{answer}");
}

#[tokio::test]
async fn other_types_of_tenant() {
    let setup = Setup {
        sql: "CREATE TABLE notes (id int PRIMARY KEY, tenant_id bigint NOT NULL);
              INSERT INTO notes VALUES (1, 7), (2, 8);
              ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
              CREATE POLICY t ON notes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::bigint));
              GRANT SELECT ON notes TO rowhouse_app;"
            .into(),
        config: "",
        house: Rowhouse::builder().lanes(1).tenant_type(rowhouse::TenantType::Integer),
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    let rows = client.get("/notes", "7").await;
    assert_eq!(rows.body, br#"[{"id":1,"tenant_id":7}]"#);
    for wrong in ["007", "+7", "7 OR 1=1"] {
        assert_eq!(client.get("/notes", wrong).await.status, 400);
    }
}
