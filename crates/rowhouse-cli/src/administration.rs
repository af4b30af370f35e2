//! Connections without a tenant: for reading catalogs and for looking after the private PostgreSQL. No request of a
//! client of the service ever runs on one.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "this is the file of the command that owns the raw client"
)]

use std::future::poll_fn;
use std::time::Duration;

use rowhouse::ConnectOptions;
use rowhouse_catalog::Catalog;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls, Row};

/// How long a connection may be silent before it is asked whether it is there.
const ASKED_AFTER: Duration = Duration::from_mins(1);
/// How long it then has to answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// A connection without a tenant.
#[derive(Debug)]
pub(crate) struct Administration(Client);

/// What the database's sessions tell each other, on some channels.
#[derive(Debug)]
pub(crate) struct Notices {
    /// The connection ends with it.
    client: Client,
    messages: mpsc::Receiver<String>,
}

impl Notices {
    /// Listens on the channels, which are names of ours.
    pub(crate) async fn listen(
        options: &ConnectOptions,
        channels: &[&str],
    ) -> anyhow::Result<Self> {
        let session = Box::pin(options.hand_over())
            .await
            .map_err(rowhouse::Error::from)?;
        let mut login = Config::new();
        login.user("rowhouse");
        let (client, mut connection) = login.connect_raw(session, NoTls).await?;
        let (sender, messages) = mpsc::channel(16);
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await
            {
                if let AsyncMessage::Notification(notice) = message {
                    // Where many wait already, one more says nothing new.
                    let _ = sender.try_send(notice.payload().to_owned());
                }
            }
        });
        for channel in channels {
            client.batch_execute(&format!("LISTEN {channel}")).await?;
        }
        Ok(Self { client, messages })
    }

    /// The next message; none when the connection is gone. It is asked for now and then whether it still is there.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            if let Ok(message) = timeout(ASKED_AFTER, self.messages.recv()).await {
                return message;
            }
            let there = timeout(ANSWERED_WITHIN, self.client.batch_execute("")).await;
            if !matches!(there, Ok(Ok(()))) {
                return None;
            }
        }
    }
}

impl Administration {
    /// Connects as the service's own connections do.
    pub(crate) async fn connect(options: &ConnectOptions) -> anyhow::Result<Self> {
        let session = Box::pin(options.hand_over())
            .await
            .map_err(rowhouse::Error::from)?;
        // The login is over, whoever this says we are.
        let mut login = Config::new();
        login.user("rowhouse");
        let (client, connection) = login.connect_raw(session, NoTls).await?;
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

    /// The catalogs, as the connection's role sees them. Where nobody has said how long a migration's lock is waited
    /// for, it is not for ever.
    pub(crate) async fn catalog(&mut self) -> anyhow::Result<Catalog> {
        self.run(
            "SELECT set_config('lock_timeout', '10s', false) WHERE current_setting('lock_timeout') = '0'",
        )
        .await?;
        Ok(Box::pin(Catalog::read(&mut self.0)).await?)
    }
}
