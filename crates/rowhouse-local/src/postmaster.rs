//! One server process: start it, wait until it is ready, stop it.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::account::Account;
use crate::pid_file::PidFile;
use crate::process::{self, Who, who_is};
use crate::progress::Listener;
use crate::{Binaries, Error, Progress};

/// How long the processes of a killed server may keep the next one from starting.
const LINGER: Duration = Duration::from_secs(20);
/// How long they get to end by themselves before they are killed.
const LINGER_POLITE: Duration = Duration::from_secs(4);
/// A log this long, in bytes, is put aside at the next start.
const LONG_LOG: u64 = 10 << 20;
const TICK: Duration = Duration::from_millis(4);

/// All that a start needs.
#[derive(Debug)]
pub(crate) struct Launch<'a> {
    pub(crate) binaries: &'a Binaries,
    pub(crate) account: &'a Account,
    pub(crate) data: &'a Path,
    pub(crate) log: &'a Path,
    pub(crate) port: u16,
    pub(crate) patience: Duration,
    pub(crate) listener: &'a Listener,
}

/// A running server, our child or not.
#[derive(Debug, Clone)]
pub(crate) struct Postmaster {
    pid: u32,
    data: PathBuf,
    /// Set by the thread that waits for our child; a server we took over has none.
    exit: Option<Arc<OnceLock<ExitStatus>>>,
}

/// The ways to stop a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Ends the sessions, rolls back, writes everything out.
    Fast,
    /// Leaves at once; the next start recovers.
    Immediate,
    /// SIGKILL to the postmaster alone.
    Kill,
}

enum Attempt {
    Ready(Postmaster),
    /// What the log said.
    Ended(String),
}

impl Launch<'_> {
    /// Starts the server and waits until it lets clients in.
    pub(crate) fn start(&self) -> Result<Postmaster, Error> {
        let started = Instant::now();
        loop {
            let reason = match self.attempt(started)? {
                Attempt::Ready(postmaster) => return Ok(postmaster),
                Attempt::Ended(reason) => reason,
            };
            if reason.contains("could not create any TCP/IP sockets") {
                return Err(Error::PortTaken { port: self.port });
            }
            // Children of a killed postmaster see it and leave, unless they are busy.
            let lingering = reason.contains("pre-existing shared memory block")
                || reason.contains("\"postmaster.pid\" already exists");
            if !lingering || started.elapsed() > LINGER {
                return Err(Error::NotStarted {
                    reason,
                    log: self.log.to_owned(),
                });
            }
            self.end_orphans(started.elapsed() > LINGER_POLITE);
            thread::sleep(Duration::from_millis(200));
        }
    }

    fn end_orphans(&self, hard: bool) {
        let pids = process::orphans(self.data);
        for pid in &pids {
            process::signal(*pid, if hard { Signal::KILL } else { Signal::QUIT });
        }
        self.listener.tell(&Progress::Lingering { pids });
    }

    fn attempt(&self, started: Instant) -> Result<Attempt, Error> {
        let io = |action| move |e| Error::io(action, self.log, e);
        if fs::metadata(self.log).is_ok_and(|m| m.len() > LONG_LOG) {
            fs::rename(self.log, self.log.with_extension("log.old")).map_err(io("put aside"))?;
        }
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(self.log)
            .map_err(io("open"))?;
        let before = log.metadata().map_err(io("read"))?.len();
        let child = self
            .account
            .command(&self.binaries.program("postgres"))
            .arg("-D")
            .arg(self.data)
            .stdout(log.try_clone().map_err(io("open"))?)
            .stderr(log)
            // Ctrl-C in a terminal reaches the whole group: the server must outlive our own shutdown.
            .process_group(0)
            .spawn()
            .map_err(|e| Error::io("run", &self.binaries.program("postgres"), e))?;
        let postmaster = Postmaster::of_child(child, self.data);
        loop {
            if !postmaster.is_running() {
                return Ok(Attempt::Ended(last_words(self.log, before)));
            }
            if PidFile::read(self.data).is_some_and(|f| f.pid == postmaster.pid && f.is_ready()) {
                return Ok(Attempt::Ready(postmaster));
            }
            if started.elapsed() > self.patience {
                postmaster.stop(Stop::Immediate, Duration::from_secs(5))?;
                return Err(Error::StartTimeout {
                    waited_s: self.patience.as_secs(),
                    log: self.log.to_owned(),
                });
            }
            thread::sleep(TICK);
        }
    }
}

impl Postmaster {
    /// Someone waits for the child at all times: unreaped, a dead server would look alive to others.
    fn of_child(mut child: Child, data: &Path) -> Self {
        let exit = Arc::new(OnceLock::new());
        let pid = child.id();
        let seen = Arc::clone(&exit);
        thread::spawn(move || {
            if let Ok(status) = child.wait() {
                let _ = seen.set(status);
            }
        });
        Self {
            pid,
            data: data.to_owned(),
            exit: Some(exit),
        }
    }

    /// A server somebody else started.
    pub(crate) fn of_others(pid: u32, data: &Path) -> Self {
        Self {
            pid,
            data: data.to_owned(),
            exit: None,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn is_running(&self) -> bool {
        match &self.exit {
            Some(exit) => exit.get().is_none(),
            None => who_is(self.pid, &self.data) == Who::Postgres,
        }
    }

    /// Stops the server; harder when it takes longer than `patience`, and again after that.
    pub(crate) fn stop(&self, how: Stop, patience: Duration) -> Result<(), Error> {
        let steps = [
            (Stop::Fast, Signal::INT),
            (Stop::Immediate, Signal::QUIT),
            (Stop::Kill, Signal::KILL),
        ];
        for (_, signal) in steps.into_iter().skip_while(|(step, _)| *step != how) {
            if self.is_running() {
                process::signal(self.pid, signal);
            }
            if self.ends_within(patience) {
                return Ok(());
            }
        }
        Err(Error::NotStopped { pid: self.pid })
    }

    pub(crate) fn reload(&self) {
        process::signal(self.pid, Signal::HUP);
    }

    fn ends_within(&self, patience: Duration) -> bool {
        let started = Instant::now();
        while self.is_running() {
            if started.elapsed() > patience {
                return false;
            }
            thread::sleep(TICK);
        }
        true
    }
}

/// What every start and stop says, and nobody asked for.
const USUAL: [&str; 8] = [
    "LOG:  starting PostgreSQL",
    "LOG:  listening on",
    "LOG:  database system",
    "LOG:  received ",
    "LOG:  shutting down",
    "LOG:  redo ",
    "LOG:  checkpoint ",
    "LOG:  background worker",
];

/// The lines a server wrote before it gave up that may tell why, without time and process.
fn last_words(log: &Path, from: u64) -> String {
    let mut text = Vec::new();
    if let Ok(mut file) = fs::File::open(log) {
        // Without a readable log the message below has to do.
        let _ = file
            .seek(SeekFrom::Start(from))
            .and_then(|_| file.read_to_end(&mut text));
    }
    let text = String::from_utf8_lossy(&text);
    let telling: Vec<&str> = text
        .lines()
        .filter(|line| !USUAL.iter().any(|usual| line.contains(usual)))
        .map(|line| line.split_once("] ").map_or(line, |(_, rest)| rest))
        .collect();
    if telling.is_empty() {
        "it ended without a word".to_owned()
    } else {
        telling.join("; ")
    }
}
