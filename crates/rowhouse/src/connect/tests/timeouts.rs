//! A timeout says which phase it interrupted.

use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::impostor::{self, authentication, message, welcome};
use crate::connect::error::{ConnectError, Phase};
use crate::connect::establish;
use crate::connect::options::ConnectOptions;
use crate::connect::words::{SslMode, TargetSessionAttrs};

async fn times_out_in(phase: Phase, options: ConnectOptions) {
    let allowed = Duration::from_millis(500);
    let error = establish(&options.connect_timeout(Some(allowed)))
        .await
        .unwrap_err();
    match &error {
        ConnectError::Timeout {
            phase: found,
            after,
            host,
        } => {
            assert_eq!((*found, *after), (phase, allowed), "{error}");
            assert!(host.starts_with("127.0.0.1"), "{host}");
        }
        _ => panic!("{error}"),
    }
    assert!(error.is_transient() && error.hint().is_some());
}

#[tokio::test]
async fn while_the_socket_opens() {
    // A full backlog drops what else knocks.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener: TcpListener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(address)).await
    {
        waiting.push(stream);
    }
    times_out_in(Phase::Connect, impostor::options(address)).await;
}

#[tokio::test]
async fn while_tls_is_agreed_on() {
    let silent = impostor::listen(impostor::hold).await;
    times_out_in(
        Phase::Tls,
        impostor::options(silent).sslmode(SslMode::Require),
    )
    .await;
    let willing = impostor::say(b"S".to_vec()).await;
    times_out_in(
        Phase::Tls,
        impostor::options(willing).sslmode(SslMode::Prefer),
    )
    .await;
}

#[tokio::test]
async fn while_authenticating() {
    times_out_in(
        Phase::Authenticate,
        impostor::options(impostor::say(Vec::new()).await),
    )
    .await;
    let asks = impostor::say(authentication(5, &[1, 2, 3, 4])).await;
    times_out_in(Phase::Authenticate, impostor::options(asks)).await;
}

#[tokio::test]
async fn while_the_session_starts() {
    let slow = impostor::say([authentication(0, &[]), message(b'K', &[0; 8])].concat()).await;
    times_out_in(Phase::Startup, impostor::options(slow)).await;
}

#[tokio::test]
async fn while_the_kind_of_server_is_asked_for() {
    let options = impostor::options(impostor::say(welcome()).await);
    let options = options.target_session_attrs(TargetSessionAttrs::Primary);
    times_out_in(Phase::SessionAttrs, options).await;
}

#[tokio::test]
async fn while_cancelling() {
    let address = impostor::say(welcome()).await;
    let options = impostor::options(address).connect_timeout(Some(Duration::from_millis(200)));
    let connected = establish(&options).await.unwrap();
    // The impostor holds the line after the request where a server would close it.
    let error = crate::connect::cancel(&connected.target).await.unwrap_err();
    assert!(
        matches!(
            error,
            ConnectError::Timeout {
                phase: Phase::Cancel,
                ..
            }
        ),
        "{error}"
    );
}

/// A resolver that does not answer cannot be had in a test; the clock is what would stop it.
#[tokio::test]
async fn while_the_name_is_looked_up() {
    let clock =
        crate::connect::clock::Clock::start("127.0.0.1".into(), Some(Duration::from_millis(20)));
    let error = clock
        .run(Phase::Resolve, std::future::pending::<Result<(), _>>())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        ConnectError::Timeout {
            phase: Phase::Resolve,
            ..
        }
    ));
}
