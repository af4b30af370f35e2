//! What came of it: a verdict for each relation or function, command, state and role.

use serde::Serialize;

use super::session::State;

/// What is attacked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// Reading.
    Select,
    /// New rows.
    Insert,
    /// Changed rows.
    Update,
    /// Removed rows.
    Delete,
    /// All rows at once, below row security.
    Truncate,
    /// Calling a function.
    Call,
}

impl Command {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Truncate => "TRUNCATE",
            Self::Call => "CALL",
        }
    }
}

/// The outcome for one cell of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// It was tried, and nothing of another tenant was seen or changed.
    Held {
        /// What held it, in the server's words or ours.
        by: String,
    },
    /// One tenant reached another's rows.
    Leaked {
        /// What was seen.
        seen: String,
        /// The statements that show it.
        statements: Vec<String>,
    },
    /// It could not be tried; why.
    NotExercised {
        /// The reason.
        why: String,
    },
}

impl Verdict {
    /// Whether it leaked.
    pub fn is_leak(&self) -> bool {
        matches!(self, Self::Leaked { .. })
    }

    /// Whether it was tried.
    pub fn is_exercised(&self) -> bool {
        !matches!(self, Self::NotExercised { .. })
    }

    /// The worse of two outcomes of the same cell: what leaked once leaks, and what was tried once was tried.
    pub(super) fn with(self, other: Self) -> Self {
        let rank = |verdict: &Self| match verdict {
            Self::Leaked { .. } => 2,
            Self::Held { .. } => 1,
            Self::NotExercised { .. } => 0,
        };
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }
}

/// One cell of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The relation or function, as findings name it.
    pub object: String,
    /// The command.
    pub command: Command,
    /// What the session said of the tenant.
    pub state: State,
    /// The role it was tried as.
    pub role: String,
    /// What came of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}
