//! What can go wrong, and what to do about it.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use crate::Version;

/// Why a private PostgreSQL could not be found, started, stopped or used.
///
/// The message names the folder, process or port; [`Error::hint`] says the next step.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No PostgreSQL server binaries on this machine.
    #[error("no PostgreSQL server found (looked at {looked_at})")]
    NoBinaries {
        /// The places, for the message.
        looked_at: String,
    },
    /// The folder given, or named by `PG_BINDIR`, holds no server.
    #[error("{} has no PostgreSQL server: {missing} is missing", .dir.display())]
    NotABinDir {
        /// The folder.
        dir: PathBuf,
        /// The first program not found in it.
        missing: &'static str,
    },
    /// `postgres --version` failed or printed something else.
    #[error("{} does not tell its version: {output}", .program.display())]
    NoVersion {
        /// The program that was run.
        program: PathBuf,
        /// What it said.
        output: String,
    },
    /// Older than the oldest version this crate works with.
    #[error("PostgreSQL {version} in {} is too old, {oldest} is the oldest supported", .dir.display())]
    TooOld {
        /// The folder of the binaries.
        dir: PathBuf,
        /// Its version.
        version: Version,
        /// The oldest major version supported.
        oldest: u32,
    },
    /// Run as root, and there is no account to run the server as.
    #[error("PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody`")]
    NoServerAccount,
    /// The server's account cannot walk to a path, because of one folder on the way.
    #[error("account {account} cannot enter {}, which is on the way to {}", .blocked.display(), .path.display())]
    NotReachable {
        /// The path the server needs.
        path: PathBuf,
        /// The folder that keeps the account out.
        blocked: PathBuf,
        /// The account the server would run as.
        account: String,
    },
    /// The data root cannot be written.
    #[error("{} cannot be written", .path.display())]
    NotWritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data belongs to another account.
    #[error("{} belongs to user {owner}, this is user {me}", .path.display())]
    WrongOwner {
        /// The data folder.
        path: PathBuf,
        /// Its owner's user id.
        owner: u32,
        /// The user id of this process.
        me: u32,
    },
    /// A file operation failed.
    #[error("cannot {action} {}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `initdb`, or another program of PostgreSQL, failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Its name.
        program: &'static str,
        /// What it printed last.
        output: String,
    },
    /// A data folder holds another version's data than its name says.
    #[error("{} holds data of PostgreSQL {found}, not {expected}", .data.display())]
    WrongVersion {
        /// The data folder.
        data: PathBuf,
        /// What its `PG_VERSION` says.
        found: String,
        /// The major version of the binaries.
        expected: u32,
    },
    /// There is data, but no binaries of its version.
    #[error("{} was made by PostgreSQL {major}, and this machine has {has} only", .data.display())]
    VersionGone {
        /// The data folder.
        data: PathBuf,
        /// The version that made it.
        major: u32,
        /// The newest version there is.
        has: Version,
    },
    /// Another version's server runs in this data root.
    #[error("PostgreSQL {running} (process {pid}) runs in {}, and {wanted} was asked for", .root.display())]
    OtherVersionRuns {
        /// The data root.
        root: PathBuf,
        /// The major version that runs.
        running: u32,
        /// Its process.
        pid: u32,
        /// The major version asked for.
        wanted: u32,
    },
    /// Another process was starting or stopping the cluster for too long.
    #[error("{} has been locked by process {holder} for {waited_s} s", .path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// The process that holds it, as it wrote there.
        holder: String,
        /// How long was waited, in seconds.
        waited_s: u64,
    },
    /// `postmaster.pid` names a live process that could not be identified.
    #[error("{} names process {pid}, which lives and cannot be identified", .pid_file.display())]
    UnknownProcess {
        /// The `postmaster.pid` file.
        pid_file: PathBuf,
        /// The process named there.
        pid: u32,
    },
    /// The TCP port is in use.
    #[error("port {port} on 127.0.0.1 is taken")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// No folder for the socket is short enough.
    #[error("socket path {} is longer than the {limit} bytes the system allows", .path.display())]
    SocketPathTooLong {
        /// The last path tried.
        path: PathBuf,
        /// The limit in bytes.
        limit: usize,
    },
    /// The server ended while starting.
    #[error("PostgreSQL did not start: {reason}")]
    NotStarted {
        /// Its last words.
        reason: String,
        /// The whole log.
        log: PathBuf,
    },
    /// The server was not ready in time.
    #[error("PostgreSQL was not ready after {waited_s} s")]
    StartTimeout {
        /// How long was waited, in seconds.
        waited_s: u64,
        /// The server's log.
        log: PathBuf,
    },
    /// The server did not end.
    #[error("PostgreSQL (process {pid}) does not stop")]
    NotStopped {
        /// Its process.
        pid: u32,
    },
    /// A statement of ours failed.
    #[error("cannot {action}: {}", database_message(.source))]
    Sql {
        /// What was tried.
        action: &'static str,
        /// What the server said.
        source: tokio_postgres::Error,
    },
    /// The setup SQL of a test's template database failed.
    #[error("the setup SQL failed as {role}: {}", database_message(.source))]
    Setup {
        /// The role it ran as.
        role: String,
        /// What the server said.
        source: tokio_postgres::Error,
    },
    /// No `pg_dump` that can read the server's catalogs.
    #[error("{}", dump_message(*.server, *.newest))]
    NoDumpProgram {
        /// The major version of the server, where it was asked.
        server: Option<u32>,
        /// The newest installation there is.
        newest: Option<Version>,
    },
    /// The runtime went away while a start or stop was under way.
    #[error("the tokio runtime shut down during the operation")]
    Interrupted,
}

impl Error {
    /// The next step for the person who sees this error, where there is one.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoBinaries { .. } => INSTALL.to_owned(),
            Self::NotABinDir { .. } => format!(
                "name the folder that holds `postgres` and `initdb`, or unset PG_BINDIR; {INSTALL}"
            ),
            Self::TooOld { oldest, .. } => {
                format!("install PostgreSQL {oldest} or newer; {INSTALL}")
            }
            Self::NoServerAccount => {
                "run as an ordinary user, or create the account: `useradd --system postgres`"
                    .to_owned()
            }
            Self::NotReachable {
                blocked, account, ..
            } => format!(
                "as root the server runs as {account}: `chmod o+x {}`, or keep the data elsewhere, or run as an ordinary user",
                blocked.display()
            ),
            Self::NotWritable { path, .. } => format!(
                "make {} writable, or keep the data elsewhere",
                path.display()
            ),
            Self::WrongOwner { owner, .. } => {
                format!("run as user {owner}, or keep the data elsewhere")
            }
            Self::WrongVersion { data, .. } => format!("move {} away", data.display()),
            Self::VersionGone { major, .. } => format!(
                "install PostgreSQL {major}, or set PG_BINDIR to begin with new, empty data beside the old"
            ),
            Self::OtherVersionRuns { .. } => "stop it first".to_owned(),
            Self::Locked { holder, .. } => {
                format!("look at process {holder}; it is starting or stopping this cluster")
            }
            Self::UnknownProcess { pid, pid_file } => format!(
                "see `ps -p {pid}`: if it is not PostgreSQL, remove {}",
                pid_file.display()
            ),
            Self::PortTaken { .. } => "choose another port, or 0 for any".to_owned(),
            Self::SocketPathTooLong { .. } => "set TMPDIR to a folder with a short path".to_owned(),
            Self::NotStarted { log, .. } | Self::StartTimeout { log, .. } => {
                format!("see {}", log.display())
            }
            Self::NotStopped { pid } => {
                format!("clients may hold it up; `kill -QUIT {pid}` stops it without their leave")
            }
            Self::NoDumpProgram { server, .. } => dump_hint(*server),
            _ => return None,
        })
    }

    /// Tells "you may not write here" from other failures, because the way out is another one.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable { path, source }
            }
            _ => Self::Io {
                action,
                path,
                source,
            },
        }
    }
}

fn dump_message(server: Option<u32>, newest: Option<Version>) -> String {
    match (server, newest) {
        (Some(server), Some(newest)) => format!(
            "the server is PostgreSQL {server}, and the newest pg_dump here is of {newest}, which cannot read it"
        ),
        _ => "no pg_dump, pg_dumpall and psql found beside PostgreSQL's server".to_owned(),
    }
}

fn dump_hint(server: Option<u32>) -> String {
    let version = server.map_or("17".to_owned(), |major| major.to_string());
    format!(
        "install PostgreSQL {version} or newer, server and client: Debian and Ubuntu \
         `apt-get install postgresql-{version} postgresql-client-{version}`, Fedora and RHEL `dnf install \
         postgresql-server postgresql`, Alpine `apk add postgresql{version} postgresql{version}-client`, macOS \
         `brew install postgresql@{version}`; or set PG_BINDIR to the folder of its programs"
    )
}

/// tokio-postgres prints "db error" only; the person wants the server's words and where they point.
fn database_message(error: &tokio_postgres::Error) -> String {
    let Some(db) = error.as_db_error() else {
        return error.to_string();
    };
    let mut text = format!("{} ({})", db.message(), db.code().code());
    for (label, more) in [
        ("detail", db.detail()),
        ("hint", db.hint()),
        ("where", db.where_()),
    ] {
        if let Some(more) = more {
            // Writing to a String cannot fail.
            let _ = write!(text, "; {label}: {more}");
        }
    }
    text
}

const INSTALL: &str = "install PostgreSQL's server: Debian and Ubuntu `apt-get install postgresql`, \
    Fedora and RHEL `dnf install postgresql-server`, Alpine `apk add postgresql`, Arch `pacman -S postgresql`, \
    macOS `brew install postgresql@17`; or set PG_BINDIR to the folder of its programs";
