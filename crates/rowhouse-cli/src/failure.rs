//! How a command fails: what is said, and with which exit code.

use std::fmt;
use std::process::ExitCode;

use crate::terminal;

/// The command was used or configured wrongly: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Misuse {
    message: String,
    hint: Option<String>,
}

/// Something else is in the way, and there is a way out: exit code 1.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Obstacle {
    message: String,
    hint: String,
}

/// The command has said what there is to say; nothing is added.
#[derive(Debug, thiserror::Error)]
#[error("it failed")]
pub(crate) struct Told;

impl Misuse {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The way out.
    pub(crate) fn way_out(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl Obstacle {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// Prints an error with its causes and the way out, and gives the exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if !error.is::<Told>() {
        terminal::failure(&Causes(error).to_string());
        if let Some(hint) = hint(error) {
            terminal::hint(&hint);
        }
    }
    let misused = error.chain().any(|cause| {
        cause.is::<Misuse>()
            || cause.is::<rowhouse_api::resource::BuildError>()
            || cause.is::<rowhouse::OptionsError>()
            || matches!(
                cause.downcast_ref(),
                Some(rowhouse::Error::Config(_) | rowhouse::Error::Options(_))
            )
    });
    ExitCode::from(if misused { 2 } else { 1 })
}

/// An error and its causes on one line, without saying the same twice.
pub(crate) struct Causes<'a>(pub(crate) &'a anyhow::Error);

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = String::new();
        for cause in self.0.chain() {
            let words = cause.to_string();
            if said.contains(&words) {
                continue;
            }
            if !said.is_empty() {
                said.push_str(": ");
            }
            said.push_str(&words);
        }
        f.write_str(&said)
    }
}

/// The way out that the first of the causes knows.
pub(crate) fn hint(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        if let Some(misuse) = cause.downcast_ref::<Misuse>() {
            return misuse.hint.clone();
        }
        if let Some(obstacle) = cause.downcast_ref::<Obstacle>() {
            return Some(obstacle.hint.clone());
        }
        if let Some(error) = cause.downcast_ref::<rowhouse::Error>() {
            return error.hint();
        }
        if let Some(error) = cause.downcast_ref::<rowhouse::OptionsError>() {
            return error.hint().map(str::to_owned);
        }
        if let Some(error) = cause.downcast_ref::<rowhouse_catalog::Error>() {
            return error.hint().map(str::to_owned);
        }
        cause
            .downcast_ref::<rowhouse_local::Error>()
            .and_then(rowhouse_local::Error::hint)
    })
}
