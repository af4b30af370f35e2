//! `rowhouse db psql`.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rowhouse_local::Binaries;

use crate::failure::Obstacle;
use crate::local;

/// Open psql on it; what follows `--` goes to psql
#[derive(Debug, clap::Args)]
pub(crate) struct Psql {
    /// The role: rowhouse_app the service's, rowhouse_owner the tables' owner, postgres the superuser
    #[arg(long, default_value = local::APP)]
    role: String,
    /// The database
    #[arg(long, default_value = local::DATABASE)]
    database: String,
    /// Arguments for psql
    #[arg(last = true, value_name = "ARGUMENTS")]
    arguments: Vec<OsString>,
}

impl Psql {
    pub(crate) fn run(self, data: &Path) -> anyhow::Result<()> {
        let server = local::running(data)?;
        let program = program(server.major);
        // Succeeds only by not coming back.
        let error = Command::new(&program)
            // These would lead elsewhere, whatever the URL says.
            .env_remove("PGHOSTADDR")
            .env_remove("PGREQUIREAUTH")
            .env_remove("PGTARGETSESSIONATTRS")
            .arg(server.url(&self.role, &self.database))
            .args(self.arguments)
            .exec();
        Err(Obstacle::new(
            format!("cannot run {}: {error}", program.display()),
            "install PostgreSQL's client, e.g. `apt-get install postgresql-client`",
        )
        .into())
    }
}

/// The psql beside a server of that version, else beside any, else whichever is on the path.
fn program(major: u32) -> PathBuf {
    let mut installed = Binaries::installed();
    installed.sort_by_key(|binaries| binaries.version().major != major);
    installed
        .iter()
        .map(|binaries| binaries.program("psql"))
        .find(|program| program.is_file())
        .unwrap_or_else(|| "psql".into())
}
