//! How a house is configured.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::connect::ConnectOptions;
use crate::error::{Error, Result};
use crate::head::bounded;
use crate::house::{Rowhouse, Shared};
use crate::seal::{self, SealKeys};
use crate::settings::{LaneMode, Limits, Settings};
use crate::tenant_id::TenantType;

/// Configures a [`Rowhouse`]. Every value has a default that suits a service.
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing before connect()"]
pub struct Builder {
    limits: Limits,
    seal: Option<SealKeys>,
}

impl Builder {
    /// The run-time parameter that carries the tenant id; `app.current_tenant_id` by default.
    pub fn setting(mut self, name: impl Into<String>) -> Self {
        self.limits.setting = name.into();
        self
    }

    /// The type of the tenant column; uuid by default.
    pub fn tenant_type(mut self, kind: TenantType) -> Self {
        self.limits.tenant_type = kind;
        self
    }

    /// One more run-time parameter that every statement sets, for policies that look at more than the tenant. It is
    /// the empty string unless a scope gives it a value.
    pub fn claim(mut self, name: impl Into<String>) -> Self {
        self.limits.claims.push(name.into());
        self
    }

    /// Seals every scope, for a database whose policies believe a seal and nothing else: even SQL that was injected into
    /// a statement cannot name another tenant. `rowhouse seal init` makes the keys and what checks them. A seal covers
    /// the tenant and those claims that its key names.
    pub fn seal(mut self, keys: SealKeys) -> Self {
        self.seal = Some(keys);
        self
    }

    /// The `search_path` of every statement; the role's own by default. `pg_temp` is always put last.
    pub fn search_path(mut self, path: impl Into<String>) -> Self {
        self.limits.search_path = Some(path.into());
        self
    }

    /// Whether one-shots share connections.
    pub fn lane_mode(mut self, mode: LaneMode) -> Self {
        self.limits.lane_mode = mode;
        self
    }

    /// The number of shared connections; two per core by default, which was best when measured.
    pub fn lanes(mut self, count: usize) -> Self {
        self.limits.lanes = count;
        self
    }

    /// The number of shared connections that only one-shots which write are sent to, opened when the first one is; none by
    /// default. The server answers a write when its commit is on disk, and on the lanes of reads everything behind it
    /// waits for that. On these, commits wait together: several are followed by one flush of the write-ahead log, and none is
    /// answered before it, so that what was acknowledged is as durable as the role's `synchronous_commit` asks for. A write
    /// that is not answered yet may be seen some milliseconds before it is on disk. The flush needs `EXECUTE` on
    /// `pg_logical_emit_message`, which everybody has; without it, and behind a pooler, each commit waits by itself.
    pub fn writing_lanes(mut self, count: usize) -> Self {
        self.limits.writing_lanes = count;
        self
    }

    /// The most requests on one lane at a time; 128 by default.
    pub fn lane_depth(mut self, depth: usize) -> Self {
        self.limits.lane_depth = depth;
        self
    }

    /// The most connections lent to transactions and streams at a time; 16 by default.
    pub fn exclusive_connections(mut self, count: usize) -> Self {
        self.limits.exclusive = count;
        self
    }

    /// The most connections for statements that do not belong on a lane, such as slow ones; 8 by default.
    pub fn slow_connections(mut self, count: usize) -> Self {
        self.limits.slow = count;
        self
    }

    /// The part of the exclusive, and of the slow connections, that one tenant may hold at a time, one at least; 0.5 by
    /// default, and 1.0 for no such bound. A tenant that wants more waits for itself, and the others go on.
    pub fn tenant_share(mut self, part: f64) -> Self {
        self.limits.tenant_share = part;
        self
    }

    /// The `statement_timeout` of every statement; 10 s by default. At least one millisecond.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.limits.statement_timeout = timeout;
        self
    }

    /// The `lock_timeout` of every statement; 1 s by default. At least one millisecond.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.limits.lock_timeout = timeout;
        self
    }

    /// How long to wait for a connection; 5 s by default.
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.limits.acquire_timeout = timeout;
        self
    }

    /// How old a connection becomes; 30 minutes by default.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.limits.max_age = age;
        self
    }

    /// How often the role is looked at again while the service runs; every minute by default.
    pub fn recheck_role_every(mut self, interval: Duration) -> Self {
        self.limits.recheck = interval;
        self
    }

    /// The most rows, and bytes, of a read that a lane buffers; 5,000 and 4 MiB by default. A read that passes either
    /// is run again as a stream on a connection of its own.
    pub fn lane_answer(mut self, rows: u32, bytes: usize) -> Self {
        self.limits.lane_rows = rows;
        self.limits.lane_bytes = bytes;
        self
    }

    /// The most bytes of rows that a write may return; 64 MiB by default.
    pub fn write_answer(mut self, bytes: usize) -> Self {
        self.limits.write_answer_bytes = bytes;
        self
    }

    /// The most statements kept prepared per connection; 256 by default.
    pub fn prepared_statements(mut self, count: NonZeroUsize) -> Self {
        self.limits.prepared = count;
        self
    }

    /// Whether to work, with unnamed statements, behind a pooler that does not keep prepared statements apart. True by
    /// default; false refuses such a pooler.
    pub fn allow_unnamed_statements(mut self, allow: bool) -> Self {
        self.limits.allow_unnamed = allow;
        self
    }

    /// Connects; `options` as for [`Rowhouse::connect`].
    ///
    /// # Errors
    /// As for [`Rowhouse::connect`], and [`Error::Config`] for a value that cannot work.
    pub async fn connect(self, options: &str) -> Result<Rowhouse> {
        let options = if options.is_empty() {
            ConnectOptions::from_env()?
        } else {
            options.parse()?
        };
        self.connect_with(options).await
    }

    /// Connects with options made in the program.
    ///
    /// # Errors
    /// As for [`Builder::connect`].
    pub async fn connect_with(mut self, options: ConnectOptions) -> Result<Rowhouse> {
        self.check()?;
        let limits = &mut self.limits;
        for wait in [
            &mut limits.acquire_timeout,
            &mut limits.max_age,
            &mut limits.recheck,
        ] {
            *wait = bounded(*wait);
        }
        Rowhouse::open(Arc::new(Shared::new(Settings::new(
            self.limits,
            options,
            self.seal,
        ))))
        .await
    }

    fn check(&self) -> Result<()> {
        let limits = &self.limits;
        if let Some(keys) = &self.seal {
            seal::check(keys, limits)?;
        }
        for name in limits.claims.iter().chain([&limits.setting]) {
            check_setting(name)?;
        }
        let mut seen: Vec<String> = limits
            .claims
            .iter()
            .chain([&limits.setting])
            .map(|name| name.to_lowercase())
            .collect();
        seen.sort();
        seen.dedup();
        if seen.len() != limits.claims.len() + 1 {
            return Err(Error::Config(
                "the tenant setting and the claims must have different names".to_owned(),
            ));
        }
        for (what, value) in [
            ("lanes", limits.lanes),
            ("lane_depth", limits.lane_depth),
            ("exclusive_connections", limits.exclusive),
            ("slow_connections", limits.slow),
        ] {
            if value == 0 {
                return Err(Error::Config(format!("{what} must be at least 1")));
            }
        }
        if !(limits.tenant_share > 0.0 && limits.tenant_share <= 1.0) {
            return Err(Error::Config(
                "tenant_share must be above 0 and at most 1".to_owned(),
            ));
        }
        Ok(())
    }
}

/// A custom setting as PostgreSQL takes it: two or more identifiers joined by dots. One without a dot is the server's own.
fn check_setting(name: &str) -> Result<()> {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
    };
    if name.split('.').count() >= 2 && name.split('.').all(part) {
        return Ok(());
    }
    Err(Error::Config(format!(
        "{name:?} is not a custom setting; write it as app.current_tenant_id: identifiers joined by a dot"
    )))
}
