//! The life of connections: servers that restart, backends that die, servers that turn read-only.

use std::time::Duration;

use rowhouse::{Delivery, Error, Rowhouse, Tenant};
use rowhouse_local::testing::{Database, PrivateCluster, private_cluster};

use crate::common::{SCHEMA, acme, beta, database, titles};
use crate::polls::guarded;
use crate::proxy::Proxy;

/// A server of the test's own, with the schema in its database `postgres`, that keeps what it acknowledged.
async fn server() -> PrivateCluster {
    let cluster = private_cluster(&[("synchronous_commit", "on")]).await;
    let admin = cluster.admin().await;
    // The superuser makes it, so the owner must be somebody else than the app role only.
    admin.batch_execute(SCHEMA).await.unwrap();
    cluster
}

async fn house(cluster: &PrivateCluster) -> Rowhouse {
    Rowhouse::builder()
        .lanes(2)
        .acquire_timeout(Duration::from_secs(20))
        .connect(&cluster.url_as("rowhouse_app", "postgres"))
        .await
        .unwrap()
}

/// Writes one row after the other until told to stop: those acknowledged and those in doubt.
async fn write(
    tenant: Tenant,
    name: &str,
    stop: tokio::sync::watch::Receiver<bool>,
) -> (Vec<String>, Vec<String>) {
    let (mut acknowledged, mut doubtful) = (Vec::new(), Vec::new());
    for number in 0.. {
        if *stop.borrow() {
            break;
        }
        let title = format!("{name} {number}");
        match tenant
            .execute("INSERT INTO items (title) VALUES ($1)", &[&title])
            .await
        {
            Ok(1) => acknowledged.push(title),
            Ok(other) => panic!("{other} rows"),
            Err(Error::Lost {
                delivery: Delivery::MaybeSent,
                ..
            }) => doubtful.push(title),
            Err(Error::Lost { .. } | Error::Unavailable { .. }) => {}
            // The server's own word that it was rolled back, or ends the session: 57P01 may come after the commit.
            Err(Error::Database(error)) if error.code().starts_with("57P") => doubtful.push(title),
            Err(other) => panic!("{other}"),
        }
    }
    (acknowledged, doubtful)
}

#[tokio::test]
async fn a_restart_under_load_repeats_no_write_and_loses_none() {
    let mut cluster = server().await;
    let house = house(&cluster).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers: Vec<_> = (0..4)
        .map(|number| {
            tokio::spawn(write(
                acme(&house),
                ["a", "b", "c", "d"][number],
                stopped.clone(),
            ))
        })
        .collect();
    let reader = tokio::spawn({
        let (beta, stopped) = (beta(&house), stopped.clone());
        async move {
            let mut answers = 0;
            while !*stopped.borrow() {
                match beta.query("SELECT title FROM items", &[]).await {
                    Ok(rows) => {
                        assert_eq!(rows.len(), 5);
                        answers += 1;
                    }
                    Err(Error::Lost { .. } | Error::Unavailable { .. }) => {}
                    Err(Error::Database(error)) if error.code().starts_with("57P") => {}
                    Err(other) => panic!("{other}"),
                }
            }
            answers
        }
    });
    for immediate in [false, true, false] {
        tokio::time::sleep(Duration::from_millis(150)).await;
        if immediate {
            cluster.stop_immediate().await;
            cluster.start().await;
        } else {
            cluster.restart().await;
        }
        let back = async { while titles_or_none(&beta(&house)).await.is_none() {} };
        guarded("the way back", back).await;
    }
    stop.send(true).unwrap();
    let admin = cluster.admin().await;
    let (mut acknowledged, mut doubtful) = (Vec::new(), Vec::new());
    for writer in writers {
        let (sure, unsure) = guarded("a writer", writer).await.unwrap();
        acknowledged.extend(sure);
        doubtful.extend(unsure);
    }
    assert!(guarded("the reader", reader).await.unwrap() > 0 && !acknowledged.is_empty());
    let rows = admin
        .query("SELECT title FROM items WHERE title !~ '^(acme|beta)'", &[])
        .await
        .unwrap();
    let mut there: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    there.sort();
    let mut once = there.clone();
    once.dedup();
    assert_eq!(there, once, "a write was repeated");
    for title in &acknowledged {
        assert!(
            there.binary_search(title).is_ok(),
            "{title} was acknowledged and is gone"
        );
    }
    for title in &there {
        assert!(
            acknowledged.contains(title) || doubtful.contains(title),
            "{title} was said not to have been sent"
        );
    }
}

async fn titles_or_none(tenant: &Tenant) -> Option<usize> {
    tenant
        .query("SELECT title FROM items", &[])
        .await
        .ok()
        .map(|rows| rows.len())
}

#[tokio::test]
async fn a_server_that_is_down_is_unavailable_and_comes_back() {
    let mut cluster = server().await;
    let house = Rowhouse::builder()
        .lanes(2)
        .acquire_timeout(Duration::from_millis(300))
        .connect(&cluster.url_as("rowhouse_app", "postgres"))
        .await
        .unwrap();
    let beta = beta(&house);
    assert_eq!(titles(&beta).await.len(), 5);
    cluster.stop().await;
    let error = guarded("a server that is down", async {
        loop {
            match beta.query("SELECT title FROM items", &[]).await {
                Err(Error::Lost { .. } | Error::Database(_)) => {}
                other => return other.unwrap_err(),
            }
        }
    })
    .await;
    assert!(
        matches!(&error, Error::Unavailable { last_error, .. } if !last_error.is_empty()),
        "{error}"
    );
    assert!(error.hint().is_some() && !house.is_ready() && house.trouble().is_some());
    assert!(matches!(beta.begin().await, Err(Error::Connect(_))));
    cluster.start().await;
    guarded("the way back", async {
        while titles_or_none(&beta).await.is_none() {}
    })
    .await;
    assert!(house.is_ready() && house.trouble().is_none());
    let mut tx = beta.begin().await.unwrap();
    assert_eq!(
        tx.query("SELECT title FROM items", &[])
            .await
            .unwrap()
            .len(),
        5
    );
}

#[tokio::test]
async fn terminated_backends_are_replaced() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(2)
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let admin = database.admin().await;
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'rowhouse_app' AND datname = current_database()";
    let mut written = 0;
    for _ in 0..10 {
        titles(&beta).await;
        let mut tx = acme.begin().await.unwrap();
        tx.execute("UPDATE items SET n = -1", &[]).await.unwrap();
        admin.execute(kill, &[]).await.unwrap();
        let error = tx
            .execute("UPDATE items SET n = -1", &[])
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Lost { .. } | Error::Database(_)),
            "{error}"
        );
        assert!(tx.commit().await.is_err());
        // A read is tried twice; both lanes may be gone, so it may take a few.
        guarded("a read", async {
            while titles_or_none(&beta).await.is_none() {}
        })
        .await;
        loop {
            match acme
                .execute("UPDATE items SET n = n + 100 WHERE title = 'acme 1'", &[])
                .await
            {
                Ok(rows) => {
                    assert_eq!(rows, 1);
                    written += 1;
                    break;
                }
                Err(Error::Lost {
                    delivery: Delivery::NotSent,
                    ..
                }) => {}
                Err(Error::Lost { .. } | Error::Database(_)) => break,
                Err(other) => panic!("{other}"),
            }
        }
    }
    let n: i32 = admin
        .query_one("SELECT n FROM items WHERE title = 'acme 1'", &[])
        .await
        .unwrap()
        .get(0);
    assert!(n > written * 100, "an acknowledged write is gone: {n}");
    assert!(n % 100 == 1, "{n}: part of a dead transaction was kept");
}

#[tokio::test]
async fn a_request_lost_on_the_wire_says_whether_it_was_sent() {
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = Rowhouse::builder()
        .lanes(1)
        .connect(&proxy.url(database.name()))
        .await
        .unwrap();
    let acme = acme(&house);
    titles(&acme).await;
    let update = "UPDATE items SET n = n + 1 WHERE title = 'acme 1' AND pg_sleep(0.2) IS NOT NULL";
    acme.execute(update, &[]).await.unwrap();
    let mut sent = std::pin::pin!(acme.execute(update, &[]));
    let admin = database.admin().await;
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep'";
    while admin
        .query_one(running, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        == 0
    {
        tokio::select! {
            biased;
            result = &mut sent => panic!("too early: {result:?}"),
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
    }
    proxy.hang_up();
    let error = sent.await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Lost {
                delivery: Delivery::MaybeSent,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("may have run"));
    // A read in the same place is tried again and succeeds, once a lane is back.
    guarded("the way back", async {
        while titles_or_none(&acme).await.is_none() {}
    })
    .await;
    let mut read = std::pin::pin!(acme.query("SELECT title, pg_sleep(0.1)::text FROM items", &[]));
    tokio::select! {
        biased;
        result = &mut read => panic!("too early: {:?}", result.map(|rows| rows.len())),
        () = tokio::time::sleep(Duration::from_millis(50)) => proxy.hang_up(),
    }
    assert_eq!(guarded("the read", read).await.unwrap().len(), 5);
}

#[tokio::test]
async fn a_server_that_becomes_read_only_is_noticed_and_left() {
    let mut cluster = server().await;
    let house = house(&cluster).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let update = "UPDATE items SET n = n + 1 WHERE title = 'acme 1'";
    acme.execute(update, &[]).await.unwrap();
    cluster.set("default_transaction_read_only", "on");
    cluster.reload();
    let refused = async {
        loop {
            match acme.execute(update, &[]).await {
                Err(Error::Database(error)) if error.code() == "25006" => return,
                Ok(_) | Err(Error::Lost { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    };
    guarded("the reload", refused).await;
    assert_eq!(titles(&beta).await.len(), 5);
    cluster.set("default_transaction_read_only", "off");
    cluster.reload();
    guarded("the way back", async {
        while acme.execute(update, &[]).await.is_err() {}
    })
    .await;
}

#[tokio::test]
async fn a_lock_timeout_and_a_statement_timeout_end_what_waits() {
    let database: Database = database().await;
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

/// The server did it and the answer was lost: that is said, and nothing is done twice.
#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_repeated() {
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = Rowhouse::builder()
        .lanes(1)
        .connect(&proxy.url(database.name()))
        .await
        .unwrap();
    let acme = acme(&house);
    let admin = database.admin().await;
    let lost = |error: &Error| {
        matches!(
            error,
            Error::Lost {
                delivery: Delivery::MaybeSent,
                ..
            }
        )
    };
    let insert = "INSERT INTO items (title) VALUES (gen_random_uuid()::text)";
    acme.execute(insert, &[]).await.unwrap();
    let count = async || {
        admin
            .query_one("SELECT count(*) FROM items", &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let settled = async || {
        guarded("the way back", async {
            while titles_or_none(&acme).await.is_none() {}
        })
        .await;
    };

    proxy.swallow_next_answer();
    let error = acme.execute(insert, &[]).await.unwrap_err();
    assert!(lost(&error), "{error}");
    settled().await;
    assert_eq!(count().await, 12);

    proxy.swallow_next_answer();
    let batch = acme
        .batch()
        .add(insert, &[])
        .unwrap()
        .add(insert, &[])
        .unwrap();
    let error = batch.run().await.unwrap_err();
    assert!(lost(&error), "{error}");
    settled().await;
    assert_eq!(count().await, 14);

    let mut tx = acme.begin().await.unwrap();
    tx.execute(insert, &[]).await.unwrap();
    proxy.swallow_next_answer();
    let error = tx.commit().await.unwrap_err();
    assert!(lost(&error), "{error}");
    settled().await;
    assert_eq!(count().await, 15);

    proxy.swallow_next_answer();
    assert_eq!(
        acme.query("SELECT title FROM items", &[])
            .await
            .unwrap()
            .len(),
        10,
        "a read is tried again"
    );
}
