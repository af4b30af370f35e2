//! The shape of `rowhouse.toml`. A key that is not here is an error.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use rowhouse::{LaneMode, TenantType};
use rowhouse_api::config::ApiConfig;
use serde::{Deserialize, Deserializer, de};

use super::identity::Identity;
use super::serve::Serve;
use super::time;
use crate::credentials::{Credentials, Url};
use crate::failure::Misuse;

/// The whole file.
#[allow(
    clippy::struct_field_names,
    reason = "fields are named as the file's keys are"
)]
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
    pub(super) database_url: Option<Url>,
    /// The same in a file.
    pub(super) database_url_file: Option<PathBuf>,
    /// The database, as the role that owns the tables.
    pub(super) admin_url: Option<Url>,
    /// The same in a file.
    pub(super) admin_url_file: Option<PathBuf>,
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

/// `[lanes]`: what is absent has the library's default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Lanes {
    /// Shared connections of the whole service; two per core where absent.
    pub(crate) count: Option<NonZeroUsize>,
    /// Shared connections for writes alone, of the whole service; two per core where absent.
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
            database_url_file: None,
            admin_url: None,
            admin_url_file: None,
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
    /// What enters the database as the service's role.
    pub(crate) fn service(&self) -> Option<Credentials> {
        Credentials::of(self.database_url.as_ref(), self.database_url_file.as_ref())
    }

    /// What enters it as the owner.
    pub(crate) fn owner(&self) -> Option<Credentials> {
        Credentials::of(self.admin_url.as_ref(), self.admin_url_file.as_ref())
    }

    /// What the shape alone does not say.
    pub(super) fn check(&self) -> Result<(), Misuse> {
        let twice = |key, url: &Option<Url>, file: &Option<PathBuf>| match (url, file) {
            (Some(_), Some(_)) => Err(Misuse::new(format!(
                "{key} and {key}_file are both there; leave one of them out"
            ))),
            _ => Ok(()),
        };
        twice("database_url", &self.database_url, &self.database_url_file)?;
        twice("admin_url", &self.admin_url, &self.admin_url_file)
    }

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
            // Commits on one of them wait for the disk together; the more there are, the smaller the groups.
            .writing_lanes(
                lanes
                    .writes
                    .unwrap_or(2 * workers.get())
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
