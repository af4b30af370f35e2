//! The rules of a lane, seen from the next tenant's side.

use std::collections::HashSet;
use std::time::Duration;

use rowhouse::{Buffered, Error, Rowhouse, Tenant};
use rowhouse_local::testing::Database;

use crate::common::{ACME, BETA, SCHEMA, acme, beta, database, titles};
use crate::polls::guarded;
use crate::proxy::{From, Proxy};

const BETA_TITLES: [&str; 5] = ["beta 1", "beta 2", "beta 3", "beta 4", "beta 5"];

async fn one_lane(database: &Database) -> Rowhouse {
    Rowhouse::builder()
        .lanes(1)
        .claim("app.user_id")
        .connect(&database.app_url())
        .await
        .unwrap()
}

async fn pid(tenant: &Tenant) -> i32 {
    tenant
        .query_one("SELECT pg_backend_pid()", &[])
        .await
        .unwrap()
        .get(0)
}

async fn setting(tenant: &Tenant, name: &str) -> String {
    tenant
        .query_one("SELECT current_setting($1)", &[&name])
        .await
        .unwrap()
        .get(0)
}

/// What a function of the app may leave behind with `set_config(…, false)`, and what the next tenant must see instead.
#[tokio::test]
async fn settings_left_for_the_session_do_not_reach_the_next_tenant() {
    let setup = format!(
        "{SCHEMA}
         CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO rowhouse_app;
         CREATE TABLE evil.items AS SELECT 'planted'::text AS title; GRANT SELECT ON evil.items TO rowhouse_app;"
    );
    let database = Database::create(&setup).await;
    let house = one_lane(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let mut lane = pid(&beta).await;
    let clean = [
        ("app.current_tenant_id", BETA.to_string()),
        ("app.user_id", String::new()),
        ("search_path", setting(&beta, "search_path").await),
        ("row_security", "on".to_owned()),
        ("statement_timeout", "10s".to_owned()),
        ("lock_timeout", "1s".to_owned()),
    ];
    let poison = [
        ("app.current_tenant_id", ACME.to_string()),
        ("app.user_id", "root".to_owned()),
        ("search_path", "evil".to_owned()),
        ("row_security", "off".to_owned()),
        ("statement_timeout", "0".to_owned()),
        ("lock_timeout", "0".to_owned()),
    ];
    for (name, value) in &poison {
        acme.query("SELECT set_config($1, $2, false)", &[name, value])
            .await
            .unwrap();
        // As the last thing of its statement and hidden in an expression, with a write.
        acme.execute(
            "UPDATE items SET n = n WHERE set_config($1, $2, false) IS NULL",
            &[name, value],
        )
        .await
        .unwrap();
        for (name, expected) in &clean {
            assert_eq!(
                setting(&beta, name).await,
                *expected,
                "{name} after {poison:?}"
            );
        }
        assert_eq!(titles(&beta).await, BETA_TITLES, "after {name}");
        assert_eq!(
            beta.execute("UPDATE items SET n = n", &[]).await.unwrap(),
            5,
            "after {name}"
        );
        // From 18 on the server tells of a changed search_path, and the lane is replaced for it.
        if *name == "search_path" && database.binaries().version().major >= 18 {
            lane = pid(&beta).await;
        }
        assert_eq!(pid(&beta).await, lane, "another backend proves nothing");
    }
    assert_eq!(titles(&acme).await.len(), 5);
}

#[tokio::test]
async fn the_setting_is_gone_when_the_statement_is() {
    let database = database().await;
    let house = one_lane(&database).await;
    let lane = pid(&acme(&house)).await;
    let activity = "SELECT query FROM pg_stat_activity WHERE pid = $1";
    let seen: String = database
        .admin()
        .await
        .query_one(activity, &[&lane])
        .await
        .unwrap()
        .get(0);
    assert!(
        !seen.contains(&ACME.to_string()),
        "the tenant is in pg_stat_activity: {seen}"
    );
}

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
async fn a_dropped_one_shot_cancels_nobody() {
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = Rowhouse::builder()
        .lanes(1)
        .connect(&proxy.url(database.name()))
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    acme.query("SELECT pg_sleep(0)", &[]).await.unwrap();
    titles(&beta).await;
    proxy.record();
    // Both are on the lane; the first is dropped while the server sleeps, the second must be answered.
    let sleeping = crate::polls::after(2, acme.query("SELECT pg_sleep($1::float8 / 10)", &[&1.0]));
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
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    let admin = database.admin().await;
    while admin
        .query_one(waiting, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        == 0
    {
        tokio::select! {
            biased;
            result = &mut blocked => panic!("the row is locked: {result:?}"),
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
    }
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
    let watcher = database.admin().await;
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    while watcher
        .query_one(waiting, &[])
        .await
        .unwrap()
        .get::<_, i64>(0)
        == 0
    {
        tokio::select! {
            biased;
            result = &mut blocked => panic!("the row is locked: {result:?}"),
            () = tokio::time::sleep(Duration::from_millis(30)) => {}
        }
    }
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
        let house = Rowhouse::builder()
            .lanes(3)
            .connect(&proxy.url(database.name()))
            .await
            .unwrap();
        let (acme, beta) = (acme(&house), beta(&house));
        let mut pids = HashSet::new();
        while pids.len() < 2 {
            let many = futures_util::future::join_all((0..8).map(|_| pid(&beta))).await;
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
            let again = futures_util::future::join_all((0..4).map(|_| pid(&beta))).await;
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
    let house = Rowhouse::builder()
        .lanes(2)
        .connect(&database.app_url())
        .await
        .unwrap();
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
    guarded("close", closing).await.unwrap();
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
    let first = pid(&acme).await;
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
    while pid(&acme).await == first {
        tries += 1;
        assert!(tries < 10_000);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    house.close().await;
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

/// A role that the app role may switch to, and for which a policy lets everything through.
#[tokio::test]
async fn a_role_left_for_the_session_does_not_reach_the_next_tenant() {
    let database = database().await;
    let admin = database.admin().await;
    let (helper, app) = (database.unique("helper"), database.unique("app"));
    // NOINHERIT: membership alone does not apply the policy, SET ROLE would.
    admin
        .batch_execute(&format!(
            "CREATE ROLE {helper} NOLOGIN; CREATE ROLE {app} LOGIN NOINHERIT IN ROLE {helper};
             GRANT SELECT ON items TO {helper}, {app};
             CREATE POLICY all_rows ON items TO {helper} USING (true);"
        ))
        .await
        .unwrap();
    let house = Rowhouse::builder()
        .lanes(1)
        .connect(&database.url_as(&app))
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let lane = pid(&beta).await;
    assert_eq!(titles(&beta).await, BETA_TITLES);
    acme.query("SELECT set_config('role', $1, false)", &[&helper])
        .await
        .unwrap();
    assert_eq!(titles(&beta).await, BETA_TITLES);
    assert_eq!(pid(&beta).await, lane);
}

#[tokio::test]
async fn writes_are_as_durable_as_the_session_began() {
    let database = database().await;
    let house = one_lane(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let now = "SELECT current_setting('synchronous_commit')";
    let writing = beta.read_write();
    let began: String = writing.query_one(now, &[]).await.unwrap().get(0);
    let other = if began == "off" { "on" } else { "off" };
    acme.query(
        "SELECT set_config('synchronous_commit', $1, false)",
        &[&other],
    )
    .await
    .unwrap();
    assert_eq!(
        writing.query_one(now, &[]).await.unwrap().get::<String>(0),
        began
    );
}

/// A function that drops every prepared statement takes the heads along.
#[tokio::test]
async fn a_lane_without_its_heads_is_replaced() {
    let setup = format!(
        "{SCHEMA}
         CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$;"
    );
    let database = Database::create(&setup).await;
    let house = one_lane(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let lane = pid(&beta).await;
    acme.query("SELECT forget()", &[]).await.unwrap();
    for _ in 0..3 {
        assert_eq!(titles(&beta).await, BETA_TITLES);
    }
    assert_ne!(pid(&beta).await, lane);
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

/// Past 4 GiB a message's length would wrap, and a parameter's bytes be read as messages.
#[tokio::test]
async fn parameters_have_a_bound_of_their_own() {
    let database = database().await;
    let house = one_lane(&database).await;
    let acme = acme(&house);
    let lane = pid(&acme).await;
    let large = vec![0_u8; 130 << 20];
    let sql = "SELECT length($1::bytea) + length($2::bytea)";
    let error = acme.query(sql, &[&large, &large]).await.unwrap_err();
    assert!(matches!(error, Error::Parameter { .. }), "{error}");
    let text = format!("SELECT '{}'", "x".repeat(17 << 20));
    assert!(matches!(
        acme.query(&text, &[]).await.unwrap_err(),
        Error::Refused { .. }
    ));
    assert_eq!(pid(&acme).await, lane);
}
