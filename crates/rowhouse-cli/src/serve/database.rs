//! The database to be served: one that was named, or the private one.

use std::path::Path;

use rowhouse::{ConnectOptions, OptionsError};
use rowhouse_local::Cluster;

use crate::credentials::Credentials;
use crate::demo::{self, Tenant};
use crate::local;
use crate::target::full;

/// A database that answers.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) options: ConnectOptions,
    /// Where the data lives, for people.
    pub(crate) place: String,
    /// The private PostgreSQL, if it is that.
    pub(crate) cluster: Option<Cluster>,
    /// The demo's tenants.
    pub(crate) tenants: Vec<Tenant>,
}

impl Database {
    /// One that somebody else runs.
    pub(crate) fn named(credentials: &Credentials) -> Result<Self, OptionsError> {
        let options = credentials.options()?;
        Ok(Self {
            place: options.place(),
            options,
            cluster: None,
            tenants: Vec::new(),
        })
    }

    /// The private one in `data`: started, with roles and database, and the demo's rows if wanted.
    pub(crate) async fn private(data: &Path, demo: bool) -> anyhow::Result<Self> {
        let cluster = local::start(data).await?;
        let superuser = local::prepare(&cluster).await?;
        let tenants = if demo {
            demo::prepare(&cluster, &superuser).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            options: local::options(
                cluster.socket_dir(),
                cluster.port(),
                local::APP,
                local::DATABASE,
            ),
            place: format!(
                "{} (PostgreSQL {}, for this account only)",
                full(cluster.data_dir()),
                cluster.version()
            ),
            cluster: Some(cluster),
            tenants,
        })
    }
}
