//! A connection while somebody has it.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use socket2::Socket;

use super::{Exclusives, Permit, clean};
use crate::house::OpenTransaction;
use crate::wire::Connection;

/// A lent connection. Dropping it hands it to the cleaner.
#[derive(Debug)]
pub(crate) struct Lease {
    held: Option<(Connection, Permit)>,
    pool: Arc<Exclusives>,
    alarms: u64,
    /// By which the pool can cut the connection off; gone when the connection is clean.
    socket: Option<Arc<Socket>>,
    /// Kept until the connection is clean.
    attached: Option<OpenTransaction>,
}

impl Lease {
    pub(super) fn new(
        pool: Arc<Exclusives>,
        connection: Connection,
        permit: Permit,
        alarms: u64,
    ) -> Self {
        let socket = pool.lend(&connection);
        Self {
            held: Some((connection, permit)),
            pool,
            alarms,
            socket,
            attached: None,
        }
    }

    /// Keeps `open` until the transaction has really ended, which is after the lease is dropped.
    pub(crate) fn attach(&mut self, open: OpenTransaction) {
        self.attached = Some(open);
    }

    pub(crate) fn pool(&self) -> &Arc<Exclusives> {
        &self.pool
    }
}

#[allow(
    clippy::expect_used,
    reason = "only `drop` takes the connection out, and nothing borrows after that"
)]
impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self
            .held
            .as_ref()
            .expect("a lease holds its connection until it is dropped")
            .0
    }
}

#[allow(clippy::expect_used, reason = "as for Deref")]
impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self
            .held
            .as_mut()
            .expect("a lease holds its connection until it is dropped")
            .0
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some((connection, permit)) = self.held.take() else {
            return;
        };
        if connection.is_broken() {
            return;
        }
        // Without a runtime nobody can clean up: the connection is closed, and the server rolls back.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let pool = Arc::clone(&self.pool);
        let alarms = self.alarms;
        let pooling = pool.settings.pooling.get().copied();
        let attached = self.attached.take();
        let socket = self.socket.take();
        runtime.spawn(async move {
            let clean = clean::clean(connection, pooling).await;
            drop(socket);
            if let Some(connection) = clean {
                pool.put(connection, alarms);
            }
            drop((permit, attached));
        });
    }
}
