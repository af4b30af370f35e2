//! A schema as it arrives in a copy: objects, rights, roles, settings, and no rows.

#![allow(
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test looks at the database from outside"
)]

use rowhouse_local::copy::{SchemaCopy, Source, schema_dump};
use rowhouse_local::testing::Database;
use tokio_postgres::{Client, NoTls};

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn source(db: &Database) -> Source {
    Source::new()
        .with("host", db.socket_dir().to_string_lossy())
        .with("port", db.port().to_string())
        .with("user", "postgres")
        .with("dbname", db.name())
}

#[tokio::test]
async fn a_copy_has_the_schema_the_roles_and_their_settings_and_no_rows() {
    let db = Database::create(
        "CREATE TABLE \"It's\" (id int PRIMARY KEY, tenant int);
         INSERT INTO \"It's\" VALUES (1, 1);
         ALTER TABLE \"It's\" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON \"It's\" USING (tenant = current_setting('app.tenant')::int);
         GRANT SELECT ON \"It's\" TO rowhouse_app;
         CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE '
CREATE DATABASE x;'; END
$$;",
    )
    .await;
    let (web, group) = (db.unique("web"), db.unique("group"));
    let admin = db.admin().await;
    let name = db.name();
    admin
        .batch_execute(&format!(
            "CREATE ROLE {group} BYPASSRLS; CREATE ROLE {web} LOGIN NOINHERIT IN ROLE {group};
             ALTER ROLE {web} SET app.tenant = '7';
             ALTER ROLE {web} IN DATABASE {name} SET app.mode = 'a b';
             ALTER DATABASE {name} SET app.other = 'c'; GRANT TEMP ON DATABASE {name} TO {web};
             SELECT lo_from_bytea(4711, 'a scan'); GRANT SELECT ON LARGE OBJECT 4711 TO {web}"
        ))
        .await
        .unwrap();

    let copy = SchemaCopy::make(&source(&db)).await.unwrap();
    // Other tests' roles come and go on this server while it is read.
    let others = |left: &String| {
        left.starts_with("role \"")
            && left.ends_with("does not exist")
            && [&web, &group].iter().all(|ours| !left.contains(*ours))
    };
    let left: Vec<&String> = copy
        .left_out()
        .iter()
        .filter(|left| !others(left))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(copy.database(), name);
    let there = connect(&copy.admin_url()).await;
    let count: i64 = there
        .query_one("SELECT count(*) FROM \"It's\"", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(count, 0);

    let app = connect(&copy.url_as(&web)).await;
    let object = app.query_one("SELECT lo_get(4711)", &[]).await.unwrap();
    assert_eq!(
        object.get::<_, Vec<u8>>(0),
        b"",
        "its rights, and not what is in it"
    );
    let seen = app
        .query_one(
            "SELECT current_setting('app.tenant'), current_setting('app.mode'), current_setting('app.other'),
                    pg_has_role($1, 'member'), has_database_privilege(current_database(), 'TEMP')",
            &[&group],
        )
        .await
        .unwrap();
    assert_eq!(
        (
            seen.get::<_, &str>(0),
            seen.get::<_, &str>(1),
            seen.get::<_, &str>(2),
            seen.get::<_, bool>(3),
            seen.get::<_, bool>(4)
        ),
        ("7", "a b", "c", true, true)
    );

    let (original, copied) = (
        schema_dump(&source(&db)).await.unwrap(),
        schema_dump(&copy.as_source()).await.unwrap(),
    );
    let objects = |dump: &str| {
        let lines = dump.lines().filter(|line| {
            !line.starts_with("CREATE DATABASE ") && !line.starts_with("-- Dumped from")
        });
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(objects(&original), objects(&copied));
}

#[tokio::test]
async fn the_server_and_its_folder_are_gone_with_the_copy() {
    let db = Database::create("CREATE TABLE t (id int)").await;
    let copy = SchemaCopy::make(&source(&db)).await.unwrap();
    let folder = copy.socket_dir().to_owned();
    assert!(folder.exists());
    drop(copy);
    assert!(!folder.exists() && !folder.parent().unwrap().exists());
}

#[tokio::test]
async fn what_cannot_be_reached_is_said_in_the_programs_words() {
    let db = Database::create("").await;
    let error = SchemaCopy::make(&source(&db).with("dbname", "nowhere"))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("\"nowhere\" does not exist"),
        "{error}"
    );
}
