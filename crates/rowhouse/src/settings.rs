//! What a house was told, and what all its connections share.

use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::connect::ConnectOptions;
use crate::head::{Context, Head};
use crate::pooler::Pooling;
use crate::seal::{SealKeys, Sealing, Seat};
use crate::tenant_id::TenantType;

/// How one-shots use connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LaneMode {
    /// Many tenants share few connections.
    #[default]
    Shared,
    /// Every one-shot has a connection for itself, wiped by `DISCARD ALL` afterwards. For databases whose functions
    /// keep session state: temporary tables, LISTEN, session advisory locks.
    Exclusive,
}

/// The configuration of a house.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) setting: String,
    pub(crate) claims: Vec<String>,
    pub(crate) tenant_type: TenantType,
    pub(crate) search_path: Option<String>,
    pub(crate) lane_mode: LaneMode,
    pub(crate) lanes: usize,
    pub(crate) writing_lanes: usize,
    pub(crate) lane_depth: usize,
    pub(crate) exclusive: usize,
    pub(crate) slow: usize,
    pub(crate) tenant_share: f64,
    pub(crate) statement_timeout: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) acquire_timeout: Duration,
    pub(crate) max_age: Duration,
    pub(crate) recheck: Duration,
    pub(crate) lane_rows: u32,
    pub(crate) lane_bytes: usize,
    pub(crate) write_answer_bytes: usize,
    pub(crate) prepared: NonZeroUsize,
    pub(crate) known_statements: NonZeroUsize,
    pub(crate) allow_unnamed: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            setting: "app.current_tenant_id".to_owned(),
            claims: Vec::new(),
            tenant_type: TenantType::Uuid,
            search_path: None,
            lane_mode: LaneMode::Shared,
            // Two per core were best when measured; eight per core cost a third.
            lanes: 2 * std::thread::available_parallelism().map_or(2, NonZeroUsize::get),
            writing_lanes: 0,
            lane_depth: 128,
            exclusive: 16,
            slow: 8,
            tenant_share: 0.5,
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(1),
            acquire_timeout: Duration::from_secs(5),
            max_age: Duration::from_mins(30),
            recheck: Duration::from_mins(1),
            lane_rows: 5_000,
            lane_bytes: 4 << 20,
            write_answer_bytes: 64 << 20,
            prepared: NonZeroUsize::new(256).unwrap_or(NonZeroUsize::MIN),
            known_statements: NonZeroUsize::new(1024).unwrap_or(NonZeroUsize::MIN),
            allow_unnamed: true,
        }
    }
}

/// What all connections of a house share.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) options: ConnectOptions,
    /// Where the database is sealed.
    pub(crate) sealing: Option<Sealing>,
    /// Fixed by the first connection, which knows the session's `search_path`.
    pub(crate) head: OnceLock<Head>,
    /// Found out by the first connection.
    pub(crate) pooling: OnceLock<Pooling>,
    pub(crate) temporary_reported: AtomicBool,
    nonce: AtomicI64,
    alarm: watch::Sender<u64>,
}

impl Settings {
    pub(crate) fn new(limits: Limits, options: ConnectOptions, seal: Option<SealKeys>) -> Self {
        Self {
            limits,
            options,
            sealing: seal.map(Sealing::new),
            head: OnceLock::new(),
            pooling: OnceLock::new(),
            temporary_reported: AtomicBool::new(false),
            nonce: AtomicI64::new(rand::random()),
            alarm: watch::Sender::new(0),
        }
    }

    /// The seal of a scope for a connection, good for `patience`; none where the database is not sealed.
    pub(crate) fn seal(
        &self,
        context: &Context,
        seat: Option<Seat>,
        patience: Duration,
    ) -> Option<String> {
        let sealing = self.sealing.as_ref()?;
        // Without a seat, which every connection that was set up has, nothing of ours is good for long.
        let seat = seat.unwrap_or_else(Seat::nowhere);
        Some(sealing.seal(&self.limits, context, seat, patience))
    }

    /// A number that no other request of this house has.
    pub(crate) fn nonce(&self) -> i64 {
        self.nonce.fetch_add(1, Ordering::Relaxed)
    }

    /// Isolation is in doubt: everybody closes their connections.
    pub(crate) fn raise_alarm(&self, reason: &str) {
        tracing::error!(target: "rowhouse::security", reason, "isolation is in doubt; closing every connection");
        self.alarm.send_modify(|count| *count += 1);
    }

    /// The count of alarms, to watch.
    pub(crate) fn alarms(&self) -> watch::Receiver<u64> {
        self.alarm.subscribe()
    }
}
