//! Every future dropped after every number of polls, over a wire cut into random pieces.

use std::sync::atomic::{AtomicBool, Ordering};

use rowhouse::{LaneMode, Rowhouse};

use crate::common::{acme, beta, titles};
use crate::drill::{Drill, look};
use crate::polls::{after, guarded};

#[tokio::test]
async fn one_shots_and_batches() {
    let drill = Drill::new("one_shots_and_batches", Rowhouse::builder(), 8).await;
    drill
        .run("query", async |acme| {
            assert_eq!(
                acme.query("SELECT title FROM items", &[])
                    .await
                    .unwrap()
                    .len(),
                5
            );
        })
        .await;
    drill
        .run("a query never seen before", async |acme| {
            let sql = format!("SELECT title, {} FROM items", rand::random::<u32>() >> 1);
            acme.query(&sql, &[]).await.unwrap();
        })
        .await;
    drill
        .run("execute", async |acme| {
            acme.execute("UPDATE items SET n = n + 1", &[])
                .await
                .unwrap();
            acme.query(
                "SELECT set_config('work_mem', '77kB', false) WHERE false",
                &[],
            )
            .await
            .unwrap();
        })
        .await;
    drill
        .run("batch", async |acme| {
            let batch = acme
                .batch()
                .add("UPDATE items SET n = n + 1", &[])
                .unwrap()
                .add("SELECT title FROM items", &[])
                .unwrap();
            batch.run().await.unwrap();
        })
        .await;
    drill
        .run("a failing one-shot", async |acme| {
            acme.query("SELECT 1 / (n - n) FROM items", &[])
                .await
                .unwrap_err();
        })
        .await;
    let exact = drill.admin.query_one("SELECT min(n - right(title, 1)::int), max(n - right(title, 1)::int) FROM items WHERE title LIKE 'acme%'", &[]);
    let row = exact.await.unwrap();
    assert_eq!(
        row.get::<_, i32>(0),
        row.get::<_, i32>(1),
        "an update touched a part of the rows"
    );
}

#[tokio::test]
async fn one_shots_on_connections_of_their_own() {
    let drill = Drill::new(
        "exclusive one-shots",
        Rowhouse::builder().lane_mode(LaneMode::Exclusive),
        8,
    )
    .await;
    drill.run("an exclusive query", async |acme| {
        acme.query("SELECT title, pg_advisory_lock(9), set_config('work_mem', '77kB', false) FROM items", &[]).await.unwrap();
    }).await;
}

#[tokio::test]
async fn transactions() {
    let drill = Drill::new("transactions", Rowhouse::builder(), 12).await;
    let committing = AtomicBool::new(false);
    for through in [false, true] {
        drill.run("a transaction", async |acme| {
            committing.store(false, Ordering::Relaxed);
            drill.admin.execute("DELETE FROM items WHERE title = 'in transaction'", &[]).await.unwrap();
            let mut tx = acme.begin().await.unwrap();
            tx.execute("INSERT INTO items (title) VALUES ('in transaction')", &[]).await.unwrap();
            tx.query("SELECT pg_advisory_lock(42), set_config('work_mem', '77kB', false), set_config('app.left', 'x', false)", &[]).await.unwrap();
            if through {
                committing.store(true, Ordering::Relaxed);
                tx.commit().await.unwrap();
            } else {
                tx.rollback().await.unwrap();
            }
        }).await;
        assert!(
            through || drill.count("in transaction").await == 0,
            "a dropped transaction was committed"
        );
    }
    assert_eq!(drill.count("in transaction").await, 1);
    drill
        .run("temp tables", async |acme| {
            let mut tx = acme.begin().await.unwrap();
            tx.execute("CREATE TEMP TABLE items (title text)", &[])
                .await
                .unwrap();
            tx.commit().await.unwrap();
        })
        .await;
}

#[tokio::test]
async fn savepoints() {
    let drill = Drill::new("savepoints", Rowhouse::builder(), 16).await;
    drill
        .run("savepoints", async |acme| {
            let mut tx = acme.begin().await.unwrap();
            {
                let mut savepoint = tx.savepoint().await.unwrap();
                savepoint
                    .execute("INSERT INTO items (title) VALUES ('undone')", &[])
                    .await
                    .unwrap();
                savepoint.query("SELECT 1/0", &[]).await.unwrap_err();
            }
            let mut outer = tx.savepoint().await.unwrap();
            let mut inner = outer.savepoint().await.unwrap();
            inner.execute("UPDATE items SET n = n", &[]).await.unwrap();
            inner.release().await.unwrap();
            outer.rollback().await.unwrap();
            tx.commit().await.unwrap();
        })
        .await;
    assert_eq!(drill.count("undone").await, 0);
}

/// Not the transaction is dropped but a statement in it: the next statement takes up where it stopped.
#[tokio::test]
async fn a_transaction_goes_on_after_a_dropped_statement() {
    let drill = Drill::new("dropped statements", Rowhouse::builder(), 16).await;
    let acme = acme(&drill.house);
    acme.query("SELECT title FROM items WHERE n > $1", &[&0])
        .await
        .unwrap();
    for polls in 0.. {
        let mut tx = acme.begin().await.unwrap();
        let told = format!("dropped after {polls} polls, seed {}", drill.seed);
        let through = after(polls, async {
            assert_eq!(
                tx.query("SELECT title FROM items WHERE n > $1", &[&0])
                    .await
                    .unwrap()
                    .len(),
                5,
                "{told}"
            );
            let mut savepoint = tx.savepoint().await.unwrap();
            savepoint
                .execute("INSERT INTO items (title) VALUES ('undone')", &[])
                .await
                .unwrap();
            drop(savepoint);
            let mut copy = tx.copy_in("COPY plain FROM STDIN").await.unwrap();
            copy.send(b"a\nb\n").await.unwrap();
            assert_eq!(copy.finish().await.unwrap(), 2);
        })
        .await
        .is_some();
        let go_on = async {
            // A COPY that was dropped halfway has failed the transaction; everything else leaves it whole.
            match tx.query("SELECT title FROM items ORDER BY 1", &[]).await {
                Ok(rows) => {
                    let undone = rows
                        .iter()
                        .filter(|row| row.get::<&str>(0) == "undone")
                        .count();
                    // Dropped before its answer came, the insert may stand: its savepoint was not open yet to us.
                    assert!(
                        rows.len() - undone == 5 && undone <= 1,
                        "{told}: {} rows",
                        rows.len()
                    );
                    tx.query_one("SELECT current_setting('app.current_tenant_id')", &[])
                        .await
                        .unwrap();
                }
                Err(error) => assert_eq!(error.code(), Some("25P02"), "{told}: {error}"),
            }
            tx.rollback().await.unwrap();
        };
        guarded(&told, go_on).await;
        look(&beta(&drill.house), &drill.admin, &told).await;
        if through {
            break;
        }
    }
    let left = drill
        .admin
        .query_one("SELECT count(*) FROM plain", &[])
        .await
        .unwrap()
        .get::<_, i64>(0);
    assert_eq!(left, 0);
}

#[tokio::test]
async fn streams() {
    let drill = Drill::new("streams", Rowhouse::builder(), 300).await;
    drill
        .run("a stream", async |acme| {
            let mut stream = acme
                .stream("SELECT title, n FROM items, generate_series(1, 60)", &[])
                .await
                .unwrap();
            let mut rows = 0;
            while let Some(row) = stream.next().await.unwrap() {
                assert!(row.get::<&str>(0).starts_with("acme"));
                rows += 1;
            }
            assert_eq!(rows, 300);
        })
        .await;
    drill
        .run("a stream left while the server works", async |acme| {
            let mut stream = acme
                .stream("SELECT n FROM generate_series(1, 10000000) n", &[])
                .await
                .unwrap();
            stream.next().await.unwrap();
            drop(stream);
            let mut stream = acme
                .stream("SELECT pg_sleep(0.001) FROM generate_series(1, 20)", &[])
                .await
                .unwrap();
            stream.next().await.unwrap();
        })
        .await;
}

#[tokio::test]
async fn copies() {
    let drill = Drill::new("copies", Rowhouse::builder(), 16).await;
    drill
        .run("copy in and out", async |acme| {
            let mut tx = acme.begin().await.unwrap();
            let mut copy = tx.copy_in("COPY plain FROM STDIN").await.unwrap();
            copy.send(b"one\ntw").await.unwrap();
            copy.send(b"o\n").await.unwrap();
            assert_eq!(copy.finish().await.unwrap(), 2);
            let mut copy = tx
                .copy_out("COPY (SELECT title FROM items ORDER BY 1) TO STDOUT")
                .await
                .unwrap();
            let mut text = Vec::new();
            while let Some(data) = copy.next().await.unwrap() {
                text.extend_from_slice(&data);
            }
            assert_eq!(text, b"acme 1\nacme 2\nacme 3\nacme 4\nacme 5\n");
            tx.rollback().await.unwrap();
        })
        .await;
    drill
        .run("a copy left open", async |acme| {
            let mut tx = acme.begin().await.unwrap();
            let mut copy = tx.copy_in("COPY plain FROM STDIN").await.unwrap();
            copy.send(b"never kept\n").await.unwrap();
            drop(copy);
            assert_eq!(
                tx.query("SELECT 1", &[]).await.unwrap_err().code(),
                Some("25P02")
            );
        })
        .await;
    let left = drill
        .admin
        .query_one("SELECT count(*) FROM plain", &[])
        .await
        .unwrap()
        .get::<_, i64>(0);
    assert_eq!(left, 0);
}

#[tokio::test]
async fn connects() {
    let drill = Drill::new("connects", Rowhouse::builder(), 96).await;
    let url = drill.proxy.url(drill.database.name());
    let builder = Rowhouse::builder().lanes(1).exclusive_connections(1);
    for polls in 0.. {
        let connected = after(polls, builder.clone().connect(&url)).await;
        if polls % 16 == 0 || connected.is_some() {
            look(&beta(&drill.house), &drill.admin, "a dropped connect").await;
        }
        if let Some(house) = connected {
            let house = house.unwrap();
            assert_eq!(titles(&acme(&house)).await.len(), 5);
            guarded("close", house.close()).await.unwrap();
            break;
        }
    }
    let count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'rowhouse_app' AND datname = current_database()";
    let mut tries = 0;
    // The drill's own lane and exclusive connections stay.
    while drill
        .admin
        .query_one(count, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        > 3
    {
        tries += 1;
        assert!(tries < 5_000, "dropped connects leave sessions behind");
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}
