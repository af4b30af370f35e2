//! Connections for one user at a time: transactions, streams, COPY and statements too slow for a lane.
//!
//! Whoever is done, or dropped, hands the connection to a cleaner: it cancels what still runs, rolls back, wipes the
//! session with `DISCARD ALL`, and only then lets the next one have it.

mod clean;
mod lease;
mod session;
mod share;

use std::net::Shutdown;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use socket2::Socket;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

pub(crate) use lease::Lease;
pub(crate) use session::Session;
use share::{Share, Shares};

use crate::error::{Error, Result, Wait};
use crate::settings::Settings;
use crate::setup;
use crate::tenant_id::TenantId;
use crate::wire::Connection;

/// What a connection is wanted for: each has a share of its own, so that one cannot starve the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A transaction, a stream or a COPY.
    Transaction,
    /// A one-shot that does not belong on a lane.
    OneShot,
}

#[derive(Debug)]
pub(crate) struct Exclusives {
    settings: Arc<Settings>,
    idle: Mutex<Vec<Idle>>,
    /// The sockets of what is lent, to cut it off at the end.
    lent: Mutex<Vec<Weak<Socket>>>,
    transactions: Places,
    one_shots: Places,
}

/// How many may be lent for one purpose.
#[derive(Debug)]
struct Places {
    of_all: Arc<Semaphore>,
    of_tenants: Arc<Shares>,
}

/// A place among them, and in the tenant's share.
#[derive(Debug)]
struct Permit {
    _of_all: OwnedSemaphorePermit,
    _of_tenant: Share,
}

impl Places {
    fn new(count: usize, part: f64) -> Self {
        Self {
            of_all: Arc::new(Semaphore::new(count)),
            of_tenants: Arc::new(Shares::new(count, part)),
        }
    }

    /// A place for the tenant; `waits` says for what.
    async fn take(&self, tenant: &TenantId, waits: &mut Wait) -> Result<Permit, AcquireError> {
        // The share first: of those who wait for a connection no tenant is more than that.
        let mut share = self.of_tenants.of(tenant);
        *waits = Wait::Share;
        share.take().await?;
        *waits = Wait::Exclusive;
        Ok(Permit {
            _of_all: Arc::clone(&self.of_all).acquire_owned().await?,
            _of_tenant: share,
        })
    }

    fn close(&self) {
        self.of_all.close();
        self.of_tenants.close();
    }
}

#[derive(Debug)]
struct Idle {
    connection: Connection,
    /// How many alarms there had been when it was opened.
    alarms: u64,
}

impl Exclusives {
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        let limits = &settings.limits;
        Self {
            transactions: Places::new(limits.exclusive, limits.tenant_share),
            one_shots: Places::new(limits.slow, limits.tenant_share),
            idle: Mutex::default(),
            lent: Mutex::default(),
            settings,
        }
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Takes a connection for a tenant, an idle one or a new one.
    pub(crate) async fn lease(
        self: &Arc<Self>,
        purpose: Purpose,
        tenant: &TenantId,
    ) -> Result<Lease> {
        let places = match purpose {
            Purpose::Transaction => &self.transactions,
            Purpose::OneShot => &self.one_shots,
        };
        let after = self.settings.limits.acquire_timeout;
        let mut wait = Wait::Exclusive;
        let taken = tokio::time::timeout(after, places.take(tenant, &mut wait)).await;
        let permit = match taken {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Error::Closed),
            Err(_) => return Err(Error::Timeout { wait, after }),
        };
        self.with(permit).await
    }

    async fn with(self: &Arc<Self>, permit: Permit) -> Result<Lease> {
        let alarms = *self.settings.alarms().borrow();
        if let Some(connection) = self.take_idle(alarms) {
            return Ok(Lease::new(Arc::clone(self), connection, permit, alarms));
        }
        let connection = Box::pin(setup::open(&self.settings)).await?;
        Ok(Lease::new(Arc::clone(self), connection, permit, alarms))
    }

    /// Remembers the socket of a connection that is being lent. Without a free file descriptor it cannot be cut off.
    fn lend(&self, connection: &Connection) -> Option<Arc<Socket>> {
        let socket = Arc::new(connection.socket().ok()?);
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        lent.retain(|socket| socket.strong_count() > 0);
        lent.push(Arc::downgrade(&socket));
        Some(socket)
    }

    fn take_idle(&self, alarms: u64) -> Option<Connection> {
        loop {
            let mut idle = self
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop()?;
            if idle.alarms == alarms && !self.is_old(&idle.connection) && idle.connection.is_quiet()
            {
                return Some(idle.connection);
            }
        }
    }

    fn is_old(&self, connection: &Connection) -> bool {
        // Tables, memberships and attributes change under a running service, so the role is looked at anew this often.
        let age = connection.born.elapsed();
        age > self
            .settings
            .limits
            .max_age
            .min(self.settings.limits.recheck.max(Duration::from_secs(1)))
    }

    fn put(&self, connection: Connection, alarms: u64) {
        if *self.settings.alarms().borrow() == alarms
            && !self.transactions.of_all.is_closed()
            && !self.is_old(&connection)
        {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Idle { connection, alarms });
        }
    }

    /// Lends nothing any more; what is lent is closed when it comes back.
    pub(crate) fn close(&self) {
        self.transactions.close();
        self.one_shots.close();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Cuts off whoever still holds a connection: the server rolls back, and the holder's next step fails.
    pub(crate) fn cut_off(&self) {
        let lent = std::mem::take(&mut *self.lent.lock().unwrap_or_else(PoisonError::into_inner));
        for socket in lent.iter().filter_map(Weak::upgrade) {
            // It fails only for a socket that is closed.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Waits until everything lent has come back.
    pub(crate) async fn drained(&self) {
        let limits = &self.settings.limits;
        while self.transactions.of_all.available_permits() < limits.exclusive
            || self.one_shots.of_all.available_permits() < limits.slow
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
