//! `rowhouse probe`: attacks a copy of the database as the app role, and says what held.

mod copied;
mod living;
mod through;

use std::io::IsTerminal;
use std::process::ExitCode;

use rowhouse_guard::probe::{Error, ProbeReport};

use crate::audit::{Known, cannot_tell, source};
use crate::failure::Misuse;
use crate::target::Target;
use crate::terminal;
use through::{Outside, Through};

/// Attack a copy of the database for real, as the app role; exit code 1 if one tenant reached another's rows, 2 if it cannot be told
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The database itself is only read: pg_dump takes its schema, roles and settings to a private PostgreSQL on a socket that nobody
else reaches, where rows of some tenants are made up and everything is tried in transactions that are rolled back. Nothing is
left of it afterwards.

Examples:
  rowhouse probe --database-url postgres://owner@db/app
  rowhouse probe --app-role web --format json
  rowhouse probe --admin-url postgres://owner@db/app --fail-on unexercised

The database itself, a few rows at a time, rolled back:
  rowhouse probe --live --database-url postgres://app@db/app --admin-url postgres://owner@db/app --tenant acme --tenant beta

A running service, from outside, as one of two tenants that hold nothing of value; rows are made, changed and removed:
  rowhouse probe --through https://api.example.com --tenant-a @a.headers --tenant-b @b.headers

A pooler, from outside: what one client leaves on a connection, and whether the next one finds it:
  rowhouse probe --through postgres://app@pooler:6432/app --tenant-a acme --tenant-b beta")]
pub(crate) struct Probe {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    known: Known,
    #[command(flatten)]
    through: Through,
    /// Attack the database itself, with the rows that are there, as the service's login (database_url)
    #[arg(long, conflicts_with = "through")]
    live: bool,
    /// A tenant that has rows: the first attacks, the second is attacked [default: the first two]
    #[arg(long = "tenant", value_name = "ID", requires = "live")]
    tenants: Vec<String>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// What makes the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
    /// For code hosts: SARIF 2.1.0
    Sarif,
}

#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum FailOn {
    /// A leak
    #[default]
    Leak,
    /// A leak, or a relation and command that could not be tried
    Unexercised,
    /// Nothing
    Never,
}

impl FailOn {
    fn fails(self, report: &ProbeReport) -> bool {
        let (pairs, exercised) = report.exercised();
        let leaks = report.leaks().next().is_some();
        match self {
            Self::Leak => leaks,
            Self::Unexercised => leaks || exercised < pairs,
            Self::Never => false,
        }
    }
}

impl Probe {
    pub(crate) async fn run(self) -> ExitCode {
        if self.through.is_wanted() {
            return self.run_through().await;
        }
        // Interrupted, the copy is taken down as at any other end.
        let report = async {
            if self.live {
                Box::pin(self.live(&tell)).await
            } else {
                Box::pin(self.report()).await
            }
        };
        let done = tokio::select! {
            done = report => done,
            _ = tokio::signal::ctrl_c() => return ExitCode::from(130),
        };
        match done.and_then(|report| self.print(&report).map(|()| report)) {
            Ok(report) => ExitCode::from(u8::from(self.fail_on.fails(&report))),
            Err(error) => cannot_tell(&error),
        }
    }

    async fn run_through(&self) -> ExitCode {
        let print = |report: &Outside| -> anyhow::Result<()> {
            terminal::line(match self.format {
                Format::Text => report.to_text(),
                Format::Json => report.to_json()?,
                Format::Sarif => report.to_sarif()?,
            });
            Ok(())
        };
        let done = async {
            let config = self.target.config(false)?;
            let report = self
                .through
                .run(&self.known.setting(&config), &tell)
                .await?;
            print(&report).map(|()| report)
        };
        match done.await {
            Ok(report) => ExitCode::from(u8::from(match self.fail_on {
                FailOn::Leak => report.leaks(),
                FailOn::Unexercised => report.leaks() || report.has_gaps(),
                FailOn::Never => false,
            })),
            Err(error) => cannot_tell(&error),
        }
    }

    async fn report(&self) -> anyhow::Result<ProbeReport> {
        let config = self.target.config(false)?;
        let database = source::options(&self.target, &config)?;
        tell(&format!("copying the schema of {}", database.place()));
        let copied = copied::Copied::make(&database).await?;
        let catalog = copied.catalog().await?;
        let options = self.known.options(&config);
        let done = rowhouse_guard::probe::probe(&catalog, &options, &copied, &tell).await;
        let mut report = done.map_err(misuse)?;
        report.left_out = copied.left_out();
        Ok(report)
    }

    fn print(&self, report: &ProbeReport) -> anyhow::Result<()> {
        terminal::line(match self.format {
            Format::Text => report.to_colored_text(),
            Format::Json => report.to_json()?,
            Format::Sarif => report.to_sarif()?,
        });
        Ok(())
    }
}

/// What cannot be told is for the caller to say.
fn misuse(error: Error) -> anyhow::Error {
    match error {
        Error::Audit(error) => Misuse::new(error.to_string()).hint(error.hint()).into(),
        other => anyhow::Error::new(other),
    }
}

/// Progress is for who is waiting.
fn tell(words: &str) {
    if std::io::stderr().is_terminal() {
        terminal::progress(words);
    }
}
