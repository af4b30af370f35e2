//! Commits that wait for the disk together: each write is a transaction of its own whose commit does not wait, and one
//! statement behind the last of them does. Nobody is answered before that.
//!
//! A later position of the write-ahead log is on disk only when all before it is, and the same holds for standbys that a
//! commit waits for (PostgreSQL manual, "Asynchronous Commit" and "Synchronous Replication").

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Failure, Reply};
use crate::error::Delivery;
use crate::wire::{Exchange, Outcome};

/// The columns of the statement that waits.
const COLUMNS: u16 = 2;
/// More than its one row needs.
const BYTES: usize = 1024;

/// The answers that wait for their commits to be durable.
#[derive(Debug, Default)]
pub(super) struct Group {
    held: Vec<(oneshot::Sender<Reply>, Outcome)>,
    /// The answer that is awaited now.
    awaited: Option<(Exchange, Duration)>,
}

impl Group {
    /// Whether anybody waits.
    pub(super) fn is_open(&self) -> bool {
        self.awaited.is_some() || !self.held.is_empty()
    }

    /// Keeps an answer.
    pub(super) fn hold(&mut self, reply: oneshot::Sender<Reply>, outcome: Outcome) {
        self.held.push((reply, outcome));
    }

    /// Nothing more belongs to it: what comes next says that all of it is durable, or that it may not be.
    pub(super) fn close(&mut self, answer_within: Duration) {
        let exchange = Exchange::new(0, None, vec![Some(COLUMNS)], BYTES);
        self.awaited = Some((exchange, answer_within));
    }

    /// What reads the answer that is awaited now.
    pub(super) fn exchange(&mut self) -> Option<&mut Exchange> {
        self.awaited.as_mut().map(|(exchange, _)| exchange)
    }

    /// How long the server may be silent over it.
    pub(super) fn answer_within(&self) -> Option<Duration> {
        self.awaited.as_ref().map(|(_, within)| *within)
    }

    /// Hands the answers over, now that the awaited one came, and gives what disturbed the session meanwhile.
    ///
    /// # Errors
    /// Whether they are durable is not known: they stay until [`Group::lose`].
    pub(super) fn release(&mut self, status: u8) -> Result<Option<String>, String> {
        let Some((exchange, _)) = self.awaited.take() else {
            return Ok(None);
        };
        let outcome = exchange.finish(status);
        if let Some(error) = outcome.error {
            return Err(format!("whether a commit is on disk is not known: {error}"));
        }
        if outcome.status != b'I' || outcome.results.len() != 1 {
            return Err("whether a commit is on disk was not answered".to_owned());
        }
        for (reply, outcome) in self.held.drain(..) {
            let _ = reply.send(Reply::Done(Box::new(outcome)));
        }
        Ok(outcome.disturbance)
    }

    /// The connection is gone. What was refused is known all the same.
    pub(super) fn lose(&mut self, reason: &Arc<str>) {
        for (reply, outcome) in self.held.drain(..) {
            let _ = reply.send(if outcome.error.is_some() {
                Reply::Done(Box::new(outcome))
            } else {
                Reply::Failed(Failure {
                    reason: Arc::clone(reason),
                    delivery: Delivery::MaybeSent,
                    isolation: false,
                })
            });
        }
    }
}
