//! How the service ends: asked once, asked twice, killed.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::folder::Folder;
use crate::http::{PAWNEE, get, receive, send, titles};
use crate::service::Service;

#[test]
fn signals_stop_it_and_its_cluster() {
    let folder = Folder::new();
    for signal in [Signal::INT, Signal::TERM] {
        let mut service = Service::demo(&folder);
        assert_eq!(folder.run(&["db", "status"]).code, 0);
        service.signal(signal);
        assert_eq!(service.end(), Some(0));
        let status = folder.run(&["db", "status"]);
        assert_eq!(status.code, 1, "{status:?}");
        assert!(status.out.contains("stopped"), "{status:?}");
    }
}

#[test]
fn a_cluster_that_ran_before_runs_on() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["db", "start"]).code, 0);
    Service::demo(&folder).stop();
    let status = folder.run(&["db", "status"]);
    assert_eq!(status.code, 0, "{status:?}");
    assert!(
        status.out.contains("until `rowhouse db stop`"),
        "{status:?}"
    );
}

#[tokio::test]
async fn requests_under_way_are_finished() {
    let folder = Folder::new();
    let mut service = Service::demo(&folder);
    assert_eq!(titles(service.address, PAWNEE).len(), 5);
    let owner = folder.connect("rowhouse_owner").await;
    owner
        .batch_execute("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let under_way = send(service.address, "/items/", Some(PAWNEE));
    tokio::time::sleep(Duration::from_millis(150)).await;
    service.signal(Signal::TERM);
    tokio::time::sleep(Duration::from_millis(150)).await;
    owner.batch_execute("COMMIT").await.unwrap();
    let answer = receive(under_way);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json.as_array().unwrap().len(), 5);
    assert_eq!(service.end(), Some(0));
}

#[tokio::test]
async fn asked_twice_it_stops_at_once() {
    let folder = Folder::new();
    folder.write(
        "slow.toml",
        "[lanes]\nlock_timeout = '1min'\nstatement_timeout = '1min'\n",
    );
    let mut service = Service::start(&mut folder.rowhouse(&[
        "serve",
        "--demo",
        "--config",
        "slow.toml",
        "--listen",
        "0",
    ]));
    let owner = folder.connect("rowhouse_owner").await;
    owner
        .batch_execute("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let under_way = send(service.address, "/items/", Some(PAWNEE));
    tokio::time::sleep(Duration::from_millis(150)).await;
    let asked = Instant::now();
    service.signal(Signal::INT);
    tokio::time::sleep(Duration::from_millis(150)).await;
    service.signal(Signal::INT);
    assert_eq!(service.end(), Some(1));
    assert!(asked.elapsed() < Duration::from_secs(30));
    drop(under_way);
    assert_eq!(folder.run(&["db", "status"]).code, 1);
}

#[test]
fn after_a_kill_the_next_one_takes_over() {
    let folder = Folder::new();
    let mut service = Service::demo(&folder);
    service.signal(Signal::KILL);
    assert_eq!(service.end(), None);
    assert_eq!(
        folder.run(&["db", "status"]).code,
        0,
        "its PostgreSQL runs on"
    );
    let service = Service::demo(&folder);
    assert_eq!(titles(service.address, PAWNEE).len(), 5);
    service.stop();
    assert_eq!(folder.run(&["db", "status"]).code, 1);
}

#[test]
fn db_stop_lets_the_service_finish_first() {
    let folder = Folder::new();
    let mut service = Service::demo(&folder);
    let stopped = folder.run(&["db", "stop"]);
    assert_eq!(stopped.code, 0, "{stopped:?}");
    assert_eq!(service.end(), Some(0));
    assert_eq!(folder.run(&["db", "status"]).code, 1);
}

#[test]
fn a_taken_port_is_told_with_the_way_out() {
    let folder = Folder::new();
    let service = Service::demo(&folder);
    let port = service.address.port().to_string();
    let other = Folder::new();
    let said = other.run(&["serve", "--demo", "--listen", &port]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains(&format!("127.0.0.1:{port}")), "{said:?}");
    for way_out in ["--listen", "ROWHOUSE_LISTEN", "PORT="] {
        assert!(said.err.contains(way_out), "{said:?}");
    }
    assert!(
        !other.path().join(".rowhouse").exists(),
        "nothing was begun"
    );
    assert_eq!(get(service.address, "/healthz", None).status, 200);
    service.stop();
}

#[test]
fn it_can_be_stopped_while_it_starts() {
    let folder = Folder::new();
    let mut child = folder
        .rowhouse(&["serve", "--demo", "--listen", "0"])
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(120));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, Signal::INT).unwrap();
    assert!(child.wait().unwrap().success());
    let status = folder.run(&["db", "status"]);
    assert_eq!(status.code, 1, "{status:?}");
}
