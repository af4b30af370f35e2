//! What a connection is busy with, told by the service to the socket under it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;
use tower::BoxError;

use super::heads::Told;
use crate::Body;

/// No head was read since it was asked.
const NOTHING: u64 = u64::MAX;
/// A head was read, and what follows it has no length that is known.
const UNKNOWN: u64 = u64::MAX - 1;

/// One connection's state. All of it happens in one task, so no order needs to be enforced.
#[derive(Debug)]
pub(super) struct Activity {
    /// Bytes came that have not become a request yet.
    head_begun: AtomicBool,
    /// Requests whose answers are not finished.
    requests: AtomicU32,
    began: Instant,
    /// When the last answer was finished, in microseconds from the beginning.
    answered: AtomicU64,
    /// The length of the content after a head that was read.
    told: AtomicU64,
}

/// What the socket waits for, when it waits for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Nothing: a request is being answered.
    Working,
    /// The rest of a request's head.
    Head,
    /// The next request.
    Idle,
}

impl Activity {
    /// A new connection: whoever opens one has something to ask.
    pub(super) fn new() -> Self {
        Self {
            head_begun: AtomicBool::new(true),
            requests: AtomicU32::new(0),
            began: Instant::now(),
            answered: AtomicU64::new(0),
            told: AtomicU64::new(NOTHING),
        }
    }

    pub(super) fn bytes_came(&self) {
        self.head_begun.store(true, Ordering::Relaxed);
    }

    pub(super) fn waiting(&self) -> Waiting {
        if self.requests.load(Ordering::Relaxed) > 0 {
            Waiting::Working
        } else if self.head_begun.load(Ordering::Relaxed) {
            Waiting::Head
        } else {
            Waiting::Idle
        }
    }

    /// When the last answer was finished.
    pub(super) fn answered(&self) -> Instant {
        self.began + Duration::from_micros(self.answered.load(Ordering::Relaxed))
    }

    /// What was read since this was asked the last time.
    pub(super) fn told(&self) -> Told {
        match self.told.swap(NOTHING, Ordering::Relaxed) {
            NOTHING => Told::Nothing,
            UNKNOWN => Told::Unknown,
            length => Told::Length(length),
        }
    }

    /// A request is here, until the guard is gone; its content has this length.
    pub(super) fn request(self: &Arc<Self>, length: Option<u64>) -> Guard {
        let length = length.filter(|length| *length < UNKNOWN);
        let before = self.told.swap(length.unwrap_or(UNKNOWN), Ordering::Relaxed);
        if before != NOTHING {
            // Two heads were read at once, so not all of them were looked at.
            self.told.store(UNKNOWN, Ordering::Relaxed);
        }
        self.head_begun.store(false, Ordering::Relaxed);
        self.requests.fetch_add(1, Ordering::Relaxed);
        Guard(Arc::clone(self))
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Guard(Arc<Activity>);

impl Drop for Guard {
    fn drop(&mut self) {
        let now = self.0.began.elapsed().as_micros();
        self.0.answered.store(now as u64, Ordering::Relaxed);
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body under whose guard its request counts as being answered.
#[derive(Debug)]
pub(super) struct Guarded {
    pub(super) body: Body,
    pub(super) _guard: Guard,
}

impl http_body::Body for Guarded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
