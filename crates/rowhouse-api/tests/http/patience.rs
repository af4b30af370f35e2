//! Clients that say nothing, say it slowly, or do not listen.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use crate::service::{PAWNEE, Service, Setup};

/// Long enough for the busiest machine, and short of for ever.
const GUARD: Duration = Duration::from_mins(1);

fn impatient() -> Setup {
    let mut setup = Setup::default();
    setup.server.head = Duration::from_millis(400);
    setup.server.idle = Duration::from_secs(4);
    setup.server.stall = Duration::from_millis(500);
    setup
}

#[tokio::test]
async fn a_head_sent_byte_by_byte_is_cut_off() {
    let service = Service::start(impatient()).await;
    // The service may count from before this side knows of the connection.
    let began = Instant::now();
    let mut client = service.client().await;
    for byte in b"GET /items/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: loris"
        .iter()
        .cycle()
    {
        if client.stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(began.elapsed() < GUARD, "never cut off");
    }
    assert!(began.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_second_head_is_held_to_the_same_limit() {
    let service = Service::start(impatient()).await;
    let mut client = service.client().await;
    let began = Instant::now();
    assert_eq!(client.get("/items/", PAWNEE).await.status, 200);
    client.send(b"GET /items").await;
    assert!(client.rest().await.is_empty());
    assert!(
        (Duration::from_millis(400)..GUARD).contains(&began.elapsed()),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn silence_is_borne_for_a_while() {
    let service = Service::start(impatient()).await;
    // Who opens a connection is to speak soon.
    let began = Instant::now();
    let mut mute = service.client().await;
    assert!(mute.rest().await.is_empty());
    assert!(
        (Duration::from_millis(400)..GUARD).contains(&began.elapsed()),
        "{:?}",
        began.elapsed()
    );

    let mut client = service.client().await;
    for _ in 0..3 {
        assert_eq!(client.get("/items/", PAWNEE).await.status, 200);
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    let began = Instant::now();
    assert!(client.rest().await.is_empty());
    assert!(began.elapsed() < GUARD, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_slow_answer_is_not_silence() {
    let mut setup = impatient();
    setup.sql = include_str!("slow.sql").into();
    setup.config = "";
    setup.server.idle = Duration::from_millis(300);
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    assert_eq!(client.get("/naps", PAWNEE).await.status, 200);
}

#[tokio::test]
async fn who_does_not_listen_is_cut_off() {
    let mut setup = impatient();
    setup.sql = include_str!("large.sql").into();
    setup.config = "";
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    let ask = format!(
        "GET /logs?limit=5000 HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n"
    );
    client.send(ask.repeat(10).as_bytes()).await;
    // More than the sockets hold is on its way. What is said next meets a closed socket at last.
    let began = Instant::now();
    while client.stream.write_all(b" ").await.is_ok() {
        assert!(began.elapsed() < GUARD, "never cut off");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
