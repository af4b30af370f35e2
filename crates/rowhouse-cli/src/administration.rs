//! Connections without a tenant: for reading catalogs and for looking after the private PostgreSQL. No request of a
//! client of the service ever runs on one.

#![allow(
    clippy::disallowed_types,
    reason = "this is the file of the command that owns the raw client"
)]

use anyhow::Context;
use rowhouse::ConnectOptions;
use rowhouse_catalog::Catalog;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls, Row};

use crate::failure::{Misuse, Obstacle};

/// A connection without a tenant.
#[derive(Debug)]
pub(crate) struct Administration(Client);

impl Administration {
    /// Connects with a URL or key=value string.
    pub(crate) async fn connect(url: &str) -> anyhow::Result<Self> {
        let mut config: Config = url.parse().map_err(|error| not_yet(url, error))?;
        config.application_name("rowhouse");
        if config.get_ssl_mode() == SslMode::Require {
            return Err(without_tls());
        }
        let (client, connection) = config
            .connect(NoTls)
            .await
            .with_context(|| format!("cannot connect to {}", place(&config)))?;
        tokio::spawn(connection);
        Ok(Self(client))
    }

    /// Runs statements of ours.
    pub(crate) async fn run(&self, sql: &str) -> anyhow::Result<()> {
        Ok(self.0.batch_execute(sql).await?)
    }

    /// The rows of a query of ours.
    pub(crate) async fn rows(&self, sql: &str) -> anyhow::Result<Vec<Row>> {
        Ok(self.0.query(sql, &[]).await?)
    }

    /// Whether a query of ours, about `name`, gives any row.
    pub(crate) async fn finds(&self, sql: &str, name: &str) -> anyhow::Result<bool> {
        Ok(self.0.query_opt(sql, &[&name]).await?.is_some())
    }

    /// The catalogs, as the connection's role sees them.
    pub(crate) async fn catalog(&mut self) -> anyhow::Result<Catalog> {
        Ok(Box::pin(Catalog::read(&mut self.0)).await?)
    }
}

/// The service's own connections know more options than this one.
fn not_yet(url: &str, error: tokio_postgres::Error) -> anyhow::Error {
    if url.contains("sslmode=verify") || url.contains("sslrootcert") {
        return without_tls();
    }
    if let Err(wrong) = url.parse::<ConnectOptions>() {
        return wrong.into();
    }
    let cause = std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string);
    Misuse::new(format!("the database URL cannot be read: {cause}"))
        .hint("leave that option out, or set it by its PG variable")
        .into()
}

fn without_tls() -> anyhow::Error {
    Obstacle::new(
        "the catalogs cannot be read over TLS yet, and the URL asks for it",
        "leave out sslmode where the server is on this machine or a network you trust, or connect through a tunnel",
    )
    .into()
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
