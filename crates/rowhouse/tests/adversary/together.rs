//! Writes whose commits wait for the disk together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rowhouse::{Error, Rowhouse, Tenant};
use rowhouse_local::testing::{PrivateCluster, private_cluster};
use uuid::Uuid;

use crate::common::SCHEMA;
use crate::polls::guarded;

/// One row, and how its commit would be waited for.
const ADD: &str =
    "INSERT INTO items (title) VALUES ($1) RETURNING current_setting('synchronous_commit')";

/// The log reaches the disk when somebody waits for it, and not by itself.
const LAZY: [(&str, &str); 2] = [("synchronous_commit", "on"), ("wal_writer_delay", "10s")];

/// Lanes open again with growing pauses.
const PATIENCE: Duration = Duration::from_secs(30);

async fn house(cluster: &PrivateCluster) -> Rowhouse {
    Rowhouse::builder()
        .lanes(1)
        .writing_lanes(1)
        .lock_timeout(Duration::from_secs(20))
        .connect(&cluster.url_as("rowhouse_app", "postgres"))
        .await
        .unwrap()
}

async fn cluster(settings: &[(&str, &str)]) -> PrivateCluster {
    let cluster = private_cluster(settings).await;
    let tenants = "ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY;
        INSERT INTO tenants SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(256 + n), 12, '0'))::uuid, n FROM generate_series(0, 31) n;
        CREATE TABLE gate (); GRANT SELECT ON gate TO rowhouse_app";
    let admin = cluster.admin().await;
    admin.batch_execute(SCHEMA).await.unwrap();
    admin.batch_execute(tenants).await.unwrap();
    cluster
}

fn tenant(house: &Rowhouse, number: u128) -> Tenant {
    house.tenant(Uuid::from_u128(0x100 + number))
}

async fn add(tenant: &Tenant, title: &str) -> Result<String, Error> {
    Ok(tenant.query_one(ADD, &[&title]).await?.get(0))
}

/// Writes until the lane for writes is open, and says how commits are waited for there: `off` is together.
async fn settled(house: &Rowhouse, patience: Duration) -> String {
    let acme = tenant(house, 0);
    let until = Instant::now() + patience;
    loop {
        let how = add(&acme, &Uuid::new_v4().to_string()).await.unwrap();
        if how == "off" || Instant::now() > until {
            return how;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_crash() {
    let mut cluster = cluster(&LAZY).await;
    let house = house(&cluster).await;
    for round in 0..4 {
        assert_eq!(settled(&house, PATIENCE).await, "off", "they wait together");
        let acknowledged = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut writers = tokio::task::JoinSet::new();
        for number in 0..24 {
            let (tenant, acknowledged) = (tenant(&house, number), Arc::clone(&acknowledged));
            writers.spawn(async move {
                for serial in 0.. {
                    let title = format!("{round} {number} {serial}");
                    if add(&tenant, &title).await.is_err() {
                        break;
                    }
                    acknowledged.lock().unwrap().push(title);
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        cluster.stop_immediate().await;
        guarded("the writers", async {
            while writers.join_next().await.is_some() {}
        })
        .await;
        cluster.start().await;
        let titles = acknowledged.lock().unwrap().clone();
        let sql = "SELECT title FROM unnest($1::text[]) AS t(title) WHERE title NOT IN (SELECT title FROM items)";
        let gone = cluster.admin().await.query(sql, &[&titles]).await.unwrap();
        let gone: Vec<&str> = gone.iter().map(|row| row.get(0)).collect();
        assert!(titles.len() > 24, "hardly anything was written");
        assert!(gone.is_empty(), "acknowledged and gone: {gone:?}");
    }
    house.close().await.unwrap();
}

#[tokio::test]
async fn a_write_that_is_refused_takes_nobody_with_it() {
    let cluster = cluster(&LAZY).await;
    let house = house(&cluster).await;
    assert_eq!(settled(&house, PATIENCE).await, "off");
    let sql = "INSERT INTO items (title) SELECT $1 WHERE 1 / (length($1) - 3) IS NOT NULL";
    for n in 0..5 {
        let title = format!("once {n}");
        tenant(&house, 0).execute(sql, &[&title]).await.unwrap();
    }
    let writes = (0..30).map(|number| {
        let tenant = tenant(&house, number);
        async move {
            let title = if number % 3 == 0 { "bad" } else { "good" };
            (number % 3 == 0, tenant.execute(sql, &[&title]).await)
        }
    });
    for (bad, result) in futures_util::future::join_all(writes).await {
        match result {
            Ok(1) => assert!(!bad),
            Err(Error::Database(error)) => assert!(bad && error.code() == "22012", "{error}"),
            other => panic!("{other:?}"),
        }
    }
    let kept = "SELECT count(*) FROM items WHERE title = 'good'";
    let row = cluster.admin().await.query_one(kept, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 20);
    house.close().await.unwrap();
}

#[tokio::test]
async fn where_the_log_is_not_to_be_written_each_commit_waits_by_itself() {
    let cluster = cluster(&LAZY).await;
    let revoke = "DO $$ DECLARE f regprocedure; BEGIN
        FOR f IN SELECT oid FROM pg_proc WHERE proname = 'pg_logical_emit_message' LOOP
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f); END LOOP; END $$";
    cluster.admin().await.batch_execute(revoke).await.unwrap();
    let house = house(&cluster).await;
    assert_eq!(settled(&house, Duration::from_secs(1)).await, "on");
    house.close().await.unwrap();
}

/// What is known to take its time, or not known at all, is not waited for by what came before it.
#[tokio::test]
async fn nobody_waits_for_what_may_take_long() {
    let cluster = cluster(&LAZY).await;
    let house = house(&cluster).await;
    assert_eq!(settled(&house, PATIENCE).await, "off");
    let admin = cluster.admin().await;
    admin
        .batch_execute("BEGIN; LOCK TABLE gate IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let (acme, beta) = (tenant(&house, 1), tenant(&house, 2));
    let mut unknown = std::pin::pin!(beta.execute(
        "UPDATE items SET n = n WHERE NOT EXISTS (SELECT FROM gate)",
        &[]
    ));
    let first = std::pin::pin!(add(&acme, "first"));
    let both = futures_util::future::select(first, &mut unknown);
    match guarded("the first", both).await {
        futures_util::future::Either::Left((first, _)) => assert_eq!(first.unwrap(), "off"),
        futures_util::future::Either::Right((other, _)) => panic!("the table is locked: {other:?}"),
    }
    admin.batch_execute("ROLLBACK").await.unwrap();
    guarded("the other", unknown).await.unwrap();
    house.close().await.unwrap();
}

/// Lanes that are replaced all the time, and the end: every write is answered, and what was acknowledged is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replaced_lanes_and_the_end_leave_nobody_waiting() {
    let cluster = cluster(&LAZY).await;
    let house = Rowhouse::builder()
        .lanes(1)
        .writing_lanes(2)
        .max_age(Duration::from_millis(30))
        .connect(&cluster.url_as("rowhouse_app", "postgres"))
        .await
        .unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..24 {
        let tenant = tenant(&house, number);
        writers.spawn(async move {
            let mut acknowledged = Vec::new();
            for serial in 0.. {
                let title = format!("{number} {serial}");
                match add(&tenant, &title).await {
                    Ok(_) => acknowledged.push(title),
                    Err(Error::Closed) => break,
                    Err(other) => panic!("{other}"),
                }
            }
            acknowledged
        });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    guarded("the end", house.close()).await.unwrap();
    let mut titles = Vec::new();
    guarded("the writers", async {
        while let Some(done) = writers.join_next().await {
            titles.extend(done.unwrap());
        }
    })
    .await;
    let sql = "SELECT count(*) FROM items WHERE title = ANY ($1)";
    let row = cluster
        .admin()
        .await
        .query_one(sql, &[&titles])
        .await
        .unwrap();
    assert!(titles.len() > 24, "hardly anything was written");
    assert_eq!(row.get::<_, i64>(0), titles.len() as i64);
}
