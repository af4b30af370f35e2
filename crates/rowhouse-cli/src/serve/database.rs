//! The database to be served: one that was named, or the private one.

use std::path::Path;

use rowhouse_local::Cluster;

use crate::demo::{self, Tenant};
use crate::target::full;
use crate::{administration, local};

/// A database that answers.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    /// Where the data lives, for people.
    pub(crate) place: String,
    /// The private PostgreSQL, if it is that.
    pub(crate) cluster: Option<Cluster>,
    /// The demo's tenants.
    pub(crate) tenants: Vec<Tenant>,
}

impl Database {
    /// One that somebody else runs.
    pub(crate) fn named(url: String) -> Self {
        Self {
            place: administration::describe(&url),
            url,
            cluster: None,
            tenants: Vec::new(),
        }
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
            url: cluster.url(local::APP, local::DATABASE),
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
