//! The server all tests of a run share: where it is, who uses it, how it comes up.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::{APP, OWNER, SUPERUSER, watchdog};
use crate::account::Account;
use crate::builder::free_port;
use crate::data_root::{Found, look};
use crate::lock::Lock;
use crate::pid_file::PidFile;
use crate::postmaster::Launch;
use crate::progress::Listener;
use crate::settings::Settings;
use crate::{Binaries, Error, initdb, process, socket};

/// Change it when a run's folder changes in a way the script and the settings do not show.
const LAYOUT: &str = "1";

/// Beside what "not durable" brings.
const SETTINGS: [(&str, &str); 5] = [
    ("max_connections", "400"),
    ("max_prepared_transactions", "64"),
    ("shared_buffers", "64MB"),
    ("max_wal_size", "4GB"),
    ("log_checkpoints", "off"),
];

/// How long another process may take to bring the server up.
const TURN_PATIENCE: Duration = Duration::from_mins(2);
const START_PATIENCE: Duration = Duration::from_mins(1);
const PORT_TRIES: u32 = 5;

/// The run this process takes part in.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) dir: PathBuf,
    pub(super) binaries: Binaries,
    pub(super) account: Account,
    pub(super) socket_dir: PathBuf,
    pub(super) port: u16,
    /// Of all three standard roles, on TCP; chosen by chance, for every account reaches 127.0.0.1.
    pub(super) password: String,
}

/// Joins the run, starting the server if need be; once per process.
pub(super) fn join() -> Result<&'static Run, Error> {
    static RUN: OnceLock<Run> = OnceLock::new();
    static FIRST: Mutex<()> = Mutex::new(());
    let _first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(run) = RUN.get() {
        return Ok(run);
    }
    let run = Run::find()?;
    Ok(RUN.get_or_init(|| run))
}

/// The settings of every test server, with a test's own ones after them.
pub(super) fn settings(own: &[(String, String)]) -> Settings {
    let common = SETTINGS
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    Settings {
        not_durable: true,
        extra: common.chain(own.iter().cloned()).collect(),
    }
}

impl Run {
    fn find() -> Result<Self, Error> {
        let binaries = Binaries::find(None)?;
        let account = Account::for_server(Path::new(""))?;
        account.check_reaches(binaries.dir())?;
        let base = base(&account)?;
        let dir = base.join(key(&binaries));
        let _turn = Lock::wait(&dir.with_extension("lock"), TURN_PATIENCE)?;
        register(&dir, &account)?;

        let run = |file: &PidFile, password| Self {
            socket_dir: dir.join("s"),
            port: file.port.unwrap_or(socket::PORT),
            binaries: binaries.clone(),
            account: account.clone(),
            dir: dir.clone(),
            password,
        };
        let found = look(&dir.join("data"))?;
        let password = fs::read_to_string(dir.join("password")).ok();
        let run = match (found, password) {
            (Found::Server(file), Some(password)) if file.is_ready() => run(&file, password),
            _ => {
                let (file, password) = bring_up(&dir, &binaries, &account)?;
                run(&file, password)
            }
        };
        if !watchdog::watches(&dir) {
            watchdog::start(&dir)?;
        }
        Ok(run)
    }

    /// A stopped cluster to copy, with the standard roles.
    pub(super) fn template(&self) -> PathBuf {
        self.dir.join("template")
    }
}

/// `rowhouse-UID` in the temporary folder, ours alone to write, open to the server's account.
fn base(account: &Account) -> Result<PathBuf, Error> {
    let me = rustix::process::geteuid().as_raw();
    let mut trouble = None;
    for place in [
        std::env::temp_dir(),
        PathBuf::from("/tmp"),
        PathBuf::from("/var/tmp"),
    ] {
        let Ok(place) = place.canonicalize() else {
            continue;
        };
        let base = place.join(format!("rowhouse-{me}"));
        let made = fs::DirBuilder::new().mode(mode(account)).create(&base);
        let ours = fs::symlink_metadata(&base)
            .is_ok_and(|m| m.is_dir() && m.uid() == me && m.mode() & 0o022 == 0);
        let long_enough = base.join("0123456789ab/p/1234567-100/s");
        if !ours {
            trouble = made.err().map(|e| Error::io("create", &base, e));
        } else if !socket::fits(&long_enough) {
            trouble = Some(Error::SocketPathTooLong {
                path: long_enough,
                limit: socket::LIMIT,
            });
        } else if let Err(error) = account.check_reaches(&base) {
            trouble = Some(error);
        } else {
            return Ok(base);
        }
    }
    Err(trouble.unwrap_or(Error::NoServerAccount))
}

fn mode(account: &Account) -> u32 {
    if account.is_another() { 0o711 } else { 0o700 }
}

/// Runs share a server only if they would have made the same one.
fn key(binaries: &Binaries) -> String {
    let mut hash = Sha256::new();
    for part in [
        LAYOUT,
        watchdog::SCRIPT,
        &format!("{SETTINGS:?}"),
        &binaries.version().to_string(),
    ] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(binaries.dir().as_os_str().as_encoded_bytes());
    hex(&hash.finalize()[..6])
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Puts this process on the list of users. If the watchdog is just closing the run, waits until it has.
fn register(dir: &Path, account: &Account) -> Result<(), Error> {
    let pid = std::process::id();
    let (users, closing) = (dir.join("users"), dir.join("closing"));
    let mine = users.join(pid.to_string());
    let started = Instant::now();
    loop {
        // The folder may be taken away between any two of these; then it is made anew.
        let listed = (|| {
            fs::create_dir_all(&users)?;
            fs::set_permissions(dir, fs::Permissions::from_mode(mode(account)))?;
            let draft = users.join(format!(".{pid}"));
            fs::write(&draft, format!("{}\n", process::started_at(pid)))?;
            fs::rename(&draft, &mine)
        })();
        match listed {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            other => other.map_err(|e| Error::io("write", &mine, e))?,
        }
        while closing.exists() {
            if !watchdog::watches(dir) || started.elapsed() > Duration::from_secs(30) {
                // It died while closing. The caller looks what is left.
                let _ = fs::remove_dir(&closing);
            }
            thread::sleep(Duration::from_millis(10));
        }
        if mine.exists() {
            return Ok(());
        }
    }
}

fn bring_up(
    dir: &Path,
    binaries: &Binaries,
    account: &Account,
) -> Result<(PidFile, String), Error> {
    let (data, template, password) = (dir.join("data"), dir.join("template"), dir.join("password"));
    if let Found::Server(file) = look(&data)? {
        // Half-started by a process that was killed.
        crate::postmaster::Postmaster::of_others(file.pid, &data)
            .stop(crate::postmaster::Stop::Immediate, Duration::from_secs(5))?;
    }
    if !template.exists() || !password.exists() {
        let secret = hex(&rand::random::<[u8; 12]>());
        initdb::remove(&template)?;
        make_template(&template, binaries, account, &secret)?;
        write_secret(&password, &secret)?;
    }
    initdb::remove(&data)?;
    initdb::copy(account, &template, &data)?;
    let socket_dir = dir.join("s");
    account.private_dir(&socket_dir)?;
    socket::clear(&socket_dir);

    start_on_free_port(PORT_TRIES, |port| {
        settings(&[]).write(&data, &socket_dir, port, true)?;
        Launch {
            binaries,
            account,
            data: &data,
            log: &dir.join("log"),
            port,
            patience: START_PATIENCE,
            listener: &Listener::default(),
        }
        .start()
    })?;
    let secret = fs::read_to_string(&password).map_err(|e| Error::io("read", &password, e))?;
    match PidFile::read(&data) {
        Some(file) => Ok((file, secret)),
        None => Err(Error::NotStarted {
            reason: "it ended at once".to_owned(),
            log: dir.join("log"),
        }),
    }
}

/// Tries again with another port when somebody was quicker to take one.
pub(super) fn start_on_free_port<T>(
    tries: u32,
    mut start: impl FnMut(u16) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut left = tries;
    loop {
        left -= 1;
        match start(free_port()?) {
            Err(Error::PortTaken { .. }) if left > 0 => {}
            other => return other,
        }
    }
}

fn make_template(
    template: &Path,
    binaries: &Binaries,
    account: &Account,
    secret: &str,
) -> Result<(), Error> {
    let raw = template.with_extension("raw");
    initdb::remove(&raw)?;
    initdb::create(binaries, account, &raw)?;
    let sql = format!(
        "SET password_encryption = 'scram-sha-256';\n\
         CREATE ROLE {OWNER} LOGIN PASSWORD '{secret}';\n\
         CREATE ROLE {APP} LOGIN PASSWORD '{secret}';\n\
         ALTER ROLE {SUPERUSER} PASSWORD '{secret}';\n"
    );
    initdb::single_user(binaries, account, &raw, &sql)?;
    fs::rename(&raw, template).map_err(|e| Error::io("move the template to", template, e))
}

fn write_secret(path: &Path, secret: &str) -> Result<(), Error> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(secret.as_bytes()))
        .map_err(|e| Error::io("write", path, e))
}
