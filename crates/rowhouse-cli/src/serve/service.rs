//! From a database to the service on it, and to the same service again when the schema has changed.

use std::num::NonZeroUsize;
use std::time::Duration;

use rowhouse::{ConnectOptions, Rowhouse};
use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{Current, Resources, RowSecurity};
use rowhouse_api::{Api, ApiOptions};
use rowhouse_catalog::Catalog;
use rowhouse_identity::HeaderIdentity;
use tokio::signal::unix::{SignalKind, signal};

use crate::administration::Administration;
use crate::config::File;
use crate::terminal;

/// How soon after one look at the catalogs the next may follow.
const REST: Duration = Duration::from_secs(1);

/// The service, ready to run.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) api: Api,
    pub(crate) current: Current,
}

impl Service {
    /// Connects and reads the catalogs, both at a time.
    pub(crate) async fn open(
        file: &File,
        options: &ConnectOptions,
        identity: HeaderIdentity,
        workers: NonZeroUsize,
    ) -> anyhow::Result<Self> {
        let house = async {
            let house = file.house(workers).connect_with(options.clone()).await?;
            let format = ServerFormat::ask(&house).await?;
            Ok((house, format))
        };
        let (house, catalog) = tokio::join!(house, catalog(options));
        // The house first: it also tells what is wrong with the role.
        let (house, format) = house.map_err(|error: rowhouse::Error| error)?;
        let resources = resources(file, &catalog?, &format)?;
        let current = Current::new(resources);
        let limits = ApiOptions::with_limits(file.api.limits.clone());
        Ok(Self {
            api: Api::new(house, current.clone(), identity, limits),
            current,
        })
    }
}

/// The catalogs, as the service's role sees them. Nothing of it is kept longer than needed.
async fn catalog(options: &ConnectOptions) -> anyhow::Result<Catalog> {
    Administration::connect(options).await?.catalog().await
}

fn resources(file: &File, catalog: &Catalog, format: &ServerFormat) -> anyhow::Result<Resources> {
    let access = catalog.as_role(catalog.server.current_user);
    Ok(Resources::build(
        catalog,
        &file.api,
        &RowSecurity,
        &access,
        format,
    )?)
}

/// Reads the catalogs again when a request found that the schema has changed, or on SIGHUP. Never ends.
pub(crate) async fn follow(
    file: &File,
    options: &ConnectOptions,
    house: Rowhouse,
    current: Current,
) -> anyhow::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            () = current.stale() => {}
            _ = hangup.recv() => {}
        }
        match again(file, options, &house).await {
            Ok(resources) => {
                warn_of_withheld(&resources);
                current.replace(resources);
            }
            Err(error) => tracing::warn!("the schema could not be read again: {error:#}"),
        }
        tokio::time::sleep(REST).await;
    }
}

async fn again(
    file: &File,
    options: &ConnectOptions,
    house: &Rowhouse,
) -> anyhow::Result<Resources> {
    let format = ServerFormat::ask(house).await?;
    resources(file, &catalog(options).await?, &format)
}

/// Says what is not served, and why.
pub(crate) fn warn_of_withheld(resources: &Resources) {
    for withheld in resources.withheld() {
        terminal::warning(format!(
            "{} is not served: {}",
            withheld.relation, withheld.reason
        ));
    }
}
