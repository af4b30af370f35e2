//! How many connections there may be, of all workers together.
//!
//! Where there is no room, a worker takes no more of them, and clients wait in the kernel's queue.
//! Meanwhile connections that are idle are closed, those that are about a handshake or a head have a
//! moment left for it, and the others are closed after the answer they are at, so that those who keep
//! a connection for nothing do not keep others out for long.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// What a client has for its handshake, or for the head of its request, while others wait.
pub(super) const MOMENT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    places: Arc<Semaphore>,
    /// Workers that wait for a place for somebody.
    waiting: AtomicUsize,
    /// Whether it was told that there is no room.
    told: AtomicBool,
    crowded: watch::Sender<()>,
}

/// A place for one connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Room {
    pub(super) fn new(most: NonZeroUsize) -> Self {
        let most = most.get().min(Semaphore::MAX_PERMITS);
        Self {
            most,
            places: Arc::new(Semaphore::new(most)),
            waiting: AtomicUsize::new(0),
            told: AtomicBool::new(false),
            crowded: watch::Sender::new(()),
        }
    }

    /// A place, as soon as there is one.
    pub(super) async fn place(&self) -> Option<Place> {
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(Place { _permit: permit });
        }
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "rowhouse::http",
                most = self.most,
                "as many connections are open as may be: idle ones are closed, and clients wait until others end"
            );
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let waiting = Waiting(&self.waiting);
        self.crowded.send_replace(());
        let permit = Arc::clone(&self.places).acquire_owned().await;
        drop(waiting);
        permit.ok().map(|permit| Place { _permit: permit })
    }

    /// Whether somebody waits for a place.
    pub(super) fn is_crowded(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Ends when others have waited for a moment.
    pub(super) async fn pressed(&self) {
        let mut crowds = self.crowds();
        loop {
            if !self.is_crowded() && crowds.changed().await.is_err() {
                return std::future::pending().await;
            }
            tokio::time::sleep(MOMENT).await;
            if self.is_crowded() {
                return;
            }
        }
    }

    /// Changes when somebody begins to wait.
    pub(super) fn crowds(&self) -> watch::Receiver<()> {
        self.crowded.subscribe()
    }
}

/// Counted until it is dropped, whether there was a place or not.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
