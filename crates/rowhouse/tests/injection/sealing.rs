//! The seal with honest callers: what it is good for, and how long.

use std::time::Duration;

use rowhouse::{Error, Rowhouse};

use crate::grounds::{FOREIGN, FOREIGN_ROWS, Grounds, OWN, keys, new_key, seal};
use rowhouse_local::testing::{Database, OWNER};

const TITLES: &str = "SELECT title FROM items ORDER BY title";

#[tokio::test]
async fn every_way_to_run_sql_is_sealed() {
    let grounds = Grounds::sealed().await;
    let own = grounds.house.tenant(OWN);
    assert_eq!(own.query(TITLES, &[]).await.unwrap().len(), 3);
    let sql = "INSERT INTO items (n, title) VALUES ($1, $2)";
    own.execute(sql, &[&7, &"new"]).await.unwrap();
    own.batch()
        .add(sql, &[&8, &"b"])
        .unwrap()
        .add(TITLES, &[])
        .unwrap()
        .run()
        .await
        .unwrap();
    let mut tx = own.begin().await.unwrap();
    tx.execute(sql, &[&9, &"in a transaction"]).await.unwrap();
    let mut savepoint = tx.savepoint().await.unwrap();
    savepoint
        .execute(sql, &[&10, &"in a savepoint"])
        .await
        .unwrap();
    savepoint.release().await.unwrap();
    assert_eq!(tx.query(TITLES, &[]).await.unwrap().len(), 7);
    tx.commit().await.unwrap();
    let mut stream = own
        .stream("SELECT i.title FROM items i, generate_series(1, 3000)", &[])
        .await
        .unwrap();
    let mut rows = 0;
    while let Some(row) = stream.next().await.unwrap() {
        assert!(!row.get::<&str>(0).starts_with("beta"));
        rows += 1;
    }
    assert_eq!(rows, 7 * 3000);
    assert_eq!(
        grounds
            .house
            .tenant(FOREIGN)
            .query(TITLES, &[])
            .await
            .unwrap()
            .len(),
        FOREIGN_ROWS
    );
}

#[tokio::test]
async fn a_house_without_keys_reads_nothing_of_a_sealed_database() {
    let grounds = Grounds::sealed().await;
    let plain = Rowhouse::connect(&grounds.database.app_url())
        .await
        .unwrap();
    let error = plain.tenant(OWN).query(TITLES, &[]).await.unwrap_err();
    assert_eq!(error.code(), Some("RHS01"), "{error}");
}

#[tokio::test]
async fn a_house_with_a_wrong_key_does_not_open() {
    let grounds = Grounds::sealed().await;
    let other = Database::create("CREATE TABLE items (tenant_id uuid); ALTER TABLE items ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON items USING (tenant_id = current_setting('app.current_tenant_id')::uuid)").await;
    let wrong = seal(&other, &[]).await;
    let error = Rowhouse::builder()
        .seal(keys(&wrong))
        .connect(&grounds.database.app_url())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Config(text) if text.contains("does not accept the seal")),
        "{error}"
    );
    let plain = Grounds::plain().await;
    let error = Rowhouse::builder()
        .seal(keys(&wrong))
        .connect(&plain.database.app_url())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Config(text) if text.contains("not sealed")),
        "{error}"
    );
    for (from, to) in [("app.current_tenant_id", "app.other"), ("uuid", "text")] {
        let line = wrong.replace(from, to);
        let error = Rowhouse::builder()
            .seal(keys(&line))
            .connect(&plain.database.app_url())
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{error}");
    }
}

#[tokio::test]
async fn keys_rotate_under_load_without_an_error() {
    let grounds = Grounds::sealed().await;
    let owner = grounds.database.as_role(OWNER).await;
    let house = grounds.house.clone();
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let load = tokio::spawn(async move {
        let mut done = 0_u32;
        while !*stopped.borrow_and_update() {
            assert_eq!(house.tenant(OWN).query(TITLES, &[]).await.unwrap().len(), 3);
            done += 1;
        }
        done
    });
    for _ in 0..3 {
        let new = new_key(&owner, &[]).await;
        grounds.house.replace_seal_keys(keys(&new)).unwrap();
        // What was sealed with the old key is on its way still.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let id = keys(&new).ids().next().unwrap().to_owned();
        owner
            .execute(
                "UPDATE rowhouse.seal_keys SET not_after = now() WHERE id <> '1t' || $1",
                &[&id],
            )
            .await
            .unwrap();
    }
    stop.send(true).unwrap();
    assert!(load.await.unwrap() > 10);
}

#[tokio::test]
async fn a_retired_key_seals_nothing() {
    let grounds = Grounds::sealed().await;
    let owner = grounds.database.as_role(OWNER).await;
    // Times before 2000 are negative for PostgreSQL, and as bytes the greatest of all.
    for ended in ["now", "1999-12-31 23:59:59+00", "1970-01-01", "-infinity"] {
        owner
            .execute(
                "UPDATE rowhouse.seal_keys SET not_after = $1::text::timestamptz",
                &[&ended],
            )
            .await
            .unwrap();
        let error = grounds
            .house
            .tenant(OWN)
            .query(TITLES, &[])
            .await
            .unwrap_err();
        assert_eq!(error.code(), Some("RHS02"), "{ended}: {error}");
    }
}

/// What somebody who listens at one connection heard is worth nothing at another, nor later, nor for other claims.
#[tokio::test]
async fn a_stolen_seal_is_worth_nothing_elsewhere() {
    let grounds = Grounds::sealed().await;
    let foreign = grounds.house.tenant(FOREIGN);
    let seal: String = foreign
        .query_one("SELECT current_setting('rowhouse.seal')", &[])
        .await
        .unwrap()
        .get(0);
    let stolen = |seal: String| async move {
        let thief = grounds.database.as_role(rowhouse_local::testing::APP).await;
        thief.query("SELECT set_config('app.current_tenant_id', $1, false), set_config('rowhouse.seal', $2, false)", &[&FOREIGN.to_string(), &seal]).await.unwrap();
        let error = thief
            .query("SELECT title FROM items", &[])
            .await
            .unwrap_err();
        error.code().unwrap().code().to_owned()
    };
    assert_eq!(stolen(seal).await, "RHS02");
}

#[tokio::test]
async fn a_seal_expires_by_the_servers_clock() {
    let grounds = Grounds::sealed().await;
    let own = grounds
        .house
        .tenant(OWN)
        .with_statement_timeout(Duration::from_secs(1));
    let row = own
        .query_one(
            "SELECT current_setting('rowhouse.seal'), pg_backend_pid(), extract(epoch FROM clock_timestamp())::bigint",
            &[],
        )
        .await
        .unwrap();
    let (seal, process, now): (String, i32, i64) = (row.get(0), row.get(1), row.get(2));
    // In microseconds since 2000.
    let until = i64::from_str_radix(&seal[84..100], 16).unwrap() / 1_000_000 + 946_684_800;
    let left = until - now;
    assert!((50..=70).contains(&left), "{left}");
    assert!(seal.ends_with("01"), "it is for one server process: {seal}");
    // An owner's clock is not to be turned, so the key is made by hand: the same MAC over a time that has passed.
    let owner = grounds.database.as_role(OWNER).await;
    let expired: String = owner
        .query_one(
            "SELECT encode(sha256(outer_prefix || sha256(inner_prefix || m || int4send($2) || convert_to($3, 'UTF8'))) || m, 'hex')
               FROM rowhouse.seal_keys,
                    LATERAL (SELECT overlay(substr(decode($1, 'hex'), 33) placing timestamptz_send(now() - interval '1 s') from 11) AS m) AS x",
            &[&seal, &process, &OWN.to_string()],
        )
        .await
        .unwrap()
        .get(0);
    for (value, works) in [(&seal, true), (&expired, false)] {
        let sql = "SELECT set_config('rowhouse.seal', $1, true) UNION ALL SELECT title FROM items";
        let found = own.query(sql, &[value]).await;
        assert_eq!(found.is_ok(), works, "{found:?}");
    }
}

#[tokio::test]
async fn claims_are_sealed_with_the_tenant() {
    let database = Database::create(
        "CREATE TABLE notes (tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid, author text NOT NULL);
         ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
         CREATE POLICY tenant ON notes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
         GRANT SELECT, INSERT ON notes TO rowhouse_app;",
    )
    .await;
    let line = seal(&database, &["app.user", "app.role"]).await;
    let owner = database.as_role(OWNER).await;
    owner.batch_execute("ALTER POLICY tenant ON notes USING (tenant_id = (SELECT rowhouse.tenant()) AND author = (SELECT rowhouse.claim('app.user')))").await.unwrap();
    let builder = Rowhouse::builder()
        .claim("app.user")
        .claim("app.other")
        .claim("app.role")
        .seal(keys(&line));
    let house = builder.connect(&database.app_url()).await.unwrap();
    let ann = house
        .tenant(OWN)
        .with_claim("app.user", "änn, 3:x")
        .unwrap();
    ann.execute("INSERT INTO notes (author) VALUES ('änn, 3:x')", &[])
        .await
        .unwrap();
    assert_eq!(
        ann.query("SELECT author FROM notes", &[])
            .await
            .unwrap()
            .len(),
        1
    );
    let bob = house.tenant(OWN).with_claim("app.user", "bob").unwrap();
    assert_eq!(
        bob.query("SELECT author FROM notes", &[])
            .await
            .unwrap()
            .len(),
        0
    );
    let injected =
        "SELECT set_config('app.user', 'änn, 3:x', true) UNION ALL SELECT author FROM notes";
    let error = bob.query(injected, &[]).await.unwrap_err();
    assert_eq!(error.code(), Some("RHS02"), "{error}");
    let error = bob
        .query("SELECT rowhouse.claim('app.other')", &[])
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("RHS03"), "{error}");
}

#[tokio::test]
async fn integer_and_text_tenants_are_sealed_too() {
    use rowhouse::{TenantId, TenantType};
    use rowhouse_guard::seal::{TenantType as Sql, install};
    for (kind, sql, column, one, other) in [
        (TenantType::Integer, Sql::Integer, "int", "7", "8"),
        (TenantType::Text, Sql::Text, "text", "ä 'cme", "x"),
    ] {
        let database = Database::create(&format!("CREATE TABLE things (tenant {column} NOT NULL, name text NOT NULL); ALTER TABLE things ENABLE ROW LEVEL SECURITY; GRANT SELECT ON things TO rowhouse_app;")).await;
        let owner = database.as_role(OWNER).await;
        owner
            .batch_execute(&install(
                "app.tenant",
                sql,
                &[rowhouse_local::testing::APP.to_owned()],
            ))
            .await
            .unwrap();
        owner
            .batch_execute(
                "CREATE POLICY tenant ON things USING (tenant = (SELECT rowhouse.tenant()))",
            )
            .await
            .unwrap();
        for tenant in [one, other] {
            owner
                .batch_execute(&format!(
                    "INSERT INTO things VALUES ('{}', 'x')",
                    tenant.replace('\'', "''")
                ))
                .await
                .unwrap();
        }
        let line: String = owner
            .query_one(
                "SELECT rowhouse.new_seal_key('app.tenant', $1, '{}')",
                &[&sql.word()],
            )
            .await
            .unwrap()
            .get(0);
        let builder = Rowhouse::builder()
            .setting("app.tenant")
            .tenant_type(kind)
            .seal(keys(&line));
        let house = builder.connect(&database.app_url()).await.unwrap();
        let tenant = house.tenant(TenantId::parse(kind, one).unwrap());
        assert_eq!(
            tenant
                .query("SELECT name FROM things", &[])
                .await
                .unwrap()
                .len(),
            1
        );
    }
}

/// The function runs in the leader, and plans may be parallel all the same.
#[tokio::test]
async fn parallel_plans_stay_possible() {
    let grounds = Grounds::sealed().await;
    let own = grounds.house.tenant(OWN);
    let mut tx = own.begin().await.unwrap();
    let fields = [
        "parallel_setup_cost",
        "parallel_tuple_cost",
        "min_parallel_table_scan_size",
    ];
    for field in fields {
        tx.query("SELECT set_config($1, '0', true)", &[&field])
            .await
            .unwrap();
    }
    let plan = tx
        .query("EXPLAIN ANALYZE SELECT count(*) FROM items", &[])
        .await
        .unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
    assert!(plan.iter().any(|line| line.contains("Gather")), "{plan:#?}");
    let count: i64 = tx
        .query_one("SELECT count(*) FROM items", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(count, 3);
}
