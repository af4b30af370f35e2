//! A lane: one connection on which one-shots of many tenants are in flight at once, answered in order.
//!
//! A one-shot is whole between two Syncs, so nothing of it is left for the next. What may run on a lane is decided by
//! [`classify`](crate::statement); what the lane writes always begins with a head; what it reads is released only when
//! the head came back with this request's tenant and nonce, and ReadyForQuery said `I`.

mod prepared;
mod queue;
mod script;
mod task;
mod together;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::{Delivery, Error, Result};
use crate::head::{Context, Mode, bounded};
use crate::settings::Settings;
use crate::statement::{Described, Statement};
use crate::wire::{Connection, Outcome, encode::Bound};

pub(crate) use prepared::Prepared;
pub(crate) use queue::{Closed, Kind, Queue};
pub(crate) use script::Script;
pub(crate) use task::GRACE;

/// What a lane is asked to do for one tenant.
#[derive(Debug)]
pub(crate) enum Work<'a> {
    /// Find out a statement's types, under the number its description will have.
    Describe(&'a Statement, u64),
    /// Run statements, each described and bound, in one implicit transaction.
    Run(&'a [Step<'a>]),
}

impl Work<'_> {
    /// How long the server may be silent over it: `statement_timeout` counts for each statement anew, and what is
    /// deferred to the end comes after the last.
    pub(crate) fn patience(&self, context: &Context) -> Duration {
        let statements = match self {
            Self::Describe(..) => 1,
            Self::Run(steps) => u32::try_from(steps.len()).unwrap_or(u32::MAX),
        };
        bounded(
            context
                .answer_within
                .saturating_mul(statements.saturating_add(1)),
        )
    }
}

/// One statement of a one-shot or a batch.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) statement: &'a Statement,
    pub(crate) described: &'a Described,
    pub(crate) bound: &'a Bound,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Reply {
    /// An exchange ran to its ReadyForQuery.
    Done(Box<Outcome>),
    /// The lane broke or was condemned before that.
    Failed(Failure),
}

/// Why a lane gave up on a request.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) reason: Arc<str>,
    pub(crate) delivery: Delivery,
    pub(crate) isolation: bool,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        if failure.isolation {
            Self::IsolationCheck
        } else {
            Self::lost(failure.reason, failure.delivery)
        }
    }
}

/// A lane's handle: cheap to clone, and its task ends when the last one is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    queue: Arc<Queue>,
}

impl Lane {
    /// Starts the lane's task on the current runtime. `connection` has been set up: heads prepared, role checked.
    pub(crate) fn start(connection: Connection, settings: Arc<Settings>, kind: Kind) -> Self {
        let queue = Arc::new(Queue::new(settings, kind, connection.seat));
        tokio::spawn(task::run(connection, Arc::clone(&queue)));
        Self { queue }
    }

    /// Queues `work`; `None` when the lane takes nothing new.
    pub(crate) fn submit(
        &self,
        context: &Context,
        mode: Mode,
        work: &Work<'_>,
    ) -> Option<oneshot::Receiver<Reply>> {
        self.queue.submit(context, mode, work)
    }

    /// How many requests are on it.
    pub(crate) fn depth(&self) -> usize {
        self.queue.depth()
    }

    /// How many of them are statements that are not known to be fast.
    pub(crate) fn unproven(&self) -> usize {
        self.queue.unproven()
    }

    /// Whether the statement at its front has been there since before `then`.
    pub(crate) fn stuck_since(&self, then: Instant) -> bool {
        self.queue.stuck_since(then)
    }

    /// Takes nothing new, finishes what it has, then closes.
    pub(crate) fn retire(&self) {
        self.queue.close(Closed::Retired);
    }

    /// Whether it takes new requests.
    pub(crate) fn is_open(&self) -> bool {
        self.queue.is_open()
    }

    /// Closes it at once; what is on it is lost.
    pub(crate) fn abort(&self) {
        self.queue.close(Closed::Aborted);
    }

    /// Waits until its connection is closed, and says why.
    pub(crate) async fn closed(&self) -> Arc<str> {
        self.queue.closed().await
    }
}

/// Waits for the reply to a submitted request.
pub(crate) async fn reply(receiver: oneshot::Receiver<Reply>) -> Result<Outcome> {
    match receiver.await {
        Ok(Reply::Done(outcome)) => Ok(*outcome),
        Ok(Reply::Failed(failure)) => Err(failure.into()),
        Err(_) => Err(Error::lost(
            "the runtime that ran this lane has shut down",
            Delivery::MaybeSent,
        )),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
