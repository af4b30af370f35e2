//! Plain connections for tests and for what this crate does on a test server.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, NoTls};

use crate::Error;

/// A connection, and the task that drives it.
pub(super) struct Session {
    pub(super) client: Client,
    driver: JoinHandle<()>,
}

impl Session {
    pub(super) async fn open(
        socket_dir: &Path,
        port: u16,
        role: &str,
        database: &str,
    ) -> Result<Self, Error> {
        let (client, connection) = Config::new()
            .host_path(socket_dir)
            .port(port)
            .user(role)
            .dbname(database)
            .connect(NoTls)
            .await
            .map_err(|source| Error::Sql {
                action: "connect to the test server",
                source,
            })?;
        let driver = tokio::spawn(async move {
            // Tests end servers on purpose; whoever uses the client sees the error there.
            let _ = connection.await;
        });
        Ok(Self { client, driver })
    }

    pub(super) async fn run(&self, action: &'static str, sql: &str) -> Result<(), Error> {
        self.client
            .batch_execute(sql)
            .await
            .map_err(|source| Error::Sql { action, source })
    }

    /// Leaves the driver running for as long as the client lives.
    pub(super) fn into_client(self) -> Client {
        self.client
    }

    /// Says goodbye and waits until it was sent.
    pub(super) async fn close(self) {
        drop(self.client);
        // The task cannot panic; if the runtime ends, the connection ends with it.
        let _ = self.driver.await;
    }
}

/// Waits until nobody is connected to a database: a backend ends a moment after its client.
pub(super) async fn until_empty(admin: &Session, database: &str) -> Result<(), Error> {
    let started = Instant::now();
    let sql =
        "SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'";
    loop {
        let busy = admin
            .client
            .query_opt(&format!("{sql} LIMIT 1"), &[&database])
            .await
            .map_err(|source| Error::Sql {
                action: "look who is connected",
                source,
            })?;
        if busy.is_none() || started.elapsed() > Duration::from_secs(5) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A name as SQL takes it, whatever is in it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
