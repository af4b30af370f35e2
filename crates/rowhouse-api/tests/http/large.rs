//! Answers larger than a lane buffers: streamed, cut off when they fail, let go when nobody reads.

use std::time::Duration;

use rowhouse::Rowhouse;

use crate::client::Client;
use crate::service::{PAWNEE, Service, Setup};

const ROWS: usize = 150_000;

fn setup() -> Setup {
    Setup {
        sql: include_str!("large.sql").into(),
        config: "",
        house: Rowhouse::builder()
            .lanes(1)
            .exclusive_connections(1)
            .acquire_timeout(Duration::from_secs(20)),
        ..Setup::default()
    }
}

async fn begin(service: &Service) -> Client {
    let mut client = service.client().await;
    let ask = format!("GET /logs HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
    client.send(ask.as_bytes()).await;
    let head = client.head().await;
    assert_eq!(head.status, 200);
    assert_eq!(head.header("transfer-encoding"), Some("chunked"));
    assert_eq!(head.header("content-length"), None);
    assert_eq!(head.header("cache-control"), Some("private, no-cache"));
    assert!(client.chunk().await.unwrap().starts_with(b"[{\"id\":1,"));
    client
}

/// Reads to the end; whether it was a proper one.
async fn finish(client: &mut Client) -> bool {
    loop {
        match client.chunk().await {
            Some(chunk) if chunk.is_empty() => return true,
            Some(_) => {}
            None => return false,
        }
    }
}

/// Sessions of the app role that are in the middle of something.
async fn busy(service: &Service) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity
                WHERE usename = 'rowhouse_app' AND datname = current_database() AND state <> 'idle'";
    let admin = service.database.admin().await;
    admin.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_large_answer_is_whole_and_in_order() {
    let service = Service::start(setup()).await;
    let mut client = service.client().await;
    for _ in 0..2 {
        let answer = client.get("/logs?order=id&select=id", PAWNEE).await;
        assert!(!answer.cut_off);
        let rows = answer.json();
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), ROWS);
        assert!(rows.iter().zip(1..).all(|(row, n)| row["id"] == n));
    }
    let head = client
        .ask("HEAD", "/logs", &[("X-Tenant-Id", PAWNEE)])
        .await;
    assert_eq!((head.status, head.header("content-length")), (200, None));
    // And the connection goes on.
    let some = client.get("/logs?limit=2&select=id", PAWNEE).await;
    assert_eq!(some.body, br#"[{"id":1},{"id":2}]"#);
}

#[tokio::test]
async fn compressed_as_well() {
    let service = Service::start(setup()).await;
    let mut client = service.client().await;
    let headers = [("X-Tenant-Id", PAWNEE), ("Accept-Encoding", "gzip")];
    let answer = client.ask("GET", "/logs", &headers).await;
    assert!(!answer.cut_off && answer.header("content-encoding") == Some("gzip"));
    let json: serde_json::Value =
        serde_json::from_reader(flate2::read::GzDecoder::new(&answer.body[..])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), ROWS);
}

#[tokio::test]
async fn a_failure_midway_cuts_the_answer_off() {
    let service = Service::start(setup()).await;
    for encoding in ["identity", "gzip"] {
        let mut client = service.client().await;
        let ask = format!(
            "GET /logs HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\nAccept-Encoding: {encoding}\r\n\r\n"
        );
        client.send(ask.as_bytes()).await;
        assert_eq!(client.head().await.status, 200);
        if encoding == "identity" {
            client.chunk().await.unwrap();
        }
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE usename = 'rowhouse_app' AND datname = current_database() AND state <> 'idle'";
        let admin = service.database.admin().await;
        assert!(admin.execute(kill, &[]).await.unwrap() > 0, "{encoding}");
        assert!(
            !finish(&mut client).await,
            "{encoding}: ended as if it were whole"
        );
    }
    assert!(finish(&mut begin(&service).await).await);
}

/// Waits until no statement runs any more.
async fn idle(service: &Service) {
    let idle = async {
        while busy(service).await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), idle)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_goes_away_lets_go_of_the_connection() {
    let service = Service::start(setup()).await;
    for _ in 0..3 {
        drop(begin(&service).await);
    }
    // There is one connection for streams: the next one has it at once.
    assert!(finish(&mut begin(&service).await).await);
    idle(&service).await;
}

#[tokio::test]
async fn who_takes_nothing_loses_the_connection() {
    let mut setup = setup();
    setup.api.stall = Duration::from_millis(500);
    let service = Service::start(setup).await;
    let mut still = begin(&service).await;
    // Waits for the one connection until the first client has lost it. Both may be on one worker or not.
    idle(&service).await;
    assert!(finish(&mut begin(&service).await).await);
    assert!(!finish(&mut still).await, "ended as if it were whole");
}

#[tokio::test]
async fn too_many_large_answers_are_told_so() {
    let mut setup = setup();
    setup.house = Rowhouse::builder()
        .lanes(1)
        .exclusive_connections(1)
        .acquire_timeout(Duration::from_millis(200));
    let service = Service::start(setup).await;
    let mut waiting = Vec::new();
    let mut refused = 0;
    // Each worker has one connection for streams; three clients are one too many.
    for _ in 0..3 {
        let mut client = service.client().await;
        let ask = format!("GET /logs HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
        client.send(ask.as_bytes()).await;
        let head = client.head().await;
        if head.status == 503 {
            refused += 1;
            assert_eq!(head.header("retry-after"), Some("1"));
        }
        waiting.push(client);
    }
    assert!(refused > 0);
    // Small answers go on meanwhile.
    let small = service.client().await.get("/logs?limit=1", PAWNEE).await;
    assert_eq!(small.status, 200);
}

#[tokio::test]
async fn slow_readers_of_buffered_answers_hold_no_lane() {
    let mut setup = setup();
    // Whoever held a lane would hold it for good.
    setup.api.stall = Duration::from_hours(1);
    let service = Service::start(setup).await;
    let ask = format!(
        "GET /logs?limit=5000 HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n"
    );
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut client = service.client().await;
        client.send(ask.repeat(5).as_bytes()).await;
        slow.push(client);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..10 {
        let mut client = service.client().await;
        let small = client.get("/logs?limit=1", PAWNEE);
        let answer = tokio::time::timeout(Duration::from_mins(1), small).await;
        assert_eq!(answer.unwrap().status, 200);
    }
}
