//! The log: warnings and errors on standard error, more by `ROWHOUSE_LOG` (`debug`, `rowhouse=debug,tower=info`).

use std::io::IsTerminal;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::terminal;

/// Starts it. `Targets` reads no regular expressions, which would cost more memory than the rest of the command.
pub(crate) fn start() {
    let named = std::env::var("ROWHOUSE_LOG").unwrap_or_default();
    let targets = match named.parse::<Targets>() {
        Ok(targets) if !named.is_empty() => targets,
        Ok(_) => Targets::new().with_default(LevelFilter::WARN),
        Err(error) => {
            terminal::warning(format!("ROWHOUSE_LOG is not understood: {error}"));
            Targets::new().with_default(LevelFilter::WARN)
        }
    };
    let colour = std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .with_filter(targets);
    tracing_subscriber::registry().with(lines).init();
}
