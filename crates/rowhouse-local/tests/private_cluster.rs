//! A server for one test, to do with as it likes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::time::Duration;

use rowhouse_local::Error;
use rowhouse_local::testing::{APP, PrivateCluster, private_cluster};

async fn works(cluster: &PrivateCluster) {
    let row = cluster.admin().await.query_one("SELECT 1", &[]).await;
    assert_eq!(row.unwrap().get::<_, i32>(0), 1);
}

#[tokio::test]
async fn it_comes_back_on_its_port_however_it_went_down() {
    let mut cluster = private_cluster(&[("work_mem", "5MB")]).await;
    let port = cluster.port();
    let pid = cluster.pid();
    works(&cluster).await;
    cluster.restart().await;
    works(&cluster).await;
    cluster.stop_immediate().await;
    assert_eq!(cluster.pid(), None);
    cluster.start().await;
    works(&cluster).await;

    // Backends busy at that moment outlive their postmaster and hold its memory.
    let busy = cluster.admin().await;
    let query = tokio::spawn(async move {
        busy.query("SELECT sum(x) FROM generate_series(1, 1000000000) x", &[])
            .await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    cluster.kill().await;
    cluster.start().await;
    works(&cluster).await;
    assert!(query.await.unwrap().is_err());
    assert_eq!(cluster.port(), port);
    assert_ne!(cluster.pid(), pid);
}

#[tokio::test]
async fn settings_and_authentication_are_the_tests_to_choose() {
    let mut cluster = private_cluster(&[("max_connections", "17")]).await;
    let admin = cluster.admin().await;
    let show = |name: &'static str| {
        let admin = &admin;
        async move {
            let row = admin.query_one(&format!("SHOW {name}"), &[]).await.unwrap();
            row.get::<_, String>(0)
        }
    };
    assert_eq!(show("max_connections").await, "17");
    assert_eq!(show("fsync").await, "off");

    cluster.set("work_mem", "7MB");
    cluster.write_hba("local all all trust\nhost all all 127.0.0.1/32 reject\n");
    cluster.reload();
    for _ in 0..200 {
        if show("work_mem").await == "7MB" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(show("work_mem").await, "7MB");
    let url = cluster.tcp_url_as(APP, "postgres");
    let refused = tokio_postgres::connect(&url, tokio_postgres::NoTls).await;
    let error = refused.err().unwrap();
    assert!(
        error
            .as_db_error()
            .unwrap()
            .message()
            .contains("pg_hba.conf rejects")
    );
}

#[tokio::test]
async fn a_setting_the_server_refuses_is_named() {
    let error = PrivateCluster::try_start(&[("work_mem", "a lot")])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotStarted { .. }));
    assert!(
        error.to_string().contains("\"work_mem\": \"a lot\""),
        "{error}"
    );
}
