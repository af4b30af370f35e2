//! The shape of `rowhouse.toml`. A key that is not here is an error.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use rowhouse::{LaneMode, TenantType};
use rowhouse_api::config::ApiConfig;
use serde::{Deserialize, Deserializer, de};

use super::identity::Identity;
use super::time;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct File {
    /// The run-time parameter that carries the tenant id.
    pub(crate) setting: String,
    /// The type of the tenant column.
    #[serde(deserialize_with = "tenant_type")]
    pub(crate) tenant_type: TenantType,
    /// The column that says whose row it is.
    pub(crate) tenant_column: Option<String>,
    /// The table the tenant column refers to, as `schema.name`.
    pub(crate) tenant_root: Option<String>,
    /// The database, as the service's role.
    pub(crate) database_url: Option<String>,
    /// The database, as the role that owns the tables.
    pub(crate) admin_url: Option<String>,
    /// How the service listens.
    pub(crate) serve: Serve,
    /// How a request says who its tenant is.
    pub(crate) identity: Identity,
    /// What is served.
    pub(crate) api: ApiConfig,
    /// The connections to the database.
    pub(crate) lanes: Lanes,
    /// What the audit is told.
    pub(crate) audit: Audit,
    /// The keys for seals, where the database is sealed.
    pub(crate) seal: Seal,
    /// The private PostgreSQL.
    pub(crate) local: Local,
}

/// `[audit]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audit {
    /// Findings that are accepted.
    pub(crate) exceptions: Vec<rowhouse_guard::Exception>,
}

/// `[serve]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Serve {
    /// The address; 127.0.0.1:8000 where absent.
    pub(crate) listen: Option<String>,
    /// Believe the identity header from whoever reaches the service.
    pub(crate) trust_header: bool,
    /// Do not start where something is withheld because it is open.
    pub(crate) strict: bool,
    /// How many threads answer; one per core where absent.
    pub(crate) workers: Option<NonZeroUsize>,
    /// How often to look whether the schema has changed.
    pub(crate) watch: Watch,
}

/// `watch` in `[serve]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watch {
    Every(Duration),
    Never,
}

impl Watch {
    pub(crate) fn period(self) -> Option<Duration> {
        match self {
            Self::Every(period) => Some(period),
            Self::Never => None,
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::Every(Duration::from_secs(5))
    }
}

impl<'de> Deserialize<'de> for Watch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match time::parse(&text) {
            _ if text == "never" => Ok(Self::Never),
            Some(period) => Ok(Self::Every(period)),
            None => Err(de::Error::custom(format!(
                "{text:?} is neither a time, such as \"5s\", nor \"never\""
            ))),
        }
    }
}

/// `[lanes]`: what is absent has the library's default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Lanes {
    /// Shared connections of the whole service; two per core where absent.
    pub(crate) count: Option<NonZeroUsize>,
    /// Shared connections for writes alone, of the whole service; four per core where absent.
    pub(crate) writes: Option<usize>,
    /// The most requests on one of them at a time.
    pub(crate) depth: Option<NonZeroUsize>,
    /// Whether requests share connections at all.
    #[serde(deserialize_with = "lane_mode")]
    pub(crate) mode: LaneMode,
    /// The most connections lent to transactions and streams.
    pub(crate) exclusive: Option<NonZeroUsize>,
    /// The most connections for slow statements.
    pub(crate) slow: Option<NonZeroUsize>,
    /// How long a statement may run.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) statement_timeout: Option<Duration>,
    /// How long a statement may wait for a lock.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) lock_timeout: Option<Duration>,
    /// How long a request may wait for a connection.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) acquire_timeout: Option<Duration>,
    /// How old a connection becomes.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) max_age: Option<Duration>,
}

/// `[seal]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Seal {
    /// The file that `rowhouse seal` writes; where it is named, every statement is sealed.
    pub(crate) key_file: Option<PathBuf>,
}

/// `[local]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Local {
    /// The folder of the private PostgreSQL; `.rowhouse` where absent.
    pub(crate) data: Option<PathBuf>,
}

impl Default for File {
    fn default() -> Self {
        Self {
            setting: "app.current_tenant_id".into(),
            tenant_type: TenantType::default(),
            tenant_column: None,
            tenant_root: None,
            database_url: None,
            admin_url: None,
            serve: Serve::default(),
            identity: Identity::default(),
            api: ApiConfig::default(),
            lanes: Lanes::default(),
            audit: Audit::default(),
            seal: Seal::default(),
            local: Local::default(),
        }
    }
}

impl File {
    /// A house as the file wants it, for a service in which every worker has one: what is said about
    /// connections is about all of them together.
    pub(crate) fn house(&self, workers: NonZeroUsize) -> rowhouse::Builder {
        let lanes = &self.lanes;
        let share = |total: Option<NonZeroUsize>, usual: usize| {
            let total = total.map_or(usual, NonZeroUsize::get);
            total.div_ceil(workers.get())
        };
        let mut builder = rowhouse::Rowhouse::builder()
            .setting(&self.setting)
            .tenant_type(self.tenant_type)
            .lane_mode(lanes.mode)
            // Two per core were best when measured; eight per core cost a third.
            .lanes(share(lanes.count, 2 * workers.get()))
            // Each waits for its commit to be on disk, so more of them than of the others.
            .writing_lanes(
                lanes
                    .writes
                    .unwrap_or(4 * workers.get())
                    .div_ceil(workers.get()),
            )
            .exclusive_connections(share(lanes.exclusive, 16))
            .slow_connections(share(lanes.slow, 8));
        for setting in self.identity.claims.keys() {
            builder = builder.claim(setting);
        }
        if let Some(depth) = lanes.depth {
            builder = builder.lane_depth(depth.get());
        }
        if let Some(timeout) = lanes.statement_timeout {
            builder = builder.statement_timeout(timeout);
        }
        if let Some(timeout) = lanes.lock_timeout {
            builder = builder.lock_timeout(timeout);
        }
        if let Some(timeout) = lanes.acquire_timeout {
            builder = builder.acquire_timeout(timeout);
        }
        if let Some(age) = lanes.max_age {
            builder = builder.max_age(age);
        }
        builder
    }
}

fn tenant_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TenantType, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse()
        .map_err(|_| de::Error::custom(format!("{name:?} is not one of uuid, integer, text")))
}

fn lane_mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LaneMode, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "shared" => Ok(LaneMode::Shared),
        "exclusive" => Ok(LaneMode::Exclusive),
        other => Err(de::Error::custom(format!(
            "{other:?} is not one of shared, exclusive"
        ))),
    }
}
