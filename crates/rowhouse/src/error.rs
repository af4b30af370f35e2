//! What can go wrong, named for the person who must act.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::connect::{ConnectError, OptionsError};
use crate::database_error::DatabaseError;
use crate::roles::Danger;
use crate::tenant_id::TenantIdError;

/// Whether a request that was lost with its connection had reached the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// Not one byte was written: the statement did not run.
    NotSent,
    /// Some or all of it was written: a write may or may not have been committed.
    MaybeSent,
}

/// Which wait ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// No exclusive connection was free in time: transactions, streams and slow statements hold them.
    Exclusive,
    /// The tenant itself holds its share of the exclusive connections, and let none go in time.
    Share,
    /// The server did not answer a statement within its own `statement_timeout` and some grace: the connection is dead.
    Answer,
    /// Somebody still held a transaction or a stream, or waited for an answer, when the house closed.
    Close,
}

/// An error of the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration of the house is not usable.
    #[error("configuration: {0}")]
    Config(String),
    /// A text is not a tenant id.
    #[error(transparent)]
    NotATenant(#[from] TenantIdError),
    /// The description of the connection is not usable.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// No connection could be made.
    #[error("cannot connect")]
    Connect(#[from] ConnectError),
    /// The role could get around row security.
    #[error("role {role} can bypass row security: {}", list(.dangers))]
    UnsafeRole {
        /// The session's role.
        role: String,
        /// Every way around row security that was found.
        dangers: Vec<Danger>,
    },
    /// The server or what stands before it is not one that lanes can be shared on.
    #[error("unsuitable server: {0}")]
    UnsuitableServer(String),
    /// The text is not run, before anything is sent.
    #[error("{what} is not run in a tenant's scope")]
    Refused {
        /// The offending words.
        what: String,
        /// The way to do it instead.
        instead: String,
    },
    /// The statement belongs to another method.
    #[error("this statement does not run {here}")]
    WrongPlace {
        /// Where it was tried.
        here: &'static str,
        /// Where it runs.
        instead: &'static str,
    },
    /// A policy or function read a setting that was never set: it is not the setting this house keeps the tenant in.
    #[error("no tenant set: {}", .0.message())]
    NoTenantSet(#[source] Box<DatabaseError>),
    /// PostgreSQL answered with an error; the statement and its implicit transaction were rolled back. An error that
    /// ends the session while `Transaction::commit` waits is [`Error::Lost`] instead: it may come after the commit.
    #[error(transparent)]
    Database(Box<DatabaseError>),
    /// The connection broke before the answer was complete.
    #[error("connection lost: {reason}{}", sent(*.delivery))]
    Lost {
        /// What was seen of it.
        reason: String,
        /// Whether the statement may have run.
        delivery: Delivery,
    },
    /// An answer came for another tenant or another request. Nothing of it was released; every lane was closed.
    #[error(
        "isolation check failed: an answer did not carry this request's tenant and nonce; nothing was released"
    )]
    IsolationCheck,
    /// A wait ran out.
    #[error("timed out after {after:?} {}", waited_for(*.wait))]
    Timeout {
        /// Which wait.
        wait: Wait,
        /// How long it was.
        after: Duration,
    },
    /// No lane could be opened in time: the server is down, or refuses us.
    #[error("no connection to the server for {after:?}: {last_error}")]
    Unavailable {
        /// How long was waited.
        after: Duration,
        /// Why the last try failed.
        last_error: Arc<str>,
    },
    /// The house was closed.
    #[error("the house is closed")]
    Closed,
    /// A parameter could not be encoded, or their number is wrong.
    #[error("parameter ${number}: {message}")]
    Parameter {
        /// Its number, from 1.
        number: usize,
        /// What was wrong.
        message: String,
    },
    /// A column could not be read.
    #[error("column {column}: {message}")]
    Column {
        /// Its name or number.
        column: String,
        /// What was wrong.
        message: String,
    },
    /// `query_one` or `query_opt` saw another number of rows.
    #[error("expected {expected}, got {got}")]
    RowCount {
        /// "one row" or "at most one row".
        expected: &'static str,
        /// How many there were.
        got: usize,
    },
    /// The rows passed the cap on buffered bytes and were dropped. The statement ran: what it wrote is committed.
    #[error(
        "the answer passed {cap} bytes and its rows were dropped; what was written is committed"
    )]
    AnswerTooLarge {
        /// The cap.
        cap: usize,
    },
    /// The transaction cannot go on: an earlier statement in it failed in a way that only a rollback mends. Or the
    /// stream cannot: it failed before, so that what came of it is not the whole answer.
    #[error("the transaction is over: {0}")]
    TransactionOver(&'static str),
    /// The peer sent something that the protocol does not allow here.
    #[error("protocol: {0}")]
    Protocol(String),
}

/// `Result` with the library's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The database's error, when it is one.
    pub fn database(&self) -> Option<&DatabaseError> {
        match self {
            Self::Database(error) | Self::NoTenantSet(error) => Some(error),
            _ => None,
        }
    }

    /// The SQLSTATE, when the database answered with one.
    pub fn code(&self) -> Option<&str> {
        self.database().map(DatabaseError::code)
    }

    /// Whether running the whole transaction again may succeed: 40001 `serialization_failure`, 40P01 `deadlock_detected`.
    pub fn is_retryable(&self) -> bool {
        matches!(self.code(), Some("40001" | "40P01"))
    }

    /// The next step for the person who reads the message.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnsafeRole { dangers, .. } => Some(dangers.iter().map(Danger::way_out).collect::<Vec<_>>().join("; ")),
            Self::Refused { instead, .. } => Some(instead.clone()),
            Self::WrongPlace { instead, .. } => Some((*instead).to_owned()),
            Self::Options(error) => error.hint().map(str::to_owned),
            Self::Connect(error) => error.hint().map(str::to_owned),
            Self::NoTenantSet(_) => {
                Some("the policies read another setting than the house sets; configure the house with the name they use".to_owned())
            }
            Self::Database(error) if error.code() == "25006" => Some(
                "a SELECT runs read-only; when it calls a function that writes, use Tenant::read_write()".to_owned(),
            ),
            Self::Timeout { wait: Wait::Share, .. } => {
                Some("the tenant's own transactions, streams and slow statements hold its share: shorten them, or raise the house's tenant_share".to_owned())
            }
            Self::Timeout { wait: Wait::Exclusive, .. } => {
                Some("shorten transactions and streams, or raise the house's exclusive connections".to_owned())
            }
            Self::Unavailable { .. } => Some("check that PostgreSQL runs and takes connections of this role".to_owned()),
            _ => None,
        }
    }

    pub(crate) fn lost(reason: impl fmt::Display, delivery: Delivery) -> Self {
        Self::Lost {
            reason: reason.to_string(),
            delivery,
        }
    }

    pub(crate) fn protocol(reason: impl Into<String>) -> Self {
        Self::Protocol(reason.into())
    }
}

impl From<DatabaseError> for Error {
    fn from(error: DatabaseError) -> Self {
        if error.is_missing_tenant() {
            Self::NoTenantSet(Box::new(error))
        } else {
            Self::Database(Box::new(error))
        }
    }
}

fn list(dangers: &[Danger]) -> String {
    dangers
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn sent(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::NotSent => " (the statement had not been sent)",
        Delivery::MaybeSent => " (the statement may have run)",
    }
}

fn waited_for(wait: Wait) -> &'static str {
    match wait {
        Wait::Exclusive => "waiting for an exclusive connection",
        Wait::Share => "waiting for one of the tenant's exclusive connections",
        Wait::Answer => "waiting for the server's answer",
        Wait::Close => "waiting for what was under way, which was cut off",
    }
}
