//! A running `rowhouse serve`.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::folder::Folder;

/// How long anything may take before the test has failed.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it printed when it was ready.
    pub(crate) banner: String,
}

impl Service {
    /// `serve --demo` on a port that is free.
    pub(crate) fn demo(folder: &Folder) -> Self {
        Self::start(&mut folder.rowhouse(&["serve", "--demo", "--listen", "127.0.0.1:0"]))
    }

    /// Starts a service and waits until it says that it is ready.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut banner = String::new();
        while !banner.contains("\n  stop") {
            if out.read_line(&mut banner).unwrap() == 0 {
                let mut err = String::new();
                let mut pipe = child.stderr.take().unwrap();
                pipe.read_to_string(&mut err).unwrap();
                panic!("it did not start: {banner}{err}");
            }
        }
        let (_, rest) = banner.split_once("serves http").unwrap();
        let (_, rest) = rest.split_once("://").unwrap();
        let address = rest.lines().next().unwrap().parse().unwrap();
        Self {
            child,
            address,
            banner,
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end; the exit code, none if a signal ended it.
    pub(crate) fn end(&mut self) -> Option<i32> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(started.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it said beside the banner, once it has ended.
    pub(crate) fn said(&mut self) -> String {
        let mut said = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut said).unwrap();
        said
    }

    /// Stops it as Ctrl-C does.
    pub(crate) fn stop(mut self) {
        self.signal(Signal::INT);
        assert_eq!(self.end(), Some(0));
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
