//! The folder a cluster lives in, and the names in it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::pid_file::PidFile;
use crate::process::{Who, who_is};
use crate::{Error, settings};

/// A data root: `pg15` and `pg15.log` for each major version used, and these files of ours.
#[derive(Debug, Clone)]
pub(crate) struct DataRoot {
    path: PathBuf,
}

/// What is going on in a data folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No server, and none left traces.
    Nothing,
    /// A server runs, or comes up, or goes down.
    Server(PidFile),
    /// A server did not shut down; `now` is who has its pid today.
    Traces { pid: u32, now: Option<String> },
}

impl DataRoot {
    /// The root at `path`, which need not exist.
    pub(crate) fn at(path: &Path) -> Result<Self, Error> {
        let absolute = std::path::absolute(path).map_err(|e| Error::io("resolve", path, e))?;
        // The server compares and prints paths without links, so ours are without links too.
        let path = absolute.canonicalize().unwrap_or(absolute);
        Ok(Self { path })
    }

    /// The root at `path`, created where missing.
    pub(crate) fn make(path: &Path) -> Result<Self, Error> {
        fs::create_dir_all(path).map_err(|e| Error::io("create", path, e))?;
        Self::at(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The data folder of a major version, so that another version never meets foreign data.
    pub(crate) fn data(&self, major: u32) -> PathBuf {
        self.path.join(format!("pg{major}"))
    }

    /// The server's log.
    pub(crate) fn log(&self, major: u32) -> PathBuf {
        self.path.join(format!("pg{major}.log"))
    }

    /// Held while someone starts, stops or removes the cluster.
    pub(crate) fn turn(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// Held by the program that looks after the running server, for as long as that program lives.
    pub(crate) fn owner(&self) -> PathBuf {
        self.path.join("owner")
    }

    /// The socket's folder, where the path is short enough.
    pub(crate) fn socket_dir(&self) -> PathBuf {
        self.path.join("run")
    }

    /// Says where the socket's folder is when it had to go elsewhere.
    pub(crate) fn socket_note(&self) -> PathBuf {
        self.path.join("socket-dir")
    }

    /// The major versions that have data here, oldest first.
    pub(crate) fn majors(&self) -> Vec<u32> {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return Vec::new();
        };
        let mut majors: Vec<u32> = entries
            .filter_map(Result::ok)
            .filter_map(|e| e.file_name().to_str()?.strip_prefix("pg")?.parse().ok())
            .filter(|major| self.data(*major).join("PG_VERSION").exists())
            .collect();
        majors.sort_unstable();
        majors
    }

    /// Whether the data folder of a major version was made by this crate.
    pub(crate) fn is_ours(&self, major: u32) -> bool {
        self.data(major).join(settings::FILE).exists()
    }

    /// The server that runs here, of whatever version.
    pub(crate) fn server(&self) -> Result<Option<(u32, PidFile)>, Error> {
        for major in self.majors() {
            if let Found::Server(file) = look(&self.data(major))? {
                return Ok(Some((major, file)));
            }
        }
        Ok(None)
    }
}

/// Finds out whether a server runs on `data`; `postmaster.pid` alone does not tell.
pub(crate) fn look(data: &Path) -> Result<Found, Error> {
    let Some(file) = PidFile::read(data) else {
        return Ok(if PidFile::path(data).exists() {
            // Cut off when the disk was full; the server would refuse an empty one.
            Found::Traces {
                pid: 0,
                now: Some("nobody".to_owned()),
            }
        } else {
            Found::Nothing
        });
    };
    let pid = file.pid;
    match who_is(pid, data) {
        Who::Postgres => Ok(Found::Server(file)),
        Who::Gone => Ok(Found::Traces { pid, now: None }),
        Who::Other(command) => Ok(Found::Traces {
            pid,
            now: Some(command),
        }),
        Who::Unknown => Err(Error::UnknownProcess {
            pid_file: PidFile::path(data),
            pid,
        }),
    }
}
