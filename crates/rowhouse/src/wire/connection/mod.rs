//! A connection whose every step can be dropped and taken up again.
//!
//! What is to be written waits in `output`, what was read and not yet taken apart in `input`, and `owed` counts the
//! ReadyForQuery messages that have not come yet. A future that is dropped halfway leaves all three true, so the next
//! user (or the one who cleans up) goes on exactly where it stopped.

mod copy;
mod drain;
mod patience;

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::{Buf, BytesMut};
use socket2::Socket;
use tokio::io::AsyncWrite;
use tokio_util::io::poll_read_buf;

use super::encode;
use super::exchange::{Exchange, Outcome, Progress};
use super::frame::first_frame;
use crate::connect::{CancelTarget, Connected, Stream};
use crate::error::{Delivery, Error, Result};
use crate::seal::Seat;

/// Room asked of the socket at a time.
const READ_CHUNK: usize = 32 * 1024;
/// An input buffer that grew past this is given back once it is empty.
const KEEP_INPUT: usize = 256 * 1024;

/// One physical connection to PostgreSQL.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: Stream,
    input: BytesMut,
    pub(crate) output: BytesMut,
    /// ReadyForQuery messages still to come.
    owed: u32,
    /// The status of the last ReadyForQuery.
    status: u8,
    /// Bytes handed to the socket so far.
    written: u64,
    /// Bytes read from the socket so far.
    read: u64,
    /// Where in the stream of written bytes the running exchange begins.
    mark: u64,
    broken: bool,
    /// The server waits for COPY data.
    copying: bool,
    pub(crate) process_id: i32,
    pub(crate) parameters: HashMap<String, String>,
    pub(crate) cancel: CancelTarget,
    pub(crate) born: Instant,
    /// Known once the connection is set up.
    pub(crate) seat: Option<Seat>,
}

impl Connection {
    pub(crate) fn new(connected: Connected) -> Self {
        Self {
            stream: connected.stream,
            input: connected.buffered,
            output: BytesMut::new(),
            owed: 0,
            status: b'I',
            written: 0,
            read: 0,
            mark: 0,
            broken: false,
            copying: false,
            process_id: connected.process_id,
            parameters: connected.parameters,
            cancel: connected.target,
            born: Instant::now(),
            seat: None,
        }
    }

    /// Another handle on the socket; as long as it lives, the socket stays open.
    pub(crate) fn socket(&self) -> std::io::Result<Socket> {
        self.stream.socket()
    }

    /// Bytes handed to the socket so far.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Writes what waits, as far as the socket takes it.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        while !self.output.is_empty() {
            let wrote = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.output))?;
            if wrote == 0 {
                return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into()));
            }
            self.output.advance(wrote);
            self.written += wrote as u64;
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Reads once; `Ready(0)` is the end of the stream.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<std::io::Result<usize>> {
        if self.input.is_empty() && self.input.capacity() > KEEP_INPUT {
            self.input = BytesMut::new();
        }
        self.input.reserve(READ_CHUNK);
        let read = ready!(poll_read_buf(
            Pin::new(&mut self.stream),
            cx,
            &mut self.input
        ))?;
        self.read += read as u64;
        Poll::Ready(Ok(read))
    }

    /// Feeds `exchange` with what was read; `Ready` once something other than [`Progress::More`] came of it.
    pub(crate) fn feed(&mut self, exchange: &mut Exchange) -> Result<Progress> {
        let mut used = 0;
        let mut progress = Progress::More;
        while let Some((tag, body, length)) = first_frame(&self.input[used..])? {
            progress = exchange.take(tag, body)?;
            if tag == b'Z' {
                self.status = body.first().copied().unwrap_or(0);
                self.owed = self.owed.saturating_sub(1);
            }
            used += length;
            if progress != Progress::More {
                break;
            }
        }
        self.input.advance(used);
        Ok(progress)
    }

    /// Notes that an exchange begins with what is encoded next.
    pub(crate) fn begin(&mut self) {
        self.mark = self.written + self.output.len() as u64;
    }

    /// Whether any byte of what was encoded since [`Connection::begin`] was written.
    pub(crate) fn delivery(&self) -> Delivery {
        if self.written <= self.mark {
            Delivery::NotSent
        } else {
            Delivery::MaybeSent
        }
    }

    /// Notes that a Sync, or a simple query, is among what was just encoded.
    pub(crate) fn owes(&mut self) {
        self.owed += 1;
    }

    /// ReadyForQuery messages still to come.
    pub(crate) fn owed(&self) -> u32 {
        self.owed
    }

    /// The status of the last ReadyForQuery.
    pub(crate) fn status(&self) -> u8 {
        self.status
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Writes and reads until `exchange` gets somewhere.
    fn poll_exchange(
        &mut self,
        cx: &mut Context<'_>,
        exchange: &mut Exchange,
    ) -> Poll<Result<Progress>> {
        loop {
            match self.feed(exchange) {
                Ok(Progress::More) => {}
                Ok(progress) => return Poll::Ready(Ok(progress)),
                Err(error) => return Poll::Ready(Err(error)),
            }
            if let Poll::Ready(Err(error)) = self.poll_flush(cx) {
                return Poll::Ready(Err(self.hung_up(cx, &error, exchange)));
            }
            match ready!(self.poll_fill(cx)) {
                Ok(0) => {
                    return Poll::Ready(Err(
                        self.lost(&"the server closed the connection", exchange)
                    ));
                }
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(self.lost(&error, exchange))),
            }
        }
    }

    /// Nothing can be written any more. The server may have said why before it closed; that is worth more than
    /// "broken pipe".
    fn hung_up(
        &mut self,
        cx: &mut Context<'_>,
        error: &std::io::Error,
        exchange: &mut Exchange,
    ) -> Error {
        while let Poll::Ready(Ok(1..)) = self.poll_fill(cx) {
            if self.feed(exchange).is_err() {
                break;
            }
        }
        self.lost(error, exchange)
    }

    fn lost(&self, reason: &dyn std::fmt::Display, exchange: &Exchange) -> Error {
        match exchange.fatal() {
            Some(error) => error.clone().into(),
            None => Error::lost(reason, self.delivery()),
        }
    }

    /// Runs `exchange` until something other than [`Progress::More`] comes of it.
    pub(crate) async fn advance(&mut self, exchange: &mut Exchange) -> Result<Progress> {
        let result = poll_fn(|cx| self.poll_exchange(cx, exchange)).await;
        if result.is_err() {
            self.broken = true;
        }
        result
    }

    /// Runs `exchange` to its ReadyForQuery. What earlier exchanges still owe must have been drained.
    pub(crate) async fn finish(&mut self, mut exchange: Exchange) -> Result<Outcome> {
        while self.advance(&mut exchange).await? != Progress::Ready {}
        Ok(exchange.finish(self.status))
    }

    /// Whether an idle connection is still quiet and open; anything to read on it means that it is not to be used.
    pub(crate) fn is_quiet(&mut self) -> bool {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        !self.broken
            && self.owed == 0
            && self.input.is_empty()
            && self.output.is_empty()
            && self.poll_fill(&mut cx).is_pending()
    }

    /// Writes as much of what waits as the socket takes now.
    pub(crate) fn push_out(&mut self) {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let _ = self.poll_flush(&mut cx);
    }

    /// Runs simple queries of our own and returns the rows as text. For set-up, before any tenant's data flows.
    pub(crate) async fn setup(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>> {
        encode::simple(&mut self.output, sql);
        self.owes();
        let outcome = self
            .finish(Exchange::new(0, None, vec![None], usize::MAX))
            .await?;
        if let Some(error) = outcome.error {
            return Err(error.into());
        }
        let mut out = Vec::new();
        for result in outcome.results {
            let rows = result.into_rows(std::sync::Arc::from([]));
            out.extend(rows.values().map(|row| {
                row.map(|value| value.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
                    .collect::<Vec<_>>()
            }));
        }
        Ok(out)
    }

    /// Asks the server to end the session, as far as the socket takes it without waiting.
    pub(crate) fn say_goodbye(&mut self) {
        if !self.broken && self.output.is_empty() {
            encode::terminate(&mut self.output);
            let mut cx = Context::from_waker(std::task::Waker::noop());
            let _ = self.poll_flush(&mut cx);
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.owed == 0 {
            self.say_goodbye();
        }
    }
}
