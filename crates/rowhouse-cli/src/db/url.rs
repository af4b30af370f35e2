//! `rowhouse db url`.

use std::path::Path;

use crate::{local, terminal};

/// Print its URL, for DATABASE_URL and other programs
#[derive(Debug, clap::Args)]
pub(crate) struct Url {
    /// The role: rowhouse_app the service's, rowhouse_owner the tables' owner, postgres the superuser
    #[arg(long, default_value = local::APP)]
    role: String,
    /// The database
    #[arg(long, default_value = local::DATABASE)]
    database: String,
}

impl Url {
    pub(crate) fn run(self, data: &Path) -> anyhow::Result<()> {
        terminal::line(local::running(data)?.url(&self.role, &self.database));
        Ok(())
    }
}
