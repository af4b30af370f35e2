//! A server that hangs with its connections open: nobody waits for it without end.

use std::process::Command;
use std::time::Duration;

use rowhouse::{Delivery, Error, Rowhouse, Wait};
use rowhouse_local::testing::private_cluster;

use crate::common::{SCHEMA, acme, backend_of, database, house};
use crate::polls::{after, guarded};

/// A backend that is stopped until this is dropped: its host hangs, its connections stay.
struct Stopped(i32);

impl Stopped {
    fn new(pid: i32) -> Self {
        signal("-STOP", pid);
        Self(pid)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal("-CONT", self.0);
    }
}

fn signal(name: &str, pid: i32) {
    let mut kill = Command::new("kill");
    let status = kill.arg(name).arg(pid.to_string()).status().unwrap();
    assert!(status.success(), "kill {name} {pid}");
}

fn gave_up(told: &str, error: &Error) {
    let given_up = matches!(
        error,
        Error::Timeout {
            wait: Wait::Answer,
            ..
        }
    );
    assert!(given_up, "{told}: {error}");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let cluster = private_cluster(&[]).await;
    cluster.admin().await.batch_execute(SCHEMA).await.unwrap();
    let house = Rowhouse::builder()
        .lanes(1)
        .statement_timeout(Duration::from_secs(1))
        .connect(&cluster.url_as("rowhouse_app", "postgres"))
        .await
        .unwrap();
    let tenant = acme(&house);
    let begin = async || {
        let mut tx = tenant.begin().await.unwrap();
        let pid = backend_of(&mut tx).await;
        (tx, pid)
    };
    let query = async {
        let (mut tx, pid) = begin().await;
        let stopped = Stopped::new(pid);
        gave_up("query", &tx.query("SELECT 1", &[]).await.unwrap_err());
        // Nobody waits for it a second time.
        let again = tokio::time::timeout(Duration::from_secs(2), tx.commit()).await;
        let again = again.expect("a commit that does not wait").unwrap_err();
        let not_sent = matches!(
            again,
            Error::Lost {
                delivery: Delivery::NotSent,
                ..
            }
        );
        assert!(not_sent, "{again}");
        stopped
    };
    let commit = async {
        let (tx, pid) = begin().await;
        let stopped = Stopped::new(pid);
        gave_up("commit", &tx.commit().await.unwrap_err());
        stopped
    };
    let rollback = async {
        let (tx, pid) = begin().await;
        let stopped = Stopped::new(pid);
        gave_up("rollback", &tx.rollback().await.unwrap_err());
        stopped
    };
    let savepoint = async {
        let (mut tx, pid) = begin().await;
        let stopped = Stopped::new(pid);
        gave_up("savepoint", &tx.savepoint().await.unwrap_err());
        stopped
    };
    let settle = async {
        let (mut tx, pid) = begin().await;
        let stopped = Stopped::new(pid);
        assert!(after(3, tx.query("SELECT 1", &[])).await.is_none());
        gave_up("settle", &tx.query("SELECT 1", &[]).await.unwrap_err());
        stopped
    };
    let copy_out = async {
        let (mut tx, pid) = begin().await;
        let stopped = Stopped::new(pid);
        let copy = tx.copy_out("COPY (SELECT 1) TO STDOUT").await;
        gave_up("copy out", &copy.unwrap_err());
        stopped
    };
    let stream = async {
        let sql = "SELECT pg_backend_pid() FROM generate_series(1, 1000000)";
        let mut stream = tenant.stream(sql, &[]).await.unwrap();
        let first = stream.next().await.unwrap().unwrap();
        let stopped = Stopped::new(first.get(0));
        let error = loop {
            match stream.next().await {
                Ok(row) => assert!(row.is_some(), "a clean end"),
                Err(error) => break error,
            }
        };
        gave_up("stream", &error);
        let next = stream.next().await;
        assert!(matches!(next, Err(Error::TransactionOver(_))));
        stopped
    };
    let all = async { tokio::join!(query, commit, rollback, savepoint, settle, copy_out, stream) };
    let stopped = guarded("somebody who waits for a stopped server", all).await;
    // Nothing is held for those who gave up, although the server does not move yet.
    tokio::time::timeout(Duration::from_secs(5), house.close())
        .await
        .expect("a close that waits for a stopped server")
        .unwrap();
    drop(stopped);
}

#[tokio::test]
async fn a_patience_without_end_is_no_panic() {
    let database = database().await;
    let house = house(&database).await;
    let tenant = acme(&house).with_statement_timeout(Duration::MAX);
    let mut tx = tenant.begin().await.unwrap();
    tx.query("SELECT pg_sleep(0.01)", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let sql = "SELECT n FROM generate_series(1, 5000) n";
    drop(acme(&house).stream(sql, &[]).await.unwrap());
    let mut stream = tenant.stream(sql, &[]).await.unwrap();
    while stream.next().await.unwrap().is_some() {}
}
