//! Data and servers of another major version than the binaries'.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod child;

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rowhouse_local::{Binaries, Cluster, Error, Progress, Status};

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

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_of_another_version() {
    let place = child::place();
    let binaries = Binaries::find(None).unwrap();
    let other = binaries.version().major + 70;
    let data = place.path().join(format!("pg{other}"));
    fs::create_dir(&data).unwrap();
    fs::write(data.join("PG_VERSION"), format!("{other}\n")).unwrap();
    // To all appearances.
    let mut server = Command::new("sleep");
    server.arg0("postgres").arg("60").current_dir(&data);
    let mut server = server.spawn().unwrap();
    let lines = format!(
        "{}\n{}\n1\n5432\n/x\n\n1 1\nready\n",
        server.id(),
        data.display()
    );
    fs::write(data.join("postmaster.pid"), lines).unwrap();
    while !matches!(Cluster::status(place.path()).unwrap(), Status::Running(_)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let start = Cluster::builder(place.path()).binaries(binaries).start();
    let error = start.await.unwrap_err();
    assert!(
        matches!(error, Error::OtherVersionRuns { running, pid, .. } if running == other && pid == server.id()),
        "{error:?}"
    );
    server.kill().unwrap();
    server.wait().unwrap();
}
