//! What a start is doing, for whoever wants to show it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::Version;

/// One step of a start. Its `Display` is a line for people, without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Waiting for another process that starts or stops the same cluster.
    Waiting {
        /// What the lock file says: the process that holds it.
        holder: String,
    },
    /// Making a new, empty cluster.
    Creating {
        /// Its data folder.
        data: PathBuf,
        /// The server's version.
        version: Version,
    },
    /// Data of other versions lies beside the data used and is left alone.
    OtherData {
        /// The major versions.
        majors: Vec<u32>,
    },
    /// `postmaster.pid` was left by a server that is gone.
    StalePidFile {
        /// The pid in it.
        pid: u32,
        /// What that process is now, if it lives.
        now: Option<String>,
    },
    /// Starting the server.
    Starting {
        /// Its data folder.
        data: PathBuf,
    },
    /// Processes of a killed server still hold its memory; trying again until they are gone.
    Lingering {
        /// Those found, which are asked to end.
        pids: Vec<u32>,
    },
    /// A server runs already; it is used and left running.
    Attached {
        /// Its process.
        pid: u32,
    },
    /// A server runs already and the program that started it is gone; this process looks after it now.
    TakenOver {
        /// Its process.
        pid: u32,
    },
    /// The server lets clients in.
    Ready {
        /// Its process.
        pid: u32,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting { holder } => write!(
                f,
                "waiting for process {holder}, which is starting or stopping PostgreSQL"
            ),
            Self::Creating { data, version } => {
                write!(
                    f,
                    "creating a PostgreSQL {version} cluster in {}",
                    data.display()
                )
            }
            Self::OtherData { majors } => {
                write!(
                    f,
                    "data of other versions is left alone: PostgreSQL {majors:?}"
                )
            }
            Self::StalePidFile {
                pid,
                now: Some(now),
            } => write!(
                f,
                "the last server did not shut down; its process number {pid} now belongs to `{now}`"
            ),
            Self::StalePidFile { pid, now: None } => {
                write!(
                    f,
                    "the last server (process {pid}) did not shut down; recovering"
                )
            }
            Self::Starting { data } => write!(f, "starting PostgreSQL in {}", data.display()),
            Self::Lingering { pids } => write!(
                f,
                "waiting for processes of a killed server to end: {pids:?}"
            ),
            Self::Attached { pid } => {
                write!(f, "using PostgreSQL that runs already (process {pid})")
            }
            Self::TakenOver { pid } => write!(
                f,
                "taking over PostgreSQL (process {pid}) from a program that was killed"
            ),
            Self::Ready { pid } => write!(f, "PostgreSQL is ready (process {pid})"),
        }
    }
}

/// Where progress goes: the log always, and a listener if there is one.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<Listen>>);

type Listen = dyn Fn(&Progress) + Send + Sync;

impl Listener {
    pub(crate) fn new(listen: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listen)))
    }

    pub(crate) fn tell(&self, progress: &Progress) {
        tracing::debug!("{progress}");
        if let Some(listen) = &self.0 {
            listen(progress);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Listener(…)"
        } else {
            "Listener"
        })
    }
}
