//! A client's socket that runs out of patience: with a client that is silent for too long, that
//! sends the head of a request byte by byte, or that takes nothing of its answer. What it reads goes
//! by way of [`Heads`].
//!
//! A timer is touched about once per limit, not once per request: it is left running, and when it
//! rings the socket looks at how long it has really waited.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::ServerOptions;
use super::activity::{Activity, Waiting};
use super::heads::Heads;
use super::wire::Wire;

pub(super) struct Socket {
    stream: Wire,
    activity: Arc<Activity>,
    heads: Heads,
    idle: Duration,
    head: Duration,
    stall: Duration,
    /// Since when the rest of a head has been waited for.
    head_since: Option<Instant>,
    silence: Alarm,
    /// Since when the client has taken nothing.
    blocked: Option<Instant>,
    fullness: Alarm,
}

impl Socket {
    pub(super) fn new(stream: Wire, activity: Arc<Activity>, options: &ServerOptions) -> Self {
        Self {
            stream,
            activity,
            heads: Heads::new(),
            idle: options.idle,
            head: options.head,
            stall: options.stall,
            head_since: None,
            silence: Alarm::default(),
            blocked: None,
            fullness: Alarm::default(),
        }
    }

    /// Whether the client has been silent for too long.
    fn silent(&mut self, context: &mut Context<'_>) -> bool {
        let waiting = self.activity.waiting();
        if waiting != Waiting::Head {
            self.head_since = None;
        }
        let deadline = match waiting {
            // Nobody reads again when the answer is finished, so the alarm must be running now.
            Waiting::Working => {
                self.silence.keep(self.idle, context);
                return false;
            }
            Waiting::Head => *self.head_since.get_or_insert_with(Instant::now) + self.head,
            Waiting::Idle => self.activity.answered() + self.idle,
        };
        self.silence.rings(deadline, context)
    }

    /// What became of a write, unless the client has taken nothing for too long.
    fn written<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.blocked = None;
            return written;
        }
        let since = *self.blocked.get_or_insert_with(Instant::now);
        if self.fullness.rings(since + self.stall, context) {
            return Poll::Ready(Err(out_of_patience("takes nothing of its answer")));
        }
        written
    }
}

fn out_of_patience(with: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("the client {with}"))
}

/// A timer that is set later only when it rings.
#[derive(Default)]
struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Makes sure that it rings within `limit`, or at the deadline it had before.
    fn keep(&mut self, limit: Duration, context: &mut Context<'_>) {
        let set = || Box::pin(sleep_until(Instant::now() + limit));
        let sleep = self.0.get_or_insert_with(set);
        while sleep.as_mut().poll(context).is_ready() {
            sleep.as_mut().reset(Instant::now() + limit);
        }
    }

    /// Whether `deadline` has passed; wakes the task when it does.
    fn rings(&mut self, deadline: Instant, context: &mut Context<'_>) -> bool {
        let sleep = self
            .0
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        while sleep.as_mut().poll(context).is_ready() {
            if Instant::now() >= deadline {
                return true;
            }
            sleep.as_mut().reset(deadline);
        }
        false
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let told = self.activity.told();
        self.heads.heed(told);
        if self.heads.give(buffer) {
            self.activity.bytes_came();
            return Poll::Ready(Ok(()));
        }
        let from = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.heads.look(buffer, from);
            self.activity.bytes_came();
        } else if self.silent(context) {
            return Poll::Ready(Err(out_of_patience("is silent")));
        }
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // TLS keeps some of what was written, and gives it away here.
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.written(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.written(shut, context)
    }
}
