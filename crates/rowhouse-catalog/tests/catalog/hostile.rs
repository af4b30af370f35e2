//! Reading is safe wherever it is done: as whom, with whatever is in the way.

use std::time::Duration;

use rowhouse_catalog::{Catalog, Error, Object, Part, Snapshot};
use rowhouse_local::testing::Database;
use tokio_postgres::error::SqlState;

use crate::fixture::{read, rich};

/// A snapshot without what names the reader.
fn apart_from_the_reader(catalog: Catalog, like: &Catalog) -> Snapshot {
    let mut snapshot = catalog.into_snapshot();
    snapshot.server = like.server.clone();
    snapshot.parameters.clone_from(&like.parameters);
    snapshot
}

#[tokio::test]
async fn an_app_role_and_an_owner_read_what_a_superuser_reads() {
    let (db, admin, catalog) = read().await;
    admin
        .batch_execute("ALTER ROLE cat_owner LOGIN")
        .await
        .unwrap();
    let catalog = {
        let mut again = db.admin().await;
        drop(catalog);
        Catalog::read(&mut again).await.unwrap()
    };
    for role in ["cat_app", "cat_owner", "Cat Mixed"] {
        let theirs = Catalog::read(&mut db.as_role(role).await).await.unwrap();
        assert_eq!(theirs.server.session_user, catalog.role(role).unwrap().oid);
        assert!(!theirs.server.superuser && theirs.unseen.is_empty());
        assert_eq!(&apart_from_the_reader(theirs, &catalog), &*catalog);
    }
}

#[tokio::test]
async fn what_the_reader_may_not_see_is_said_and_the_rest_is_read() {
    let db = rich().await;
    let admin = db.admin().await;
    let hide = "REVOKE SELECT ON pg_catalog.pg_policy, pg_catalog.pg_publication_rel FROM PUBLIC";
    admin.batch_execute(hide).await.unwrap();
    let catalog = Catalog::read(&mut db.as_role("cat_app").await)
        .await
        .unwrap();
    let unseen: Vec<_> = catalog.unseen.iter().map(|unseen| unseen.part).collect();
    assert_eq!(
        unseen,
        [Part::Policies, Part::Dependencies, Part::PublishedTables]
    );
    assert!(catalog.unseen[0].reason.contains("pg_policy"));
    let lines = catalog.relation("Crm", "Order Lines").unwrap();
    assert!(lines.policies.is_empty() && !lines.columns.is_empty());
    assert_eq!(catalog.publications.len(), 3);
}

#[tokio::test]
async fn objects_named_like_the_catalogs_are_not_taken_for_them() {
    let (db, _admin, catalog) = read().await;
    // Ahead of the catalogs in the search path, and called by nothing that reads.
    let decoys = "
        GRANT TEMPORARY ON DATABASE current TO cat_app;
        CREATE TABLE public.pg_class AS SELECT 1 AS oid;
        CREATE TABLE public.pg_namespace AS SELECT 1 AS oid;
        CREATE FUNCTION public.format_type(oid, int) RETURNS text LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'decoy called'; END $$;
        CREATE FUNCTION public.decoy(name, name) RETURNS boolean LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'decoy called'; END $$;
        CREATE OPERATOR public.= (leftarg = name, rightarg = name, function = public.decoy);
    "
    .replace("DATABASE current", &format!("DATABASE {}", db.name()));
    db.admin().await.batch_execute(&decoys).await.unwrap();
    let mut client = db.as_role("cat_app").await;
    let session = "SET search_path = public, pg_catalog; SET quote_all_identifiers = on;
                   CREATE TEMP TABLE pg_class (oid oid); CREATE TEMP TABLE pg_roles (oid oid)";
    client.batch_execute(session).await.unwrap();
    let theirs = Catalog::read(&mut client).await.unwrap();
    assert_eq!(theirs.relations.len(), catalog.relations.len() + 2);
    assert_eq!(
        theirs.relation("Crm", "notes"),
        catalog.relation("Crm", "notes")
    );
    // The reader's session is as it was.
    let path = client.query_one("SHOW search_path", &[]).await.unwrap();
    assert_eq!(path.get::<_, &str>(0), "public, pg_catalog");
}

#[tokio::test]
async fn a_migrations_lock_is_waited_for_only_as_long_as_the_session_says() {
    let db = rich().await;
    let mut client = db.as_role("cat_app").await;
    let blocker = db.admin().await;
    let lock = "BEGIN; LOCK TABLE \"Crm\".\"Order Lines\"";
    blocker.batch_execute(lock).await.unwrap();
    client
        .batch_execute("SET lock_timeout = '50ms'")
        .await
        .unwrap();
    let error = Catalog::read(&mut client).await.unwrap_err();
    assert!(error.hint().unwrap().contains("lock_timeout"));
    let Error::Read { source, .. } = error else {
        panic!("the view over the table cannot be read")
    };
    assert_eq!(source.code(), Some(&SqlState::LOCK_NOT_AVAILABLE));

    blocker.batch_execute("ROLLBACK").await.unwrap();
    Catalog::read(&mut client).await.unwrap();
    let state = "SELECT state FROM pg_stat_activity WHERE usename = 'cat_app' AND datname = $1";
    let row = blocker.query_one(state, &[&db.name()]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "idle", "no transaction stays open");
}

#[tokio::test]
async fn a_read_that_is_dropped_leaves_a_usable_client() {
    let db = rich().await;
    let mut client = db.admin().await;
    for micros in [0, 100, 300, 1_000, 3_000, 10_000, 30_000] {
        let limit = Duration::from_micros(micros);
        let _ = tokio::time::timeout(limit, Catalog::read(&mut client)).await;
        // A write works only outside the read-only transaction.
        client
            .batch_execute("CREATE TABLE t (); DROP TABLE t")
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_empty_database_is_read() {
    let db = Database::create("").await;
    let catalog = Catalog::read(&mut db.as_role("rowhouse_app").await)
        .await
        .unwrap();
    assert_eq!(catalog.database.name, db.name());
    assert!(catalog.relations.is_empty() && catalog.unseen.is_empty());
}

#[tokio::test]
async fn no_function_of_a_user_is_called() {
    let (db, admin, catalog) = read().await;
    // Used by a default, a check, an index, a partition key, a policy and a view, and sure to raise:
    // that every other test here can read at all is the proof, this is the check of the proof.
    assert!(admin.execute("SELECT public.boom()", &[]).await.is_err());
    let uses = catalog.functions_named("public", "boom").next().unwrap();
    assert!(catalog.referrers_of(Object::Function(uses.oid)).len() >= 5);
    let counted = "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_user_functions";
    let mut client = db.admin().await;
    client
        .batch_execute("SET track_functions = 'all'")
        .await
        .unwrap();
    Catalog::read(&mut client).await.unwrap();
    drop(client);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let calls: i64 = admin.query_one(counted, &[]).await.unwrap().get(0);
    assert_eq!(calls, 0);
}
