//! What SQL injection reaches: an endpoint that pastes its input into SQL, and hundreds of payloads run through it. In
//! plain mode each of them leaks, which the test asserts too; in a sealed database not one foreign row is read or
//! written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]
#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]

mod endpoint;
mod forgeries;
mod grounds;
mod payloads;
mod refused;
mod sealing;
mod writes;

use endpoint::{Endpoint, Response};
use grounds::{FOREIGN_ROWS, Grounds};
use payloads::{Blind, Payload};

/// Payloads that the library refuses, or PostgreSQL's protocol, whether the database is sealed or not.
#[tokio::test]
async fn what_needs_a_second_statement_is_refused_in_both_modes() {
    for grounds in [Grounds::plain().await, Grounds::sealed().await] {
        for payload in refused::all() {
            let response = grounds.app.ask(&payload).await;
            assert!(response.failed, "{payload:?}: {response:?}");
            assert!(!response.is_foreign(), "{payload:?}: {response:?}");
        }
        grounds.assert_untouched().await;
    }
}

#[tokio::test]
async fn there_are_at_least_two_hundred_payloads_and_no_two_alike() {
    let mut texts: Vec<(Endpoint, String)> = payloads::reads()
        .into_iter()
        .chain(writes::all())
        .map(|p| (p.endpoint, p.text))
        .collect();
    texts.extend(payloads::blind().into_iter().map(|p| (p.endpoint, p.text)));
    let count = texts.len();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), count);
    assert!(count >= 200, "{count}");
    eprintln!("{count} payloads");
}

#[tokio::test]
async fn in_plain_mode_every_read_leaks() {
    let grounds = Grounds::plain().await;
    let mut held = Vec::new();
    for payload in payloads::reads() {
        let response = grounds.app.ask(&payload).await;
        if !response.is_foreign() {
            held.push((payload, response));
        }
    }
    assert!(held.is_empty(), "{} did not leak: {held:#?}", held.len());
    for payload in payloads::blind() {
        let (yes, no) = both(&grounds, &payload).await;
        assert_ne!(yes, no, "{payload:?}");
    }
}

#[tokio::test]
async fn in_a_sealed_database_no_read_leaks() {
    let grounds = Grounds::sealed().await;
    for payload in payloads::reads() {
        let response = grounds.app.ask(&payload).await;
        assert!(!response.is_foreign(), "{payload:?}: {response:?}");
    }
    for payload in payloads::blind() {
        let (yes, no) = both(&grounds, &payload).await;
        assert_eq!(yes, no, "{payload:?}");
    }
    grounds.assert_both_tenants_work().await;
    grounds.assert_untouched().await;
}

#[tokio::test]
async fn in_plain_mode_every_write_reaches_foreign_rows() {
    let grounds = Grounds::plain().await;
    let mut held = Vec::new();
    for payload in writes::all() {
        let response = grounds.app.ask(&payload).await;
        if !grounds.is_touched().await {
            held.push((payload, response));
        }
        grounds.restore().await;
    }
    assert!(held.is_empty(), "{} reached nothing: {held:#?}", held.len());
}

#[tokio::test]
async fn in_a_sealed_database_no_write_reaches_foreign_rows() {
    let grounds = Grounds::sealed().await;
    for payload in writes::all() {
        let response = grounds.app.ask(&payload).await;
        assert!(!response.is_foreign(), "{payload:?}: {response:?}");
        assert!(!grounds.is_touched().await, "{payload:?}: {response:?}");
        grounds.restore().await;
    }
    grounds.assert_both_tenants_work().await;
}

#[tokio::test]
async fn a_seal_cannot_be_forged_by_sql() {
    let grounds = Grounds::sealed().await;
    for payload in forgeries::all() {
        let response = grounds.app.ask(&payload).await;
        assert!(!response.is_foreign(), "{payload:?}: {response:?}");
    }
    grounds.assert_both_tenants_work().await;
    grounds.assert_untouched().await;
}

/// What comes of a blind payload that asks something true of the foreign rows, and something false.
async fn both(grounds: &Grounds, payload: &Blind) -> (Response, Response) {
    let [yes, no] = [
        format!("count(*) = {FOREIGN_ROWS}"),
        format!("count(*) = {}", FOREIGN_ROWS + 90),
    ]
    .map(|question| Payload {
        endpoint: payload.endpoint,
        text: payload.text.replace("{QUESTION}", &question),
    });
    (grounds.app.ask(&yes).await, grounds.app.ask(&no).await)
}
