//! More clients, headers and slow content than there is room for.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use crate::service::{PAWNEE, Service, Setup};

/// Long enough for the busiest machine, and short of for ever.
const GUARD: Duration = Duration::from_mins(1);

fn with_room_for(connections: usize) -> Setup {
    let mut setup = Setup::default();
    setup.server.connections = NonZeroUsize::new(connections).unwrap();
    setup
}

#[tokio::test]
async fn idle_connections_make_room() {
    let service = Service::start(with_room_for(3)).await;
    let mut idle = Vec::new();
    for _ in 0..3 {
        let mut client = service.client().await;
        assert_eq!(client.get("/items/", PAWNEE).await.status, 200);
        idle.push(client);
    }
    let mut next = service.client().await;
    assert_eq!(next.get("/items/", PAWNEE).await.status, 200);
    let mut closed = 0;
    for mut client in idle {
        closed += usize::from(client.rest().await.is_empty());
    }
    assert_eq!(closed, 3);
}

#[tokio::test]
async fn who_finds_no_room_waits_for_it() {
    let mut setup = with_room_for(1);
    setup.sql = include_str!("slow.sql").into();
    setup.config = "";
    let service = Service::start(setup).await;
    let mut busy = service.client().await;
    let ask = format!("GET /naps HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
    busy.send(ask.as_bytes()).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut others = Vec::new();
    for _ in 0..4 {
        let mut client = service.client().await;
        client
            .send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await;
        others.push(client);
    }
    // The one that is served is finished, then gives its place away.
    let answer = busy.answer(false).await;
    assert_eq!(answer.status, 200);
    for mut client in others {
        assert_eq!(client.answer(false).await.status, 200);
    }
    assert!(busy.rest().await.is_empty());
}

#[tokio::test]
async fn the_end_does_not_wait_for_room() {
    let mut setup = with_room_for(1);
    setup.server.idle = Duration::from_mins(10);
    setup.server.head = Duration::from_mins(10);
    let mut service = Service::start(setup).await;
    // Has a place, and asks nothing.
    let _mute = service.client().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut waits = service.client().await;
    waits
        .send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    service.stop();
    assert_eq!(waits.answer(false).await.status, 200);
    service.ended().await.unwrap();
}

#[tokio::test]
async fn too_many_headers_are_refused() {
    let mut setup = Setup::default();
    setup.api.header_count = 20;
    let service = Service::start(setup).await;
    let many = |count: usize| vec![("X-More", "1"); count];
    let mut client = service.client().await;
    let few = client.ask("GET", "/healthz", &many(19)).await;
    assert_eq!(few.status, 200);
    let more = client.ask("GET", "/healthz", &many(20)).await;
    assert_eq!(more.status, 431);
    assert_eq!(more.json()["detail"], "there are more than 20 headers");
    // Beyond what is read at all.
    let far_more = client.ask("GET", "/healthz", &many(200)).await;
    assert_eq!(far_more.status, 431);
    assert!(client.rest().await.is_empty());
}

#[tokio::test]
async fn more_headers_are_read_where_more_are_allowed() {
    let mut setup = Setup::default();
    setup.api.header_count = 150;
    setup.server.headers = 150;
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    for (count, status) in [(149, 200), (151, 431)] {
        let headers = vec![("X-More", "1"); count];
        assert_eq!(client.ask("GET", "/healthz", &headers).await.status, status);
    }
}

#[tokio::test]
async fn content_sent_byte_by_byte_is_cut_off() {
    let mut setup = Setup::default();
    setup.api.content_within = Duration::from_millis(400);
    setup.api.content_rate = NonZeroU32::new(1000).unwrap();
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    let head = format!(
        "POST /items HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\nContent-Length: 100000\r\n\r\n"
    );
    client.send(head.as_bytes()).await;
    let began = Instant::now();
    while client.stream.write_all(b" ").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(began.elapsed() < GUARD, "never cut off");
    }
    assert!(began.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn content_that_keeps_coming_is_waited_for() {
    let mut setup = Setup::default();
    setup.api.content_within = Duration::from_secs(5);
    // A kilobyte each is worth more time than the whole test takes.
    setup.api.content_rate = NonZeroU32::MIN;
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    let rows = 7;
    let length = rows * 1024 + 2;
    let head = format!(
        "POST /items HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\nContent-Length: {length}\r\n\r\n["
    );
    client.send(head.as_bytes()).await;
    for _ in 0..rows {
        client.send(&[b' '; 1024]).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    client.send(b"]").await;
    assert_eq!(client.answer(false).await.status, 201);
}

/// Who opens connections and asks nothing holds each for a moment only, once others wait.
#[tokio::test]
async fn silent_connections_make_room() {
    let mut setup = with_room_for(3);
    setup.server.head = GUARD * 10;
    let service = Service::start(setup).await;
    let mut silent = Vec::new();
    for _ in 0..9 {
        silent.push(service.client().await);
    }
    let asked = Instant::now();
    let mut next = service.client().await;
    assert_eq!(next.get("/items/", PAWNEE).await.status, 200);
    assert!(asked.elapsed() < GUARD);
    drop(silent);
}
