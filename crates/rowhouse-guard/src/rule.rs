//! What a rule is: its words for people, its example, and its check.

use crate::context::Context;
use crate::{Certainty, Finding, Fix, Level};

/// Something that can be wrong with a database.
#[derive(Debug)]
pub struct Rule {
    /// Its id, in kebab case.
    pub id: &'static str,
    /// One line for lists.
    pub title: &'static str,
    /// How bad it is, where a finding does not say otherwise.
    pub level: Level,
    /// What is wrong.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// How to close it.
    pub close: &'static str,
    /// SQL that shows it and SQL that does not, on top of [`SCHEMA`](crate::SCHEMA).
    pub example: Example,
    pub(crate) check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// What shows a rule at work. A test runs it on a server.
#[derive(Debug)]
pub struct Example {
    /// The object that is found in `bad`.
    pub object: &'static str,
    /// Raises the rule on the object, and nothing else.
    pub bad: &'static str,
    /// Does the same thing in a way that raises nothing; empty where there is none.
    pub good: &'static str,
}

impl Rule {
    /// A finding of this rule.
    pub(crate) fn found(&self, object: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            level: self.level,
            certainty: if self.level == Level::Note {
                Certainty::Posture
            } else {
                Certainty::Likely
            },
            object: object.into(),
            part: String::new(),
            message: message.into(),
            exploit: String::new(),
            fix: Fix::Words(self.close.to_owned()),
        }
    }
}
