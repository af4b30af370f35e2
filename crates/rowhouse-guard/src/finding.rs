//! What the audit reports.

use serde::Serialize;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Cost and hygiene.
    Note,
    /// Isolation hangs on something fragile.
    Warning,
    /// A tenant can read, change or learn of another's rows.
    Error,
}

/// How sure the audit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// A weakness in how things are set up; nothing leaks through it by itself.
    Posture,
    /// It follows from the catalogs.
    Likely,
    /// The app role did it.
    Confirmed,
}

/// What closes a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fix {
    /// SQL for the owner to run.
    Sql(String),
    /// What to do where SQL cannot: a server upgrade, a change in the application.
    Words(String),
}

/// One root cause on one object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Finding {
    /// The rule's id, in kebab case.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// How sure the audit is.
    pub certainty: Certainty,
    /// On what: `schema.name`, `schema.name(type,type)`, `role:name`, `database:name` or `schema:name`.
    pub object: String,
    /// What part of the object, such as a policy or constraint; empty for the whole of it.
    pub part: String,
    /// What is wrong and why it matters.
    pub message: String,
    /// How to exploit it, as SQL of the app role.
    pub exploit: String,
    /// What closes it.
    pub fix: Fix,
}
