//! Answers that nobody waits for any more: their futures were dropped.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Buf;

use super::super::frame::first_frame;
use super::Connection;
use crate::error::{Delivery, Error, Result};

impl Connection {
    /// Reads away what dropped futures left behind: every answer up to the last ReadyForQuery owed.
    pub(crate) async fn drain(&mut self) -> Result<()> {
        while self.owed > 0 {
            let result = poll_fn(|cx| self.poll_leftover(cx)).await;
            if result.is_err() {
                self.broken = true;
                return result;
            }
        }
        Ok(())
    }

    /// As [`Connection::drain`], but gives up once no byte went either way for `patience`.
    pub(crate) async fn drain_within(&mut self, patience: Duration) -> Result<()> {
        while self.owed > 0 {
            self.patiently(patience, Self::poll_leftover).await?;
        }
        Ok(())
    }

    /// Reads up to one ReadyForQuery that nobody waits for any more.
    fn poll_leftover(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            while let Some((tag, body, length)) = first_frame(&self.input)? {
                let status = (tag == b'Z').then(|| body.first().copied().unwrap_or(0));
                self.input.advance(length);
                if let Some(status) = status {
                    self.status = status;
                    self.owed = self.owed.saturating_sub(1);
                    return Poll::Ready(Ok(()));
                }
            }
            if let Poll::Ready(Err(error)) = self.poll_flush(cx) {
                return Poll::Ready(Err(Error::lost(error, Delivery::MaybeSent)));
            }
            match ready!(self.poll_fill(cx)) {
                Ok(0) => {
                    return Poll::Ready(Err(Error::lost(
                        "the server closed the connection",
                        Delivery::MaybeSent,
                    )));
                }
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(Error::lost(error, Delivery::MaybeSent))),
            }
        }
    }
}
