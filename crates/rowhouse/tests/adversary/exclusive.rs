//! What a borrower of an exclusive connection leaves for the next: nothing.

use rowhouse::{LaneMode, Rowhouse, Tenant};

use crate::common::{acme, beta, database};
use crate::polls::guarded;

pub(crate) const LEFTOVERS: &str = "
SELECT pg_backend_pid(), current_setting('app.current_tenant_id'), current_setting('search_path'), current_setting('work_mem'),
  (SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND pg_table_is_visible(oid)),
  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
  (SELECT count(*) FROM pg_prepared_statements WHERE name NOT LIKE 'rowhouse%'),
  (SELECT count(*) FROM pg_cursors WHERE name <> '' AND name <> 'rowhouse_stream'),
  (SELECT count(*) FROM pg_listening_channels()),
  coalesce(current_setting('app.left', true), ''), current_setting('role')";

/// Makes every kind of session state that a transaction's SQL can make.
pub(crate) const MESS: [&str; 7] = [
    "CREATE TEMP TABLE items (title text, n int) ON COMMIT PRESERVE ROWS",
    "SELECT set_config('work_mem', '123kB', false), set_config('app.left', 'x', false), set_config('app.current_tenant_id', '00000000-0000-0000-0000-00000000000b', false)",
    "SELECT pg_advisory_lock(42)",
    "DO $$ BEGIN EXECUTE 'LISTEN gossip'; END $$",
    "DO $$ BEGIN EXECUTE 'PREPARE secret AS SELECT 1'; END $$",
    "DO $$ BEGIN EXECUTE 'DECLARE kept CURSOR WITH HOLD FOR SELECT 1'; END $$",
    "SET LOCAL search_path = pg_temp",
];

/// What a fresh borrower sees, and which backend it is.
async fn look(tenant: &Tenant) -> (i32, Vec<String>) {
    let mut tx = tenant.begin().await.unwrap();
    let row = tx.query_one(LEFTOVERS, &[]).await.unwrap();
    tx.rollback().await.unwrap();
    let texts = [1, 2, 3, 9, 10].map(|at| row.get::<String>(at));
    let counts = [4, 5, 6, 7, 8].map(|at| row.get::<i64>(at).to_string());
    (row.get(0), texts.into_iter().chain(counts).collect())
}

#[tokio::test]
async fn everything_a_transaction_leaves_is_wiped() {
    let database = database().await;
    let admin = database.admin().await;
    admin
        .batch_execute(&format!(
            "GRANT TEMPORARY ON DATABASE {} TO rowhouse_app",
            database.name()
        ))
        .await
        .unwrap();
    let house = Rowhouse::builder()
        .lanes(1)
        .exclusive_connections(1)
        .slow_connections(1)
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let (fresh, clean) = look(&beta).await;
    for end in ["commit", "rollback", "drop"] {
        let mut tx = acme.begin().await.unwrap();
        for sql in MESS {
            tx.query(sql, &[])
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        match end {
            "commit" => tx.commit().await.unwrap(),
            "rollback" => tx.rollback().await.unwrap(),
            _ => drop(tx),
        }
        let (backend, seen) = guarded("the next borrower", look(&beta)).await;
        assert_eq!(seen, clean, "after {end}");
        assert_eq!(
            backend, fresh,
            "after {end}: another backend proves nothing"
        );
        let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        assert_eq!(
            admin.query_one(locks, &[]).await.unwrap().get::<_, i64>(0),
            0,
            "after {end}"
        );
    }
}

#[tokio::test]
async fn the_exclusive_mode_wipes_after_every_one_shot() {
    let database = database().await;
    let admin = database.admin().await;
    admin
        .batch_execute(&format!(
            "GRANT TEMPORARY ON DATABASE {} TO rowhouse_app;
             CREATE FUNCTION mess() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN
               CREATE TEMP TABLE left_over (a int); PERFORM pg_advisory_lock(7); PERFORM set_config('work_mem', '99kB', false);
               EXECUTE 'LISTEN gossip'; END $f$",
            database.name()
        ))
        .await
        .unwrap();
    let house = Rowhouse::builder()
        .lanes(1)
        .lane_mode(LaneMode::Exclusive)
        .slow_connections(1)
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let see = async || {
        let row = guarded("the next borrower", beta.query_one(LEFTOVERS, &[]))
            .await
            .unwrap();
        (
            row.get::<i32>(0),
            [4, 5, 6, 7, 8].map(|at| row.get::<i64>(at)),
            row.get::<String>(3),
        )
    };
    let clean = see().await;
    for _ in 0..3 {
        acme.read_write().query("SELECT mess()", &[]).await.unwrap();
        assert_eq!(see().await, clean);
    }
}
