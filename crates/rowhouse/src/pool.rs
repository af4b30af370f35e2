//! The lanes of a house on one runtime: which one takes the next request, and who replaces those that end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use crate::connect::Backoff;
use crate::error::{Error, Result};
use crate::lane::{Kind, Lane};
use crate::pooler::Pooling;
use crate::settings::Settings;
use crate::setup;
use crate::statement::Pace;
use crate::wire::Connection;

/// A statement that has been at the front of its lane this long holds up what queues behind it: nothing new does.
const STUCK: Duration = Duration::from_millis(20);
/// The most statements on a lane that are not known to be fast. With more of them, a lane whose front has just moved on
/// would look idle to the next request, which then waits for all of them.
const UNPROVEN: usize = 2;

/// The lanes. Dropping them retires every lane.
#[derive(Debug)]
pub(crate) struct Lanes {
    shared: Arc<Shared>,
    end: watch::Sender<End>,
}

/// How far it is with the lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// They serve.
    NotYet,
    /// They finish what is under way.
    Retire,
    /// They close as they stand.
    Abort,
}

#[derive(Debug)]
struct Shared {
    settings: Arc<Settings>,
    /// They are for writes alone.
    writing: bool,
    slots: Vec<RwLock<Option<Lane>>>,
    opened: Notify,
    last_error: Mutex<Option<Arc<str>>>,
    running: AtomicUsize,
}

/// The answer to "which lane now?".
#[derive(Debug)]
pub(crate) enum Pick {
    /// This one.
    Lane(Lane),
    /// Lanes are open, but each is full or held up.
    Busy,
    /// No lane is open.
    Down,
}

impl Lanes {
    /// Starts `count` lanes on the current runtime; `first` becomes one of them, the others open in parallel.
    pub(crate) fn start(settings: &Arc<Settings>, count: usize, first: Option<Connection>) -> Self {
        Self::begin(settings, count, first, false)
    }

    /// Starts `count` lanes that only writes are sent to.
    pub(crate) fn for_writes(settings: &Arc<Settings>, count: usize) -> Self {
        Self::begin(settings, count, None, true)
    }

    fn begin(
        settings: &Arc<Settings>,
        count: usize,
        first: Option<Connection>,
        writing: bool,
    ) -> Self {
        let shared = Arc::new(Shared {
            settings: Arc::clone(settings),
            writing,
            slots: (0..count.max(1)).map(|_| RwLock::new(None)).collect(),
            opened: Notify::new(),
            last_error: Mutex::new(None),
            running: AtomicUsize::new(0),
        });
        let end = watch::Sender::new(End::NotYet);
        let mut first = first;
        for at in 0..shared.slots.len() {
            shared.running.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(supervise(
                Arc::clone(&shared),
                at,
                first.take(),
                end.subscribe(),
            ));
        }
        Self { shared, end }
    }

    /// The least loaded lane that a statement of this pace may queue on. The first lane is kept for statements known to
    /// be fast, as long as another one is open.
    pub(crate) fn pick(&self, pace: Pace) -> Pick {
        let spared = usize::from(pace != Pace::Fast);
        match self.shared.least_loaded(spared, UNPROVEN) {
            Pick::Down if spared > 0 => self.shared.least_loaded(0, UNPROVEN),
            pick => pick,
        }
    }

    /// The least loaded lane, whatever is on it: for writes, which wait for the disk together.
    pub(crate) fn pick_any(&self) -> Pick {
        self.shared.least_loaded(0, usize::MAX)
    }

    /// Waits, as long as a statement may stand at a lane's front without counting as stuck, until some lane takes
    /// requests again. A busy machine holds every lane up for a moment; connections of their own would only add to it.
    pub(crate) async fn eased(&self, pace: Pace) {
        let deadline = Instant::now() + STUCK;
        while matches!(self.pick(pace), Pick::Busy) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Whether any lane is open.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.shared.least_loaded(0, usize::MAX), Pick::Down)
    }

    /// Waits until a lane opens, or a moment: one may have opened just before the wait began.
    pub(crate) async fn opened(&self) {
        let _ =
            tokio::time::timeout(Duration::from_millis(20), self.shared.opened.notified()).await;
    }

    /// Why there is no lane.
    pub(crate) fn last_error(&self) -> Arc<str> {
        let last = self
            .shared
            .last_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        last.clone()
            .unwrap_or_else(|| "no connection has been tried yet".into())
    }

    /// Closes every lane at once, whatever is under way on it.
    pub(crate) fn abort(&self) {
        self.end.send_replace(End::Abort);
    }

    fn retire(&self) {
        self.end.send_modify(|end| *end = End::Retire.max(*end));
    }

    /// Retires every lane and waits until they are closed.
    pub(crate) async fn close(&self) {
        self.retire();
        while self.shared.running.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        self.retire();
    }
}

impl Shared {
    /// The least loaded lane among those from `from` on, without those on which `most` statements are that nobody knows to
    /// be fast: each may take as long as it likes, and what queues behind waits for all of them.
    fn least_loaded(&self, from: usize, most: usize) -> Pick {
        let mut open = false;
        let mut best: Option<(usize, Lane)> = None;
        let mut then = None;
        for slot in self.slots.iter().skip(from) {
            let slot = slot.read().unwrap_or_else(PoisonError::into_inner);
            let Some(lane) = slot.as_ref().filter(|lane| lane.is_open()) else {
                continue;
            };
            open = true;
            let depth = lane.depth();
            if depth >= self.settings.limits.lane_depth
                || lane.unproven() >= most
                || best.as_ref().is_some_and(|(least, _)| *least <= depth)
            {
                continue;
            }
            if depth > 0 {
                let then = *then.get_or_insert_with(|| Instant::now().checked_sub(STUCK));
                if then.is_some_and(|then| lane.stuck_since(then)) {
                    continue;
                }
            }
            best = Some((depth, lane.clone()));
        }
        match best {
            Some((_, lane)) => Pick::Lane(lane),
            None if open => Pick::Busy,
            None => Pick::Down,
        }
    }

    /// Opens a connection for a lane, and tells what it is good for.
    async fn open(&self) -> Result<(Connection, Kind)> {
        let mut connection = setup::open(&self.settings).await?;
        // Behind a pooler each transaction may run on another session, and nothing on one waits for the others.
        let together = self.writing
            && self.settings.pooling.get() == Some(&Pooling::Direct)
            && setup::together(&mut connection, &self.settings).await?;
        Ok((connection, self.kind(together)))
    }

    fn kind(&self, together: bool) -> Kind {
        let pooling = self.settings.pooling.get();
        Kind {
            named: pooling.is_none_or(|pooling| pooling.named()),
            together,
        }
    }

    fn put(&self, at: usize, lane: Option<Lane>) {
        let Some(slot) = self.slots.get(at) else {
            return;
        };
        let before = std::mem::replace(
            &mut *slot.write().unwrap_or_else(PoisonError::into_inner),
            lane,
        );
        if let Some(before) = before {
            before.retire();
        }
        self.opened.notify_waiters();
    }

    /// Waits for `wait`, and closes the lane at `at` whenever an alarm is raised meanwhile.
    async fn heed(&self, at: usize, alarms: &mut watch::Receiver<u64>, wait: tokio::time::Sleep) {
        let mut wait = std::pin::pin!(wait);
        loop {
            tokio::select! {
                () = &mut wait => return,
                () = alarmed(alarms) => self.abort(at),
            }
        }
    }

    /// Closes the lane at `at` at once.
    fn abort(&self, at: usize) {
        let slot = self
            .slots
            .get(at)
            .map(|slot| slot.read().unwrap_or_else(PoisonError::into_inner));
        if let Some(lane) = slot.as_ref().and_then(|slot| slot.as_ref()) {
            lane.abort();
        }
        drop(slot);
        self.put(at, None);
    }

    /// Draws the consequences of a connection that could not be opened.
    fn refused(&self, at: usize, error: &Error) {
        let text = chain(error);
        tracing::warn!(target: "rowhouse", lane = at, error = %text, "cannot open a lane");
        if matches!(error, Error::UnsafeRole { .. }) {
            // Fail closed: the connections that are open have the same role.
            self.settings.raise_alarm(&text);
            self.abort(at);
        }
        *self
            .last_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(text.into());
    }

    /// How long a lane lives. The first one is replaced often: every new connection looks at the role again.
    fn lifetime(&self, at: usize) -> Duration {
        let limits = &self.settings.limits;
        let whole = if at == 0 {
            limits.recheck.min(limits.max_age)
        } else {
            limits.max_age
        };
        whole.mul_f64(rand::random_range(0.9..=1.0))
    }
}

/// An error and what it came from, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

async fn told(ends: &mut watch::Receiver<End>, what: End) {
    if ends.wait_for(|end| *end >= what).await.is_err() {
        // The house is gone, and has said the last it had to say.
        std::future::pending::<()>().await;
    }
}

async fn alarmed(alarms: &mut watch::Receiver<u64>) {
    let _ = alarms.changed().await;
}

/// Keeps the lane at `at` open: reconnects with backoff, replaces it by age, closes it on an alarm.
async fn supervise(
    shared: Arc<Shared>,
    at: usize,
    first: Option<Connection>,
    mut ends: watch::Receiver<End>,
) {
    let mut ready = first;
    let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));
    let mut alarms = shared.settings.alarms();
    loop {
        let (connection, kind) = match ready.take() {
            Some(connection) => (connection, shared.kind(false)),
            None => {
                // The lane that this one replaces serves on meanwhile, so the alarm is listened to here as well.
                let opened = tokio::select! {
                    () = told(&mut ends, End::Retire) => break,
                    () = alarmed(&mut alarms) => {
                        shared.abort(at);
                        continue;
                    }
                    opened = Box::pin(shared.open()) => opened,
                };
                match opened {
                    Ok(opened) => opened,
                    Err(error) => {
                        shared.refused(at, &error);
                        // An alarm does not cut the wait short: who is refused for its role raises one at each try.
                        let wait = tokio::time::sleep(backoff.next_delay());
                        tokio::select! {
                            () = told(&mut ends, End::Retire) => break,
                            () = shared.heed(at, &mut alarms, wait) => continue,
                        }
                    }
                }
            }
        };
        backoff.reset();
        let lane = Lane::start(connection, Arc::clone(&shared.settings), kind);
        shared.put(at, Some(lane.clone()));
        tokio::select! {
            () = told(&mut ends, End::Retire) => {
                shared.put(at, None);
                tokio::select! {
                    _ = lane.closed() => {}
                    () = told(&mut ends, End::Abort) => {
                        lane.abort();
                        lane.closed().await;
                    }
                }
                break;
            }
            reason = lane.closed() => {
                tracing::info!(target: "rowhouse", lane = at, %reason, "lane closed");
                shared.put(at, None);
            }
            () = alarmed(&mut alarms) => {
                lane.abort();
                shared.put(at, None);
            }
            () = tokio::time::sleep(shared.lifetime(at)) => {}
        }
    }
    shared.put(at, None);
    shared.running.fetch_sub(1, Ordering::Relaxed);
}
