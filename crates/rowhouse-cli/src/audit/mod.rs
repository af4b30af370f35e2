//! `rowhouse audit`: can one tenant reach another's rows, how, and what closes it?

mod fixes;
mod live;
pub(crate) mod source;
pub(crate) mod today;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use rowhouse_guard::{Baseline, Level, Options, Report};

use crate::config::Config;
use crate::failure::Misuse;
use crate::target::Target;
use crate::terminal;

/// Find every way by which one tenant could reach another's rows; exit code 1 if there is one, 2 if it cannot be told
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing is changed, and no function of the database is called: one read-only transaction reads the catalogs. --live also
reads what findings name, as the app role, in transactions that are read-only and rolled back.

Examples:
  rowhouse audit --database-url postgres://owner@db/app
  rowhouse audit --app-role web --tenant-column org_id --format json
  rowhouse audit --database-url postgres://owner@db/app --live --app-url postgres://web@db/app
  rowhouse audit --snapshot catalog.json --fail-on error")]
pub(crate) struct Audit {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    known: Known,
    /// How the findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// The level from which findings make the exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    fail_on: FailOn,
    /// Audit a snapshot that `rowhouse snapshot` wrote, without a database
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    #[command(flatten)]
    live: live::Live,
    #[command(flatten)]
    fixes: fixes::Fixes,
    /// Leave out what an earlier JSON report had already
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// What need not be detected.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Known {
    /// The role the service logs in as; may be given several times [default: detected]
    #[arg(long = "app-role", value_name = "ROLE")]
    app_roles: Vec<String>,
    /// The setting that carries the tenant [default: detected]
    #[arg(long, value_name = "SETTING")]
    setting: Option<String>,
    /// The column that says whose row it is [default: detected]
    #[arg(long, value_name = "COLUMN")]
    tenant_column: Option<String>,
    /// The table of tenants [default: detected]
    #[arg(long, value_name = "TABLE")]
    tenant_root: Option<String>,
    /// The schemas to report on, separated by commas [default: all]
    #[arg(long, value_name = "SCHEMAS", value_delimiter = ',')]
    schemas: Vec<String>,
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
    /// Any finding
    Note,
    /// Warnings and errors
    #[default]
    Warning,
    /// Errors only
    Error,
    /// Nothing
    Never,
}

impl FailOn {
    fn fails(self, report: &Report) -> bool {
        let least = match self {
            Self::Note => Level::Note,
            Self::Warning => Level::Warning,
            Self::Error => Level::Error,
            Self::Never => return false,
        };
        report.worst().is_some_and(|worst| worst >= least)
    }
}

impl Known {
    /// The setting that carries the tenant, where nothing is there to detect it from.
    pub(crate) fn setting(&self, config: &Config) -> String {
        let named = self.setting.clone();
        named.unwrap_or_else(|| config.file.setting.clone())
    }

    /// Flags go before the file.
    pub(crate) fn options(&self, config: &Config) -> Options {
        let file = &config.file;
        let configured = matches!(config.source, crate::config::Source::File(_));
        Options {
            app_roles: self.app_roles.clone(),
            setting: self
                .setting
                .clone()
                .or_else(|| configured.then(|| file.setting.clone())),
            tenant_column: self
                .tenant_column
                .clone()
                .or_else(|| file.tenant_column.clone()),
            tenant_root: self
                .tenant_root
                .clone()
                .or_else(|| file.tenant_root.clone()),
            schemas: self.schemas.clone(),
        }
    }
}

impl Audit {
    pub(crate) async fn run(self) -> ExitCode {
        match self.report().await {
            Ok((report, tried)) => {
                if let Err(error) = self.print(&report, &tried) {
                    return cannot_tell(&error);
                }
                ExitCode::from(u8::from(self.fail_on.fails(&report)))
            }
            Err(error) => cannot_tell(&error),
        }
    }

    /// The report, and what came of its fixes.
    async fn report(&self) -> anyhow::Result<(Report, Vec<String>)> {
        let config = self.target.config(false)?;
        let catalog = source::catalog(&self.target, &config, self.snapshot.as_deref()).await?;
        let options = self.known.options(&config);
        let mut report = rowhouse_guard::audit(&catalog, &options)
            .map_err(|error| Misuse::new(error.to_string()).hint(error.hint()))?;
        self.live
            .confirm(&self.target, &config, &catalog, &mut report)
            .await?;
        let exceptions = &config.file.audit.exceptions;
        for idle in report.without_accepted(exceptions, &today::today()) {
            terminal::warning(format!(
                "the exception for {} on {} is over or meets nothing",
                idle.rule, idle.object
            ));
        }
        if let Some(path) = &self.baseline {
            let name = path.display();
            let text = std::fs::read_to_string(path)
                .map_err(|error| Misuse::new(format!("cannot read {name}: {error}")))?;
            let baseline =
                Baseline::from_json(&text).with_context(|| format!("cannot use {name}"))?;
            report.without_known(&baseline);
        }
        let tried = self
            .fixes
            .verify(&self.target, &config, &options, &report)
            .await?;
        Ok((report, tried))
    }

    fn print(&self, report: &Report, tried: &[String]) -> anyhow::Result<()> {
        terminal::line(match self.format {
            Format::Text => report.to_colored_text(),
            Format::Json => report.to_json()?,
            Format::Sarif => report.to_sarif()?,
        });
        for line in tried {
            match self.format {
                Format::Text => terminal::line(line),
                Format::Json | Format::Sarif => terminal::progress(line),
            }
        }
        Ok(())
    }
}

/// Whatever the reason: nothing is known about the database's isolation.
pub(crate) fn cannot_tell(error: &anyhow::Error) -> ExitCode {
    crate::failure::report(error);
    ExitCode::from(2)
}
