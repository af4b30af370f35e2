//! COPY … FROM STDIN: data goes out while answers come in.

use std::task::{Context, Poll};
use std::time::Duration;

use super::super::{Exchange, encode};
use super::Connection;
use crate::error::Result;

impl Connection {
    /// Whether a COPY … FROM STDIN is under way: only CopyDone or CopyFail ends it.
    pub(crate) fn in_copy(&self) -> bool {
        self.copying
    }

    /// Notes that a COPY … FROM STDIN was written and its Sync was not.
    pub(crate) fn begin_copy(&mut self) {
        self.copying = true;
    }

    /// Writes the end of a COPY … FROM STDIN.
    pub(crate) fn finish_copy(&mut self) {
        encode::copy_done(&mut self.output);
        self.end_copy();
    }

    /// Writes the refusal of a COPY … FROM STDIN.
    pub(crate) fn fail_copy(&mut self, reason: &str) {
        encode::copy_fail(&mut self.output, reason);
        self.end_copy();
    }

    fn end_copy(&mut self) {
        encode::sync(&mut self.output);
        self.owes();
        self.copying = false;
    }

    /// Writes what waits of a COPY … FROM STDIN. It reads meanwhile: a server whose notices nobody takes stops taking data.
    /// An error that the server sent is left in `exchange`.
    pub(crate) async fn send_copy(
        &mut self,
        exchange: &mut Exchange,
        patience: Duration,
    ) -> Result<()> {
        self.patiently(patience, |connection, cx| {
            connection.poll_send_copy(cx, exchange)
        })
        .await
    }

    fn poll_send_copy(
        &mut self,
        cx: &mut Context<'_>,
        exchange: &mut Exchange,
    ) -> Poll<Result<()>> {
        loop {
            self.feed(exchange)?;
            if exchange.error().is_some_and(|error| !error.is_fatal()) {
                return Poll::Ready(Ok(()));
            }
            match self.poll_fill(cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(0)) => {
                    return Poll::Ready(Err(
                        self.lost(&"the server closed the connection", exchange)
                    ));
                }
                Poll::Ready(Err(error)) => {
                    return Poll::Ready(Err(self.lost(&error, exchange)));
                }
                Poll::Pending => break,
            }
        }
        self.poll_flush(cx)
            .map_err(|error| self.hung_up(cx, &error, exchange))
    }
}
