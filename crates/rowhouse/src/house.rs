//! The house: what all tenants of a database share. It runs no SQL; its tenants' scopes do.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::builder::Builder;
use crate::connect::ConnectOptions;
use crate::error::{Error, Result, Wait};
use crate::exclusive::Exclusives;
use crate::head::{Context, bounded};
use crate::lane::Lane;
use crate::pool::{Lanes, Pick};
use crate::pooler::Pooling;
use crate::scope::Tenant;
use crate::seal::{self, SealKeys};
use crate::settings::Settings;
use crate::setup;
use crate::statement::{Registry, Statement};
use crate::tenant_id::{TenantId, TenantIdError, TenantType};
use crate::types::Types;

/// How long [`Rowhouse::close`] waits for what is under way.
const CLOSE_PATIENCE: Duration = Duration::from_secs(30);

/// A database whose rows belong to tenants. Cheap to clone; see the [crate] for a tour.
#[derive(Clone)]
pub struct Rowhouse(pub(crate) Arc<House>);

/// One runtime's part of a house.
pub(crate) struct House {
    pub(crate) shared: Arc<Shared>,
    pub(crate) lanes: Lanes,
    /// The lanes for writes alone, once there was one.
    writers: OnceLock<Lanes>,
    pub(crate) exclusives: Arc<Exclusives>,
    pub(crate) closed: AtomicBool,
    /// One-shots under way: one may need several exchanges, so [`Rowhouse::close`] waits for all of it.
    active: AtomicUsize,
}

/// A one-shot under way, as long as this lives.
#[derive(Debug)]
pub(crate) struct Active<'a>(&'a AtomicUsize);

impl Drop for Active<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

impl House {
    /// Begins a one-shot.
    pub(crate) fn enter(&self) -> Result<Active<'_>> {
        // Counted before the look: close() sets the mark first and looks at the count then.
        self.active.fetch_add(1, Ordering::SeqCst);
        let active = Active(&self.active);
        self.check_open()?;
        Ok(active)
    }

    /// Waits until nothing is under way, and closes the lanes.
    async fn finished(&self) {
        while self.active.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // A transaction may ask a lane about types: the lanes go last.
        self.exclusives.drained().await;
        self.lanes.close().await;
        if let Some(writers) = self.writers.get() {
            writers.close().await;
        }
    }

    /// A lane for a write, where there are some of their own and one is open. The first write opens them.
    pub(crate) fn writing_lane(&self) -> Option<Lane> {
        let settings = &self.shared.settings;
        let count = settings.limits.writing_lanes;
        if count == 0 {
            return None;
        }
        let writers = self
            .writers
            .get_or_init(|| Lanes::for_writes(settings, count));
        match writers.pick_any() {
            Pick::Lane(lane) => Some(lane),
            Pick::Busy | Pick::Down => None,
        }
    }

    /// Fails once the house is closing.
    pub(crate) fn check_open(&self) -> Result<()> {
        if self.closed.load(Ordering::SeqCst) {
            Err(Error::Closed)
        } else {
            Ok(())
        }
    }
}

/// What the parts of a house on several runtimes have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Arc<Settings>,
    pub(crate) registry: Registry,
    pub(crate) types: Types,
    pub(crate) open_transactions: OpenTransactions,
}

impl Rowhouse {
    /// Connects with the defaults: a connection URI or key=value string as libpq takes it, or `""` for the `PG*`
    /// variables alone.
    ///
    /// # Errors
    /// The options cannot be read; no server takes the connection; the role could bypass row security
    /// ([`Error::UnsafeRole`]); the server is older than PostgreSQL 15 or a pooler joins transactions.
    pub async fn connect(options: &str) -> Result<Self> {
        Self::builder().connect(options).await
    }

    /// A house to be configured.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn open(shared: Arc<Shared>) -> Result<Self> {
        let first = Box::pin(setup::open(&shared.settings)).await?;
        let count = shared.settings.limits.lanes;
        let lanes = Lanes::start(&shared.settings, count, Some(first));
        let exclusives = Arc::new(Exclusives::new(Arc::clone(&shared.settings)));
        Ok(Self(Arc::new(House {
            shared,
            lanes,
            writers: OnceLock::new(),
            exclusives,
            closed: AtomicBool::new(false),
            active: AtomicUsize::new(0),
        })))
    }

    /// The same house with connections of its own on the current runtime. A service with a runtime per core gives each
    /// one of these: a request is then answered by the thread it came in on.
    ///
    /// # Errors
    /// As for [`Rowhouse::connect`].
    pub async fn on_this_runtime(&self) -> Result<Self> {
        Self::open(Arc::clone(&self.0.shared)).await
    }

    /// The scope of one tenant. No input or output happens.
    pub fn tenant(&self, id: impl Into<TenantId>) -> Tenant {
        let limits = &self.0.shared.settings.limits;
        let context = Context::new(
            id.into(),
            limits.claims.len(),
            limits.statement_timeout,
            limits.lock_timeout,
        );
        Tenant::new(Arc::clone(&self.0), context)
    }

    /// Parses a tenant id of the house's type.
    ///
    /// # Errors
    /// `text` is not of that type.
    pub fn parse_tenant(&self, text: &str) -> Result<TenantId, TenantIdError> {
        TenantId::parse(self.tenant_type(), text)
    }

    /// The type of the tenant column.
    pub fn tenant_type(&self) -> TenantType {
        self.0.shared.settings.limits.tenant_type
    }

    /// A statement to be run many times: the text is classified now and looked up never again.
    ///
    /// # Errors
    /// [`Error::Refused`] when the text does not run in a scope.
    pub fn statement(&self, sql: &str) -> Result<Statement> {
        self.0.shared.registry.statement(sql)
    }

    /// Seals with other keys from now on: after a rotation, or before the old ones are retired.
    ///
    /// # Errors
    /// This house does not seal, or the keys are for another setting or type of tenants.
    pub fn replace_seal_keys(&self, keys: SealKeys) -> Result<()> {
        let settings = &self.0.shared.settings;
        let Some(sealing) = &settings.sealing else {
            return Err(Error::Config(
                "this house was opened without keys for seals".to_owned(),
            ));
        };
        seal::check(&keys, &settings.limits)?;
        sealing.replace(keys);
        Ok(())
    }

    /// The options it connects with.
    pub fn options(&self) -> &ConnectOptions {
        &self.0.shared.settings.options
    }

    /// Whether a connection pooler stands in between, and what it keeps apart; found out by the first connection.
    pub fn pooling(&self) -> Pooling {
        *self
            .0
            .shared
            .settings
            .pooling
            .get()
            .unwrap_or(&Pooling::Direct)
    }

    /// Whether a lane is open: the database answers.
    pub fn is_ready(&self) -> bool {
        !self.0.closed.load(Ordering::Relaxed) && self.0.lanes.is_open()
    }

    /// Why no lane is open, when none is.
    pub fn trouble(&self) -> Option<String> {
        (!self.is_ready()).then(|| self.0.lanes.last_error().to_string())
    }

    /// Takes nothing new, finishes what is under way, and closes every connection of this runtime. It waits for 30
    /// seconds at most; see [`Rowhouse::close_within`].
    ///
    /// # Errors
    /// As for [`Rowhouse::close_within`].
    pub async fn close(&self) -> Result<()> {
        self.close_within(CLOSE_PATIENCE).await
    }

    /// As [`Rowhouse::close`], but waits as long as `patience`. Whatever is under way then is cut off: PostgreSQL rolls
    /// transactions back, and who holds one learns it at the next step.
    ///
    /// # Errors
    /// [`Error::Timeout`] when something was cut off. The connections are closed all the same.
    pub async fn close_within(&self, patience: Duration) -> Result<()> {
        let house = &self.0;
        house.closed.store(true, Ordering::SeqCst);
        let after = bounded(patience);
        let finished = tokio::time::timeout(after, house.finished()).await;
        if finished.is_err() {
            house.exclusives.cut_off();
            for lanes in [Some(&house.lanes), house.writers.get()]
                .into_iter()
                .flatten()
            {
                lanes.abort();
                lanes.close().await;
            }
        }
        house.exclusives.close();
        finished.map_err(|_| Error::Timeout {
            wait: Wait::Close,
            after,
        })
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.exclusives.close();
    }
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        let mut reserved = settings.limits.claims.clone();
        reserved.push(settings.limits.setting.clone());
        let registry = Registry::new(settings.limits.known_statements, reserved);
        Self {
            settings: Arc::new(settings),
            registry,
            types: Types::default(),
            open_transactions: OpenTransactions::default(),
        }
    }

    /// What is known of `statement` may be out of date, and the types in it as well: the next use asks for both again.
    pub(crate) fn forget(&self, statement: &Statement) {
        if let Some(described) = statement.described() {
            self.types.forget(&described);
            statement.set_described(None);
        }
    }

    /// The place of a configured claim.
    pub(crate) fn claim(&self, name: &str) -> Result<usize> {
        let claims = &self.settings.limits.claims;
        claims.iter().position(|claim| claim == name).ok_or_else(|| {
            Error::Config(format!("{name} is not a claim of this house; name it with Builder::claim ({claims:?} are)"))
        })
    }
}

impl fmt::Debug for Rowhouse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rowhouse")
            .field("options", self.options())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("House").finish_non_exhaustive()
    }
}

/// Which tenants have a transaction open. Their one-shots stay off the lanes: one of them may wait for a row that only
/// that transaction lets go, and everyone behind it would wait too.
#[derive(Debug, Default)]
pub(crate) struct OpenTransactions {
    total: AtomicUsize,
    by_tenant: Mutex<HashMap<TenantId, usize>>,
}

impl OpenTransactions {
    pub(crate) fn contains(&self, tenant: &TenantId) -> bool {
        self.total.load(Ordering::Relaxed) > 0
            && self
                .by_tenant
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .contains_key(tenant)
    }

    fn enter(&self, tenant: &TenantId) {
        self.total.fetch_add(1, Ordering::Relaxed);
        *self
            .by_tenant
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(tenant.clone())
            .or_default() += 1;
    }

    fn leave(&self, tenant: &TenantId) {
        let mut open = self
            .by_tenant
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(tenant) {
            *count -= 1;
            if *count == 0 {
                open.remove(tenant);
            }
        }
        drop(open);
        self.total.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A tenant's open transaction, counted as long as this lives.
#[derive(Debug)]
pub(crate) struct OpenTransaction {
    shared: Arc<Shared>,
    tenant: TenantId,
}

impl OpenTransaction {
    pub(crate) fn new(shared: &Arc<Shared>, tenant: &TenantId) -> Self {
        shared.open_transactions.enter(tenant);
        Self {
            shared: Arc::clone(shared),
            tenant: tenant.clone(),
        }
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        self.shared.open_transactions.leave(&self.tenant);
    }
}
