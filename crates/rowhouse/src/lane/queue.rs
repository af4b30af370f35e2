//! What waits to be written on a lane, in wire form, and how much is on it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use futures_util::task::AtomicWaker;
use tokio::sync::{oneshot, watch};

use super::prepared::Prepared;
use super::script::Script;
use super::{Reply, Step, Work};
use crate::head::{Context, Head, Heading, Mode};
use crate::rows::Column;
use crate::seal::Seat;
use crate::settings::Settings;
use crate::statement::{Pace, Statement};
use crate::wire::{Exchange, encode};

/// The most commits that wait for the disk together: a statement that must wait for a lock holds up so many answers.
const GROUP: usize = 16;

/// How a lane ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    /// Finish what is on it first.
    Retired,
    /// At once.
    Aborted,
}

/// A request that was encoded.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) exchange: Exchange,
    pub(crate) reply: oneshot::Sender<Reply>,
    pub(crate) mode: Mode,
    /// A statement of it is not known to be fast.
    pub(crate) unproven: bool,
    /// Where in the lane's stream of bytes it begins.
    pub(crate) start: u64,
    /// The statement whose cost this is, when it is just one.
    pub(crate) single: Option<(Statement, u64)>,
    /// The descriptions of a batch.
    pub(crate) several: Vec<u64>,
    /// The descriptions that were parsed along with it.
    pub(crate) parsing: Vec<u64>,
    /// Of what was parsed along with it: its place, its number and the columns that the house expects.
    pub(crate) expected: Vec<(usize, u64, Arc<[Column]>)>,
    pub(crate) answer_within: Duration,
    /// A group of commits ends behind it: one more answer follows.
    pub(crate) hardened: bool,
}

impl Entry {
    /// Its statements that were prepared before it: their places and numbers.
    pub(crate) fn prepared_before(&self) -> Vec<(usize, u64)> {
        let single = self.single.iter().map(|(_, number)| *number);
        let all = single.chain(self.several.iter().copied()).enumerate();
        all.filter(|(_, number)| !self.parsing.contains(number))
            .collect()
    }
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) output: BytesMut,
    pub(crate) entries: VecDeque<Entry>,
    pub(crate) prepared: Prepared,
    pub(crate) closing: Option<Closed>,
    /// How many of the last entries have commits that nothing waits for yet.
    soft: usize,
    /// Bytes encoded so far.
    encoded: u64,
}

impl State {
    /// Nothing of it is written.
    pub(crate) fn forget_output(&mut self) {
        self.output.clear();
        self.soft = 0;
    }

    /// Ends the group of commits that is open, if one is.
    pub(crate) fn harden(&mut self, head: &Head) {
        if let Some(last) = self.entries.back_mut().filter(|_| self.soft > 0)
            && let Some(sql) = head.harden()
        {
            last.hardened = true;
            let before = self.output.len();
            encode::command(&mut self.output, sql);
            encode::sync(&mut self.output);
            self.encoded += (self.output.len() - before) as u64;
        }
        self.soft = 0;
    }
}

/// What a lane's connection is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    /// Statements are prepared under names; otherwise everything is parsed each time.
    pub(crate) named: bool,
    /// Commits wait for the disk together.
    pub(crate) together: bool,
}

#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    waker: AtomicWaker,
    depth: AtomicUsize,
    unproven: AtomicUsize,
    open: AtomicBool,
    /// When the request at the front got there, in nanoseconds since `epoch`, plus one; 0 when there is none.
    front: AtomicU64,
    epoch: Instant,
    settings: Arc<Settings>,
    kind: Kind,
    seat: Option<Seat>,
    ended: watch::Sender<Option<Arc<str>>>,
}

impl Queue {
    pub(crate) fn new(settings: Arc<Settings>, kind: Kind, seat: Option<Seat>) -> Self {
        Self {
            state: Mutex::new(State {
                output: BytesMut::new(),
                entries: VecDeque::new(),
                prepared: Prepared::new(settings.limits.prepared),
                closing: None,
                soft: 0,
                encoded: 0,
            }),
            waker: AtomicWaker::new(),
            depth: AtomicUsize::new(0),
            unproven: AtomicUsize::new(0),
            open: AtomicBool::new(true),
            front: AtomicU64::new(0),
            epoch: Instant::now(),
            settings,
            kind,
            seat,
            ended: watch::Sender::new(None),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether commits wait for the disk together here: then the next group is taken over when the last one is done, and
    /// grows meanwhile.
    pub(crate) fn together(&self) -> bool {
        self.kind.together
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn register(&self, waker: &std::task::Waker) {
        self.waker.register(waker);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth.load(Ordering::Relaxed)
    }

    pub(crate) fn unproven(&self) -> usize {
        self.unproven.load(Ordering::Relaxed)
    }

    pub(crate) fn stuck_since(&self, then: Instant) -> bool {
        let front = self.front.load(Ordering::Relaxed);
        front != 0 && u128::from(front) <= then.saturating_duration_since(self.epoch).as_nanos()
    }

    /// Notes that a request reached the front `now`, or that none is left.
    pub(crate) fn set_front(&self, now: Option<Instant>) {
        let front = now.map_or(0, |now| {
            now.saturating_duration_since(self.epoch).as_nanos() as u64 + 1
        });
        self.front.store(front, Ordering::Relaxed);
    }

    /// Since when the request at the front has been there.
    pub(crate) fn front_for(&self, now: Instant) -> Duration {
        match self.front.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            front => now
                .saturating_duration_since(self.epoch)
                .saturating_sub(Duration::from_nanos(front)),
        }
    }

    /// Notes that the front's answer came `now`, and whether `more` of what was written is to be answered, makes room for the next, and tells how long it had been there. Under the
    /// lock, as a submission is: else one could come in between and find itself at a front that nobody watches.
    pub(crate) fn pass_front(&self, now: Instant, unproven: bool, more: bool) -> Duration {
        let _state = self.lock();
        let took = self.front_for(now);
        self.leave(unproven);
        let next = if self.kind.together {
            more
        } else {
            self.depth() > 0
        };
        self.set_front(next.then_some(now));
        took
    }

    pub(crate) fn leave(&self, unproven: bool) {
        self.depth.fetch_sub(1, Ordering::Relaxed);
        if unproven {
            self.unproven.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn close(&self, how: Closed) {
        self.open.store(false, Ordering::Relaxed);
        let mut state = self.lock();
        if state.closing != Some(Closed::Aborted) {
            state.closing = Some(how);
        }
        drop(state);
        self.waker.wake();
    }

    /// Says that the connection is closed.
    pub(crate) fn end(&self, reason: Arc<str>) {
        self.open.store(false, Ordering::Relaxed);
        self.ended.send_replace(Some(reason));
    }

    pub(crate) async fn closed(&self) -> Arc<str> {
        let mut ended = self.ended.subscribe();
        match ended.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_else(|| "closed".into()),
            Err(_) => "closed".into(),
        }
    }

    /// Encodes `work` behind its head; `None` when the lane takes nothing new.
    pub(crate) fn submit(
        &self,
        context: &Context,
        mode: Mode,
        work: &Work<'_>,
    ) -> Option<oneshot::Receiver<Reply>> {
        let head = self.settings.head.get()?;
        let mode = match mode {
            Mode::ReadWrite if self.kind.together => Mode::Together,
            mode => mode,
        };
        let nonce = self.settings.nonce();
        let patience = work.patience(context);
        let seal = self.settings.seal(context, self.seat, patience);
        let (reply, receiver) = oneshot::channel();
        let mut guard = self.lock();
        let state = &mut *guard;
        if state.closing.is_some() {
            return None;
        }
        let unproven = match work {
            Work::Describe(..) => false,
            Work::Run(steps) => steps.iter().any(|step| step.statement.pace() != Pace::Fast),
        };
        // What may take long is a group of its own: nobody before it waits for it.
        if unproven {
            state.harden(head);
        }
        let start = state.encoded;
        let before = state.output.len();
        let named = self.kind.named;
        let prepared = named.then_some(&mut state.prepared);
        let mut script = Script::new(&mut state.output, prepared);
        let heading = Heading::new(head, named, context, mode, nonce, seal.as_deref());
        script
            .announce(work)
            .head(&heading)
            .work(work, self.row_cap(mode), &heading)
            .sync();
        let parsing = script.parsing();
        if unproven {
            self.unproven.fetch_add(1, Ordering::Relaxed);
        }
        state.encoded += (state.output.len() - before) as u64;
        state.entries.push_back(Entry {
            exchange: self.exchange(context, mode, nonce, work),
            reply,
            mode,
            unproven,
            start,
            single: match work {
                Work::Run([step]) => Some((step.statement.clone(), step.described.number)),
                _ => None,
            },
            several: match work {
                Work::Run(steps) if steps.len() > 1 => {
                    steps.iter().map(|step| step.described.number).collect()
                }
                _ => Vec::new(),
            },
            expected: match work {
                Work::Run(steps) if !parsing.is_empty() => steps
                    .iter()
                    .enumerate()
                    .filter(|(_, step)| parsing.contains(&step.described.number))
                    .map(|(at, step)| {
                        let columns = Arc::clone(&step.described.columns);
                        (at, step.described.number, columns)
                    })
                    .collect(),
                _ => Vec::new(),
            },
            parsing,
            answer_within: patience,
            hardened: false,
        });
        state.soft += usize::from(mode == Mode::Together);
        if unproven || state.soft >= GROUP {
            state.harden(head);
        }
        // What grows while a group waits for the disk is at no front yet.
        if self.depth.fetch_add(1, Ordering::Relaxed) == 0 && !self.kind.together {
            self.set_front(Some(Instant::now()));
        }
        drop(guard);
        self.waker.wake();
        Some(receiver)
    }

    /// One row more than the cap: the server says "suspended" even when the last row was the cap's own.
    fn row_cap(&self, mode: Mode) -> u32 {
        match mode {
            Mode::ReadOnly => self.settings.limits.lane_rows.saturating_add(1),
            Mode::ReadWrite | Mode::Together | Mode::Within => 0,
        }
    }

    fn exchange(&self, context: &Context, mode: Mode, nonce: i64, work: &Work<'_>) -> Exchange {
        let cap = match mode {
            Mode::ReadOnly => self.settings.limits.lane_bytes,
            Mode::ReadWrite | Mode::Together | Mode::Within => {
                self.settings.limits.write_answer_bytes
            }
        };
        let steps: &[Step<'_>] = match work {
            Work::Describe(..) => &[],
            Work::Run(steps) => steps,
        };
        let columns = steps
            .iter()
            .map(|step| Some(step.described.columns.len() as u16))
            .collect();
        let mut exchange = Exchange::new(0, Some(context.check(nonce)), columns, cap);
        if let [step] = steps {
            exchange.reserve(step.statement.answer_bytes());
        }
        exchange
    }
}
