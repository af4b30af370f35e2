//! A running cluster.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::builder::KEPT;
use crate::data_root::DataRoot;
use crate::initdb::SUPERUSER;
use crate::lock::Lock;
use crate::postmaster::{Postmaster, Stop};
use crate::socket::socket_path;
use crate::{Builder, Error, Version, connect};

/// How long a server may take to shut down before it is told more firmly.
pub(crate) const STOP_PATIENCE: Duration = Duration::from_secs(20);
/// Dropping blocks the thread, so it waits less.
const DROP_PATIENCE: Duration = Duration::from_secs(5);

/// How a [`Cluster`] came to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// This process made it and started it.
    Fresh,
    /// This process started it; the data was there.
    Warm,
    /// It ran already, and whoever started it looks after it.
    Attached,
    /// It ran already, and the program that started it was killed; this process looks after it now.
    TakenOver,
}

/// A running PostgreSQL server with data of its own.
///
/// A cluster this process looks after is stopped when this is dropped; one it attached to never is.
pub struct Cluster {
    parts: Parts,
}

/// What a running cluster consists of.
pub(crate) struct Parts {
    pub(crate) root: DataRoot,
    pub(crate) data: PathBuf,
    pub(crate) postmaster: Postmaster,
    pub(crate) socket_dir: PathBuf,
    pub(crate) port: u16,
    pub(crate) tcp: bool,
    pub(crate) version: Version,
    pub(crate) origin: Origin,
    /// Held if this process looks after the server.
    pub(crate) owner: Option<Lock>,
}

impl Cluster {
    /// Options for the cluster in `data_root`, a folder that is created where missing.
    pub fn builder(data_root: impl AsRef<Path>) -> Builder {
        Builder::new(data_root.as_ref())
    }

    pub(crate) fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// How it came to run.
    pub fn origin(&self) -> Origin {
        self.parts.origin
    }

    /// Whether this process looks after the server: it started it or took it over, and will stop it.
    pub fn started_here(&self) -> bool {
        self.parts.owner.is_some()
    }

    /// Whether the data was made just now, so that roles, schema and seed are still to come.
    pub fn was_fresh(&self) -> bool {
        self.parts.origin == Origin::Fresh
    }

    /// The folder with the data of this version.
    pub fn data_dir(&self) -> &Path {
        &self.parts.data
    }

    /// The server's log.
    pub fn log(&self) -> PathBuf {
        self.parts.root.log(self.parts.version.major)
    }

    /// The folder of the unix socket: the `host` of a connection string.
    pub fn socket_dir(&self) -> &Path {
        &self.parts.socket_dir
    }

    /// The unix socket itself.
    pub fn socket(&self) -> PathBuf {
        socket_path(self.socket_dir(), self.port())
    }

    /// The port: of TCP if that is on, and a part of the socket's name in any case.
    pub fn port(&self) -> u16 {
        self.parts.port
    }

    /// The port on 127.0.0.1, if the server listens there.
    pub fn tcp_port(&self) -> Option<u16> {
        self.parts.tcp.then_some(self.parts.port)
    }

    /// The server's version; of one attached to, that of the binaries found for it.
    pub fn version(&self) -> Version {
        self.parts.version
    }

    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.parts.postmaster.pid()
    }

    /// The URL for a role, over the socket.
    pub fn url(&self, role: &str, database: &str) -> String {
        connect::socket_url(self.socket_dir(), self.port(), role, database)
    }

    /// The same as a `key=value` string.
    pub fn connection_string(&self, role: &str, database: &str) -> String {
        connect::key_value(self.socket_dir(), self.port(), role, database)
    }

    /// The URL for the superuser, `postgres`.
    pub fn admin_url(&self, database: &str) -> String {
        self.url(SUPERUSER, database)
    }

    /// Stops the server if this process looks after it, else lets go of it. To stop a server whoever
    /// started it, use [`Cluster::stop_at`].
    ///
    /// # Errors
    /// [`Error::NotStopped`] when even SIGKILL did not end it.
    pub async fn stop(mut self) -> Result<(), Error> {
        tokio::task::spawn_blocking(move || self.shut_down(STOP_PATIENCE))
            .await
            .unwrap_or(Err(Error::Interrupted))
    }

    /// Leaves the server running for others, after this process has ended too. From then on it runs
    /// until [`Cluster::stop_at`].
    ///
    /// # Errors
    /// When that cannot be noted in the data root.
    pub fn leave_running(mut self) -> Result<(), Error> {
        if let Some(mut owner) = self.parts.owner.take() {
            owner
                .write(KEPT)
                .map_err(|e| Error::io("write", &self.parts.root.owner(), e))?;
        }
        Ok(())
    }

    fn shut_down(&mut self, patience: Duration) -> Result<(), Error> {
        let Some(owner) = self.parts.owner.take() else {
            return Ok(());
        };
        // If the server was stopped behind our back, one that runs now has an owner of its own.
        let is_ours = || owner.is_on(&self.parts.root.owner());
        if !is_ours() {
            return Ok(());
        }
        // Whoever starts at this moment waits, then finds a stopped server. If the turn cannot be had,
        // stopping matters more.
        let _turn = Lock::wait(&self.parts.root.turn(), DROP_PATIENCE).ok();
        if is_ours() {
            self.parts.postmaster.stop(Stop::Fast, patience)?;
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.shut_down(DROP_PATIENCE) {
            tracing::warn!("{error}");
        }
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("data", &self.parts.data)
            .field("socket_dir", &self.parts.socket_dir)
            .field("port", &self.parts.port)
            .field("version", &self.parts.version)
            .field("origin", &self.parts.origin)
            .field("pid", &self.parts.postmaster.pid())
            .finish_non_exhaustive()
    }
}
