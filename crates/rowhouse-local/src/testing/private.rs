//! A whole server for one test, to restart, kill and configure.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio_postgres::Client;

use super::run::{self, Run, start_on_free_port};
use super::session::Session;
use super::{SUPERUSER, must};
use crate::postmaster::{Launch, Postmaster, Stop};
use crate::progress::Listener;
use crate::{Error, connect, initdb, socket};

const START_PATIENCE: Duration = Duration::from_mins(1);
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const PORT_TRIES: u32 = 5;

/// A server of one test, with the standard roles, stopped and removed when dropped.
///
/// It listens on its socket without passwords and on 127.0.0.1 with SCRAM, like the shared one, until
/// [`PrivateCluster::write_hba`] says otherwise. The port stays the same over restarts.
pub struct PrivateCluster {
    place: Place,
    settings: Vec<(String, String)>,
    port: u16,
    server: Option<Postmaster>,
}

#[derive(Clone)]
struct Place {
    run: &'static Run,
    dir: PathBuf,
}

/// Starts a server with these settings beside those of every test server.
///
/// # Panics
/// When it does not start, e.g. because of a setting.
pub async fn private_cluster(settings: &[(&str, &str)]) -> PrivateCluster {
    must(PrivateCluster::try_start(settings).await)
}

impl PrivateCluster {
    /// As [`private_cluster`], without a panic.
    ///
    /// # Errors
    /// [`Error::NotStarted`] with the server's words, and all that can keep a cluster from starting.
    pub async fn try_start(settings: &[(&str, &str)]) -> Result<Self, Error> {
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        blocking(move || {
            let place = Place::make()?;
            let mut cluster = Self {
                place,
                settings,
                port: 0,
                server: None,
            };
            let (server, port) = start_on_free_port(PORT_TRIES, |port| {
                let server = cluster.place.launch(&cluster.settings, port)?;
                Ok((server, port))
            })?;
            cluster.server = Some(server);
            cluster.port = port;
            Ok(cluster)
        })
        .await
    }

    /// The folder with its data, `pg_hba.conf` and the like.
    pub fn data_dir(&self) -> PathBuf {
        self.place.data()
    }

    /// Its log.
    pub fn log(&self) -> PathBuf {
        self.place.dir.join("log")
    }

    /// The folder of its unix socket.
    pub fn socket_dir(&self) -> PathBuf {
        self.place.socket_dir()
    }

    /// `127.0.0.1`.
    #[allow(clippy::unused_self, reason = "reads like its neighbours")]
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// Its unix socket.
    pub fn socket(&self) -> PathBuf {
        socket::socket_path(&self.socket_dir(), self.port)
    }

    /// Its port, of TCP and of the socket.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The password of the standard roles.
    pub fn password(&self) -> &str {
        &self.place.run.password
    }

    /// The server's process while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Postmaster::pid)
    }

    /// The URL for a role, over the socket.
    pub fn url_as(&self, role: &str, database: &str) -> String {
        connect::socket_url(&self.socket_dir(), self.port, role, database)
    }

    /// The URL for a standard role over TCP, with its password.
    pub fn tcp_url_as(&self, role: &str, database: &str) -> String {
        connect::tcp_url(self.port, role, self.password(), database)
    }

    /// A connection as the superuser to the database `postgres`.
    ///
    /// # Panics
    /// When the server does not take it.
    pub async fn admin(&self) -> Client {
        self.as_role(SUPERUSER, "postgres").await
    }

    /// A connection as a role, over the socket.
    ///
    /// # Panics
    /// When the server does not take it.
    pub async fn as_role(&self, role: &str, database: &str) -> Client {
        must(Session::open(&self.socket_dir(), self.port, role, database).await).into_client()
    }

    /// Changes a setting from the next [`PrivateCluster::start`] or [`PrivateCluster::reload`] on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Replaces `pg_hba.conf`, from the next start or reload on. Keep a line that lets you in:
    /// `local all all trust`.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_hba(&self, lines: &str) {
        self.write_file("pg_hba.conf", lines.as_bytes());
    }

    /// Puts a file into the data folder, readable by the server alone, as it wants of TLS keys. Gives
    /// its path.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write_file(&self, name: &str, contents: &[u8]) -> PathBuf {
        must(self.place.write_file(name, contents))
    }

    /// Makes the server read its settings and `pg_hba.conf` again. It does so a moment later.
    ///
    /// # Panics
    /// When the settings cannot be written.
    pub fn reload(&self) {
        must(self.place.write_settings(&self.settings, self.port));
        if let Some(server) = &self.server {
            server.reload();
        }
    }

    /// Starts it if it does not run, on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(&mut self) {
        must(self.try_restart(None).await);
    }

    /// Stops it if it runs, ending all sessions, and starts it, on the same port.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self) {
        must(self.try_restart(Some(Stop::Fast)).await);
    }

    /// Stops it, ending all sessions.
    ///
    /// # Panics
    /// When it does not stop.
    pub async fn stop(&mut self) {
        must(self.end(Stop::Fast).await);
    }

    /// Stops it as in a crash: sessions are cut, the next start recovers.
    ///
    /// # Panics
    /// When it does not stop.
    pub async fn stop_immediate(&mut self) {
        must(self.end(Stop::Immediate).await);
    }

    /// Sends SIGKILL to the postmaster, and to it alone: backends find out for themselves.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn kill(&mut self) {
        must(self.end(Stop::Kill).await);
    }

    async fn try_restart(&mut self, stop: Option<Stop>) -> Result<(), Error> {
        if let Some(how) = stop {
            self.end(how).await?;
        }
        if self.server.as_ref().is_some_and(Postmaster::is_running) {
            return Ok(());
        }
        let (place, settings, port) = (self.place.clone(), self.settings.clone(), self.port);
        self.server = Some(blocking(move || place.launch(&settings, port)).await?);
        Ok(())
    }

    async fn end(&mut self, how: Stop) -> Result<(), Error> {
        match self.server.take() {
            Some(server) => blocking(move || server.stop(how, STOP_PATIENCE)).await,
            None => Ok(()),
        }
    }
}

impl Place {
    fn make() -> Result<Self, Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let run = run::join()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // The watchdog reads the pid of the owner from the name.
        let dir = run.dir.join(format!("p/{}-{number}", std::process::id()));
        fs::create_dir_all(&dir).map_err(|e| Error::io("create", &dir, e))?;
        let place = Self { run, dir };
        initdb::copy(&run.account, &run.template(), &place.data())?;
        run.account.private_dir(&place.socket_dir())?;
        Ok(place)
    }

    fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn socket_dir(&self) -> PathBuf {
        self.dir.join("s")
    }

    fn launch(&self, settings: &[(String, String)], port: u16) -> Result<Postmaster, Error> {
        self.write_settings(settings, port)?;
        socket::clear(&self.socket_dir());
        Launch {
            binaries: &self.run.binaries,
            account: &self.run.account,
            data: &self.data(),
            log: &self.dir.join("log"),
            port,
            patience: START_PATIENCE,
            listener: &Listener::default(),
        }
        .start()
    }

    fn write_settings(&self, settings: &[(String, String)], port: u16) -> Result<(), Error> {
        run::settings(settings).write(&self.data(), &self.socket_dir(), port, true)
    }

    fn write_file(&self, name: &str, contents: &[u8]) -> Result<PathBuf, Error> {
        let path = self.data().join(name);
        fs::write(&path, contents)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o600)))
            .map_err(|e| Error::io("write", &path, e))?;
        self.run.account.give(&path)?;
        Ok(path)
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        if let Some(server) = self.server.take()
            && let Err(error) = server.stop(Stop::Immediate, STOP_PATIENCE)
        {
            tracing::warn!("{error}");
        }
        // What stays, the watchdog removes.
        let _ = fs::remove_dir_all(Path::new(&self.place.dir));
    }
}

impl fmt::Debug for PrivateCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateCluster")
            .field("dir", &self.place.dir)
            .field("port", &self.port)
            .field("pid", &self.pid())
            .finish_non_exhaustive()
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Error::Interrupted))
}
