//! Servers that are broken, or not PostgreSQL, or worse.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::impostor::{self, authentication, message, welcome};
use crate::connect::error::{AuthenticationError, Cause, ConnectError, Phase};
use crate::connect::options::ConnectOptions;
use crate::connect::words::{ChannelBinding, SslMode};
use crate::connect::{Connected, establish};

async fn meet(bytes: Vec<u8>) -> Result<Connected, ConnectError> {
    establish(&impostor::options(impostor::say(bytes).await)).await
}

async fn cause(bytes: Vec<u8>) -> (Phase, Cause) {
    match meet(bytes).await.unwrap_err() {
        ConnectError::Failed { phase, cause, .. } => (phase, cause),
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_plain_welcome_and_what_comes_after_it() {
    let connected = meet([welcome(), b"later".to_vec()].concat()).await.unwrap();
    assert_eq!(connected.process_id, 7);
    assert_eq!(connected.parameters["server_version"], "15.0");
    assert!(b"later".starts_with(&connected.buffered));
}

#[tokio::test]
async fn a_huge_message_is_refused_before_it_is_read() {
    for (tag, length) in [
        (b'R', i32::MAX),
        (b'E', 0x0100_0000),
        (b'S', 70_000),
        (b'Z', -1),
        (b'K', 3),
    ] {
        let (_, cause) = cause([&[tag][..], &length.to_be_bytes()].concat()).await;
        assert!(matches!(cause, Cause::Protocol(_)), "{cause}");
    }
}

#[tokio::test]
async fn a_startup_without_end_is_broken_off() {
    let mut endless = authentication(0, &[]);
    for number in 0..3_000 {
        let parameter = format!("p{number}\0{}\0", "x".repeat(1_000));
        endless.extend(message(b'S', parameter.as_bytes()));
    }
    let (phase, cause) = cause(endless).await;
    assert_eq!(phase, Phase::Startup);
    assert!(
        matches!(&cause, Cause::Protocol(what) if what.contains("without end")),
        "{cause}"
    );
}

#[tokio::test]
async fn messages_out_of_place_are_errors() {
    for bytes in [
        message(b'Z', b"I"),
        message(b'D', &[0, 0]),
        message(b'1', &[]),
        authentication(11, b"r=x"),
        authentication(99, &[]),
        authentication(5, &[1]),
        [authentication(0, &[]), message(b'Z', b"T")].concat(),
        [authentication(0, &[]), authentication(0, &[])].concat(),
        [authentication(0, &[]), message(b'K', &[0])].concat(),
        [authentication(3, &[]), message(b'Z', b"I")].concat(),
        [authentication(5, &[1, 2, 3, 4]), authentication(3, &[])].concat(),
        message(b'E', b"not fields"),
        message(b'v', &[0, 3, 0, 0]),
        b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
    ] {
        let (_, cause) = cause(bytes.clone()).await;
        assert!(matches!(cause, Cause::Protocol(_)), "{bytes:?}: {cause}");
    }
}

#[tokio::test]
async fn a_server_that_skips_its_proof_is_not_believed() {
    let offer = authentication(10, b"SCRAM-SHA-256\0\0");
    let (_, at_once) = cause([offer.clone(), authentication(0, &[])].concat()).await;
    assert!(matches!(at_once, Cause::Protocol(_)), "{at_once}");
    let stranger = authentication(11, b"r=notmine,s=c2FsdA==,i=4096");
    let (_, nonce) = cause([offer.clone(), stranger].concat()).await;
    assert!(
        matches!(nonce, Cause::Authentication(AuthenticationError::Scram(_))),
        "{nonce}"
    );
    let (_, unknown) = cause(authentication(10, b"PLAIN\0\0")).await;
    assert!(matches!(
        unknown,
        Cause::Authentication(AuthenticationError::Unsupported(_))
    ));
    let (_, broken) = cause(authentication(10, b"SCRAM-SHA-256")).await;
    assert!(matches!(broken, Cause::Protocol(_)), "{broken}");
}

/// Runs SCRAM as a server that does not know the password would have to.
async fn guess(iterations: u32, finale: &'static [u8]) -> String {
    let address = impostor::listen(move |mut socket| async move {
        impostor::startup(&mut socket).await;
        let offer = authentication(10, b"SCRAM-SHA-256\0\0");
        socket.write_all(&offer).await.unwrap();
        let mut buffer = [0; 512];
        let read = socket.read(&mut buffer).await.unwrap();
        let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
        let nonce = text.split("r=").nth(1).unwrap();
        let challenge = format!("r={nonce}x,s=c2FsdA==,i={iterations}");
        let challenge = authentication(11, challenge.as_bytes());
        socket.write_all(&challenge).await.unwrap();
        if socket.read(&mut buffer).await.is_ok_and(|read| read > 0) {
            let rest = [authentication(12, finale), welcome()].concat();
            socket.write_all(&rest).await.unwrap();
            impostor::hold(socket).await;
        }
    })
    .await;
    let error = establish(&impostor::options(address)).await.unwrap_err();
    assert!(!error.is_transient());
    error.to_string()
}

#[tokio::test]
async fn a_server_that_does_not_know_the_password_is_not_believed() {
    for finale in [&b"v=d3Jvbmc="[..], b"v=", b"e=no", b"", b"\xff"] {
        let error = guess(4096, finale).await;
        assert!(
            error.contains("the server's part of SCRAM is wrong"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn absurd_iterations_are_refused() {
    let error = guess(2_000_000_000, b"").await;
    assert!(error.contains("iteration count"), "{error}");
}

#[tokio::test]
async fn a_password_is_not_given_in_the_clear_unless_somebody_said_so() {
    let address = impostor::say(authentication(3, &[])).await;
    let unsaid = ConnectOptions {
        ssl_mode: None,
        ..impostor::options(address)
    };
    // The impostor takes the request for TLS for a startup, so ask for none in the other way.
    let unsaid = unsaid.sslmode(SslMode::Allow);
    let error = establish(&unsaid).await.unwrap_err();
    assert!(error.to_string().contains("unencrypted TCP"), "{error}");
    let named = ConnectOptions {
        require_auth: Some("password".parse().unwrap()),
        ..unsaid.clone()
    };
    let waits = tokio::time::timeout(std::time::Duration::from_millis(200), establish(&named));
    assert!(waits.await.is_err(), "named as acceptable, it is sent");
    let other = ConnectOptions {
        require_auth: Some("!password".parse().unwrap()),
        ..unsaid
    };
    let error = establish(&other).await.unwrap_err();
    assert!(error.to_string().contains("require_auth"), "{error}");
}

#[tokio::test]
async fn channel_binding_cannot_be_had_without_tls() {
    for bytes in [
        welcome(),
        authentication(3, &[]),
        authentication(5, &[1, 2, 3, 4]),
        authentication(10, b"SCRAM-SHA-256\0SCRAM-SHA-256-PLUS\0\0"),
    ] {
        let address = impostor::say(bytes).await;
        let options = impostor::options(address).channel_binding(ChannelBinding::Require);
        let error = establish(&options).await.unwrap_err();
        assert!(
            error.to_string().contains("channel_binding=require"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_answer_to_the_request_for_tls_is_checked() {
    for (answer, part) in [
        (&b"N"[..], "does not offer TLS"),
        (b"E", "with an error"),
        (b"X", "neither yes nor no"),
        (b"Sgarbage, not a handshake", "setting up TLS"),
    ] {
        let address = impostor::say(answer.to_vec()).await;
        let options = impostor::options(address).sslmode(SslMode::Require);
        let error = establish(&options).await.unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
}

/// `pg_hba.conf` may want TLS, and then the other way is tried; but a login that was refused after
/// a challenge is not repeated with less, or more, protection.
#[tokio::test]
async fn only_a_closed_door_is_tried_from_the_other_side() {
    let refusal = impostor::error("28000");
    let challenged = [authentication(5, &[1, 2, 3, 4]), refusal.clone()].concat();
    for (bytes, connections) in [(refusal, 2), (challenged, 1)] {
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        let address = impostor::listen(move |mut socket| {
            counter.fetch_add(1, Ordering::SeqCst);
            let bytes = bytes.clone();
            async move {
                impostor::startup(&mut socket).await;
                let _ = socket.write_all(&bytes).await;
                impostor::hold(socket).await;
            }
        })
        .await;
        let options = impostor::options(address).sslmode(SslMode::Allow);
        let error = establish(&options).await.unwrap_err();
        assert!(error.to_string().contains("28000"), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), connections);
    }
}

#[tokio::test]
async fn cut_short_anywhere_it_is_an_error() {
    let whole = welcome();
    for length in 0..whole.len() {
        let bytes = whole[..length].to_vec();
        let address = impostor::listen(move |mut socket| {
            let bytes = bytes.clone();
            async move {
                impostor::startup(&mut socket).await;
                let _ = socket.write_all(&bytes).await;
            }
        })
        .await;
        let error = establish(&impostor::options(address)).await.unwrap_err();
        assert!(error.is_transient(), "{length}: {error}");
    }
}

#[test]
fn garbage_never_panics_or_hangs() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let tags = b"RESKZNDTC1vA".to_vec();
    let body = prop::collection::vec(any::<u8>(), 0..64);
    let messages = prop::collection::vec((prop::sample::select(tags), body), 0..6);
    let noise = prop::collection::vec(any::<u8>(), 0..64);
    TestRunner::default()
        .run(
            &(any::<bool>(), messages, noise),
            |(greeted, messages, noise)| {
                let mut bytes = if greeted {
                    authentication(0, &[])
                } else {
                    Vec::new()
                };
                bytes.extend(messages.iter().flat_map(|(tag, body)| message(*tag, body)));
                bytes.extend(noise);
                runtime.block_on(async {
                    let options = impostor::options(impostor::say(bytes).await)
                        .connect_timeout(Some(std::time::Duration::from_millis(5)));
                    let patience = std::time::Duration::from_secs(5);
                    let result = tokio::time::timeout(patience, establish(&options)).await;
                    prop_assert!(result.is_ok(), "hangs");
                    Ok(())
                })
            },
        )
        .unwrap();
}
