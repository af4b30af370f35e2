//! What the audit reports.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Cost and hygiene.
    Note,
    /// Isolation hangs on something fragile.
    Warning,
    /// A tenant can read, change or learn of another's rows.
    Error,
}

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure the audit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// A weakness in how things are set up; nothing leaks through it by itself.
    Posture,
    /// It follows from the catalogs.
    Likely,
    /// The app role did it.
    Confirmed,
}

impl Certainty {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Posture => "posture",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
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

impl Finding {
    /// The same for the same cause on the same object, whatever the server's numbers and however often it is run.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in [self.rule, &self.object, &self.part] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let digest = hash.finalize();
        let mut text = String::with_capacity(24);
        for byte in &digest[..12] {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// The part of the object it is about.
    #[must_use]
    pub(crate) fn part(mut self, part: impl Into<String>) -> Self {
        self.part = part.into();
        self
    }

    /// As bad as this, instead of what its rule says.
    #[must_use]
    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// How to exploit it.
    #[must_use]
    pub(crate) fn exploit(mut self, sql: impl Into<String>) -> Self {
        self.exploit = sql.into();
        self
    }

    /// What closes it, as SQL.
    #[must_use]
    pub(crate) fn fix_sql(mut self, sql: impl Into<String>) -> Self {
        let sql = sql.into();
        // Where no statement of the owner would do, the rule's words stand.
        if !sql.trim().is_empty() {
            self.fix = Fix::Sql(sql);
        }
        self
    }

    /// What closes it, in words.
    #[must_use]
    pub(crate) fn fix_words(mut self, words: impl Into<String>) -> Self {
        self.fix = Fix::Words(words.into());
        self
    }
}
