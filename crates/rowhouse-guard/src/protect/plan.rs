//! What a migration is made of.

use std::fmt;

use crate::Finding;

use super::Aim;
use super::fill::Fill;

/// What brings tables under isolation, in the order it is done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the tables are to be.
    pub aim: Aim,
    /// What is done, one after the other.
    pub steps: Vec<Step>,
    /// What was taken for the tenant and the service, in words: wrong, the whole would be.
    pub taken: Vec<String>,
    /// What has to be known or changed beside it, in words.
    pub around: Vec<String>,
    /// What the audit finds before.
    pub before: Vec<Finding>,
    /// What it is expected to find after: these are not mended, and each says what would close it.
    pub after: Vec<Finding>,
    /// Tables and views that were left as they are, with why.
    pub left: Vec<(String, String)>,
}

/// One change that stands by itself: what was done before it is not undone when it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does, for people.
    pub what: String,
    /// The relation it is about, as `schema.name`; empty where it is none.
    pub object: String,
    /// The change.
    pub up: Work,
    /// The way back; none where another step's way back takes it along.
    pub down: Option<Work>,
    /// What to look at when rows stand against it.
    pub against: Option<String>,
    pub(super) phase: Phase,
}

/// When a step's turn comes. Rows get their tenant first, then the wall is raised for the service, then keys follow. The
/// owner is bound last: what checks a foreign key reads as the owner, and would see no rows under FORCE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Before,
    Column,
    Index,
    Wall,
    Privileges,
    Views,
    Keys,
    Force,
}

/// Statements, and what they ask of a database in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The statements, each without its semicolon.
    pub statements: Vec<String>,
    /// How they are run.
    pub how: How,
    /// The strongest lock they take on a table.
    pub lock: Lock,
    /// The tables they take it on.
    pub on: Vec<String>,
    /// Rows are read under the lock, so it is held for as long as that takes.
    pub scans: bool,
    /// A query whose only value says whether the work is done already.
    pub done: Option<String>,
    /// A statement that clears away what an interrupted attempt left behind, and a query that says whether there is any.
    pub leftover: Option<(String, String)>,
}

/// How statements are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// All in one transaction.
    Together,
    /// As `Together`; it reads rows and changes nothing.
    Look,
    /// The only one, outside any transaction.
    Alone,
    /// Over and over, each time for a part of the table, in a transaction of its own. The statement does all of it at a
    /// time, outside any transaction, for migration tools.
    Batches(Fill),
}

/// A table's lock, by what it holds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// No lock on a table.
    None,
    /// Holds up changes of the schema.
    RowExclusive,
    /// Holds up changes of the schema and VACUUM; reads and writes go on.
    ShareUpdateExclusive,
    /// Holds up writes; reads go on.
    Share,
    /// Holds up writes; reads go on.
    ShareRowExclusive,
    /// Holds up everything.
    AccessExclusive,
}

impl Lock {
    /// Its name in the manual.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "no lock on a table",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What that means for those who use the table.
    fn meaning(self) -> &'static str {
        match self {
            Self::None | Self::RowExclusive | Self::ShareUpdateExclusive => {
                "reads and writes go on"
            }
            Self::Share | Self::ShareRowExclusive => "writes wait",
            Self::AccessExclusive => "reads and writes wait",
        }
    }

    /// Whether writes wait for it.
    fn holds_up(self) -> bool {
        self >= Self::Share
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Work {
    /// Statements in one transaction.
    pub(super) fn together(statements: Vec<String>, lock: Lock, on: &str) -> Self {
        Self {
            statements,
            how: How::Together,
            lock,
            on: if on.is_empty() {
                Vec::new()
            } else {
                vec![on.to_owned()]
            },
            scans: false,
            done: None,
            leftover: None,
        }
    }

    /// A statement that fails where rows stand against what is to come.
    pub(super) fn look(statement: String) -> Self {
        Self {
            how: How::Look,
            ..Self::together(vec![statement], Lock::None, "")
        }
    }

    /// One statement outside any transaction.
    pub(super) fn alone(statement: String, lock: Lock, on: &str) -> Self {
        Self {
            how: How::Alone,
            ..Self::together(vec![statement], lock, on)
        }
    }

    /// On another table as well.
    pub(super) fn and_on(mut self, table: &str) -> Self {
        if !self.on.iter().any(|known| known == table) {
            self.on.push(table.to_owned());
        }
        self
    }

    /// For as long as it takes to read all rows.
    pub(super) fn scanning(mut self) -> Self {
        self.scans = true;
        self
    }

    /// Where what is left of an interrupted attempt goes.
    pub(super) fn clearing(mut self, there_is: String, clear: String) -> Self {
        self.leftover = Some((there_is, clear));
        self
    }

    /// Nothing to do where this query says so.
    pub(super) fn unless(mut self, done: String) -> Self {
        self.done = Some(done);
        self
    }

    /// Statements that take the locks of a step on several tables one by one, before its own statements would; none where
    /// it holds up nobody or is on one table. A statement of the service that waits for one of them while it holds what
    /// the step waits for next is a deadlock, so whoever runs them waits for long for the first alone. They begin with a
    /// referenced table, which most transactions write first; where that was in vain, `turn` by `turn` with the next.
    pub fn locks(&self, turn: usize) -> Vec<String> {
        if !self.lock.holds_up() || self.on.len() < 2 {
            return Vec::new();
        }
        let mut tables: Vec<&String> = self.on.iter().rev().collect();
        tables.rotate_left(turn % self.on.len());
        let lock = |table| format!("LOCK TABLE ONLY {table} IN {} MODE", self.lock);
        tables.into_iter().map(lock).collect()
    }

    /// The lock in words, as it stands in comments.
    pub fn lock_in_words(&self) -> String {
        if self.lock == Lock::None || self.on.is_empty() {
            return Lock::None.name().to_owned();
        }
        let long = match (self.lock.holds_up(), self.scans) {
            (false, _) => "",
            (true, false) => ", for a moment: no row is read under it",
            (true, true) => ", until all rows were read",
        };
        format!(
            "{} on {}: {}{long}",
            self.lock,
            self.on.join(", "),
            self.lock.meaning()
        )
    }
}
