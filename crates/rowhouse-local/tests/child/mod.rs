//! Processes of its own for a test: programs to kill, users to be.
//!
//! A child is this test binary again, running one test that is otherwise ignored. It talks to the test
//! in lines that contain `child: ` and lives until its input is closed.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail, and this is how a child talks"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The account `nobody` has this number nearly everywhere; it need not have a name.
const NOBODY: u32 = 65534;

#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) process: Child,
    lines: BufReader<std::process::ChildStdout>,
}

/// Starts the ignored test `name` in a process of its own.
pub(crate) fn spawn(name: &str, env: &[(&str, &str)]) -> Running {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "--nocapture", name])
        .envs(env.iter().copied())
        .env("ROWHOUSE_CHILD", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    for (unset, _) in env.iter().filter(|(_, value)| value.is_empty()) {
        command.env_remove(unset);
    }
    let mut process = command.spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap());
    Running { process, lines }
}

impl Running {
    /// The next line meant for the test.
    pub(crate) fn says(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(
                self.lines.read_line(&mut line).unwrap(),
                0,
                "the child ended"
            );
            if let Some((_, text)) = line.split_once("child: ") {
                return text.trim().to_owned();
            }
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Lets it end by itself.
    pub(crate) fn finish(mut self) {
        drop(self.process.stdin.take());
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        assert!(self.process.wait().unwrap().success(), "{rest}");
    }
}

/// In the child: whether it is one. Somebody may run all ignored tests by hand.
pub(crate) fn is_one() -> bool {
    std::env::var_os("ROWHOUSE_CHILD").is_some()
}

/// In the child: says something to the test.
pub(crate) fn say(text: impl std::fmt::Display) {
    println!("child: {text}");
}

/// In the child: waits until the test lets it go.
pub(crate) fn wait() {
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A folder that goes when dropped, and that the account a server of root runs as can enter.
pub(crate) fn place() -> TempDir {
    let dir = tempfile::Builder::new().prefix("rh").tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

/// Runs tests of this file again, as `nobody`. Does nothing unless run by root.
pub(crate) fn again_as_nobody(tests: &[&str]) {
    if !is_root() {
        return;
    }
    let home = place();
    // The build folder may be closed to others.
    let program = home.path().join("tests");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let tmp = home.path().join("tmp");
    fs::create_dir(&tmp).unwrap();
    own(&tmp);
    let output = Command::new(&program)
        .arg("--exact")
        .args(tests)
        .env("TMPDIR", &tmp)
        .env("HOME", &tmp)
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let all_ran = said.contains(&format!("{} passed", tests.len()));
    assert!(
        output.status.success() && all_ran,
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn own(path: &Path) {
    std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
}
