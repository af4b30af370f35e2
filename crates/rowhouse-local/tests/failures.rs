//! Everything that can be in a server's way, caused on purpose.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod child;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rowhouse_local::{Binaries, Cluster, Error, Origin, Progress, Status};
use rustix::process::{Pid, Signal, kill_process};
use tokio_postgres::NoTls;

async fn query(cluster: &Cluster, sql: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) =
        tokio_postgres::connect(&cluster.admin_url("postgres"), NoTls).await?;
    tokio::spawn(connection);
    client.query_one(sql, &[]).await.map(|row| row.get(0))
}

async fn works(cluster: &Cluster) {
    assert_eq!(query(cluster, "SELECT 'here'").await.unwrap(), "here");
}

/// Starts, and gives what was told.
async fn start(root: &Path) -> (Cluster, Vec<Progress>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let cluster = Cluster::builder(root)
        .not_durable()
        .on_progress(move |step| listener.lock().unwrap().push(step.clone()))
        .start()
        .await
        .unwrap_or_else(|e| panic!("{e} ({:?})", e.hint()));
    let told = told.lock().unwrap().clone();
    (cluster, told)
}

/// A cluster that was started and stopped once.
async fn stopped(root: &Path) -> PathBuf {
    let (cluster, _) = start(root).await;
    let data = cluster.data_dir().to_owned();
    cluster.stop().await.unwrap();
    data
}

fn signal(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), signal).unwrap();
}

fn is_running(root: &Path) -> bool {
    matches!(Cluster::status(root).unwrap(), Status::Running(_))
}

#[test]
fn without_root() {
    child::again_as_nobody(&[
        "a_killed_postmaster_with_a_busy_backend",
        "a_killed_host_program",
        "a_pid_file_that_names_a_live_stranger",
        "a_path_too_long_for_a_socket",
        "a_folder_that_cannot_be_written",
    ]);
}

#[test]
#[ignore = "a child of other tests"]
fn child_that_starts() {
    if !child::is_one() {
        return;
    }
    let root = std::env::var_os("ROWHOUSE_CHILD_ROOT").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match runtime.block_on(Cluster::builder(root).not_durable().start()) {
        Ok(cluster) => {
            let locale = runtime
                .block_on(query(
                    &cluster,
                    "SELECT datcollate FROM pg_database WHERE datname = 'postgres'",
                ))
                .unwrap();
            let zone = runtime.block_on(query(&cluster, "SHOW timezone")).unwrap();
            child::say(format!("{:?} {locale} {zone}", cluster.origin()));
            child::wait();
        }
        Err(error) => child::say(error),
    }
}

#[tokio::test]
async fn of_several_starters_one_starts() {
    let place = child::place();
    let root = place.path().to_str().unwrap();
    let mut children: Vec<_> = (0..3)
        .map(|_| child::spawn("child_that_starts", &[("ROWHOUSE_CHILD_ROOT", root)]))
        .collect();
    let (here, also) = tokio::join!(start(place.path()), start(place.path()));
    let mut origins: Vec<_> = children.iter_mut().map(child::Running::says).collect();
    origins.extend([&here.0, &also.0].map(|cluster| format!("{:?}", cluster.origin())));
    let fresh = origins.iter().filter(|o| o.starts_with("Fresh")).count();
    let attached = origins.iter().filter(|o| o.starts_with("Attached")).count();
    assert_eq!((fresh, attached), (1, 4), "{origins:?}");
    works(&also.0).await;
    // Those that attached go first, or they would find it gone; that is not what this is about.
    drop((here, also));
    children.into_iter().for_each(child::Running::finish);
    assert!(!is_running(place.path()));
}

#[tokio::test]
async fn a_killed_postmaster_with_a_busy_backend() {
    let place = child::place();
    let (first, _) = start(place.path()).await;
    let url = first.admin_url("postgres");
    let busy = tokio::spawn(async move {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        // No wait event in it, so the backend does not notice that its postmaster is gone.
        let sql = "SELECT sum(x) FROM generate_series(1, 2000000000) x";
        client.query(sql, &[]).await.map(|_| ())
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    signal(first.pid(), Signal::KILL);

    let (second, told) = start(place.path()).await;
    assert_eq!(second.origin(), Origin::Warm);
    assert_ne!(second.pid(), first.pid());
    let stale = told.iter().any(
        |step| matches!(step, Progress::StalePidFile { pid, now: None } if *pid == first.pid()),
    );
    assert!(stale, "{told:?}");
    works(&second).await;
    assert!(busy.await.unwrap().is_err());
    drop(first);
    works(&second).await;
}

#[tokio::test]
async fn a_killed_host_program() {
    let place = child::place();
    let root = place.path().to_str().unwrap();
    let mut host = child::spawn("child_that_starts", &[("ROWHOUSE_CHILD_ROOT", root)]);
    assert!(host.says().starts_with("Fresh"));
    host.kill();
    assert!(is_running(place.path()), "the server outlives its host");

    let (cluster, told) = start(place.path()).await;
    assert_eq!(cluster.origin(), Origin::TakenOver);
    assert!(cluster.started_here() && !cluster.was_fresh());
    assert!(matches!(told[..], [Progress::TakenOver { .. }]), "{told:?}");
    works(&cluster).await;
    drop(cluster);
    assert!(!is_running(place.path()));
}

#[tokio::test]
async fn a_pid_file_that_names_a_live_stranger() {
    let place = child::place();
    let data = stopped(place.path()).await;
    let owner = fs::metadata(&data).unwrap();
    // Of the server's own account: PostgreSQL itself only believes those.
    let mut command = Command::new("sleep");
    command.arg("60");
    if child::is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let mut stranger = command.spawn().unwrap();
    let lines = format!(
        "{}\n{}\n1\n5432\n/x\n\n1 1\nready\n",
        stranger.id(),
        data.display()
    );
    fs::write(data.join("postmaster.pid"), &lines).unwrap();
    fs::write(place.path().join("run/.s.PGSQL.5432.lock"), &lines).unwrap();

    let (cluster, told) = start(place.path()).await;
    works(&cluster).await;
    // A program that another test of this process is just starting may hold the folder's lock for a moment.
    let is_stranger = |progress: &Progress| matches!(progress, Progress::StalePidFile { now: Some(now), .. } if now.contains("sleep 60"));
    assert!(told.iter().any(is_stranger), "{told:?}");
    assert!(
        stranger.try_wait().unwrap().is_none(),
        "it is none of our business"
    );
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[tokio::test]
async fn a_pid_file_that_is_empty() {
    let place = child::place();
    let data = stopped(place.path()).await;
    fs::write(data.join("postmaster.pid"), "").unwrap();
    works(&start(place.path()).await.0).await;
}

#[tokio::test]
async fn an_initdb_that_was_cut_short() {
    let place = child::place();
    let data = stopped(place.path()).await;
    fs::rename(&data, data.with_extension("new")).unwrap();
    fs::remove_file(data.with_extension("new").join("global/pg_control")).unwrap();
    let (cluster, _) = start(place.path()).await;
    assert!(cluster.was_fresh());
    works(&cluster).await;
}

#[tokio::test]
async fn a_path_too_long_for_a_socket() {
    let place = child::place();
    let root = place.path().join("long".repeat(25)).join("er".repeat(40));
    let (cluster, _) = start(&root).await;
    works(&cluster).await;
    let elsewhere = cluster.socket_dir().to_owned();
    assert!(!elsewhere.starts_with(place.path()));
    let meta = fs::metadata(&elsewhere).unwrap();
    assert_eq!(meta.mode() & 0o777, 0o700);
    assert_eq!(
        start(&root).await.0.socket_dir(),
        elsewhere,
        "others find it"
    );
    cluster.stop().await.unwrap();

    let (again, _) = start(&root).await;
    assert_eq!(again.socket_dir(), elsewhere, "it is remembered");
    again.stop().await.unwrap();
    // Somebody else may have made a folder of that name since.
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o777)).unwrap();
    let (moved, _) = start(&root).await;
    assert_ne!(moved.socket_dir(), elsewhere);
    works(&moved).await;
    drop(moved);
    Cluster::wipe(&root).await.unwrap();
    fs::remove_dir_all(elsewhere).unwrap();
}

#[test]
fn an_odd_environment() {
    let place = child::place();
    let root = place.path().join("with space, 'quote' and é");
    let mut host = child::spawn(
        "child_that_starts",
        &[
            ("ROWHOUSE_CHILD_ROOT", root.to_str().unwrap()),
            ("LANG", "tr_TR.ISO-8859-9"),
            ("LC_ALL", "xx_YY.nonsense"),
            ("LC_MESSAGES", "de_DE.UTF-8"),
            ("TZ", "Mars/Olympus"),
            ("PGDATA", "/nonexistent"),
            ("PGPORT", "1"),
            ("PGHOST", "nowhere.invalid"),
            ("PGOPTIONS", "-c fsync=maybe"),
            ("PGCLIENTENCODING", "LATIN1"),
        ],
    );
    let said = host.says();
    assert!(
        ["Fresh C.UTF-8 UTC", "Fresh C UTC"].contains(&&*said),
        "{said}"
    );
    host.finish();
}

#[tokio::test]
async fn data_of_another_version() {
    let place = child::place();
    let binaries = Binaries::find(None).unwrap();
    let major = binaries.version().major;
    let other = place.path().join(format!("pg{}", major + 70));
    fs::create_dir(&other).unwrap();
    fs::write(other.join("PG_VERSION"), format!("{}\n", major + 70)).unwrap();

    // Nobody named binaries: a newcomer must not find an empty database where there was data.
    let root = place.path().to_str().unwrap();
    let env = [("ROWHOUSE_CHILD_ROOT", root), ("PG_BINDIR", "")];
    let mut asks = child::spawn("child_that_starts", &env);
    let said = asks.says();
    assert!(
        said.contains(&format!("was made by PostgreSQL {}", major + 70)),
        "{said}"
    );
    asks.finish();

    // Named ones get a folder of their own.
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let cluster = Cluster::builder(place.path())
        .binaries(binaries)
        .not_durable()
        .on_progress(move |step| listener.lock().unwrap().push(step.clone()))
        .start()
        .await
        .unwrap();
    assert_eq!(
        cluster.data_dir().file_name().unwrap(),
        &*format!("pg{major}")
    );
    assert_eq!(
        told.lock().unwrap()[0],
        Progress::OtherData {
            majors: vec![major + 70]
        }
    );
    let data = cluster.data_dir().to_owned();
    cluster.stop().await.unwrap();

    // A folder whose name lies.
    fs::remove_dir_all(other).unwrap();
    fs::write(data.join("PG_VERSION"), "12\n").unwrap();
    let error = Cluster::builder(place.path()).start().await.unwrap_err();
    assert!(
        matches!(&error, Error::WrongVersion { found, .. } if found == "12"),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("move"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_written() {
    if child::is_root() {
        // No mode stops root; the run as nobody is the test.
        return;
    }
    let place = child::place();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o555)).unwrap();
    for root in [place.path().to_owned(), place.path().join("inside")] {
        let error = Cluster::builder(&root).start().await.unwrap_err();
        let named = matches!(&error, Error::NotWritable { path, .. } if path.starts_with(&root));
        assert!(named, "{error:?}");
        assert!(error.hint().unwrap().contains("keep the data elsewhere"));
    }
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_folder_roots_server_cannot_reach() {
    if !child::is_root() {
        return;
    }
    let place = child::place();
    let closed = place.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let error = Cluster::builder(closed.join("root"))
        .start()
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::NotReachable { blocked, .. } if *blocked == closed),
        "{error:?}"
    );
    assert!(error.hint().unwrap().contains("chmod o+x"));
}

#[tokio::test]
async fn a_server_that_ends_at_once_says_why() {
    let place = child::place();
    let error = Cluster::builder(place.path())
        .not_durable()
        .setting("work_mem", "a lot")
        .start()
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("invalid value for parameter \"work_mem\""),
        "{text}"
    );
    assert!(error.hint().unwrap().contains(".log"));
    works(&start(place.path()).await.0).await;
}
