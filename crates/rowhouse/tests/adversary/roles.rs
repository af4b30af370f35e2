//! Roles that could get around row security are not let in, and not kept.

use std::time::Duration;

use rowhouse::{Danger, Error, Rowhouse};
use rowhouse_local::testing::Database;

use crate::common::{SCHEMA, acme, beta, titles};
use crate::polls::guarded;

/// Connects as a role made by `sql`, in which `{r}`, `{a}`, `{b}` and `{db}` stand for names of the test's own.
async fn refused(sql: &str) -> (String, String, Vec<Danger>) {
    let database = Database::create(SCHEMA).await;
    let admin = database.admin().await;
    let names = ["r", "a", "b"].map(|name| (name, database.unique(name)));
    let mut sql = sql.to_owned();
    for (short, name) in &names {
        sql = sql.replace(&format!("{{{short}}}"), name);
    }
    admin
        .batch_execute(&sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let role = &names[0].1;
    let result = Rowhouse::connect(&database.url_as(role)).await;
    admin
        .batch_execute(&format!(
            "REASSIGN OWNED BY {role} TO rowhouse_owner; DROP OWNED BY {role}; DO $$ DECLARE o text; BEGIN
               FOREACH o IN ARRAY ARRAY['{}', '{}'] LOOP
                 IF EXISTS (SELECT FROM pg_roles WHERE rolname = o) THEN
                   EXECUTE format('REASSIGN OWNED BY %I TO rowhouse_owner', o); EXECUTE format('DROP OWNED BY %I', o);
                 END IF; END LOOP; END $$",
            names[1].1, names[2].1
        ))
        .await
        .unwrap();
    match result {
        Err(error @ Error::UnsafeRole { .. }) => {
            let hint = error.hint().expect("a way out");
            assert!(!hint.is_empty());
            let message = error.to_string();
            let Error::UnsafeRole {
                role: told,
                dangers,
            } = error
            else {
                unreachable!()
            };
            assert_eq!(told, *role);
            (message, hint, dangers)
        }
        Err(other) => panic!("{sql}: {other}"),
        Ok(_) => panic!("let in: {sql}"),
    }
}

#[tokio::test]
async fn attributes() {
    for (attribute, word) in [
        ("SUPERUSER", "SUPERUSER"),
        ("BYPASSRLS", "BYPASSRLS"),
        ("REPLICATION", "REPLICATION"),
        ("CREATEROLE", "CREATEROLE"),
    ] {
        // From 16 on it hands out only roles held with the admin option.
        let since_16 = rowhouse_local::Binaries::find(None)
            .unwrap()
            .version()
            .major
            >= 16;
        if attribute == "CREATEROLE" && since_16 {
            continue;
        }
        let (message, hint, _) = refused(&format!("CREATE ROLE {{r}} LOGIN {attribute}")).await;
        assert!(
            message.contains(word) && hint.contains(&format!("NO{word}")),
            "{message}: {hint}"
        );
    }
}

#[tokio::test]
async fn memberships() {
    for (sql, word) in [
        (
            "CREATE ROLE {r} LOGIN; CREATE ROLE {a} BYPASSRLS; GRANT {a} TO {r}",
            "BYPASSRLS",
        ),
        (
            "CREATE ROLE {r} LOGIN NOINHERIT; CREATE ROLE {a} BYPASSRLS; GRANT {a} TO {r}",
            "BYPASSRLS",
        ),
        (
            "CREATE ROLE {r} LOGIN NOINHERIT; CREATE ROLE {a} SUPERUSER; GRANT {a} TO {r}",
            "SUPERUSER",
        ),
        (
            "CREATE ROLE {r} LOGIN; CREATE ROLE {a}; CREATE ROLE {b} BYPASSRLS; GRANT {a} TO {r}; GRANT {b} TO {a}",
            "BYPASSRLS",
        ),
        (
            "CREATE ROLE {r} LOGIN NOINHERIT; CREATE ROLE {a} NOINHERIT; CREATE ROLE {b} SUPERUSER; GRANT {a} TO {r}; GRANT {b} TO {a}",
            "SUPERUSER",
        ),
        ("CREATE ROLE {r} LOGIN; GRANT rowhouse_owner TO {r}", "owns"),
        (
            "CREATE ROLE {r} LOGIN NOINHERIT; GRANT rowhouse_owner TO {r}",
            "owns",
        ),
        (
            "CREATE ROLE {r} LOGIN; CREATE ROLE {a} NOINHERIT; GRANT {a} TO {r}; GRANT rowhouse_owner TO {a}",
            "owns",
        ),
        (
            "CREATE ROLE {r} LOGIN; GRANT pg_execute_server_program TO {r}",
            "pg_execute_server_program",
        ),
        (
            "CREATE ROLE {r} LOGIN; CREATE ROLE {a}; GRANT pg_read_server_files TO {a}; GRANT {a} TO {r}",
            "pg_read_server_files",
        ),
        (
            "CREATE ROLE {r} LOGIN NOINHERIT; GRANT pg_write_server_files TO {r}",
            "pg_write_server_files",
        ),
    ] {
        let (message, hint, _) = refused(sql).await;
        assert!(message.contains(word), "{sql}: {message}");
        assert!(
            hint.contains("REVOKE") || hint.contains("REASSIGN"),
            "{sql}: {hint}"
        );
    }
}

#[tokio::test]
async fn ownership() {
    for sql in [
        "CREATE ROLE {r} LOGIN; CREATE TABLE own (a int); ALTER TABLE own OWNER TO {r}",
        "CREATE ROLE {r} LOGIN; CREATE TABLE own (a int) PARTITION BY RANGE (a); ALTER TABLE own OWNER TO {r}",
        "CREATE ROLE {r} LOGIN; CREATE MATERIALIZED VIEW own AS SELECT 1; ALTER MATERIALIZED VIEW own OWNER TO {r}",
        "CREATE ROLE {r} LOGIN; CREATE SCHEMA \"Odd Name\"; CREATE TABLE \"Odd Name\".own (a int); ALTER TABLE \"Odd Name\".own OWNER TO {r}",
    ] {
        let (message, hint, dangers) = refused(sql).await;
        assert!(
            message.contains("own") && hint.contains("REASSIGN OWNED"),
            "{sql}: {message}: {hint}"
        );
        assert!(
            matches!(&dangers[..], [Danger::Owner { tables: 1, .. }]),
            "{dangers:?}"
        );
    }
}

#[tokio::test]
async fn a_default_for_the_setting_is_refused() {
    let database = Database::create(SCHEMA).await;
    let admin = database.admin().await;
    let tenant = crate::common::ACME;
    admin
        .batch_execute(&format!(
            "ALTER DATABASE {} SET app.current_tenant_id = '{tenant}'",
            database.name()
        ))
        .await
        .unwrap();
    let error = Rowhouse::connect(&database.app_url()).await.unwrap_err();
    assert!(
        matches!(error, Error::UnsuitableServer(_)) && error.to_string().contains("RESET"),
        "{error}"
    );
}

#[tokio::test]
async fn a_role_that_becomes_unsafe_is_locked_out_while_the_service_runs() {
    for danger in [
        "ALTER ROLE {r} BYPASSRLS",
        "GRANT rowhouse_owner TO {r}",
        "ALTER TABLE extra OWNER TO {r}",
    ] {
        let setup = format!("{SCHEMA} CREATE TABLE extra (a int);");
        let database = Database::create(&setup).await;
        let role = database.unique("app");
        let admin = database.admin().await;
        admin
            .batch_execute(&format!(
                "CREATE ROLE {role} LOGIN; GRANT ALL ON items TO {role}"
            ))
            .await
            .unwrap();
        let house = Rowhouse::builder()
            .lanes(3)
            .recheck_role_every(Duration::from_millis(200))
            .acquire_timeout(Duration::from_millis(300))
            .connect(&database.url_as(&role))
            .await
            .unwrap();
        let (acme, beta) = (acme(&house), beta(&house));
        assert_eq!(titles(&acme).await.len(), 5);
        acme.begin().await.unwrap().rollback().await.unwrap();
        admin
            .batch_execute(&danger.replace("{r}", &role))
            .await
            .unwrap();
        let locked_out = async {
            loop {
                match beta.query("SELECT title FROM items", &[]).await {
                    Ok(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                    Err(error @ Error::Unavailable { .. }) => return error,
                    Err(Error::Lost { .. }) => {}
                    Err(other) => panic!("{danger}: {other}"),
                }
            }
        };
        let error = guarded("the recheck", locked_out).await;
        assert!(
            error.to_string().contains(&role) && error.to_string().contains("row security"),
            "{danger}: {error}"
        );
        assert!(!house.is_ready());
        // Every door: other lanes, transactions, streams.
        for _ in 0..10 {
            assert!(
                acme.query("SELECT 1", &[]).await.is_err(),
                "{danger}: a lane is open"
            );
            assert!(
                acme.stream("SELECT 1", &[]).await.is_err(),
                "{danger}: a stream opens"
            );
            assert!(
                acme.begin().await.is_err(),
                "{danger}: a transaction begins"
            );
        }
        let mend = format!(
            "ALTER ROLE {role} NOBYPASSRLS; REVOKE rowhouse_owner FROM {role}; ALTER TABLE extra OWNER TO rowhouse_owner"
        );
        admin.batch_execute(&mend).await.unwrap();
        let again = async { while acme.query("SELECT title FROM items", &[]).await.is_err() {} };
        guarded("the mended role", again).await;
        house.close().await.unwrap();
        admin
            .batch_execute(&format!("DROP OWNED BY {role}"))
            .await
            .unwrap();
    }
}
