//! Requests lost with their connection: what is said of them, and that no write is done twice.

use std::time::Duration;

use rowhouse::{Delivery, Error};

use crate::common::{acme, beta, database, house_at, titles};
use crate::life::titles_or_none;
use crate::polls::{guarded, pending_until};
use crate::proxy::Proxy;

#[tokio::test]
async fn terminated_backends_are_replaced() {
    let database = database().await;
    let house = house_at(&database.app_url(), 2).await;
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
    let house = house_at(&proxy.url(database.name()), 1).await;
    let acme = acme(&house);
    titles(&acme).await;
    let update = "UPDATE items SET n = n + 1 WHERE title = 'acme 1' AND pg_sleep(0.2) IS NOT NULL";
    acme.execute(update, &[]).await.unwrap();
    let mut sent = std::pin::pin!(acme.execute(update, &[]));
    let admin = database.admin().await;
    let running = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep'";
    pending_until(sent.as_mut(), &admin, running).await;
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

/// The server did it and the answer was lost: that is said, and nothing is done twice.
#[tokio::test]
async fn a_write_whose_answer_is_lost_is_not_repeated() {
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = house_at(&proxy.url(database.name()), 1).await;
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
