//! The shared test server leaves when nobody needs it any more, and not before.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod child;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rowhouse_local::testing::{APP, Database, private_cluster};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

#[test]
#[ignore = "a child of other tests"]
fn child_that_uses_the_server() {
    if !child::is_one() {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(Database::create("CREATE TABLE t (x int)"));
    if std::env::var_os("ROWHOUSE_CHILD_PRIVATE").is_some() {
        let private = runtime.block_on(private_cluster(&[]));
        child::say(private.data_dir().display());
        child::say(private.pid().unwrap());
        child::wait();
    }
    let app = runtime.block_on(db.as_role(APP));
    runtime.block_on(app.batch_execute("SELECT 1")).unwrap();
    child::say(db.socket_dir().parent().unwrap().display());
    child::wait();
}

/// A temporary folder of the test's own, so that its run is its own too.
fn user(tmp: &Path, linger: &str, private: bool) -> child::Running {
    let mut env = vec![
        ("TMPDIR", tmp.to_str().unwrap()),
        ("ROWHOUSE_TEST_LINGER", linger),
    ];
    if private {
        env.push(("ROWHOUSE_CHILD_PRIVATE", "1"));
    }
    child::spawn("child_that_uses_the_server", &env)
}

#[test]
fn without_root() {
    child::again_as_nobody(&["a_private_server_goes_with_the_test_that_was_killed"]);
}

fn pid_in(file: PathBuf) -> Pid {
    let text = fs::read_to_string(file).unwrap();
    Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap()).unwrap()
}

fn within(seconds: u64, what: &str, mut happens: impl FnMut() -> bool) {
    let started = Instant::now();
    while !happens() {
        assert!(
            started.elapsed() < Duration::from_secs(seconds),
            "not within {seconds} s: {what}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_gone(pid: Pid) -> bool {
    test_kill_process(pid).is_err()
}

#[test]
fn it_goes_when_its_last_user_was_killed() {
    let tmp = child::place();
    let mut first = user(tmp.path(), "0", false);
    let run = PathBuf::from(first.says());
    let server = pid_in(run.join("data/postmaster.pid"));
    let mut second = user(tmp.path(), "0", false);
    assert_eq!(Path::new(&second.says()), run, "they share it");

    first.kill();
    std::thread::sleep(Duration::from_millis(2500));
    assert!(!is_gone(server), "it has a user");
    second.kill();
    within(15, "the server ends and its folder goes", || {
        is_gone(server) && !run.exists()
    });
    let mut left = fs::read_dir(run.parent().unwrap()).unwrap();
    assert!(left.all(|e| e.unwrap().path().extension().is_some_and(|e| e == "lock")));
}

#[test]
fn a_private_server_goes_with_the_test_that_was_killed() {
    let tmp = child::place();
    let mut other = user(tmp.path(), "0", false);
    let run = PathBuf::from(other.says());
    let mut test = user(tmp.path(), "0", true);
    let data = PathBuf::from(test.says());
    let server = Pid::from_raw(test.says().parse().unwrap()).unwrap();
    assert!(data.starts_with(&run));
    test.kill();
    within(10, "the private server goes", || {
        is_gone(server) && !data.exists()
    });
    assert!(run.exists(), "the shared one stays");
    other.finish();
    within(15, "then it goes too", || !run.exists());
}

#[test]
fn a_killed_watchdog_is_replaced_and_a_killed_server_too() {
    let tmp = child::place();
    let mut first = user(tmp.path(), "0", false);
    let run = PathBuf::from(first.says());
    let watchdog = pid_in(run.join("watchdog"));
    kill_process(watchdog, Signal::KILL).unwrap();
    kill_process(pid_in(run.join("data/postmaster.pid")), Signal::KILL).unwrap();
    let mut second = user(tmp.path(), "0", false);
    assert_eq!(Path::new(&second.says()), run);
    assert_ne!(pid_in(run.join("watchdog")), watchdog);
    let server = pid_in(run.join("data/postmaster.pid"));
    first.kill();
    second.finish();
    within(15, "it goes", || is_gone(server) && !run.exists());
}

/// Newcomers arrive just when the watchdog closes: each gets a server, the old one or a new one.
#[test]
fn newcomers_while_it_closes() {
    let tmp = child::place();
    let mut run = PathBuf::new();
    for pause_ms in [1000, 1100, 2050] {
        let mut newcomer = user(tmp.path(), "0", false);
        run = PathBuf::from(newcomer.says());
        newcomer.finish();
        std::thread::sleep(Duration::from_millis(pause_ms));
    }
    within(15, "it goes", || !run.exists());
}
