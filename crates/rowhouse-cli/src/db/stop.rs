//! `rowhouse db stop`.

use std::path::Path;

use rowhouse_local::Cluster;

use crate::terminal;

/// Stop it, whoever started it
#[derive(Debug, clap::Args)]
pub(crate) struct Stop {}

impl Stop {
    pub(crate) async fn run(data: &Path) -> anyhow::Result<()> {
        if Cluster::stop_at(data).await? {
            terminal::line("PostgreSQL is stopped; its data is kept");
        } else {
            terminal::line("PostgreSQL did not run");
        }
        Ok(())
    }
}
