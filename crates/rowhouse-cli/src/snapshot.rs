//! `rowhouse snapshot`: the catalogs as JSON, to audit elsewhere or to compare later.

use std::path::PathBuf;

use anyhow::Context;

use crate::audit::source;
use crate::target::Target;
use crate::terminal;

/// Write the database's catalogs as JSON: names, policies and functions, no rows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  rowhouse snapshot --database-url postgres://owner@db/app > catalog.json
  rowhouse audit --snapshot catalog.json")]
pub(crate) struct Snapshot {
    #[command(flatten)]
    target: Target,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Snapshot {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.target.config(false)?;
        let json = source::catalog(&self.target, &config, None)
            .await?
            .to_json()?;
        match self.output {
            Some(path) => std::fs::write(&path, json + "\n")
                .with_context(|| format!("cannot write {}", path.display())),
            None => {
                terminal::line(json);
                Ok(())
            }
        }
    }
}
