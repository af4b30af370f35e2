//! A statement: SQL text, classified once, described once for the whole house.

mod classify;
mod registry;
mod tokens;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use postgres_types::Type;

pub(crate) use classify::{Kind, classify};
pub(crate) use registry::Registry;

use crate::rows::Column;

/// Statements that took longer than this run apart from the lanes, until they have been fast again.
const SLOW: Duration = Duration::from_millis(100);
/// A fast statement halves the memory of a slow one until it falls under this.
const FORGIVEN: Duration = Duration::from_millis(25);

/// One SQL text, known to the house: cheap to clone, cheaper to run than a `&str`, because the text is not looked up
/// again. Made by [`Rowhouse::statement`](crate::Rowhouse::statement).
#[derive(Clone)]
pub struct Statement(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    text: Box<str>,
    kind: Kind,
    described: RwLock<Option<Arc<Described>>>,
    cost: AtomicU32,
    measured: AtomicBool,
    overflows: AtomicBool,
    answer_bytes: AtomicUsize,
    house: u64,
}

/// What the server said of a statement. Every description has a number and so a prepared name of its own: parameters
/// must never reach a statement that was prepared with other types.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) number: u64,
    pub(crate) parameters: Vec<Type>,
    pub(crate) columns: Arc<[Column]>,
}

/// The name under which a description's statement is prepared, the same on every connection.
pub(crate) fn prepared_name(number: u64) -> String {
    format!("rowhouse_{number}")
}

impl Statement {
    pub(crate) fn new(text: &str, kind: Kind, house: u64) -> Self {
        Self(Arc::new(Inner {
            text: text.into(),
            kind,
            described: RwLock::new(None),
            cost: AtomicU32::new(0),
            measured: AtomicBool::new(false),
            overflows: AtomicBool::new(false),
            answer_bytes: AtomicUsize::new(0),
            house,
        }))
    }

    /// The SQL text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether it runs with `transaction_read_only = on`.
    pub fn is_read(&self) -> bool {
        self.0.kind == Kind::Read
    }

    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    pub(crate) fn house(&self) -> u64 {
        self.0.house
    }

    pub(crate) fn described(&self) -> Option<Arc<Described>> {
        self.0
            .described
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set_described(&self, described: Option<Arc<Described>>) {
        *self
            .0
            .described
            .write()
            .unwrap_or_else(PoisonError::into_inner) = described;
    }

    /// Takes note of how long the server worked on it.
    pub(crate) fn note_cost(&self, took: Duration) {
        let took = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        let before = self.0.cost.load(Ordering::Relaxed);
        let after = if took >= before {
            took
        } else {
            (before / 2).max(took)
        };
        if after != before {
            self.0.cost.store(after, Ordering::Relaxed);
        }
        if !self.0.measured.load(Ordering::Relaxed) {
            self.0.measured.store(true, Ordering::Relaxed);
        }
    }

    /// How fast it has been.
    pub(crate) fn pace(&self) -> Pace {
        let cost = Duration::from_micros(self.0.cost.load(Ordering::Relaxed).into());
        if !self.0.measured.load(Ordering::Relaxed) {
            Pace::Unknown
        } else if cost >= SLOW {
            Pace::Slow
        } else if cost >= FORGIVEN {
            Pace::Unknown
        } else {
            Pace::Fast
        }
    }

    /// Whether its last answer passed the cap of a lane.
    pub(crate) fn overflows(&self) -> bool {
        self.0.overflows.load(Ordering::Relaxed)
    }

    pub(crate) fn note_overflow(&self, overflowed: bool) {
        self.0.overflows.store(overflowed, Ordering::Relaxed);
    }

    /// The size of its last answer, in bytes: what to reserve for the next.
    pub(crate) fn answer_bytes(&self) -> usize {
        self.0.answer_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn note_answer_bytes(&self, bytes: usize) {
        if self.answer_bytes() != bytes {
            self.0.answer_bytes.store(bytes, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement")
            .field("text", &self.0.text)
            .field("kind", &self.0.kind)
            .finish_non_exhaustive()
    }
}

/// Where a statement may queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// On every lane.
    Fast,
    /// Not on the lane that is kept for fast ones.
    Unknown,
    /// On a connection of its own.
    Slow,
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &str {}
    impl Sealed for &String {}
    impl Sealed for &super::Statement {}
}

/// SQL text or a [`Statement`] of the same house.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a statement",
    label = "pass SQL text as `&str` or `&String`, or a `&Statement`",
    note = "values go into the parameters, never into the text"
)]
pub trait ToStatement: sealed::Sealed + Sync {
    #[doc(hidden)]
    fn to_statement(&self, registry: &RegistryRef<'_>) -> crate::Result<Statement>;
}

/// The house's registry, as [`ToStatement`] sees it.
#[doc(hidden)]
#[derive(Debug)]
pub struct RegistryRef<'a>(pub(crate) &'a Registry);

impl ToStatement for &str {
    fn to_statement(&self, registry: &RegistryRef<'_>) -> crate::Result<Statement> {
        registry.0.statement(self)
    }
}

impl ToStatement for &String {
    fn to_statement(&self, registry: &RegistryRef<'_>) -> crate::Result<Statement> {
        registry.0.statement(self)
    }
}

impl ToStatement for &Statement {
    fn to_statement(&self, registry: &RegistryRef<'_>) -> crate::Result<Statement> {
        registry.0.own(self)
    }
}
