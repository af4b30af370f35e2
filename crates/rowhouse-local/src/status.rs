//! Looking at, stopping and removing a cluster from any process.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cluster::STOP_PATIENCE;
use crate::data_root::DataRoot;
use crate::lock::{self, Lock};
use crate::postmaster::{Postmaster, Stop};
use crate::{Cluster, Error, connect, initdb, socket};

/// How long another process may be busy starting or stopping the cluster.
const TURN_PATIENCE: Duration = Duration::from_secs(90);

/// What is in a data root.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// No cluster.
    Absent,
    /// Data, and no server.
    Stopped {
        /// The major versions that have data, oldest first.
        majors: Vec<u32>,
    },
    /// A server.
    Running(Running),
}

/// A server that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Running {
    /// The server's process.
    pub pid: u32,
    /// Its major version.
    pub major: u32,
    /// Its data.
    pub data_dir: PathBuf,
    /// The folder of its socket.
    pub socket_dir: PathBuf,
    /// Its port: of TCP if that is on, and a part of the socket's name in any case.
    pub port: u16,
    /// Whether it listens on 127.0.0.1.
    pub tcp: bool,
    /// Whether it lets clients in already, or still.
    pub ready: bool,
    /// The process that looks after it; none if it was left running, or its owner was killed.
    pub owner: Option<u32>,
}

impl Running {
    /// The URL for a role, over the socket.
    pub fn url(&self, role: &str, database: &str) -> String {
        connect::socket_url(&self.socket_dir, self.port, role, database)
    }

    /// The URL for the superuser, `postgres`.
    pub fn admin_url(&self, database: &str) -> String {
        self.url(initdb::SUPERUSER, database)
    }
}

impl Cluster {
    /// What runs in `data_root`. Changes nothing.
    ///
    /// # Errors
    /// When a process cannot be identified.
    pub fn status(data_root: impl AsRef<Path>) -> Result<Status, Error> {
        let root = DataRoot::at(data_root.as_ref())?;
        let Some((major, file)) = root.server()? else {
            let majors = root.majors();
            return Ok(if majors.is_empty() {
                Status::Absent
            } else {
                Status::Stopped { majors }
            });
        };
        let owner = lock::said(&root.owner()).parse().ok();
        Ok(Status::Running(Running {
            pid: file.pid,
            major,
            data_dir: root.data(major),
            ready: file.is_ready(),
            socket_dir: file.socket_dir.unwrap_or_else(|| root.socket_dir()),
            port: file.port.unwrap_or(socket::PORT),
            tcp: !file.listens_on.is_empty(),
            owner: owner.filter(|pid| crate::process::is_alive(*pid)),
        }))
    }

    /// Stops the server in `data_root`, whoever started it; false if none ran.
    ///
    /// # Errors
    /// When it does not stop, or another process is busy with it for too long.
    pub async fn stop_at(data_root: impl AsRef<Path>) -> Result<bool, Error> {
        let path = data_root.as_ref().to_owned();
        tokio::task::spawn_blocking(move || {
            let root = DataRoot::at(&path)?;
            if root.server()?.is_none() {
                return Ok(false);
            }
            let _turn = Lock::wait(&root.turn(), TURN_PATIENCE)?;
            stop(&root)
        })
        .await
        .unwrap_or(Err(Error::Interrupted))
    }

    /// Stops the server in `data_root` and removes its data of all versions, for good. What this crate
    /// did not make stays; the folder itself goes if nothing else is in it.
    ///
    /// # Errors
    /// When the server does not stop or something cannot be removed.
    pub async fn wipe(data_root: impl AsRef<Path>) -> Result<(), Error> {
        let path = data_root.as_ref().to_owned();
        tokio::task::spawn_blocking(move || Self::wipe_blocking(&path))
            .await
            .unwrap_or(Err(Error::Interrupted))
    }

    pub(crate) fn wipe_blocking(data_root: &Path) -> Result<(), Error> {
        let root = DataRoot::at(data_root)?;
        if !root.path().exists() {
            return Ok(());
        }
        let _turn = Lock::wait(&root.turn(), TURN_PATIENCE)?;
        stop(&root)?;
        remove(&root)
    }
}

fn stop(root: &DataRoot) -> Result<bool, Error> {
    let Some((major, file)) = root.server()? else {
        return Ok(false);
    };
    Postmaster::of_others(file.pid, &root.data(major)).stop(Stop::Fast, STOP_PATIENCE)?;
    Ok(true)
}

fn remove(root: &DataRoot) -> Result<(), Error> {
    for major in root.majors().into_iter().filter(|m| root.is_ours(*m)) {
        let data = root.data(major);
        fs::remove_dir_all(&data).map_err(|e| Error::io("remove", &data, e))?;
        let log = root.log(major);
        let _ = fs::remove_file(log.with_extension("log.old"));
        let _ = fs::remove_file(log);
    }
    socket::remove(root);
    let _ = fs::remove_file(root.owner());
    let _ = fs::remove_file(root.turn());
    // Fails, as it should, while something else is in the folder.
    let _ = fs::remove_dir(root.path());
    Ok(())
}
