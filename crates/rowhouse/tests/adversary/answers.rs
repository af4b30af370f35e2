//! When an answer is released, to whom, and how much of it a lane holds.

use std::collections::HashSet;

use rowhouse::{Buffered, Error, Rowhouse};
use rowhouse_local::testing::Database;

use crate::common::{
    ACME, BETA, BETA_TITLES, SCHEMA, acme, backend, beta, database, house_at, one_lane, titles,
};
use crate::proxy::{From, Proxy};

#[tokio::test]
async fn a_deferred_constraint_fails_the_one_shot() {
    let setup = format!(
        "{SCHEMA}
         CREATE TABLE notes (id int PRIMARY KEY, parent int REFERENCES notes DEFERRABLE INITIALLY DEFERRED);
         GRANT SELECT, INSERT ON notes TO rowhouse_app;"
    );
    let database = Database::create(&setup).await;
    let acme = acme(&one_lane(&database).await);
    for _ in 0..2 {
        let error = acme
            .execute("INSERT INTO notes VALUES (1, 99)", &[])
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("23503"), "{error}");
    }
    let batch = acme
        .batch()
        .add("INSERT INTO notes VALUES (1, 99)", &[])
        .unwrap()
        .add("SELECT 1", &[])
        .unwrap();
    assert_eq!(batch.run().await.unwrap_err().code(), Some("23503"));
    let mut tx = acme.begin().await.unwrap();
    tx.execute("INSERT INTO notes VALUES (1, 99)", &[])
        .await
        .unwrap();
    assert_eq!(tx.commit().await.unwrap_err().code(), Some("23503"));
    assert!(
        acme.query("SELECT 1 FROM notes", &[])
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_lane_buffers_no_more_than_its_cap_and_leaves_no_portal() {
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = Rowhouse::builder()
        .lanes(1)
        .lane_answer(10, 2_000)
        .write_answer(2_000)
        .connect(&proxy.url(database.name()))
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let whole = |buffered: &Buffered| matches!(buffered, Buffered::Whole(_));
    let sql = "SELECT n FROM generate_series(1, $1) n";
    assert!(whole(&acme.query_buffered(sql, &[&10]).await.unwrap()));
    titles(&beta).await;
    proxy.record();
    assert!(
        !whole(&acme.query_buffered(sql, &[&1_000_000]).await.unwrap()),
        "past the rows"
    );
    // A head's row and one past the cap: the server was asked for no more.
    assert_eq!(proxy.tags(From::Server).matches('D').count(), 12);
    for _ in 0..3 {
        assert_eq!(acme.query(sql, &[&11]).await.unwrap().len(), 11);
        assert_eq!(titles(&beta).await, BETA_TITLES);
    }
    assert_eq!(
        acme.query(sql, &[&10]).await.unwrap().len(),
        10,
        "after it overflowed, all rows are there still"
    );
    let wide = "SELECT repeat('x', $1)";
    assert!(whole(&acme.query_buffered(wide, &[&1_900]).await.unwrap()));
    assert!(
        !whole(&acme.query_buffered(wide, &[&2_100]).await.unwrap()),
        "past the bytes"
    );
    assert_eq!(
        acme.query_one(wide, &[&50_000])
            .await
            .unwrap()
            .get::<&str>(0)
            .len(),
        50_000
    );
    let returning = "UPDATE items SET n = n + 100 RETURNING repeat('x', $1)";
    assert_eq!(acme.query(returning, &[&10]).await.unwrap().len(), 5);
    let error = acme.query(returning, &[&1_000]).await.unwrap_err();
    assert!(matches!(error, Error::AnswerTooLarge { .. }), "{error}");
    let sum = acme
        .query_one("SELECT sum(n) FROM items", &[])
        .await
        .unwrap();
    assert_eq!(
        sum.get::<i64>(0),
        15 + 1_000,
        "each of the two writes happened once"
    );
    let left = beta
        .query_one("SELECT count(*) FROM pg_cursors WHERE name <> ''", &[])
        .await
        .unwrap();
    assert_eq!(left.get::<i64>(0), 0);
}

/// The answers of two tenants swapped on their way: neither may see the other's.
#[tokio::test]
async fn an_answer_with_another_tenant_or_nonce_is_released_to_nobody() {
    let (a, b) = (ACME.to_string(), BETA.to_string());
    let find = |bytes: &[u8], what: &str| {
        bytes
            .windows(what.len())
            .position(|window| window == what.as_bytes())
    };
    for what in ["tenant", "nonce"] {
        let database = database().await;
        let proxy = Proxy::plain(&database).await;
        let house = house_at(&proxy.url(database.name()), 3).await;
        let (acme, beta) = (acme(&house), beta(&house));
        let mut pids = HashSet::new();
        while pids.len() < 2 {
            let many = futures_util::future::join_all((0..8).map(|_| backend(&beta))).await;
            pids.extend(many);
        }
        titles(&acme).await;
        let (from, to) = (a.clone(), b.clone());
        let mut armed = true;
        proxy.tamper(move |who, bytes| {
            let Some(at) = find(bytes, &from).filter(|_| armed && who == From::Server) else {
                return;
            };
            armed = false;
            match what {
                "tenant" => bytes[at..at + to.len()].copy_from_slice(to.as_bytes()),
                _ => bytes[at - 5] ^= 1,
            }
        });
        let error = acme
            .query("SELECT title FROM items", &[])
            .await
            .unwrap_err();
        assert!(matches!(error, Error::IsolationCheck), "{what}: {error}");
        for _ in 0..20 {
            let again = futures_util::future::join_all((0..4).map(|_| backend(&beta))).await;
            assert!(
                again.iter().all(|pid| !pids.contains(pid)),
                "{what}: a lane outlived the alarm"
            );
        }
        assert_eq!(titles(&beta).await, BETA_TITLES);
    }
}

#[tokio::test]
async fn an_exclusive_connection_checks_tenant_and_nonce_too() {
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = Rowhouse::connect(&proxy.url(database.name()))
        .await
        .unwrap();
    let acme = acme(&house);
    let (from, to) = (ACME.to_string(), BETA.to_string());
    titles(&acme).await;
    let mut tx = acme.begin().await.unwrap();
    tx.query("SELECT title FROM items", &[]).await.unwrap();
    proxy.tamper(move |who, bytes| {
        if who == From::Server
            && let Some(at) = bytes
                .windows(from.len())
                .position(|window| window == from.as_bytes())
        {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    });
    let error = tx.query("SELECT title FROM items", &[]).await.unwrap_err();
    assert!(matches!(error, Error::IsolationCheck), "{error}");
}
