//! What a test gets: a database of its own and roles that can do no more than they should.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use rowhouse_local::Error;
use rowhouse_local::testing::{APP, Database, OWNER, SUPERUSER};

const SETUP: &str = "CREATE TABLE items (id int PRIMARY KEY, title text NOT NULL);
    INSERT INTO items VALUES (1, 'a hammer');
    GRANT SELECT, INSERT ON items TO rowhouse_app;";

async fn count(db: &Database) -> i64 {
    let app = db.as_role(APP).await;
    let row = app.query_one("SELECT count(*) FROM items", &[]).await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn each_test_has_its_own_copy_of_the_setup() {
    let (one, two) = tokio::join!(Database::create(SETUP), Database::create(SETUP));
    assert_ne!(one.name(), two.name());
    let app = one.as_role(APP).await;
    app.batch_execute("INSERT INTO items VALUES (2, 'a saw')")
        .await
        .unwrap();
    assert_eq!((count(&one).await, count(&two).await), (2, 1));
}

/// The one test that fails if the service's role could bypass row security.
#[tokio::test]
async fn the_app_role_can_do_no_more_than_it_should() {
    let db = Database::create(SETUP).await;
    let admin = db.admin().await;
    let row = admin
        .query_one(
            "SELECT r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication,
                    EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)
                      OR EXISTS (SELECT FROM pg_database WHERE datdba = r.oid),
                    EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid),
                    has_database_privilege(r.oid, current_database(), 'TEMP, CREATE'),
                    has_schema_privilege(r.oid, 'public', 'CREATE'),
                    r.rolcanlogin
             FROM pg_roles r WHERE rolname = $1",
            &[&APP],
        )
        .await
        .unwrap();
    let powers: Vec<bool> = (0..5).map(|n| row.get(n)).collect();
    assert_eq!(powers, [false; 5]);
    assert!(row.get::<_, bool>(5));

    let app = db.as_role(APP).await;
    let temp = app.batch_execute("CREATE TEMP TABLE t (x int)").await;
    let code = temp.unwrap_err().code().unwrap().code().to_owned();
    assert_eq!(code, "42501");
}

#[tokio::test]
async fn the_owner_owns_the_schema_and_is_no_superuser() {
    let db = Database::create(SETUP).await;
    let owner = db.as_role(OWNER).await;
    owner
        .batch_execute("ALTER TABLE items ADD COLUMN note text; CREATE TABLE more (id int)")
        .await
        .unwrap();
    let sup = owner
        .query_one(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
            &[],
        )
        .await
        .unwrap();
    assert!(!sup.get::<_, bool>(0));
}

#[tokio::test]
async fn every_url_works_and_tcp_wants_the_password() {
    let db = Database::create("").await;
    for url in [
        db.app_url(),
        db.owner_url(),
        db.admin_url(),
        db.tcp_url_as(APP),
        db.tcp_url_as(SUPERUSER),
    ] {
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
            .await
            .unwrap_or_else(|e| panic!("{url}: {e}"));
        tokio::spawn(connection);
        let row = client.query_one("SELECT current_database()::text", &[]);
        assert_eq!(row.await.unwrap().get::<_, &str>(0), db.name());
    }
    let wrong = db.tcp_url_as(APP).replace(db.password(), "guess");
    let refused = tokio_postgres::connect(&wrong, tokio_postgres::NoTls).await;
    let error = refused.err().unwrap();
    assert_eq!(error.code().unwrap().code(), "28P01");

    // libpq reads the same URL.
    let psql = db.binaries().program("psql");
    if psql.exists() {
        let output = std::process::Command::new(psql)
            .args([&db.app_url(), "-Atc", "SELECT current_user"])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), APP);
    }
}

#[tokio::test]
async fn a_superuser_setup_runs_before_the_owners() {
    let db = Database::create_with_superuser(
        "CREATE FUNCTION secret() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 42'",
        "CREATE TABLE t AS SELECT secret() AS x",
    )
    .await;
    let owner = db.as_role(OWNER).await;
    let row = owner.query_one("SELECT x FROM t", &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 42);
}

#[tokio::test]
async fn a_setup_that_fails_says_what_the_server_said_each_time() {
    for _ in 0..2 {
        let error = Database::try_create("", "CREATE TABLE a (x int); CREATE TABLE b (y wrong)")
            .await
            .unwrap_err();
        assert!(matches!(&error, Error::Setup { role, .. } if role == OWNER));
        assert_eq!(
            error.to_string(),
            "the setup SQL failed as rowhouse_owner: type \"wrong\" does not exist (42704)"
        );
    }
}

#[tokio::test]
async fn database_and_private_roles_are_gone_afterwards() {
    let watcher = Database::create("").await;
    let db = Database::create("").await;
    let (name, role) = (db.name().to_owned(), db.unique("temp's \"role\""));
    assert_ne!(role, watcher.unique("temp's \"role\""));
    let admin = db.admin().await;
    let quoted = role.replace('"', "\"\"");
    admin
        .batch_execute(&format!("CREATE ROLE \"{quoted}\" LOGIN"))
        .await
        .unwrap();
    // Connections are still open: the drop must not wait for them.
    let _as_role = db.as_role(&role).await;
    drop(db);

    let left: i64 = watcher
        .admin()
        .await
        .query_one(
            "SELECT (SELECT count(*) FROM pg_database WHERE datname = $1)
                  + (SELECT count(*) FROM pg_roles WHERE rolname = $2)",
            &[&name, &role],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(left, 0);
}

#[tokio::test]
async fn long_names_stay_unique() {
    let db = Database::create("").await;
    let long = db.unique(&"ü".repeat(80));
    assert!(
        long.len() <= 63 && long.ends_with(&db.unique("x")[2..]),
        "{long}"
    );
}

#[test]
fn a_database_may_be_dropped_after_its_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let db = runtime.block_on(Database::create(""));
    drop(runtime);
    drop(db);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once() {
    let all = (0..12).map(|_| tokio::spawn(Database::create(SETUP)));
    for db in all.collect::<Vec<_>>() {
        assert_eq!(count(&db.await.unwrap()).await, 1);
    }
}
