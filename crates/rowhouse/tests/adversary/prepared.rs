//! Prepared statements while the schema changes under them.

use std::num::NonZeroUsize;

use rowhouse::{Error, Rowhouse};
use rowhouse_local::testing::Database;

use crate::common::{SCHEMA, acme, beta, database, house_at, one_lane};

/// Runs `sql` often enough, and in parallel, to have met every lane.
async fn everywhere(tenant: &rowhouse::Tenant, sql: &str) -> Vec<usize> {
    let many = futures_util::future::join_all((0..24).map(|_| tenant.query(sql, &[]))).await;
    many.into_iter()
        .map(|rows| rows.unwrap_or_else(|error| panic!("{sql}: {error}")).len())
        .collect()
}

async fn three_lanes(database: &Database) -> Rowhouse {
    house_at(&database.app_url(), 3).await
}

#[tokio::test]
async fn a_column_more_or_less() {
    let database = database().await;
    let owner = database.admin().await;
    let house = three_lanes(&database).await;
    let acme = acme(&house);
    let sql = "SELECT * FROM items ORDER BY title";
    everywhere(&acme, sql).await;
    for (ddl, column, there) in [
        (
            "ALTER TABLE items ADD COLUMN extra int DEFAULT 7",
            "extra",
            true,
        ),
        (
            "ALTER TABLE items ALTER COLUMN extra TYPE text",
            "extra",
            true,
        ),
        (
            "ALTER TABLE items RENAME COLUMN extra TO other",
            "other",
            true,
        ),
        ("ALTER TABLE items DROP COLUMN other", "other", false),
    ] {
        let returning = "UPDATE items SET n = n + 1 WHERE title = 'acme 1' RETURNING *";
        acme.query(returning, &[]).await.unwrap();
        let before: i32 = acme
            .query_one("SELECT n FROM items WHERE title = 'acme 1'", &[])
            .await
            .unwrap()
            .get(0);
        owner.batch_execute(ddl).await.unwrap();
        for _ in 0..2 {
            assert_eq!(everywhere(&acme, sql).await, [5; 24], "{ddl}");
            let row = acme.query(sql, &[]).await.unwrap().swap_remove(0);
            assert_eq!(
                row.columns().iter().any(|c| c.name() == column),
                there,
                "{ddl}"
            );
            assert_eq!(row.columns().len(), if there { 5 } else { 4 }, "{ddl}");
            if there && !ddl.contains("ADD") {
                assert_eq!(row.get::<&str>(column), "7");
            }
        }
        assert_eq!(acme.query(returning, &[]).await.unwrap().len(), 1, "{ddl}");
        let after: i32 = acme
            .query_one("SELECT n FROM items WHERE title = 'acme 1'", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(after, before + 1, "{ddl}: a write was tried twice");
    }
}

#[tokio::test]
async fn a_parameter_that_changes_its_type() {
    let setup = format!(
        "{SCHEMA} CREATE TABLE keys (k int, label text); INSERT INTO keys VALUES (1, 'one'); GRANT ALL ON keys TO rowhouse_app;"
    );
    let database = Database::create(&setup).await;
    let owner = database.admin().await;
    let house = three_lanes(&database).await;
    let acme = acme(&house);
    let (read, write) = (
        "SELECT label FROM keys WHERE k = $1",
        "INSERT INTO keys VALUES ($1, 'more')",
    );
    for _ in 0..12 {
        assert_eq!(acme.query(read, &[&1]).await.unwrap().len(), 1);
    }
    acme.execute(write, &[&2]).await.unwrap();
    owner
        .batch_execute("ALTER TABLE keys ALTER COLUMN k TYPE text")
        .await
        .unwrap();
    // The old type: told apart from the new one, on every lane; never a wrong row.
    for _ in 0..12 {
        let error = acme.query(read, &[&1]).await.unwrap_err();
        assert!(
            matches!(error, Error::Parameter { number: 1, .. }),
            "{error}"
        );
    }
    let many = futures_util::future::join_all((0..24).map(|_| acme.query(read, &[&"1"]))).await;
    for rows in many {
        assert_eq!(rows.unwrap()[0].get::<&str>(0), "one");
    }
    assert_eq!(acme.execute(write, &[&"3"]).await.unwrap(), 1);
    owner
        .batch_execute("ALTER TABLE keys ALTER COLUMN k TYPE bigint USING k::bigint")
        .await
        .unwrap();
    // And one that never uses the old type again.
    assert_eq!(acme.query(read, &[&1_i64]).await.unwrap().len(), 1);
    assert_eq!(acme.execute(write, &[&4_i64]).await.unwrap(), 1);
    let mut tx = acme.begin().await.unwrap();
    assert_eq!(tx.query(read, &[&3_i64]).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    let rows = acme
        .query_one("SELECT count(*), sum(k)::int8 FROM keys", &[])
        .await
        .unwrap();
    assert_eq!((rows.get::<i64>(0), rows.get::<i64>(1)), (4, 10));
}

#[tokio::test]
async fn a_table_or_enum_made_anew() {
    let setup = format!(
        "{SCHEMA} CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE TABLE days (day int, mood mood); INSERT INTO days VALUES (1, 'ok'); GRANT ALL ON days TO rowhouse_app;"
    );
    let database = Database::create(&setup).await;
    let owner = database.admin().await;
    let house = three_lanes(&database).await;
    let acme = acme(&house);
    let (read, write) = (
        "SELECT mood::text, mood FROM days WHERE day = $1",
        "UPDATE days SET mood = 'sad' WHERE mood <> 'sad' RETURNING mood",
    );
    for _ in 0..3 {
        for _ in 0..8 {
            let row = acme.query_one(read, &[&1]).await.unwrap();
            assert_eq!(row.get::<&str>(0), "ok");
            assert_eq!(row.columns()[1].type_().name(), "mood");
        }
        assert_eq!(acme.query(write, &[]).await.unwrap().len(), 1);
        owner
            .batch_execute(
                "DROP TABLE days; DROP TYPE mood; CREATE TYPE mood AS ENUM ('new', 'sad', 'ok'); CREATE TABLE days (day int, mood mood);
                 INSERT INTO days VALUES (1, 'ok'); GRANT ALL ON days TO rowhouse_app;",
            )
            .await
            .unwrap();
        let many = futures_util::future::join_all((0..24).map(|_| acme.query(read, &[&1]))).await;
        for rows in many {
            assert_eq!(rows.unwrap()[0].get::<&str>(0), "ok");
        }
        let mut tx = acme.begin().await.unwrap();
        assert_eq!(tx.query(read, &[&1]).await.unwrap().len(), 1);
        tx.rollback().await.unwrap();
        let mut stream = acme.stream(read, &[&1]).await.unwrap();
        let row = stream.next().await.unwrap().unwrap();
        let postgres_types::Kind::Enum(labels) = row.columns()[1].type_().kind() else {
            panic!("not an enum")
        };
        assert_eq!(labels.len(), 3, "the old enum's labels");
    }
}

#[tokio::test]
async fn statements_the_server_lost_are_prepared_again() {
    let database = database().await;
    let house = one_lane(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let admin = database.admin().await;
    admin.batch_execute("CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql AS $f$ DECLARE p record; BEGIN
        FOR p IN SELECT name FROM pg_prepared_statements WHERE name ~ '^rowhouse_[0-9]' AND statement !~ 'forget' LOOP
          EXECUTE format('DEALLOCATE %I', p.name); END LOOP; END $f$").await.unwrap();
    let (read, write) = (
        "SELECT title FROM items WHERE n > $1",
        "UPDATE items SET n = n + $1 WHERE title = 'beta 1'",
    );
    for round in 1..=3 {
        assert_eq!(beta.query(read, &[&0]).await.unwrap().len(), 5);
        assert_eq!(beta.execute(write, &[&1]).await.unwrap(), 1);
        acme.read_write()
            .query("SELECT forget()", &[])
            .await
            .unwrap();
        assert_eq!(
            beta.query(read, &[&0]).await.unwrap().len(),
            5,
            "round {round}"
        );
        assert_eq!(
            beta.execute(write, &[&1]).await.unwrap(),
            1,
            "round {round}"
        );
        let batch = beta
            .batch()
            .add("SELECT 1", &[])
            .unwrap()
            .add("SELECT 2", &[])
            .unwrap();
        batch.run().await.unwrap();
        acme.read_write()
            .query("SELECT forget()", &[])
            .await
            .unwrap();
        let batch = beta
            .batch()
            .add("SELECT 1", &[])
            .unwrap()
            .add("SELECT 2", &[])
            .unwrap();
        assert_eq!(batch.run().await.unwrap().len(), 2, "round {round}");
    }
    let n = beta
        .query_one("SELECT n FROM items WHERE title = 'beta 1'", &[])
        .await
        .unwrap();
    assert_eq!(n.get::<i32>(0), 1 + 6);
}

#[tokio::test]
async fn a_small_cache_evicts_and_stays_right() {
    let database = database().await;
    let house = Rowhouse::builder()
        .lanes(2)
        .prepared_statements(NonZeroUsize::new(2).unwrap())
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    for round in 0..4_i64 {
        for number in 0..7_i64 {
            let sql = format!("SELECT {number}::int8 + $1 + 0 * count(*) FROM items");
            for tenant in [&acme, &beta] {
                assert_eq!(
                    tenant
                        .query_one(&sql, &[&round])
                        .await
                        .unwrap()
                        .get::<i64>(0),
                    number + round
                );
            }
        }
        // More statements in one batch than the cache holds, some prepared before and some not.
        let texts: Vec<String> = (0..5)
            .map(|number| format!("SELECT {}::int8", number * (round + 1)))
            .collect();
        acme.query(&texts[0], &[]).await.unwrap();
        let mut batch = acme.batch();
        for text in &texts {
            batch = batch.add(text, &[]).unwrap();
        }
        let answers = batch.run().await.unwrap();
        for (number, rows) in (0_i64..).zip(&answers) {
            assert_eq!(rows.get(0).unwrap().get::<i64>(0), number * (round + 1));
        }
        let kept = acme
            .query_one(
                "SELECT count(*) FROM pg_prepared_statements WHERE name ~ '^rowhouse_[0-9]'",
                &[],
            )
            .await
            .unwrap();
        assert!(
            kept.get::<i64>(0) <= 2 + 5,
            "evicted statements stay on the server: {}",
            kept.get::<i64>(0)
        );
    }
}

#[tokio::test]
async fn a_transaction_sees_the_schema_it_makes() {
    let database = database().await;
    let setup = "GRANT CREATE ON SCHEMA public TO rowhouse_app";
    let owner = database.admin().await;
    owner
        .batch_execute(&format!(
            "{setup}; GRANT TEMPORARY ON DATABASE {} TO rowhouse_app",
            database.name()
        ))
        .await
        .unwrap();
    let house = three_lanes(&database).await;
    let mut tx = acme(&house).begin().await.unwrap();
    tx.execute("CREATE TEMP TABLE scratch (a int)", &[])
        .await
        .unwrap();
    tx.execute("INSERT INTO scratch VALUES ($1)", &[&1])
        .await
        .unwrap();
    assert_eq!(
        tx.query("SELECT * FROM scratch", &[]).await.unwrap()[0]
            .columns()
            .len(),
        1
    );
    tx.execute("ALTER TABLE scratch ADD b text DEFAULT 'x'", &[])
        .await
        .unwrap();
    let rows = tx.query("SELECT * FROM scratch", &[]).await.unwrap();
    assert_eq!(rows[0].get::<&str>("b"), "x");
    tx.commit().await.unwrap();
}

/// The same number of columns and the same width, another type: read by the old description, the value is another.
#[tokio::test]
async fn a_value_is_never_read_by_an_outdated_type() {
    let setup = format!(
        "{SCHEMA} CREATE TABLE readings (v float4); INSERT INTO readings VALUES (7); GRANT ALL ON readings TO rowhouse_app;"
    );
    let database = Database::create(&setup).await;
    let owner = database.admin().await;
    for round in 0..12 {
        let house = three_lanes(&database).await;
        let acme = acme(&house);
        // One lane has it prepared; the others prepare it after the change, while many wait behind.
        let sql = "SELECT v FROM readings";
        acme.query(sql, &[]).await.unwrap();
        let (to, expected) = if round % 2 == 0 {
            ("int4", 7_i64)
        } else {
            ("float4", 7)
        };
        owner
            .batch_execute(&format!("ALTER TABLE readings ALTER v TYPE {to}"))
            .await
            .unwrap();
        let many = futures_util::future::join_all((0..60).map(|_| acme.query(sql, &[]))).await;
        for rows in many {
            let rows = rows.unwrap();
            let name = rows[0].columns()[0].type_().name();
            let value = match name {
                "int4" => i64::from(rows[0].get::<i32>(0)),
                "float4" => rows[0].get::<f32>(0) as i64,
                other => panic!("{other}"),
            };
            assert_eq!((name, value), (to, expected), "round {round}");
        }
    }
}
