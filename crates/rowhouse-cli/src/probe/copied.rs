//! The copy that is probed, and the ways into it.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the guard's probe runs on sessions of a disposable copy, which nobody else enters"
)]

use rowhouse::ConnectOptions;
use rowhouse_catalog::Catalog;
use rowhouse_guard::probe::Doors;
use rowhouse_local::copy::SchemaCopy;
use tokio_postgres::{Client, Config, NoTls};

/// A disposable copy of a database's schema.
pub(super) struct Copied(SchemaCopy);

impl Copied {
    /// Copies the schema that `database` leads to.
    pub(super) async fn make(database: &ConnectOptions) -> anyhow::Result<Self> {
        let copy = crate::copy::of(database).await?;
        Ok(Self(copy))
    }

    /// The copy's catalogs.
    pub(super) async fn catalog(&self) -> anyhow::Result<Catalog> {
        let mut client = self
            .open(self.0.superuser())
            .await
            .map_err(anyhow::Error::msg)?;
        Ok(Box::pin(Catalog::read(&mut client)).await?)
    }

    /// What the copy lacks.
    pub(super) fn left_out(&self) -> Vec<String> {
        self.0.left_out().to_vec()
    }

    async fn open(&self, role: &str) -> Result<Client, String> {
        let mut config = Config::new();
        config
            .host_path(self.0.socket_dir())
            .port(self.0.port())
            .user(role)
            .dbname(self.0.database())
            .application_name("rowhouse probe");
        let said = |error: tokio_postgres::Error| {
            let words = error.as_db_error().map(|db| db.message().to_owned());
            words.unwrap_or_else(|| error.to_string())
        };
        let (client, connection) = config.connect(NoTls).await.map_err(said)?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Doors for Copied {
    async fn enter(&self, role: &str) -> Result<Client, String> {
        self.open(role).await
    }

    async fn superuser(&self) -> Result<Client, String> {
        self.open(self.0.superuser()).await
    }
}
