//! Several hosts, of which not all will do.

use super::impostor;
use super::server::Server;
use crate::connect::error::{Cause, ConnectError};
use crate::connect::options::ConnectOptions;
use crate::connect::words::{LoadBalanceHosts, TargetSessionAttrs};
use crate::connect::{Backoff, establish};

fn at(options: ConnectOptions, ports: &[u16]) -> ConnectOptions {
    let mut at = ConnectOptions {
        hosts: Vec::new(),
        ..options
    };
    for port in ports {
        at = at.host("127.0.0.1", *port);
    }
    at
}

#[tokio::test]
async fn the_first_that_fits_is_taken() {
    let writable = Server::start(&[]).await;
    let read_only = Server::start(&[("default_transaction_read_only", "on")]).await;
    let (_bound, dead) = impostor::nobody();
    let ports = [dead, read_only.port, writable.port];
    let find = |attrs| at(writable.tcp("scram"), &ports).target_session_attrs(attrs);
    let is_read_only = |options: ConnectOptions| async move {
        let connected = establish(&options)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        connected.parameters["default_transaction_read_only"] == "on"
    };
    assert!(is_read_only(find(TargetSessionAttrs::Any)).await);
    assert!(is_read_only(find(TargetSessionAttrs::ReadOnly)).await);
    assert!(!is_read_only(find(TargetSessionAttrs::ReadWrite)).await);
    assert!(
        is_read_only(find(TargetSessionAttrs::Primary)).await,
        "not a standby"
    );
    assert!(
        is_read_only(find(TargetSessionAttrs::PreferStandby)).await,
        "none, so any"
    );
    match establish(&find(TargetSessionAttrs::Standby))
        .await
        .unwrap_err()
    {
        ConnectError::EveryAttempt(failures) => {
            assert_eq!(failures.len(), 3);
            assert!(matches!(
                failures[2],
                ConnectError::Failed {
                    cause: Cause::Session { .. },
                    ..
                }
            ));
        }
        error => panic!("{error}"),
    }
    for _ in 0..8 {
        let random =
            find(TargetSessionAttrs::ReadWrite).load_balance_hosts(LoadBalanceHosts::Random);
        assert!(!is_read_only(random).await);
    }
}

/// What a pool does while its server restarts.
#[tokio::test]
async fn a_restarting_server_is_found_again() {
    let mut server = Server::start(&[]).await;
    for over in [server.tcp("scram"), server.unix("trusted")] {
        server.cluster.kill().await;
        let mut cluster = server.cluster;
        let restart = tokio::spawn(async move {
            cluster.start().await;
            cluster
        });
        let mut backoff = Backoff::default();
        let mut attempts = 0;
        while let Err(error) = establish(&over).await {
            assert!(error.is_transient(), "{error}");
            attempts += 1;
            assert!(attempts < 60, "{error}");
            tokio::time::sleep(backoff.next_delay()).await;
        }
        server.cluster = restart.await.unwrap();
    }
}

/// Servers before 14, and many poolers, report nothing; then the session is asked.
#[tokio::test]
async fn a_silent_server_is_asked() {
    for (answer, wanted, fits) in [
        (&b"off"[..], TargetSessionAttrs::ReadWrite, true),
        (b"on", TargetSessionAttrs::ReadWrite, false),
        (b"on", TargetSessionAttrs::ReadOnly, true),
        (b"t", TargetSessionAttrs::Standby, true),
        (b"f", TargetSessionAttrs::Standby, false),
        (b"f", TargetSessionAttrs::Primary, true),
    ] {
        let row = [&[0, 1, 0, 0, 0, answer.len() as u8][..], answer].concat();
        let reply = [
            impostor::message(b'T', &[0, 0]),
            impostor::message(b'D', &row),
            impostor::message(b'C', b"SHOW\0"),
            impostor::message(b'Z', b"I"),
        ];
        let address = impostor::say([impostor::welcome(), reply.concat()].concat()).await;
        let options = impostor::options(address).target_session_attrs(wanted);
        assert_eq!(establish(&options).await.is_ok(), fits, "{wanted}");
    }
}
