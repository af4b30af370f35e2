//! A cluster's life when nothing goes wrong.

#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod child;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rowhouse_local::{Cluster, Error, Origin, Progress, Status};
use tokio_postgres::{Client, NoTls};

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .unwrap_or_else(|e| panic!("{url}: {e}"));
    tokio::spawn(connection);
    client
}

async fn ask(cluster: &Cluster, sql: &str) -> String {
    let client = connect(&cluster.admin_url("postgres")).await;
    client.query_one(sql, &[]).await.unwrap().get(0)
}

async fn start(root: &Path) -> Cluster {
    let start = Cluster::builder(root).not_durable().start().await;
    start.unwrap_or_else(|e| panic!("{e} ({:?})", e.hint()))
}

#[test]
fn without_root() {
    child::again_as_nobody(&[
        "fresh_then_warm_and_durable_unless_told_otherwise",
        "whoever_comes_second_attaches_and_leaves_it_alone",
        "tcp_is_off_unless_asked_for_and_wants_passwords",
    ]);
}

#[tokio::test]
async fn fresh_then_warm_and_durable_unless_told_otherwise() {
    let place = child::place();
    let root = place.path().join("not/there/yet");
    assert_eq!(Cluster::status(&root).unwrap(), Status::Absent);

    let cluster = Cluster::builder(&root).start().await.unwrap();
    assert_eq!(cluster.origin(), Origin::Fresh);
    assert!(cluster.was_fresh() && cluster.started_here());
    for (setting, value) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("timezone", "UTC"),
        ("server_encoding", "UTF8"),
        ("password_encryption", "scram-sha-256"),
    ] {
        assert_eq!(
            ask(&cluster, &format!("SHOW {setting}")).await,
            value,
            "{setting}"
        );
    }
    ask(&cluster, "SELECT 'x' FROM pg_class LIMIT 1").await;
    let client = connect(&cluster.connection_string("postgres", "postgres")).await;
    client
        .batch_execute("CREATE TABLE kept (x int)")
        .await
        .unwrap();
    let mode = fs::metadata(cluster.socket_dir()).unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o700);
    cluster.stop().await.unwrap();

    assert!(
        matches!(Cluster::status(&root).unwrap(), Status::Stopped { majors } if majors.len() == 1)
    );
    let cluster = start(&root).await;
    assert_eq!(cluster.origin(), Origin::Warm);
    assert_eq!(ask(&cluster, "SELECT 'kept'::regclass::text").await, "kept");
}

#[tokio::test]
async fn whoever_comes_second_attaches_and_leaves_it_alone() {
    let place = child::place();
    let first = start(place.path()).await;
    let second = start(place.path()).await;
    assert_eq!(second.origin(), Origin::Attached);
    assert!(!second.started_here() && !second.was_fresh());
    assert_eq!(second.admin_url("a"), first.admin_url("a"));

    let Status::Running(running) = Cluster::status(place.path()).unwrap() else {
        panic!("it runs");
    };
    assert_eq!(running.owner, Some(std::process::id()));
    assert_eq!(running.pid, first.pid());
    assert!(running.ready && !running.tcp);
    assert_eq!(running.admin_url("a"), first.admin_url("a"));

    drop(second);
    let third = start(place.path()).await;
    third.stop().await.unwrap();
    assert_eq!(ask(&first, "SELECT 'here'").await, "here");
    drop(first);
    assert!(matches!(
        Cluster::status(place.path()).unwrap(),
        Status::Stopped { .. }
    ));
}

#[tokio::test]
async fn left_running_it_belongs_to_nobody_until_stopped() {
    let place = child::place();
    start(place.path()).await.leave_running().unwrap();
    let next = start(place.path()).await;
    assert_eq!(next.origin(), Origin::Attached);
    drop(next);
    let Status::Running(running) = Cluster::status(place.path()).unwrap() else {
        panic!("it was left running");
    };
    assert_eq!(running.owner, None);
    assert!(Cluster::stop_at(place.path()).await.unwrap());
    assert!(!Cluster::stop_at(place.path()).await.unwrap());
}

#[tokio::test]
async fn an_owner_whose_server_was_stopped_leaves_the_next_one_alone() {
    let place = child::place();
    let first = start(place.path()).await;
    assert!(Cluster::stop_at(place.path()).await.unwrap());
    let second = start(place.path()).await;
    assert_eq!(second.origin(), Origin::Warm);
    drop(first);
    assert_eq!(ask(&second, "SELECT 'here'").await, "here");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn wiping_removes_what_we_made_and_nothing_else() {
    let place = child::place();
    let root = place.path().join("root");
    let cluster = start(&root).await;
    fs::write(root.join("mine.txt"), "not yours").unwrap();
    fs::create_dir(root.join("pg7")).unwrap();
    fs::write(root.join("pg7/PG_VERSION"), "7").unwrap();
    // Even while it runs.
    Cluster::wipe(&root).await.unwrap();
    drop(cluster);
    let mut left: Vec<_> = fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["mine.txt", "pg7"]);

    fs::remove_dir_all(&root).unwrap();
    start(&root).await.stop().await.unwrap();
    Cluster::wipe(&root).await.unwrap();
    assert!(!root.exists());
    Cluster::wipe(&root).await.unwrap();
}

#[tokio::test]
async fn tcp_is_off_unless_asked_for_and_wants_passwords() {
    let place = child::place();
    let cluster = Cluster::builder(place.path())
        .not_durable()
        .listen_tcp(0)
        .start()
        .await
        .unwrap();
    let port = cluster.tcp_port().unwrap();
    assert_eq!(ask(&cluster, "SHOW listen_addresses").await, "127.0.0.1");
    let client = connect(&cluster.admin_url("postgres")).await;
    client
        .batch_execute("CREATE ROLE someone LOGIN PASSWORD 'secret'")
        .await
        .unwrap();
    connect(&format!(
        "postgresql://someone:secret@127.0.0.1:{port}/postgres"
    ))
    .await;
    let without = format!("postgresql://postgres@127.0.0.1:{port}/postgres");
    assert!(tokio_postgres::connect(&without, NoTls).await.is_err());

    // The port is taken now.
    let other = child::place();
    let error = Cluster::builder(other.path())
        .not_durable()
        .listen_tcp(port)
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::PortTaken { port: p } if p == port),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("another port"));
}

#[tokio::test]
async fn every_step_is_told() {
    let place = child::place();
    let told = Arc::new(Mutex::new(Vec::new()));
    for _ in 0..2 {
        let told = Arc::clone(&told);
        let cluster = Cluster::builder(place.path())
            .not_durable()
            .on_progress(move |step| told.lock().unwrap().push(step.clone()))
            .start()
            .await
            .unwrap();
        cluster.stop().await.unwrap();
    }
    let told = told.lock().unwrap();
    assert!(
        matches!(
            told[..],
            [
                Progress::Creating { .. },
                Progress::Starting { .. },
                Progress::Ready { .. },
                Progress::Starting { .. },
                Progress::Ready { .. },
            ]
        ),
        "{told:?}"
    );
    assert!(told[0].to_string().starts_with("creating a PostgreSQL "));
}

#[tokio::test]
async fn a_start_that_is_given_up_leaves_no_server() {
    let place = child::place();
    let start = Cluster::builder(place.path()).not_durable().start();
    let given_up = tokio::time::timeout(Duration::from_millis(30), start).await;
    assert!(given_up.is_err(), "30 ms are too few for initdb");
    // The thread finishes what it began, sees that nobody wants it, and stops the server.
    let cluster = self::start(place.path()).await;
    assert_eq!(ask(&cluster, "SELECT 'here'").await, "here");
    cluster.stop().await.unwrap();
    assert!(matches!(
        Cluster::status(place.path()).unwrap(),
        Status::Stopped { .. }
    ));
}
