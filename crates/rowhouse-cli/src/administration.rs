//! Connections without a tenant: for reading catalogs and for looking after the private PostgreSQL. No request of a
//! client of the service ever runs on one.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "this is the file of the command that owns the raw client"
)]

use std::future::poll_fn;

use rowhouse::{ConnectOptions, Handover};
use rowhouse_catalog::Catalog;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Row, SimpleQueryMessage};

/// A connection without a tenant.
#[derive(Debug)]
pub(crate) struct Administration(Client);

impl Administration {
    /// Connects as the service's own connections do.
    pub(crate) async fn connect(options: &ConnectOptions) -> anyhow::Result<Self> {
        let (client, connection) = Self::open(options).await?;
        tokio::spawn(connection);
        Ok(Self(client))
    }

    /// Connects to hear what is said on channels that are listened on: a word for one or more of them.
    pub(crate) async fn listening(
        options: &ConnectOptions,
    ) -> anyhow::Result<(Self, mpsc::Receiver<()>)> {
        let (client, mut connection) = Self::open(options).await?;
        let (tell, told) = mpsc::channel(1);
        tokio::spawn(async move {
            loop {
                match poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(AsyncMessage::Notification(_))) => {
                        // Where a word is waiting already, it stands for this one too.
                        if let Err(TrySendError::Closed(())) = tell.try_send(()) {
                            break;
                        }
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                }
            }
        });
        Ok((Self(client), told))
    }

    /// The same for a crate that runs statements of its own.
    pub(crate) async fn client(options: &ConnectOptions) -> anyhow::Result<Client> {
        Ok(Self::connect(options).await?.0)
    }

    async fn open(
        options: &ConnectOptions,
    ) -> anyhow::Result<(Client, Connection<Handover, NoTlsStream>)> {
        let session = Box::pin(options.hand_over())
            .await
            .map_err(rowhouse::Error::from)?;
        // The login is over, whoever this says we are.
        let mut login = Config::new();
        login.user("rowhouse");
        Ok(login.connect_raw(session, NoTls).await?)
    }

    /// Runs statements of ours.
    pub(crate) async fn run(&self, sql: &str) -> anyhow::Result<()> {
        Ok(self.0.batch_execute(sql).await?)
    }

    /// The rows of a query of ours.
    pub(crate) async fn rows(&self, sql: &str) -> anyhow::Result<Vec<Row>> {
        Ok(self.0.query(sql, &[]).await?)
    }

    /// The first column of a query of ours, as text, by the protocol that every pooler knows.
    pub(crate) async fn words(&self, sql: &str) -> anyhow::Result<Vec<String>> {
        let messages = self.0.simple_query(sql).await?;
        let words = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) if !row.is_empty() => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(words.collect())
    }

    /// The rows of a query of ours with values.
    pub(crate) async fn rows_with(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> anyhow::Result<Vec<Row>> {
        Ok(self.0.query(sql, values).await?)
    }

    /// Whether the connection is still there.
    pub(crate) fn is_open(&self) -> bool {
        !self.0.is_closed()
    }

    /// Whether a query of ours, about `name`, gives any row.
    pub(crate) async fn finds(&self, sql: &str, name: &str) -> anyhow::Result<bool> {
        Ok(self.0.query_opt(sql, &[&name]).await?.is_some())
    }

    /// The catalogs, as the connection's role sees them. Where nobody has said how long a migration's lock is waited
    /// for, it is not for ever.
    pub(crate) async fn catalog(&mut self) -> anyhow::Result<Catalog> {
        self.run(
            "SELECT set_config('lock_timeout', '10s', false) WHERE current_setting('lock_timeout') = '0'",
        )
        .await?;
        Ok(Box::pin(Catalog::read(&mut self.0)).await?)
    }

    /// The catalogs as statements would leave them; nothing stays of it.
    pub(crate) async fn catalog_after(&mut self, sql: &str) -> anyhow::Result<Catalog> {
        let mut transaction = self.0.transaction().await?;
        transaction.batch_execute(sql).await?;
        let catalog = Box::pin(Catalog::read_inside(&mut transaction)).await?;
        transaction.rollback().await?;
        Ok(catalog)
    }
}
