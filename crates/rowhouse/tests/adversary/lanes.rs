//! Lanes as connections: they retire, they close, and take no more than fits.

use std::collections::HashSet;
use std::time::Duration;

use rowhouse::{Error, Rowhouse, Wait};

use crate::common::{acme, backend, beta, database, house_at, one_lane};
use crate::polls::{after, guarded};

#[tokio::test]
async fn lanes_retire_by_age_without_losing_a_request() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(2)
        .max_age(Duration::from_millis(40))
        .recheck_role_every(Duration::from_millis(40))
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let mut pids = HashSet::new();
    let mut rounds = 0;
    while pids.len() < 8 {
        rounds += 1;
        assert!(rounds < 100_000, "nothing retires: {pids:?}");
        let read = async {
            let row = beta
                .query_one("SELECT pg_backend_pid(), count(*) FROM items", &[])
                .await
                .expect("none is lost");
            assert_eq!(row.get::<i64>(1), 5);
            row.get::<i32>(0)
        };
        let write = async {
            assert_eq!(
                acme.execute("UPDATE items SET n = n + 1 WHERE title = 'acme 1'", &[])
                    .await
                    .expect("none is lost"),
                1
            );
        };
        let (pid, ()) = futures_util::future::join(read, write).await;
        pids.insert(pid);
    }
    let n = acme
        .query_one("SELECT n FROM items WHERE title = 'acme 1'", &[])
        .await
        .unwrap();
    assert_eq!(n.get::<i32>(0), 1 + rounds, "a write was lost or repeated");
}

#[tokio::test]
async fn close_finishes_what_is_under_way_and_leaves_no_connection() {
    let database = database().await;
    let house = house_at(&database.app_url(), 2).await;
    let (acme, beta) = (acme(&house), beta(&house));
    acme.query("SELECT pg_sleep(0), count(*) FROM items", &[])
        .await
        .unwrap();
    let mut tx = beta.begin().await.unwrap();
    tx.execute("UPDATE items SET n = 100", &[]).await.unwrap();
    let slow = tokio::spawn({
        let acme = acme.clone();
        async move {
            acme.query("SELECT pg_sleep(0.3), count(*) FROM items", &[])
                .await
                .map(|rows| rows[0].get::<i64>(1))
        }
    });
    tokio::task::yield_now().await;
    let closing = tokio::spawn({
        let house = house.clone();
        async move { house.close().await }
    });
    assert_eq!(slow.await.unwrap().unwrap(), 5);
    tx.commit().await.unwrap();
    guarded("close", closing).await.unwrap().unwrap();
    assert!(matches!(
        acme.query("SELECT 1", &[]).await.unwrap_err(),
        Error::Closed
    ));
    assert!(matches!(acme.begin().await.unwrap_err(), Error::Closed));
    let admin = database.admin().await;
    let left = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'rowhouse_app' AND datname = current_database()";
    let mut tries = 0;
    while admin.query_one(left, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        // A backend takes a moment to end after its connection did.
        tries += 1;
        assert!(tries < 1_000, "connections are left");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn close_cuts_off_who_does_not_let_go() {
    let database = database().await;
    let house = house_at(&database.app_url(), 1).await;
    let acme = acme(&house);
    let mut tx = acme.begin().await.unwrap();
    tx.execute("UPDATE items SET n = 100", &[]).await.unwrap();
    let sql = "SELECT n FROM generate_series(1, 1000000) n";
    let mut stream = acme.stream(sql, &[]).await.unwrap();
    let closing = house.close_within(Duration::from_millis(50));
    let error = guarded("close", closing).await.unwrap_err();
    let cut_off = matches!(
        error,
        Error::Timeout {
            wait: Wait::Close,
            ..
        }
    );
    assert!(cut_off, "{error}");
    // The row locks are gone although the transaction is still held.
    let admin = database.admin().await;
    let update = admin.batch_execute("UPDATE items SET n = n");
    guarded("the locks", update).await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error}");
    let end = async {
        while let Ok(row) = stream.next().await {
            assert!(row.is_some(), "a clean end");
        }
    };
    guarded("the stream", end).await;
    let kept = admin.query_one("SELECT max(n) FROM items", &[]).await;
    assert_eq!(kept.unwrap().get::<_, i32>(0), 5);
}

#[tokio::test]
async fn close_cuts_off_a_statement_that_nobody_waits_for() {
    let database = database().await;
    let house = one_lane(&database).await;
    let tenant = acme(&house).with_statement_timeout(Duration::from_mins(2));
    let sql = "SELECT pg_sleep($1::float8)";
    tenant.query(sql, &[&0.0]).await.unwrap();
    assert!(after(1, tenant.query(sql, &[&100.0])).await.is_none());
    let closing = house.close_within(Duration::from_millis(50));
    assert!(guarded("close", closing).await.is_err());
}

#[tokio::test]
async fn close_waits_for_lanes_that_had_retired() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(1)
        .max_age(Duration::from_millis(50))
        .recheck_role_every(Duration::from_millis(50))
        .connect(&database.app_url())
        .await
        .unwrap();
    let acme = acme(&house);
    let first = backend(&acme).await;
    let slow = tokio::spawn({
        let acme = acme.clone();
        async move {
            acme.query("SELECT pg_sleep(0.5)", &[])
                .await
                .map(|rows| rows.len())
        }
    });
    tokio::task::yield_now().await;
    // The lane under the slow statement retires; another takes its place.
    let mut tries = 0;
    while backend(&acme).await == first {
        tries += 1;
        assert!(tries < 10_000);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    house.close().await.unwrap();
    assert!(slow.is_finished() || guarded("the slow one", slow).await.unwrap().is_ok());
    let admin = database.admin().await;
    let running = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active'";
    assert_eq!(
        admin
            .query_one(running, &[&first])
            .await
            .unwrap()
            .get::<_, i64>(0),
        0,
        "close() left a statement running"
    );
}

/// Past 4 GiB a message's length would wrap, and a parameter's bytes be read as messages.
#[tokio::test]
async fn parameters_have_a_bound_of_their_own() {
    let database = database().await;
    let house = one_lane(&database).await;
    let acme = acme(&house);
    let lane = backend(&acme).await;
    let large = vec![0_u8; 130 << 20];
    let sql = "SELECT length($1::bytea) + length($2::bytea)";
    let error = acme.query(sql, &[&large, &large]).await.unwrap_err();
    assert!(matches!(error, Error::Parameter { .. }), "{error}");
    let text = format!("SELECT '{}'", "x".repeat(17 << 20));
    assert!(matches!(
        acme.query(&text, &[]).await.unwrap_err(),
        Error::Refused { .. }
    ));
    assert_eq!(backend(&acme).await, lane);
}
