//! How long a silent server is waited for.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::super::{Exchange, Progress};
use super::Connection;
use crate::error::{Error, Result, Wait};

/// No patience is longer: a clock cannot add just any duration.
const LONGEST: Duration = Duration::from_hours(24 * 365);

impl Connection {
    /// As [`Connection::advance`], but gives up once no byte went either way for `patience`.
    pub(crate) async fn advance_within(
        &mut self,
        exchange: &mut Exchange,
        patience: Duration,
    ) -> Result<Progress> {
        self.patiently(patience, |connection, cx| {
            connection.poll_exchange(cx, exchange)
        })
        .await
    }

    /// Runs `step` until it is through or no byte went either way for `patience`. A connection that failed is broken:
    /// nobody waits for it a second time.
    pub(super) async fn patiently<T>(
        &mut self,
        patience: Duration,
        mut step: impl FnMut(&mut Self, &mut Context<'_>) -> Poll<Result<T>>,
    ) -> Result<T> {
        let patience = patience.min(LONGEST);
        let mut end = pin!(tokio::time::sleep(patience));
        let mut moved = self.read + self.written;
        let result = poll_fn(|cx| {
            if let Poll::Ready(result) = step(self, cx) {
                return Poll::Ready(result);
            }
            let now = self.read + self.written;
            if now != std::mem::replace(&mut moved, now) {
                let start = tokio::time::Instant::now();
                end.as_mut()
                    .reset(start.checked_add(patience).unwrap_or(start));
            }
            ready!(end.as_mut().poll(cx));
            Poll::Ready(Err(Error::Timeout {
                wait: Wait::Answer,
                after: patience,
            }))
        })
        .await;
        if result.is_err() {
            self.broken = true;
        }
        result
    }
}
