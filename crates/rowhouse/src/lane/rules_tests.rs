//! The rules of a lane that hold even for a statement the classifier let through by mistake: the tests hand statements
//! to a lane that [`Statement::new`] calls whole in themselves, and look at the next tenant.

use std::sync::Arc;

use rowhouse_local::testing::Database;
use uuid::Uuid;

use crate::error::Result;
use crate::run::{Answer, Request};
use crate::statement::{Kind, Statement};
use crate::{Builder, Error, Rowhouse, Tenant};

const ACME: Uuid = Uuid::from_u128(0xa);
const BETA: Uuid = Uuid::from_u128(0xb);

const SCHEMA: &str = "
CREATE TABLE items (
  title text NOT NULL, tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON items USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
INSERT INTO items VALUES ('acme', '00000000-0000-0000-0000-00000000000a'), ('beta', '00000000-0000-0000-0000-00000000000b');
ALTER TABLE items FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON items TO rowhouse_app;
";

async fn house(builder: Builder) -> (Database, Rowhouse) {
    let database = Database::create(SCHEMA).await;
    let house = builder
        .lanes(1)
        .connect(&database.app_url())
        .await
        .expect("the app role is let in");
    (database, house)
}

/// Runs `sql` on a lane, whatever it is.
async fn smuggle(tenant: &Tenant, sql: &str) -> Result<Vec<Answer>> {
    let statement = Statement::new(sql, Kind::Write, 0);
    tenant
        .house()
        .run(
            tenant.context(),
            true,
            &[Request {
                statement,
                parameters: &[],
            }],
        )
        .await
}

async fn pid(tenant: &Tenant) -> i32 {
    tenant
        .query_one("SELECT pg_backend_pid()", &[])
        .await
        .expect("a read")
        .get(0)
}

async fn titles(tenant: &Tenant) -> Vec<String> {
    let rows = tenant
        .query("SELECT title FROM items ORDER BY title", &[])
        .await
        .expect("a read");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_stray_begin_condemns_the_lane_before_the_next_tenant_writes() {
    let (database, house) = house(Rowhouse::builder()).await;
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    let before = pid(&beta).await;
    let error = smuggle(&acme, "BEGIN").await.unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error}");
    assert_eq!(
        beta.execute("INSERT INTO items (title) VALUES ('acknowledged')", &[])
            .await
            .unwrap(),
        1
    );
    assert_ne!(pid(&beta).await, before);
    let admin = database.admin().await;
    let kept = admin
        .query_one(
            "SELECT count(*) FROM items WHERE title = 'acknowledged'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        kept.get::<_, i64>(0),
        1,
        "an acknowledged write of the next tenant is gone"
    );
}

#[tokio::test]
async fn what_queues_behind_a_stray_begin_is_not_acknowledged() {
    let (database, house) = house(Rowhouse::builder()).await;
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    pid(&beta).await;
    beta.execute("INSERT INTO items (title) VALUES ('warm')", &[])
        .await
        .unwrap();
    let insert = beta.execute("INSERT INTO items (title) VALUES ('warm')", &[]);
    let begun = Statement::new("BEGIN", Kind::Write, 0);
    acme.house()
        .described(acme.context(), &begun)
        .await
        .unwrap();
    let parameters: &[crate::wire::encode::Parameter<'_>] = &[];
    let requests = [Request {
        statement: begun,
        parameters,
    }];
    let (stray, insert) =
        futures_util::future::join(acme.house().run(acme.context(), true, &requests), insert).await;
    stray.unwrap_err();
    let admin = database.admin().await;
    let kept = admin
        .query_one("SELECT count(*) FROM items WHERE title = 'warm'", &[])
        .await
        .unwrap()
        .get::<_, i64>(0);
    match insert {
        Ok(_) => assert_eq!(kept, 2, "an acknowledged write is gone"),
        Err(Error::Lost { .. }) => assert_eq!(kept, 1, "a write in a lost transaction was kept"),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_commit_or_rollback_cannot_lose_the_setting_for_what_follows() {
    let (_database, house) = house(Rowhouse::builder()).await;
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    for sql in [
        "COMMIT",
        "ROLLBACK",
        "END",
        "ABORT AND CHAIN",
        "COMMIT AND CHAIN",
    ] {
        let _ = smuggle(&acme, sql).await;
        assert_eq!(titles(&beta).await, ["beta"], "after {sql}");
    }
}

#[tokio::test]
async fn copy_ends_the_lane_and_nobody_hangs() {
    let (_database, house) = house(Rowhouse::builder()).await;
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    let before = pid(&beta).await;
    for sql in ["COPY items FROM STDIN", "COPY items TO STDOUT"] {
        let guard = std::time::Duration::from_mins(1);
        let error = tokio::time::timeout(guard, smuggle(&acme, sql))
            .await
            .expect("no hang")
            .unwrap_err();
        // COPY FROM into a table with row security is refused by the server itself; TO STDOUT answers with data.
        assert!(
            matches!(error, Error::Lost { .. } | Error::Database(_)),
            "{sql}: {error}"
        );
        assert_eq!(
            tokio::time::timeout(guard, titles(&beta))
                .await
                .expect("no hang"),
            ["beta"]
        );
    }
    assert_ne!(
        pid(&beta).await,
        before,
        "COPY TO STDOUT did not end its lane"
    );
}

#[tokio::test]
async fn copy_from_stdin_does_not_eat_the_next_sync() {
    let (database, house) = house(Rowhouse::builder()).await;
    let admin = database.admin().await;
    admin
        .batch_execute("CREATE TABLE plain (a text); GRANT ALL ON plain TO rowhouse_app")
        .await
        .unwrap();
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    let guard = std::time::Duration::from_mins(1);
    let before = pid(&beta).await;
    let error = tokio::time::timeout(guard, smuggle(&acme, "COPY plain FROM STDIN"))
        .await
        .expect("no hang")
        .unwrap_err();
    assert!(matches!(error, Error::Lost { .. }), "{error}");
    assert_eq!(
        tokio::time::timeout(guard, titles(&beta))
            .await
            .expect("no hang"),
        ["beta"]
    );
    assert_ne!(pid(&beta).await, before);
}

#[tokio::test]
async fn a_notification_or_a_changed_parameter_replaces_the_lane() {
    let (database, house) = house(Rowhouse::builder()).await;
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    let before = pid(&beta).await;
    // Reported settings come back as ParameterStatus.
    acme.query(
        "SELECT set_config('application_name', 'poison', false)",
        &[],
    )
    .await
    .unwrap();
    let after = pid(&beta).await;
    assert_ne!(after, before, "a ParameterStatus left the lane in use");

    smuggle(&acme, "LISTEN gossip").await.unwrap();
    assert_eq!(pid(&beta).await, after);
    database
        .admin()
        .await
        .batch_execute("NOTIFY gossip, 'secret'")
        .await
        .unwrap();
    // The notification comes with an answer or by itself; either way the lane goes.
    let guard = tokio::time::Instant::now() + std::time::Duration::from_mins(1);
    while pid(&beta).await == after {
        assert!(
            tokio::time::Instant::now() < guard,
            "a NotificationResponse left the lane in use"
        );
    }
}

#[tokio::test]
async fn a_transaction_that_ended_behind_its_back_runs_nothing_more() {
    let (database, house) = house(Rowhouse::builder()).await;
    let acme = house.tenant(ACME);
    let mut tx = acme.begin().await.unwrap();
    tx.execute("INSERT INTO items (title) VALUES ('first')", &[])
        .await
        .unwrap();
    let commit = Statement::new("COMMIT", Kind::Write, acme.house().shared.registry.house());
    let error = tx.execute(&commit, &[]).await.unwrap_err();
    assert!(matches!(error, Error::TransactionOver(_)), "{error}");
    let error = tx
        .execute("INSERT INTO items (title) VALUES ('outside')", &[])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::TransactionOver(_)), "{error}");
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, Error::TransactionOver(_)), "{error}");
    let admin = database.admin().await;
    let outside = admin
        .query_one("SELECT count(*) FROM items WHERE title = 'outside'", &[])
        .await
        .unwrap();
    assert_eq!(
        outside.get::<_, i64>(0),
        0,
        "a statement ran outside of the transaction"
    );
}

#[tokio::test]
async fn a_temporary_table_is_made_on_no_lane() {
    let (database, house) = house(Rowhouse::builder()).await;
    let admin = database.admin().await;
    admin
        .batch_execute(&format!(
            "GRANT TEMPORARY ON DATABASE {} TO rowhouse_app",
            database.name()
        ))
        .await
        .unwrap();
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    for sql in [
        "SELECT * INTO TEMP stolen FROM items",
        "SELECT title AS insert INTO TEMP stolen FROM items",
        "SELECT title insert INTO TEMP stolen FROM items",
        "SELECT items.title AS merge INTO TEMP stolen FROM items",
        "SELECT (title) insert INTO TEMP stolen FROM items",
        "WITH a AS (SELECT 1) SELECT (title) insert INTO TEMP stolen FROM items",
        "WITH insert AS (SELECT 1 AS insert) SELECT insert.insert INTO TEMP stolen FROM insert",
        "WITH a AS (SELECT 1) (SELECT (title) insert INTO TEMP stolen FROM items)",
        "SELECT (SELECT 1) merge INTO TEMP stolen FROM items",
    ] {
        let error = acme.query(sql, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "{sql}: {error}");
        let error = acme.read_write().query(sql, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Refused { .. }), "{sql}: {error}");
    }
    let left = beta
        .query_one(
            "SELECT count(*) FROM pg_class WHERE relpersistence = 't'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(left.get::<i64>(0), 0);
}

#[tokio::test]
async fn a_temporary_table_that_got_there_stands_in_for_nothing() {
    let (database, house) = house(Rowhouse::builder()).await;
    let admin = database.admin().await;
    admin
        .batch_execute(&format!(
            "GRANT TEMPORARY ON DATABASE {} TO rowhouse_app",
            database.name()
        ))
        .await
        .unwrap();
    let (acme, beta) = (house.tenant(ACME), house.tenant(BETA));
    smuggle(
        &acme,
        "CREATE TEMP TABLE items AS SELECT 'planted' AS title",
    )
    .await
    .unwrap();
    let there = beta
        .query_one(
            "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relname = 'items'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(there.get::<i64>(0), 1, "the test planted nothing");
    assert_eq!(
        titles(&beta).await,
        ["beta"],
        "pg_temp came before the real table"
    );
}

#[tokio::test]
async fn nothing_of_an_answer_is_released_without_its_heads_row() {
    // A statement that ends before its head was seen: the exchange is checked at ReadyForQuery as well.
    let (_database, house) = house(Rowhouse::builder()).await;
    let settings = Arc::clone(&house.0.shared.settings);
    let mut connection = crate::setup::open(&settings).await.unwrap();
    let context = house.tenant(ACME).context().as_ref().clone();
    connection.begin();
    crate::wire::encode::sync(&mut connection.output);
    connection.owes();
    let exchange = crate::wire::Exchange::new(0, Some(context.check(7)), Vec::new(), 0);
    assert!(matches!(
        connection.finish(exchange).await,
        Err(Error::IsolationCheck)
    ));
}
