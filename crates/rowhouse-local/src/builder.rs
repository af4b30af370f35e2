//! Starting a cluster: make it, start it, attach to it or take it over.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::cluster::Parts;
use crate::data_root::{DataRoot, Found, look};
use crate::lock::{self, Lock};
use crate::pid_file::PidFile;
use crate::postmaster::{Launch, Postmaster};
use crate::progress::Listener;
use crate::settings::Settings;
use crate::{Binaries, Cluster, Error, Origin, Progress, binaries, initdb, socket};

/// How many free ports are tried when any will do: another process may take one before the server does.
const PORT_TRIES: u32 = 5;
/// In the owner file: the server was left running on purpose, so nobody takes it over.
pub(crate) const KEPT: &str = "kept";

/// Options for a [`Cluster`], then [`Builder::start`].
#[derive(Debug, Clone)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    root: PathBuf,
    binaries: Option<Binaries>,
    settings: Settings,
    tcp: Option<u16>,
    patience: Duration,
    listener: Listener,
}

impl Builder {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            binaries: None,
            settings: Settings::default(),
            tcp: None,
            patience: Duration::from_mins(1),
            listener: Listener::default(),
        }
    }

    /// Uses these binaries. Without them: `PG_BINDIR`, else those fitting the data that is there, else
    /// the newest.
    pub fn binaries(mut self, binaries: Binaries) -> Self {
        self.binaries = Some(binaries);
        self
    }

    /// Adds a server setting; it holds from the next start of the server on.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.extra.push((name.into(), value.into()));
        self
    }

    /// Listens on 127.0.0.1 as well, with SCRAM passwords; port 0 takes any that is free.
    pub fn listen_tcp(mut self, port: u16) -> Self {
        self.tcp = Some(port);
        self
    }

    /// Gives up crash safety for speed (`fsync` and the like): for tests, never for data you want back.
    pub fn not_durable(mut self) -> Self {
        self.settings.not_durable = true;
        self
    }

    /// How long the server may take until it is ready, crash recovery included; 60 s unless set.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Calls `listen` for every step of the start, on another thread.
    pub fn on_progress(mut self, listen: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(listen);
        self
    }

    /// Makes the cluster if there is none, starts it if it does not run, attaches if it does.
    ///
    /// A start that is dropped half-way finishes on its thread, and the server is stopped again.
    ///
    /// # Errors
    /// Any [`Error`] but the SQL ones; each names what is in the way, and its hint the way out.
    pub async fn start(self) -> Result<Cluster, Error> {
        tokio::task::spawn_blocking(move || self.start_blocking())
            .await
            .unwrap_or(Err(Error::Interrupted))
    }

    fn start_blocking(self) -> Result<Cluster, Error> {
        let root = DataRoot::make(&self.root)?;
        let _turn = self.take_turn(&root)?;
        let running = root.server()?;
        let binaries = self.choose(&root, running.as_ref().map(|(major, _)| *major))?;
        let major = binaries.version().major;
        if let Some((other, file)) = running.filter(|(other, _)| *other != major) {
            return Err(Error::OtherVersionRuns {
                root: self.root,
                running: other,
                pid: file.pid,
                wanted: major,
            });
        }
        let others: Vec<u32> = root.majors().into_iter().filter(|m| *m != major).collect();
        if !others.is_empty() {
            self.listener.tell(&Progress::OtherData { majors: others });
        }
        match self.running_server(&root, major)? {
            Some(file) => self.attach(root, &binaries, &file),
            None => self.bring_up(root, &binaries),
        }
    }

    fn take_turn(&self, root: &DataRoot) -> Result<Lock, Error> {
        if let Some(lock) = Lock::try_now(&root.turn())? {
            return Ok(lock);
        }
        self.listener.tell(&Progress::Waiting {
            holder: lock::said(&root.turn()),
        });
        Lock::wait(&root.turn(), self.patience + Duration::from_secs(30))
    }

    fn choose(&self, root: &DataRoot, running: Option<u32>) -> Result<Binaries, Error> {
        if let Some(given) = &self.binaries {
            return Ok(given.clone());
        }
        if binaries::named_by_environment().is_some() {
            return Binaries::find(None);
        }
        // Newer binaries must not make somebody's data disappear: what is there decides.
        let mut majors = root.majors();
        majors.extend(running);
        let Some(newest) = majors.last().copied() else {
            return Binaries::find(None);
        };
        match majors.into_iter().rev().find_map(Binaries::of_major) {
            Some(fitting) => Ok(fitting),
            None => Err(Error::VersionGone {
                data: root.data(newest),
                major: newest,
                has: Binaries::find(None)?.version(),
            }),
        }
    }

    /// The server on this data once it is ready; none if there is none or it is going down.
    fn running_server(&self, root: &DataRoot, major: u32) -> Result<Option<PidFile>, Error> {
        let (data, started) = (root.data(major), Instant::now());
        loop {
            match look(&data)? {
                Found::Server(file) if file.is_ready() => return Ok(Some(file)),
                Found::Server(_) if started.elapsed() > self.patience => {
                    return Err(Error::StartTimeout {
                        waited_s: self.patience.as_secs(),
                        log: root.log(major),
                    });
                }
                Found::Server(_) => thread::sleep(Duration::from_millis(20)),
                Found::Traces { pid, now } => {
                    if now.is_some() {
                        // The server would take the stranger for itself. If the pid is simply dead the
                        // file stays: the server reads there which shared memory to check.
                        let path = PidFile::path(&data);
                        fs::remove_file(&path).map_err(|e| Error::io("remove", &path, e))?;
                    }
                    self.listener.tell(&Progress::StalePidFile { pid, now });
                    return Ok(None);
                }
                Found::Nothing => return Ok(None),
            }
        }
    }

    fn attach(self, root: DataRoot, binaries: &Binaries, file: &PidFile) -> Result<Cluster, Error> {
        let pid = file.pid;
        let kept = lock::said(&root.owner()) == KEPT;
        let owner = if kept {
            None
        } else {
            Lock::try_now(&root.owner())?
        };
        let origin = if owner.is_some() {
            self.listener.tell(&Progress::TakenOver { pid });
            Origin::TakenOver
        } else {
            self.listener.tell(&Progress::Attached { pid });
            Origin::Attached
        };
        let data = root.data(binaries.version().major);
        Ok(Cluster::new(Parts {
            postmaster: Postmaster::of_others(pid, &data),
            socket_dir: file.socket_dir.clone().unwrap_or_else(|| root.socket_dir()),
            port: file.port.unwrap_or(socket::PORT),
            tcp: !file.listens_on.is_empty(),
            version: binaries.version(),
            data,
            root,
            origin,
            owner,
        }))
    }

    fn bring_up(self, root: DataRoot, binaries: &Binaries) -> Result<Cluster, Error> {
        let version = binaries.version();
        let data = root.data(version.major);
        let account = Account::for_server(&data)?;
        account.check_reaches(root.path())?;
        account.check_reaches(binaries.dir())?;
        let fresh = !data.join("PG_VERSION").exists();
        if fresh {
            self.listener.tell(&Progress::Creating {
                data: data.clone(),
                version,
            });
            initdb::create(binaries, &account, &data)?;
        } else {
            check_version(&data, version.major)?;
        }
        let socket_dir = socket::prepare(&root, &account)?;
        self.listener
            .tell(&Progress::Starting { data: data.clone() });
        let (postmaster, port) = self.launch(&root, binaries, &account, &socket_dir)?;
        if fresh && !self.settings.not_durable {
            initdb::flush(binaries, &account, &data);
        }

        // A new file: a lock that the last owner may still hold on the old one means nothing now.
        let path = root.owner();
        if path.exists() {
            fs::remove_file(&path).map_err(|e| Error::io("remove", &path, e))?;
        }
        let owner = Lock::try_now(&path)?;
        self.listener.tell(&Progress::Ready {
            pid: postmaster.pid(),
        });
        Ok(Cluster::new(Parts {
            postmaster,
            socket_dir,
            port,
            tcp: self.tcp.is_some(),
            version,
            data,
            root,
            origin: if fresh { Origin::Fresh } else { Origin::Warm },
            owner,
        }))
    }

    fn launch(
        &self,
        root: &DataRoot,
        binaries: &Binaries,
        account: &Account,
        socket_dir: &Path,
    ) -> Result<(Postmaster, u16), Error> {
        let data = root.data(binaries.version().major);
        let mut tries = 0;
        loop {
            let port = match self.tcp {
                None => socket::PORT,
                Some(0) => free_port()?,
                Some(port) => port,
            };
            self.settings
                .write(&data, socket_dir, port, self.tcp.is_some())?;
            let launch = Launch {
                binaries,
                account,
                data: &data,
                log: &root.log(binaries.version().major),
                port,
                patience: self.patience,
                listener: &self.listener,
            };
            tries += 1;
            match launch.start() {
                Err(Error::PortTaken { .. }) if self.tcp == Some(0) && tries < PORT_TRIES => {}
                other => return other.map(|postmaster| (postmaster, port)),
            }
        }
    }
}

/// A TCP port nobody uses at this moment.
pub(crate) fn free_port() -> Result<u16, Error> {
    std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|e| Error::io("find a free port on", Path::new("127.0.0.1"), e))
}

fn check_version(data: &Path, expected: u32) -> Result<(), Error> {
    let path = data.join("PG_VERSION");
    let found = fs::read_to_string(&path).map_err(|e| Error::io("read", &path, e))?;
    let found = found.trim().to_owned();
    if found == expected.to_string() {
        return Ok(());
    }
    Err(Error::WrongVersion {
        data: data.to_owned(),
        found,
        expected,
    })
}
