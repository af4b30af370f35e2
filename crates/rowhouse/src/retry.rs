//! Whether a one-shot that failed is tried once more, and what is forgotten before that.

use std::sync::Arc;

use crate::error::{Delivery, Error};
use crate::head::Mode;
use crate::house::Shared;
use crate::statement::{Described, Statement};

/// What an attempt went by.
#[derive(Debug, Default)]
pub(crate) struct Attempt {
    used: Vec<Used>,
    /// The server has committed: whatever fails now, the statements are not run again.
    done: bool,
}

#[derive(Debug)]
struct Used {
    statement: Statement,
    described: Arc<Described>,
    /// The description was there before the attempt and may be out of date.
    cached: bool,
}

impl Attempt {
    pub(crate) fn uses(&mut self, statement: &Statement, described: &Arc<Described>, cached: bool) {
        self.used.push(Used {
            statement: statement.clone(),
            described: Arc::clone(described),
            cached,
        });
    }

    pub(crate) fn is_done(&mut self) {
        self.done = true;
    }

    /// Whether to try once more. What failed in PostgreSQL was rolled back; what was lost may have run, so only what
    /// was not sent, or what the server kept from writing, is repeated.
    pub(crate) fn worth_again(&self, error: &Error, mode: Mode, house: &Shared) -> bool {
        if self.done {
            return false;
        }
        match error {
            Error::Lost {
                delivery: Delivery::NotSent,
                ..
            } => true,
            Error::Lost { .. } => mode == Mode::ReadOnly,
            Error::Database(database) if database.is_fatal() => {
                mode == Mode::ReadOnly && database.code().starts_with("57P")
            }
            // A parameter that fits the types of now, perhaps, and not those of before.
            Error::Parameter { .. } => self.forget(house),
            // Prepared statements that the server lost.
            Error::Database(database) if database.code() == "26000" => true,
            Error::Database(database) => may_be_outdated(database.code()) && self.forget(house),
            _ => false,
        }
    }

    /// The error as the caller may take it: after a write was committed, nothing may say that it had not been sent.
    pub(crate) fn told(&self, error: Error, mode: Mode) -> Error {
        let unread = matches!(
            error,
            Error::Lost { .. }
                | Error::Unavailable { .. }
                | Error::Timeout { .. }
                | Error::Connect(_)
                | Error::Closed
        );
        if self.done && mode.writes() && unread {
            let reason =
                format!("the statement was committed, and its answer could not be read: {error}");
            return Error::lost(reason, Delivery::MaybeSent);
        }
        error
    }

    /// Forgets the descriptions that were cached; false when there were none. One that another request made since
    /// then stays.
    fn forget(&self, house: &Shared) -> bool {
        let cached = self.used.iter().filter(|used| used.cached);
        let forgotten = cached.map(|used| {
            let now = used.statement.described();
            if now.is_some_and(|now| now.number == used.described.number) {
                house.forget(&used.statement);
            }
        });
        forgotten.count() > 0
    }

    /// After an attempt that followed `before` in vain: descriptions that did not change stay what they were, and what
    /// was prepared under their numbers stays in use.
    pub(crate) fn keep(&self, before: &Self) {
        for (now, old) in self.used.iter().zip(&before.used) {
            if now.described.parameters == old.described.parameters
                && now.described.columns == old.described.columns
            {
                now.statement
                    .set_described(Some(Arc::clone(&old.described)));
            }
        }
    }
}

/// Errors of a statement whose result changed (0A000), or of types that changed under the names: undefined or ambiguous
/// functions and objects, mismatched or unreadable parameters.
pub(crate) fn may_be_outdated(code: &str) -> bool {
    matches!(
        code,
        "0A000" | "42883" | "42804" | "42P18" | "42P08" | "42725" | "42704" | "22P03" | "XX000"
    )
}
