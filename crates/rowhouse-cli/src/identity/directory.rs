//! Where the service looks API keys up: a function of the database, over a connection of its own.
//!
//! A key names a tenant, so it is looked up without one. The app role may run the function and
//! nothing else: it takes the hash of a key and gives the tenant of that one.

use std::time::Duration;

use rowhouse::ConnectOptions;
use rowhouse_identity::{Answer, Directory, DirectoryDown, KeyHash, KnownKey};
use tokio::sync::Mutex;

use crate::administration::Administration;

const FIND: &str = "SELECT id, tenant, EXTRACT(EPOCH FROM expires_at - pg_catalog.now())::pg_catalog.float8 \
    FROM rowhouse.api_key($1)";

/// The table of keys, as the app role sees it.
#[derive(Debug)]
pub(super) struct KeyTable {
    options: ConnectOptions,
    connection: Mutex<Option<std::sync::Arc<Administration>>>,
}

impl KeyTable {
    pub(super) fn new(options: ConnectOptions) -> Self {
        Self {
            options,
            connection: Mutex::new(None),
        }
    }

    async fn connection(&self) -> anyhow::Result<std::sync::Arc<Administration>> {
        let mut connection = self.connection.lock().await;
        if let Some(open) = connection.as_ref().filter(|open| open.is_open()) {
            return Ok(std::sync::Arc::clone(open));
        }
        // Nothing is set for the session: behind a pooler it is somebody else's the next moment. The function is STABLE, so it
        // cannot write, and who asks does not wait for long.
        let open = std::sync::Arc::new(Administration::connect(&self.options).await?);
        *connection = Some(std::sync::Arc::clone(&open));
        Ok(open)
    }

    async fn look(&self, hash: KeyHash) -> anyhow::Result<Option<KnownKey>> {
        let connection = self.connection().await?;
        let rows = connection.rows_with(FIND, &[&hash.to_hex()]).await?;
        Ok(rows.first().map(|row| {
            let left: Option<f64> = row.get(2);
            let left = left.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default());
            KnownKey::new(row.get(0), row.get(1), left)
        }))
    }
}

impl Directory for KeyTable {
    fn find(&self, hash: KeyHash) -> Answer<'_> {
        Box::pin(async move {
            self.look(hash).await.map_err(|error| {
                tracing::warn!(target: "rowhouse::identity", "API keys cannot be looked up; `rowhouse keys create` makes what it takes: {error:#}");
                DirectoryDown
            })
        })
    }
}
