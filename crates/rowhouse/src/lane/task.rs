//! The one task that reads and writes a lane's connection.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Interval;

use super::queue::{Closed, Entry, Queue};
use super::together::Group;
use super::{Failure, Reply};
use crate::error::{Delivery, Error};
use crate::head::Mode;
use crate::rows::Column;
use crate::wire::{Connection, Exchange, Outcome, Progress};

/// How long past a statement's own timeout the server may stay silent before the connection counts as dead.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

struct Task {
    connection: Connection,
    queue: Arc<Queue>,
    in_flight: VecDeque<Entry>,
    group: Group,
    ticks: Interval,
    /// Bytes that the connection's set-up wrote.
    base: u64,
    /// When the server last sent something.
    heard: Instant,
    ended: bool,
}

/// Why a lane ends.
enum End {
    /// Everything on it was answered.
    Quiet(Arc<str>),
    /// What is on it is lost.
    Lost { reason: Arc<str>, isolation: bool },
}

/// Runs the lane until its connection ends or it was told to close.
pub(crate) async fn run(connection: Connection, queue: Arc<Queue>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let base = connection.written();
    let mut task = Task {
        connection,
        queue,
        in_flight: VecDeque::new(),
        group: Group::default(),
        ticks,
        base,
        heard: Instant::now(),
        ended: false,
    };
    let end = poll_fn(|cx| task.poll(cx)).await;
    task.finish(end);
}

impl Drop for Task {
    /// The runtime is shutting down, or `run` is through.
    fn drop(&mut self) {
        self.finish(End::Lost {
            reason: "the lane's task ended".into(),
            isolation: false,
        });
    }
}

impl Task {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        self.queue.register(cx.waker());
        loop {
            if let Some(end) = self.take_over() {
                return Poll::Ready(end);
            }
            if let Poll::Ready(Err(error)) = self.connection.poll_flush(cx) {
                // Whatever the server said before it closed is read below; then the end of the stream follows.
                if !matches!(self.connection.poll_fill(cx), Poll::Ready(Ok(1..))) {
                    return Poll::Ready(lost(error));
                }
            } else {
                match self.connection.poll_fill(cx) {
                    Poll::Ready(Ok(0)) => {
                        return Poll::Ready(lost("the server closed the connection"));
                    }
                    Poll::Ready(Ok(_)) => self.heard = Instant::now(),
                    Poll::Ready(Err(error)) => return Poll::Ready(lost(error)),
                    Poll::Pending => return self.poll_silence(cx),
                }
            }
            if let Err(end) = self.answers() {
                return Poll::Ready(end);
            }
        }
    }

    /// Takes over what was queued, once the last of it is written.
    fn take_over(&mut self) -> Option<End> {
        if !self.connection.output.is_empty() {
            let aborted = self.queue.lock().closing == Some(Closed::Aborted);
            return aborted.then(|| lost("the lane was closed"));
        }
        let mut state = self.queue.lock();
        if state.closing == Some(Closed::Aborted) {
            return Some(lost("the lane was closed"));
        }
        let busy = !self.in_flight.is_empty() || self.group.is_open();
        let growing = busy && self.queue.together();
        if !growing && !state.output.is_empty() {
            if let Some(head) = self.queue.settings().head.get() {
                state.harden(head);
            }
            if self.queue.together() {
                self.queue.set_front(Some(Instant::now()));
            }
            std::mem::swap(&mut self.connection.output, &mut state.output);
            for entry in &state.entries {
                self.connection.owes();
                if entry.hardened {
                    self.connection.owes();
                }
            }
            self.in_flight.append(&mut state.entries);
        }
        let idle = self.in_flight.is_empty() && !self.group.is_open();
        (state.closing.is_some() && idle).then(|| End::Quiet("retired".into()))
    }

    /// Nothing to read: waits, but not for ever.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        loop {
            let statement = self.in_flight.front().map(|front| front.answer_within);
            let Some(patience) = statement.or_else(|| self.group.answer_within()) else {
                return Poll::Pending;
            };
            if self.ticks.poll_tick(cx).is_pending() {
                return Poll::Pending;
            }
            let now = Instant::now();
            let mut silent = now - self.heard;
            if statement.is_some() {
                silent = silent.min(self.queue.front_for(now));
            }
            if silent > patience + GRACE {
                return Poll::Ready(lost(format!("no answer for {} s", silent.as_secs())));
            }
        }
    }

    /// Works through what was read.
    fn answers(&mut self) -> Result<(), End> {
        let mut now = None;
        loop {
            if let Some(exchange) = self.group.exchange() {
                match self.connection.feed(exchange) {
                    Ok(Progress::More) => return Ok(()),
                    Ok(_) => {
                        let status = self.connection.status();
                        if let Some(disturbance) = self.group.release(status).map_err(lost)? {
                            self.disturbed(&disturbance);
                        }
                    }
                    Err(error) => return Err(lost(error)),
                }
                continue;
            }
            let Some(front) = self.in_flight.front_mut() else {
                return self.unasked();
            };
            match self.connection.feed(&mut front.exchange) {
                Ok(Progress::More) => return Ok(()),
                Ok(Progress::Ready) => {}
                Ok(Progress::Copy) => return Err(lost("a COPY began on a lane")),
                Err(Error::IsolationCheck) => {
                    self.queue
                        .settings()
                        .raise_alarm("an answer did not carry its request's tenant and nonce");
                    return Err(End::Lost {
                        reason: "isolation check failed".into(),
                        isolation: true,
                    });
                }
                Err(error) => return Err(lost(error)),
            }
            let now = *now.get_or_insert_with(Instant::now);
            let Some(entry) = self.in_flight.pop_front() else {
                return Ok(());
            };
            let took = self
                .queue
                .pass_front(now, entry.unproven, !self.in_flight.is_empty());
            self.settle(entry, took)?;
        }
    }

    /// Messages that belong to no request.
    fn unasked(&mut self) -> Result<(), End> {
        let mut exchange = Exchange::new(0, None, Vec::new(), 0);
        match self.connection.feed(&mut exchange) {
            Ok(Progress::More) => {}
            Ok(_) => return Err(lost("an answer to no request")),
            Err(error) => return Err(lost(error)),
        }
        if let Some(error) = exchange.fatal() {
            return Err(lost(error));
        }
        if exchange.finish(b'I').disturbance.is_some() {
            self.queue.close(Closed::Retired);
        }
        Ok(())
    }

    /// Draws the consequences of an answer and hands it over.
    fn settle(&mut self, entry: Entry, took: Duration) -> Result<(), End> {
        let Entry {
            exchange,
            reply,
            mode,
            single,
            several,
            parsing,
            expected,
            hardened,
            answer_within,
            ..
        } = entry;
        let outcome = exchange.finish(self.connection.status());
        if outcome.status != b'I' {
            let reason: Arc<str> = "a statement left a transaction open on its lane".into();
            tracing::error!(target: "rowhouse::security", process_id = self.connection.process_id, "{reason}; closing it");
            let failure = Failure {
                reason: Arc::clone(&reason),
                delivery: Delivery::MaybeSent,
                isolation: false,
            };
            let _ = reply.send(Reply::Failed(failure));
            return Err(End::Lost {
                reason,
                isolation: false,
            });
        }
        if let Some(disturbance) = &outcome.disturbance {
            self.disturbed(disturbance);
        }
        let single = single.map(|(statement, number)| {
            statement.note_cost(took);
            number
        });
        let used = single.as_ref().map_or(&several[..], std::slice::from_ref);
        self.keep_books(&parsing, used, mode, &outcome);
        self.check_descriptions(&expected, &outcome);
        if mode == Mode::Together {
            self.group.hold(reply, outcome);
        } else {
            let _ = reply.send(Reply::Done(Box::new(outcome)));
        }
        if hardened {
            self.group.close(answer_within);
        }
        Ok(())
    }

    /// A statement that was parsed here after a change of the schema gives other columns than the house expects. What is
    /// on its way already must be read as what it is, and nobody binds to that name again.
    fn check_descriptions(&mut self, expected: &[(usize, u64, Arc<[Column]>)], outcome: &Outcome) {
        for (at, number, columns) in expected {
            let result = outcome.results.get(*at);
            let Some(description) = result.and_then(|result| result.description.as_ref()) else {
                continue;
            };
            if description.columns_agree(columns) {
                continue;
            }
            let mut state = self.queue.lock();
            state.prepared.forget(*number);
            for entry in self.in_flight.iter_mut().chain(&mut state.entries) {
                for (place, other) in entry.prepared_before() {
                    if other == *number {
                        entry.exchange.describe(place, description.clone());
                    }
                }
            }
        }
    }

    /// What an error says about the statements prepared here and about the server.
    fn keep_books(&self, parsing: &[u64], used: &[u64], mode: Mode, outcome: &Outcome) {
        let Some(error) = &outcome.error else { return };
        if !outcome.verified {
            // The head itself failed: it is not prepared any more, or the session is not what it was.
            tracing::warn!(target: "rowhouse", %error, "a lane's head failed; replacing the lane");
            self.give_back();
        }
        let mut state = self.queue.lock();
        // Not parsed, or parsed and its description not looked at.
        for number in parsing {
            state.prepared.forget(*number);
        }
        // Which statement of a batch it was is not said.
        if matches!(error.code(), "26000" | "0A000") {
            for number in used {
                state.prepared.forget(*number);
            }
        }
        drop(state);
        if error.code() == "25006" && mode.writes() {
            tracing::warn!(target: "rowhouse", "the server is read-only; replacing the lane");
            self.queue.close(Closed::Retired);
        }
    }

    /// The session is not what it was.
    fn disturbed(&self, disturbance: &str) {
        tracing::warn!(target: "rowhouse", disturbance, "a statement changed its session; replacing the lane");
        self.give_back();
    }

    /// Takes nothing new, and hands back what was not taken over for writing: it goes to another lane.
    fn give_back(&self) {
        self.queue.close(Closed::Retired);
        let mut state = self.queue.lock();
        state.forget_output();
        let waiting = std::mem::take(&mut state.entries);
        drop(state);
        for entry in waiting {
            self.queue.leave(entry.unproven);
            let _ = entry.reply.send(Reply::Failed(Failure {
                reason: "the lane was replaced".into(),
                delivery: Delivery::NotSent,
                isolation: false,
            }));
        }
    }

    /// Tells everyone who still waits, once.
    fn finish(&mut self, end: End) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (reason, isolation) = match end {
            End::Quiet(reason) => (reason, false),
            End::Lost { reason, isolation } => (reason, isolation),
        };
        let mut state = self.queue.lock();
        state.closing = Some(Closed::Aborted);
        let waiting = std::mem::take(&mut state.entries);
        drop(state);
        // Their own heads had come back as they should.
        self.group.lose(&reason);
        let written = self.connection.written() - self.base;
        for entry in self.in_flight.drain(..).chain(waiting) {
            self.queue.leave(entry.unproven);
            let delivery = if written > entry.start {
                Delivery::MaybeSent
            } else {
                Delivery::NotSent
            };
            let reply = match entry.exchange.fatal() {
                Some(_) => Reply::Done(Box::new(entry.exchange.finish(b'I'))),
                None => Reply::Failed(Failure {
                    reason: Arc::clone(&reason),
                    delivery,
                    isolation,
                }),
            };
            let _ = entry.reply.send(reply);
        }
        self.queue.set_front(None);
        self.queue.end(reason);
    }
}

fn lost(reason: impl std::fmt::Display) -> End {
    End::Lost {
        reason: reason.to_string().into(),
        isolation: false,
    }
}
