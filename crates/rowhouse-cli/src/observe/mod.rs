//! `rowhouse observe report`: what observed tables have written to the server's log.

pub(crate) mod log;

use std::path::PathBuf;

use clap::Subcommand;
use rowhouse_guard::observe::Observations;

use crate::owner::OwnersTarget;
use crate::terminal;

/// What tables recorded that `rowhouse protect --observe` watches
#[derive(Debug, clap::Args)]
pub(crate) struct Observe {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Report(Report),
}

/// List the statements that came without a tenant or met rows of others, from the server's log
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A log may be plain, CSV or JSON. Without a file, the server is asked for its own, which takes pg_monitor and the right to
call pg_read_binary_file.

Examples:
  rowhouse observe report
  rowhouse observe report /var/log/postgresql/postgresql-17-main.log
  journalctl -u postgresql --since today | rowhouse observe report -

Exit code 1 if a statement would be stopped.")]
struct Report {
    /// Files of the server's log; - reads the standard input [default: the server's own]
    files: Vec<PathBuf>,
    #[command(flatten)]
    target: OwnersTarget,
}

impl Observe {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let What::Report(report) = self.what;
        report.run().await
    }
}

impl Report {
    async fn run(self) -> anyhow::Result<()> {
        let mut seen = Observations::default();
        if self.files.is_empty() {
            let config = self.target.config()?;
            let options = self
                .target
                .options(&config, "the server's log is its operator's")?;
            log::of_server(&options, &mut seen).await?;
        }
        for file in &self.files {
            log::of_file(file, &mut seen)?;
        }
        if seen.is_empty() {
            terminal::line(
                "nothing was recorded: no statement came without a tenant and met a row, or met another tenant's",
            );
            return Ok(());
        }
        terminal::line(seen.to_text().trim_end());
        terminal::progress(format!(
            "{} statements would not do what they do now",
            seen.len()
        ));
        Err(crate::failure::Told.into())
    }
}
