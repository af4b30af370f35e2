//! The private PostgreSQL as the commands use it: started, with its roles and database.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rowhouse::ConnectOptions;
use rowhouse_local::{Cluster, Running, Status};

use crate::administration::Administration;
use crate::config::Config;
use crate::failure::Obstacle;
use crate::terminal;

/// Made with the cluster.
pub(crate) const SUPERUSER: &str = "postgres";
/// Owns the tables and runs migrations.
pub(crate) const OWNER: &str = "rowhouse_owner";
/// The service's role: owns nothing and is bound by the policies.
pub(crate) const APP: &str = "rowhouse_app";
/// The database.
pub(crate) const DATABASE: &str = "rowhouse";

/// Two starters must not make the roles at the same time. The number means nothing.
const LOCK: &str = "SELECT pg_advisory_lock(8271)";

/// `--data`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// The folder of the private PostgreSQL [default: .rowhouse]
    #[arg(long, value_name = "FOLDER", env = "ROWHOUSE_DATA", global = true)]
    data: Option<PathBuf>,
}

impl Place {
    /// The folder: flag, environment, file, default.
    pub(crate) fn folder(&self, config: &Config) -> PathBuf {
        let named = self.data.clone().or_else(|| config.file.local.data.clone());
        named.unwrap_or_else(usual)
    }
}

/// `.rowhouse` in this folder. Started by root, the server runs under another account: where that one cannot get
/// through to this folder, as in `/root`, a folder of that name in `/var/lib/rowhouse`.
fn usual() -> PathBuf {
    let here = PathBuf::from(".rowhouse");
    let Ok(folder) = std::env::current_dir() else {
        return here;
    };
    let open = |folder: &Path| folder.metadata().is_ok_and(|m| m.mode() & 0o001 != 0);
    if !rustix::process::geteuid().is_root() || folder.ancestors().all(open) {
        return here;
    }
    let name = folder.to_string_lossy().trim_matches('/').replace('/', "-");
    Path::new("/var/lib/rowhouse").join(name)
}

/// Starts it or finds it running, and says what it does.
pub(crate) async fn start(data: &Path) -> anyhow::Result<Cluster> {
    let cluster = Cluster::builder(data)
        .on_progress(|step| terminal::progress(step))
        .start()
        .await
        .context("the private PostgreSQL cannot be started")?;
    Ok(cluster)
}

/// Makes roles and database where they are missing. The connection is the superuser's, in that database.
pub(crate) async fn prepare(cluster: &Cluster) -> anyhow::Result<Administration> {
    if !cluster.was_fresh()
        && let Ok(client) = enter(cluster, SUPERUSER, DATABASE).await
        && client.finds(ROLE, APP).await?
    {
        return Ok(client);
    }
    make(cluster)
        .await
        .context("cannot make the roles and the database")?;
    enter(cluster, SUPERUSER, DATABASE).await
}

/// How a role enters a database of the private PostgreSQL. Nothing of it comes from the environment: with `PGHOSTADDR`
/// set, roles would be made, and tenants served, on somebody else's server.
pub(crate) fn options(socket_dir: &Path, port: u16, role: &str, database: &str) -> ConnectOptions {
    ConnectOptions::new()
        .host(socket_dir.to_string_lossy(), port)
        .user(role)
        .dbname(database)
}

/// A connection without a tenant to the private PostgreSQL.
pub(crate) async fn enter(
    cluster: &Cluster,
    role: &str,
    database: &str,
) -> anyhow::Result<Administration> {
    let options = options(cluster.socket_dir(), cluster.port(), role, database);
    Administration::connect(&options).await
}

const ROLE: &str = "SELECT FROM pg_roles WHERE rolname = $1";

/// No passwords: whoever can enter the socket's folder could read the data files as well.
///
/// The app role comes last: where it is, the rest is there too, whenever a start was killed.
async fn make(cluster: &Cluster) -> anyhow::Result<()> {
    let there = "SELECT FROM pg_database WHERE datname = $1";
    let client = enter(cluster, SUPERUSER, "postgres").await?;
    client.run(LOCK).await?;
    if !client.finds(ROLE, OWNER).await? {
        client.run(&format!("CREATE ROLE {OWNER} LOGIN")).await?;
    }
    if !client.finds(there, DATABASE).await? {
        let sql = format!("CREATE DATABASE {DATABASE} OWNER {OWNER}");
        client.run(&sql).await?;
    }
    // Temporary tables would outlive a scope on a shared connection.
    let sql = format!("REVOKE TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC");
    client.run(&sql).await?;
    if !client.finds(ROLE, APP).await? {
        client.run(&format!("CREATE ROLE {APP} LOGIN")).await?;
    }
    Ok(())
}

/// The server, if it runs.
pub(crate) fn running(data: &Path) -> anyhow::Result<Running> {
    match Cluster::status(data)? {
        Status::Running(running) => Ok(running),
        Status::Stopped { .. } => Err(Obstacle::new(
            format!("the private PostgreSQL in {} does not run", data.display()),
            "start it with `rowhouse db start`",
        )
        .into()),
        _ => Err(Obstacle::new(
            format!("there is no private PostgreSQL in {}", data.display()),
            "make and start it with `rowhouse db start`, or name its folder with --data",
        )
        .into()),
    }
}
