//! A server of another major version than the binaries' has the data already.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod child;

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use rowhouse_local::{Binaries, Cluster, Error, Status};

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
