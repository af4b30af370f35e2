//! One check: what was looked at, how it is, and how to mend it.

use crate::terminal::{self, BAD, FAINT, GOOD, WARN};

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Health {
    Ok,
    Warn,
    Fail,
}

/// A line of the report.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    what: &'static str,
    pub(crate) health: Health,
    detail: String,
    mend: Option<String>,
}

impl Check {
    pub(crate) fn ok(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            health: Health::Ok,
            detail: detail.into(),
            mend: None,
        }
    }

    pub(crate) fn warn(
        what: &'static str,
        detail: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            what,
            health: Health::Warn,
            detail: detail.into(),
            mend: Some(mend.into()),
        }
    }

    pub(crate) fn fail(
        what: &'static str,
        detail: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            health: Health::Fail,
            ..Self::warn(what, detail, mend)
        }
    }

    /// A failure with the way out that the error knows.
    pub(crate) fn failed(what: &'static str, error: &anyhow::Error) -> Self {
        Self {
            what,
            health: Health::Fail,
            detail: crate::failure::Causes(error).to_string(),
            mend: crate::failure::hint(error),
        }
    }

    pub(crate) fn print(&self) {
        let (style, mark) = match self.health {
            Health::Ok => (GOOD, "ok"),
            Health::Warn => (WARN, "warn"),
            Health::Fail => (BAD, "fail"),
        };
        terminal::line(format!(
            "{style}{mark:<5}{style:#}{:<15}{}",
            self.what, self.detail
        ));
        if let Some(mend) = &self.mend {
            terminal::line(format!("{:20}{FAINT}to mend:{FAINT:#} {mend}", ""));
        }
    }
}
