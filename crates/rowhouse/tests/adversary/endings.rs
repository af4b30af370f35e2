//! How streams, copies and transactions end when somebody else decides: once, and truthfully.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rowhouse::{Delivery, Error, Pooling, Rowhouse};
use rowhouse_local::testing::{Database, private_cluster};

use crate::common::{SCHEMA, acme, backend_of, beta, database, house, house_at, titles};
use crate::exclusive::{LEFTOVERS, MESS};
use crate::polls::{after, guarded, seed};
use crate::proxy::{From, Proxy};

#[tokio::test]
async fn rows_and_portions_taken_in_turn_are_the_whole_answer() {
    let seed = seed("rows_and_portions_taken_in_turn_are_the_whole_answer");
    let database = database().await;
    let house = house(&database).await;
    let sql = "SELECT n, repeat('x', n % 500) FROM generate_series(1, $1::int4) n";
    for round in 0..20 {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(round));
        let mut stream = acme(&house).stream(sql, &[&4_000_i32]).await.unwrap();
        let mut taken: Vec<i32> = Vec::new();
        loop {
            if rng.random_bool(0.02) {
                // A future that is dropped midway takes nothing with it.
                match after(rng.random_range(1..3), stream.next_portion()).await {
                    Some(Ok(Some(rows))) => {
                        let values: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
                        assert_eq!(rows.len(), values.len());
                        assert_eq!(rows.get(0).map(|row| row.get(0)), values.first().copied());
                        assert!(rows.get(rows.len()).is_none());
                        taken.extend(values);
                    }
                    Some(Ok(None)) => break,
                    Some(Err(error)) => panic!("{error}"),
                    None => {}
                }
            } else {
                match stream.next().await.unwrap() {
                    Some(row) => taken.push(row.get(0)),
                    None => break,
                }
            }
        }
        assert!(
            taken.iter().copied().eq(1..=4_000),
            "round {round}: {} rows",
            taken.len()
        );
        assert!(stream.next_portion().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_stream_that_failed_never_seems_to_end_well() {
    let database = database().await;
    let house = house(&database).await;
    let sql = "SELECT 1 / (2000 - n) FROM generate_series(1, 5000) n";
    let mut stream = acme(&house).stream(sql, &[]).await.unwrap();
    let error = loop {
        match stream.next().await {
            Ok(row) => assert!(row.is_some(), "a clean end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), Some("22012"));
    for _ in 0..2 {
        let next = guarded("the next row", stream.next()).await.unwrap_err();
        assert!(matches!(next, Error::TransactionOver(_)), "{next}");
        let next = guarded("the next portion", stream.next_portion()).await;
        assert!(matches!(next, Err(Error::TransactionOver(_))));
    }
}

const NOISY: &str = "
CREATE TABLE noisy (n int);
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
  IF NEW.n < 0 THEN RAISE EXCEPTION 'no'; END IF;
  RAISE NOTICE 'row % %', NEW.n, repeat('!', 100); RETURN NEW; END $f$;
CREATE TRIGGER shout BEFORE INSERT ON noisy FOR EACH ROW EXECUTE FUNCTION shout();
GRANT SELECT, INSERT ON noisy TO rowhouse_app";

#[tokio::test]
async fn a_copy_takes_the_notices_that_its_rows_raise() {
    let database = Database::create(NOISY).await;
    let house = house(&database).await;
    let lines = "7\n".repeat(400_000);
    let patient = acme(&house).with_statement_timeout(Duration::from_mins(1));
    let mut tx = patient.begin().await.unwrap();
    let copy = async {
        let mut copy = tx.copy_in("COPY noisy FROM STDIN").await.unwrap();
        copy.send(lines.as_bytes()).await.unwrap();
        copy.finish().await.unwrap()
    };
    assert_eq!(guarded("a noisy COPY", copy).await, 400_000);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_refused_copy_says_so_while_it_is_sent() {
    let database = Database::create(NOISY).await;
    let house = house(&database).await;
    let mut tx = acme(&house).begin().await.unwrap();
    let mut savepoint = tx.savepoint().await.unwrap();
    let send = async {
        let mut copy = savepoint.copy_in("COPY noisy FROM STDIN").await.unwrap();
        let block = "-1\n".repeat(100_000);
        let first = loop {
            if let Err(error) = copy.send(block.as_bytes()).await {
                break error;
            }
        };
        assert_eq!(first.code(), Some("P0001"), "{first}");
        // It stays refused, at its end too.
        assert_eq!(copy.finish().await.unwrap_err().code(), Some("P0001"));
    };
    guarded("a refused COPY", send).await;
    savepoint.rollback().await.unwrap();
    let count = tx.query_one("SELECT count(*) FROM noisy", &[]).await;
    assert_eq!(count.unwrap().get::<i64>(0), 0);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_commit_whose_server_dies_is_never_called_rolled_back() {
    // The flush of a commit takes a tenth of a second, in which nothing can interrupt it.
    let cluster = private_cluster(&[
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("commit_delay", "100000"),
        ("commit_siblings", "0"),
    ])
    .await;
    let admin = cluster.admin().await;
    admin.batch_execute(SCHEMA).await.unwrap();
    let house = house_at(&cluster.url_as("rowhouse_app", "postgres"), 1).await;
    let tenant = acme(&house);
    let insert = "INSERT INTO items (title) VALUES ($1)";
    let mut durable = 0;
    for round in 0..8_u64 {
        let title = format!("round {round}");
        let mut tx = tenant.begin().await.unwrap();
        let pid = backend_of(&mut tx).await;
        tx.execute(insert, &[&title]).await.unwrap();
        let terminate = async {
            tokio::time::sleep(Duration::from_millis(round * 12)).await;
            let sql = format!("SELECT pg_terminate_backend({pid}, 10000)");
            admin.batch_execute(&sql).await.unwrap();
        };
        let both = async { tokio::join!(tx.commit(), terminate) };
        let (end, ()) = guarded("a commit", both).await;
        let sql = "SELECT count(*) FROM items WHERE title = $1";
        let there: i64 = admin.query_one(sql, &[&title]).await.unwrap().get(0);
        durable += there;
        match end {
            Ok(()) => assert_eq!(there, 1, "{title} was committed"),
            Err(Error::Lost {
                delivery: Delivery::MaybeSent,
                ..
            }) => {}
            Err(error) => panic!("{title}: {error:?}"),
        }
    }
    assert!(durable > 0, "no commit was met while it was flushed");
}

#[tokio::test]
async fn a_commit_that_fails_in_a_living_session_was_rolled_back() {
    let database = Database::create(
        "CREATE TABLE deferred (n int UNIQUE DEFERRABLE INITIALLY DEFERRED);
         GRANT SELECT, INSERT ON deferred TO rowhouse_app",
    )
    .await;
    let house = house(&database).await;
    let mut tx = acme(&house).begin().await.unwrap();
    let sql = "INSERT INTO deferred VALUES (1), (1)";
    tx.execute(sql, &[]).await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(&error, Error::Database(_)), "{error}");
    assert_eq!(error.code(), Some("23505"));
}

/// A savepoint lends its transaction mutably, so another can be put in its place. Each must stay what it is.
#[tokio::test]
async fn a_savepoint_ends_in_its_own_transaction_only() {
    let database = database().await;
    let house = house(&database).await;
    let insert = "INSERT INTO items (title) VALUES ($1)";
    let mut one = acme(&house).begin().await.unwrap();
    let mut other = beta(&house).begin().await.unwrap();
    other.execute(insert, &[&"kept"]).await.unwrap();
    let mut savepoint = one.savepoint().await.unwrap();
    savepoint.execute(insert, &[&"undone"]).await.unwrap();
    std::mem::swap(&mut *savepoint, &mut other);
    let error = savepoint.release().await.unwrap_err();
    assert!(matches!(error, Error::TransactionOver(_)), "{error}");
    // Where the first one was there is beta's now, and nothing was undone in it.
    one.commit().await.unwrap();
    let error = other.commit().await.unwrap_err();
    assert!(matches!(error, Error::TransactionOver(_)), "{error}");
    assert!(titles(&beta(&house)).await.contains(&"kept".to_owned()));
    assert_eq!(titles(&acme(&house)).await.len(), 5);
}

#[tokio::test]
async fn a_forgotten_savepoint_is_not_committed() {
    let database = database().await;
    let house = house(&database).await;
    let mut tx = acme(&house).begin().await.unwrap();
    let mut savepoint = tx.savepoint().await.unwrap();
    let insert = "INSERT INTO items (title) VALUES ('undone')";
    savepoint.execute(insert, &[]).await.unwrap();
    std::mem::forget(savepoint);
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, Error::TransactionOver(_)), "{error}");
    assert_eq!(titles(&acme(&house)).await.len(), 5);
}

#[tokio::test]
async fn a_statement_whose_parse_nobody_awaited_is_not_taken_for_prepared() {
    let make = "CREATE TABLE fleeting (n int); GRANT SELECT ON fleeting TO rowhouse_app";
    let database = Database::create(make).await;
    let admin = database.admin().await;
    let house = house(&database).await;
    let sql = "SELECT n FROM fleeting";
    // Now its types are known, and it is bound without being described again.
    let mut tx = acme(&house).begin().await.unwrap();
    tx.query(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    admin.batch_execute("DROP TABLE fleeting").await.unwrap();
    let mut tx = acme(&house).begin().await.unwrap();
    let mut savepoint = tx.savepoint().await.unwrap();
    assert!(after(1, savepoint.query(sql, &[])).await.is_none());
    savepoint.rollback().await.unwrap();
    admin.batch_execute(make).await.unwrap();
    assert!(tx.query(sql, &[]).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

/// Behind this proxy the backend's number is another than was announced, as behind a pooler.
async fn pooler_like(database: &Database) -> Proxy {
    let proxy = Proxy::plain(database).await;
    proxy.tamper(|who, bytes| {
        let key = b"K\0\0\0\x0c";
        if who == From::Server
            && let Some(at) = bytes.windows(key.len()).position(|window| window == key)
        {
            bytes[at + key.len() + 1] ^= 0x40;
        }
    });
    proxy
}

#[tokio::test]
async fn behind_a_pooler_its_prepared_statements_are_left_to_it() {
    let database = database().await;
    let admin = database.admin().await;
    let grant = format!(
        "GRANT TEMPORARY ON DATABASE {} TO rowhouse_app",
        database.name()
    );
    admin.batch_execute(&grant).await.unwrap();
    let proxy = pooler_like(&database).await;
    let house = Rowhouse::builder()
        .lanes(1)
        .exclusive_connections(1)
        .connect(&proxy.url(database.name()))
        .await
        .unwrap();
    assert_eq!(house.pooling(), Pooling::Unnamed);
    let mut backends = Vec::new();
    // What is prepared by the first stays for the second, and everything else is gone.
    for prepared in [0_i64, 1] {
        let mut tx = acme(&house).begin().await.unwrap();
        let row = tx.query_one(LEFTOVERS, &[]).await.unwrap();
        backends.push(row.get::<i32>(0));
        assert_eq!(
            [4, 5, 6, 7, 8].map(|at| row.get::<i64>(at)),
            [0, 0, prepared, 0, 0],
            "temp, advisory, prepared, cursors, listening"
        );
        assert_eq!((row.get::<&str>(3), row.get::<&str>(9)), ("4MB", ""));
        for sql in MESS.iter().filter(|_| prepared == 0) {
            tx.query(*sql, &[]).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    assert_eq!(backends[0], backends[1], "another backend proves nothing");
}
