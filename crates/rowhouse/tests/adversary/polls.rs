//! Futures dropped after a number of polls: the way to stop at every await point without a clock. And waits for what
//! must come.
#![allow(dead_code, reason = "each test root uses a part of it")]

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use tokio_postgres::Client;

/// Polls `future` up to `polls` times, then drops it; its output when it was through by then.
pub(crate) async fn after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Polls `pending`, which must not finish yet, until `count` counts something.
pub(crate) async fn pending_until<F: Future<Output: Debug>>(
    mut pending: Pin<&mut F>,
    admin: &Client,
    count: &str,
) {
    while counted(admin, count).await == 0 {
        tokio::select! {
            biased;
            output = &mut pending => panic!("too early: {output:?}"),
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
    }
}

/// What a query counts.
pub(crate) async fn counted(admin: &Client, count: &str) -> i64 {
    let row = admin.query_one(count, &[]).await;
    row.expect("a count").get(0)
}

/// Waits for `future`, but not for ever: a guard against hangs, never what a test measures.
pub(crate) async fn guarded<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(Duration::from_mins(1), future).await {
        Ok(output) => output,
        Err(elapsed) => panic!("{what} hangs: {elapsed}"),
    }
}

/// A seed from the clock of chance, or from `ROWHOUSE_SEED` to see a failure again; printed with the failed test.
pub(crate) fn seed(test: &str) -> u64 {
    let seed = std::env::var("ROWHOUSE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(rand::random);
    println!("{test}: ROWHOUSE_SEED={seed}");
    seed
}
