//! A huge table costs constant memory. Alone in its process, whose memory is looked at.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]
#![allow(
    dead_code,
    reason = "the service and the client have more than this test uses"
)]

#[path = "../http/client.rs"]
mod client;
#[path = "../http/service.rs"]
mod service;

use service::{PAWNEE, Service, Setup};

/// Resident memory of this process, service and test together, in MiB.
fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / f64::from(1 << 20)
}

#[tokio::test]
async fn sixty_megabytes_pass_through_a_few() {
    let setup = Setup {
        sql: include_str!("../http/large.sql").into(),
        config: "",
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let ask = format!("GET /logs HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
    for clients in [1, 4] {
        let before = resident();
        let mut readers = Vec::new();
        for _ in 0..clients {
            let mut client = service.client().await;
            client.send(ask.as_bytes()).await;
            assert_eq!(client.head().await.status, 200);
            readers.push(client);
        }
        let (mut bytes, mut peak) = (0, before);
        while !readers.is_empty() {
            let mut going = Vec::new();
            for mut reader in readers {
                let chunk = reader.chunk().await.unwrap();
                bytes += chunk.len();
                peak = peak.max(resident());
                if !chunk.is_empty() {
                    going.push(reader);
                }
            }
            readers = going;
        }
        assert!(bytes > (clients * 50) << 20);
        let grown = peak - before;
        println!("{clients} clients: {bytes} bytes, {grown:.1} MiB more");
        assert!(
            grown < 6.0 * clients as f64 + 6.0,
            "{clients} clients: {grown:.1} MiB more"
        );
    }
}
