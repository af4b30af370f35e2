//! The end of the service, and addresses that are taken.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use rowhouse_api::server::Server;

use crate::service::{PAWNEE, Service, Setup};

fn slow() -> Setup {
    Setup {
        sql: include_str!("slow.sql").into(),
        config: "",
        ..Setup::default()
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered() {
    let mut service = Service::start(slow()).await;
    let (mut busy, mut idle) = (service.client().await, service.client().await);
    assert_eq!(idle.ask("GET", "/healthz", &[]).await.status, 200);
    let ask = format!("GET /naps HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
    busy.send(ask.as_bytes()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    service.stop();
    let answer = busy.answer(false).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()[0]["id"], 1);
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(busy.rest().await.is_empty() && idle.rest().await.is_empty());
    service.ended().await.unwrap();
    assert!(
        tokio::net::TcpStream::connect(service.address)
            .await
            .is_err()
    );
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'rowhouse_app' AND datname = current_database()";
    let admin = service.database.admin().await;
    let left: i64 = admin.query_one(sessions, &[]).await.unwrap().get(0);
    assert_eq!(left, 0);
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let mut setup = slow();
    setup.sql = setup.sql.replace("0.7", "9");
    setup.server.drain = Duration::from_millis(300);
    let mut service = Service::start(setup).await;
    let mut busy = service.client().await;
    let ask = format!("GET /naps HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
    busy.send(ask.as_bytes()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    service.stop();
    service.ended().await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_taken_port_is_never_shared() {
    let two = NonZeroUsize::new(2).unwrap();
    let any = "127.0.0.1:0".parse().unwrap();
    // By a plain program, by one that would share, and by another of us.
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let sharing = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    sharing.set_reuse_port(true).unwrap();
    sharing
        .bind(
            &"127.0.0.1:0"
                .parse::<std::net::SocketAddr>()
                .unwrap()
                .into(),
        )
        .unwrap();
    sharing.listen(1).unwrap();
    let ours = Server::bind(any, two).unwrap();
    let single = Server::bind(any, NonZeroUsize::MIN).unwrap();
    for taken in [
        plain.local_addr().unwrap(),
        sharing.local_addr().unwrap().as_socket().unwrap(),
        ours.local_addr(),
        single.local_addr(),
    ] {
        for workers in [NonZeroUsize::MIN, two] {
            let error = Server::bind(taken, workers).unwrap_err();
            assert!(error.to_string().contains(&taken.to_string()), "{error}");
            assert!(error.hint().contains("--listen") && error.hint().contains("ROWHOUSE_LISTEN"));
        }
    }
}

#[tokio::test]
async fn an_untrusted_header_is_not_served_to_the_world() {
    let service = Service::demo().await;
    let house = rowhouse::Rowhouse::connect(&service.database.app_url())
        .await
        .unwrap();
    let identity =
        rowhouse_identity::HeaderIdentity::new("X-tenant-id", house.tenant_type()).unwrap();
    let options = rowhouse_api::ApiOptions::default();
    let api = rowhouse_api::Api::new(house, service.current.clone(), identity, options);
    let server = Server::bind("0.0.0.0:0".parse().unwrap(), NonZeroUsize::MIN).unwrap();
    let error = server.run(api, std::future::pending()).await.unwrap_err();
    assert!(
        error.to_string().contains("refusing to listen on 0.0.0.0"),
        "{error}"
    );
}

#[tokio::test]
async fn the_api_is_a_router_too() {
    use tower::ServiceExt;
    let service = Service::demo().await;
    let house = rowhouse::Rowhouse::connect(&service.database.app_url())
        .await
        .unwrap();
    let identity =
        rowhouse_identity::HeaderIdentity::new("X-tenant-id", house.tenant_type()).unwrap();
    let options = rowhouse_api::ApiOptions::default();
    let api = rowhouse_api::Api::new(house, service.current.clone(), identity, options);
    let request = http::Request::get("/items/")
        .header("host", "localhost")
        .header("x-tenant-id", PAWNEE)
        .body(axum::body::Body::empty())
        .unwrap();
    let response = api.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn the_end_is_announced_before_it_comes() {
    let mut setup = slow();
    setup.server.notice = Duration::from_secs(4);
    let mut service = Service::start(setup).await;
    let (mut busy, mut probe) = (service.client().await, service.client().await);
    let ready = probe.ask("GET", "/readyz", &[]).await;
    assert_eq!((ready.status, ready.header("connection")), (200, None));
    let ask = format!("GET /naps HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
    busy.send(ask.as_bytes()).await;
    service.stop();
    let mut answer = ready;
    for _ in 0..100 {
        answer = service.client().await.ask("GET", "/readyz", &[]).await;
        if answer.status == 503 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("connection"), Some("close"));
    // Alive all the same, still taking connections, and on each of its runtimes.
    for _ in 0..8 {
        let mut client = service.client().await;
        assert_eq!(client.ask("GET", "/readyz", &[]).await.status, 503);
        let mut client = service.client().await;
        assert_eq!(client.ask("GET", "/healthz", &[]).await.status, 200);
    }
    let mut late = service.client().await;
    assert_eq!(late.get("/naps", PAWNEE).await.status, 200);
    assert_eq!(busy.answer(false).await.status, 200);
    service.ended().await.unwrap();
}

#[tokio::test]
async fn a_stream_under_way_comes_to_its_end() {
    let mut setup = slow();
    setup.sql = include_str!("large.sql").into();
    setup.server.drain = Duration::from_secs(30);
    let mut service = Service::start(setup).await;
    let mut client = service.client().await;
    let ask = format!("GET /logs HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
    client.send(ask.as_bytes()).await;
    assert_eq!(client.head().await.status, 200);
    service.stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut bytes = 0;
    let end = loop {
        match client.chunk().await {
            Some(chunk) if chunk.is_empty() => break true,
            Some(chunk) => bytes += chunk.len(),
            None => break false,
        }
    };
    assert!(end, "cut off after {bytes} bytes");
    service.ended().await.unwrap();
}
