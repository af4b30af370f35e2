//! `rowhouse db start`.

use std::path::Path;

use crate::target::full;
use crate::{demo, local, terminal};

/// Start it in the background, with its roles and database
#[derive(Debug, clap::Args)]
pub(crate) struct Start {
    /// Fill it with the demo's tables and rows
    #[arg(long)]
    demo: bool,
}

impl Start {
    pub(crate) async fn run(self, data: &Path) -> anyhow::Result<()> {
        let cluster = local::start(data).await?;
        let superuser = local::prepare(&cluster).await?;
        if self.demo {
            demo::prepare(&cluster, &superuser).await?;
        }
        let url = cluster.url(local::APP, local::DATABASE);
        let (pid, version) = (cluster.pid(), cluster.version());
        cluster.leave_running()?;
        terminal::line(format!(
            "PostgreSQL {version} runs (process {pid}), its data is in {}",
            full(data)
        ));
        terminal::line(format!("the service's role: {url}"));
        terminal::line("stop it with `rowhouse db stop`");
        Ok(())
    }
}
