//! Statements that wait: who is held up by them, and what ends the wait.

use std::time::Duration;

use rowhouse::Rowhouse;

use crate::common::{BETA_TITLES, acme, beta, database, house_at, one_lane, titles};
use crate::polls::{after, guarded, pending_until};
use crate::proxy::{From, Proxy};

/// In this database: other tests wait in theirs.
const LOCK_WAITS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'";

#[tokio::test]
async fn a_dropped_one_shot_cancels_nobody() {
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = house_at(&proxy.url(database.name()), 1).await;
    let (acme, beta) = (acme(&house), beta(&house));
    acme.query("SELECT pg_sleep(0)", &[]).await.unwrap();
    titles(&beta).await;
    proxy.record();
    // Both are on the lane; the first is dropped while the server sleeps, the second must be answered.
    let sleeping = after(2, acme.query("SELECT pg_sleep($1::float8 / 10)", &[&1.0]));
    let (dropped, rows) = futures_util::future::join(sleeping, titles(&beta)).await;
    assert!(dropped.is_none());
    assert_eq!(rows, BETA_TITLES);
    assert!(
        !proxy.tags(From::Client).contains('!'),
        "a CancelRequest for a lane"
    );
}

#[tokio::test]
async fn a_tenant_with_an_open_transaction_does_not_queue_behind_itself() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(1)
        .lock_timeout(Duration::from_secs(20))
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let update = "UPDATE items SET n = n + 1 WHERE title = 'acme 1'";
    acme.execute(update, &[]).await.unwrap();
    titles(&beta).await;
    let mut tx = acme.begin().await.unwrap();
    tx.execute(update, &[]).await.unwrap();
    let mut blocked = std::pin::pin!(acme.execute(update, &[]));
    tokio::select! {
        biased;
        result = &mut blocked => panic!("the row is locked: {result:?}"),
        rows = async { titles(&beta).await; titles(&beta).await } => assert_eq!(rows, BETA_TITLES),
    }
    pending_until(blocked.as_mut(), &database.admin().await, LOCK_WAITS).await;
    // It waits on a connection of its own: the lane is free.
    assert_eq!(guarded("the lane", titles(&beta)).await, BETA_TITLES);
    tx.commit().await.unwrap();
    assert_eq!(guarded("the update", blocked).await.unwrap(), 1);
}

#[tokio::test]
async fn a_row_lock_holds_up_nobody_elses_new_statements() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(1)
        .lock_timeout(Duration::from_secs(20))
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let update = "UPDATE items SET n = n + 1 WHERE title = 'acme 1'";
    acme.execute(update, &[]).await.unwrap();
    titles(&beta).await;
    // Held by a session that Rowhouse knows nothing of.
    let admin = database.admin().await;
    admin
        .batch_execute("BEGIN; SELECT 1 FROM items WHERE title = 'acme 1' FOR UPDATE")
        .await
        .unwrap();
    let mut blocked = std::pin::pin!(acme.execute(update, &[]));
    pending_until(blocked.as_mut(), &database.admin().await, LOCK_WAITS).await;
    tokio::time::sleep(Duration::from_millis(30)).await;
    for _ in 0..10 {
        tokio::select! {
            biased;
            result = &mut blocked => panic!("answered behind a lock: {result:?}"),
            rows = titles(&beta) => assert_eq!(rows, BETA_TITLES),
        }
    }
    admin.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(guarded("the update", blocked).await.unwrap(), 1);
}

#[tokio::test]
async fn a_lock_timeout_and_a_statement_timeout_end_what_waits() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(1)
        .lock_timeout(Duration::from_millis(50))
        .connect(&database.app_url())
        .await
        .unwrap();
    let acme = acme(&house);
    let admin = database.admin().await;
    admin
        .batch_execute("BEGIN; LOCK TABLE items")
        .await
        .unwrap();
    assert_eq!(
        acme.query("SELECT title FROM items", &[])
            .await
            .unwrap_err()
            .code(),
        Some("55P03")
    );
    admin.batch_execute("ROLLBACK").await.unwrap();
    let hasty = acme.with_statement_timeout(Duration::from_millis(30));
    assert_eq!(
        hasty
            .query("SELECT pg_sleep(20)", &[])
            .await
            .unwrap_err()
            .code(),
        Some("57014")
    );
    assert_eq!(titles(&acme).await.len(), 5);
}

/// `statement_timeout` counts for each statement anew, so a batch may rightly take longer than one.
#[tokio::test]
async fn a_long_batch_does_not_count_as_silence() {
    let database = database().await;
    let house = one_lane(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let patient = acme.with_statement_timeout(Duration::from_secs(1));
    let naps = async {
        let mut batch = patient.batch();
        for _ in 0..9 {
            batch = batch.add("SELECT pg_sleep(0.9)", &[]).unwrap();
        }
        batch.run().await
    };
    let writes = async {
        let sql = "INSERT INTO items (title) VALUES ('behind a batch')";
        beta.execute(sql, &[]).await
    };
    let (napped, written) = tokio::join!(Box::pin(naps), writes);
    assert_eq!(napped.unwrap().len(), 9);
    assert_eq!(written.unwrap(), 1);
}

#[tokio::test]
async fn waits_without_end_are_taken_for_long_ones() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(1)
        .acquire_timeout(Duration::MAX)
        .max_age(Duration::MAX)
        .recheck_role_every(Duration::MAX)
        .connect(&database.app_url())
        .await
        .unwrap();
    let beta = beta(&house).with_statement_timeout(Duration::MAX);
    // Longer than the lane's own tick, at which it looks whether the server is still there.
    beta.query("SELECT pg_sleep(2.5)", &[]).await.unwrap();
    assert_eq!(titles(&beta).await, BETA_TITLES);
    assert_eq!(
        beta.begin()
            .await
            .unwrap()
            .query("SELECT 1", &[])
            .await
            .unwrap()
            .len(),
        1
    );
}

const BACKENDS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE usename = 'rowhouse_app' AND datname = current_database()";

#[tokio::test]
async fn writes_have_lanes_of_their_own_where_they_are_given_some() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(1)
        .writing_lanes(1)
        .lock_timeout(Duration::from_secs(20))
        .connect(&database.app_url())
        .await
        .unwrap();
    let admin = database.admin().await;
    let backends = async || {
        admin
            .query_one(BACKENDS, &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let (acme, beta) = (acme(&house), beta(&house));
    titles(&beta).await;
    assert_eq!(backends().await, 1, "reads alone open none");
    let update = "UPDATE items SET n = n + 1 WHERE title = 'acme 1'";
    assert_eq!(acme.execute(update, &[]).await.unwrap(), 1);
    while backends().await < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let pid = "UPDATE items SET n = n + 1 WHERE title = 'acme 1' RETURNING pg_backend_pid()";
    let row = beta.query_one("SELECT pg_backend_pid()", &[]).await;
    let reader: i32 = row.unwrap().get(0);
    let writer = loop {
        let writer: i32 = acme.query_one(pid, &[]).await.unwrap().get(0);
        if writer != reader {
            break writer;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    // What one tenant's write leaves in its session is not there for the next tenant's.
    let poison = "UPDATE items SET n = n + 1 WHERE title = 'acme 1'
        RETURNING set_config('app.current_tenant_id', 'beta', false)";
    acme.query(poison, &[]).await.unwrap();
    let own = "UPDATE items SET n = n RETURNING title";
    let touched = acme.query(own, &[]).await.unwrap();
    assert!(
        touched
            .iter()
            .all(|row| row.get::<String>(0).starts_with("acme")),
        "{touched:?}"
    );

    // A write that waits for a row is on its own lane: reads are answered beside it.
    admin
        .batch_execute("BEGIN; SELECT 1 FROM items WHERE title = 'acme 1' FOR UPDATE")
        .await
        .unwrap();
    let mut blocked = std::pin::pin!(acme.execute(update, &[]));
    let other = database.admin().await;
    pending_until(blocked.as_mut(), &other, LOCK_WAITS).await;
    assert_eq!(guarded("a read", titles(&beta)).await, BETA_TITLES);
    admin.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(guarded("the update", blocked).await.unwrap(), 1);
    assert_ne!(writer, reader);
    house.close().await.unwrap();
    while other
        .query_one(BACKENDS, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        > 0
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
