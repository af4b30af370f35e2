//! Connections without a tenant: for reading catalogs and for looking after the private PostgreSQL. No request of a
//! client of the service ever runs on one.

#![allow(
    clippy::disallowed_types,
    reason = "this is the file of the command that owns the raw client"
)]

use anyhow::Context;
pub(crate) use tokio_postgres::Client;
use tokio_postgres::{Config, NoTls};

/// Connects with a URL or key=value string.
pub(crate) async fn connect(url: &str) -> anyhow::Result<Client> {
    let mut config: Config = url.parse().context("the database URL cannot be read")?;
    config.application_name("rowhouse");
    let (client, connection) = config
        .connect(NoTls)
        .await
        .with_context(|| format!("cannot connect to {}", place(&config)))?;
    tokio::spawn(connection);
    Ok(client)
}

/// `role@host:port/database`, without the password.
pub(crate) fn describe(url: &str) -> String {
    url.parse::<Config>()
        .map_or_else(|_| "the database".into(), |config| place(&config))
}

fn place(config: &Config) -> String {
    use tokio_postgres::config::Host;
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        })
        .collect();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or("?");
    let database = config.get_dbname().unwrap_or(user);
    format!("{user}@{}:{port}/{database}", hosts.join(","))
}
