//! A cancelled statement is really cancelled, over each kind of connection.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::server::Server;
use crate::connect::words::SslMode;
use crate::connect::{cancel, establish};

#[tokio::test]
async fn pg_sleep_wakes_up() {
    let server = Server::start(&[]).await;
    let admin = server.cluster.admin().await;
    for options in [
        server.unix("trusted"),
        server.tcp("scram"),
        server.tls("tls_only", SslMode::VerifyFull),
    ] {
        let mut connected = establish(&options).await.unwrap();
        let mut message = BytesMut::new();
        frontend::query("SELECT pg_sleep(60)", &mut message).unwrap();
        connected.stream.write_all(&message).await.unwrap();
        connected.stream.flush().await.unwrap();
        let sleeps = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'";
        while admin
            .query_opt(sleeps, &[&connected.process_id])
            .await
            .unwrap()
            .is_none()
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let started = Instant::now();
        cancel(&connected.target).await.unwrap();
        let code = loop {
            match Message::parse(&mut connected.buffered).unwrap() {
                Some(Message::ErrorResponse(body)) => {
                    break crate::connect::refusal::Refusal::read(&body).unwrap().code;
                }
                Some(_) => {}
                None => {
                    let read = connected
                        .stream
                        .read_buf(&mut connected.buffered)
                        .await
                        .unwrap();
                    assert!(read > 0);
                }
            }
        };
        assert_eq!(code, "57014");
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn the_key_is_not_shown() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shown = runtime.block_on(async {
        let address = super::impostor::say(super::impostor::welcome()).await;
        let connected = establish(&super::impostor::options(address)).await.unwrap();
        format!("{connected:?}")
    });
    // The impostor's key is 9; its process is 7.
    assert!(
        shown.contains("process_id: 7") && !shown.contains("secret"),
        "{shown}"
    );
}
