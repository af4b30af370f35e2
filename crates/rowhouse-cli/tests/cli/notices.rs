//! A schema that changes while the service runs: the database says so.

use std::time::Duration;

use rowhouse_local::testing::Database;

use crate::folder::Folder;
use crate::http::{PAWNEE, get};
use crate::named_database::DEMO;
use crate::service::Service;

const NOTES: &str = "CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON notes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
    GRANT SELECT ON notes TO rowhouse_app;";

/// Only what is said is heard.
const NEVER_LOOKS: &str = "[serve]\nwatch = 'never'\n";

async fn start(config: &str) -> (Database, Folder, Service) {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    folder.write("rowhouse.toml", config);
    let url = database.app_url();
    let arguments = ["serve", "--listen", "0", "--database-url", &url];
    let service = Service::start(&mut folder.rowhouse(&arguments));
    (database, folder, service)
}

async fn owner(database: &Database, sql: &str) {
    let owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(sql).await.unwrap();
}

fn status(service: &Service, path: &str) -> u16 {
    get(service.address, path, Some(PAWNEE)).status
}

/// Waits until a path is answered so; requests go on meanwhile, and are answered.
async fn becomes(service: &Service, path: &str, expected: u16) -> bool {
    for _ in 0..1000 {
        assert_eq!(status(service, "/items"), 200);
        if status(service, path) == expected {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

/// Waits until the service listens.
async fn listening(database: &Database) -> i32 {
    let admin = database.admin().await;
    // It looks once more when it has begun to listen.
    let sql = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_catalog.concat_ws(%'
        AND state = 'idle' AND usename = 'rowhouse_app' AND datname = current_database()";
    for _ in 0..1000 {
        if let Some(row) = admin.query_opt(sql, &[]).await.unwrap() {
            return row.get(0);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not listen");
}

/// Adds the table and tells whether nothing shows it. The one look when listening begins reads the schema again where
/// roles, which the whole server shares, have changed meanwhile; that reading can meet the new table, but only once.
async fn unseen(database: &Database, service: &Service) -> bool {
    for _ in 0..3 {
        owner(database, NOTES).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        if status(service, "/notes") == 404 {
            return true;
        }
        owner(database, "DROP TABLE notes; NOTIFY rowhouse").await;
        assert!(becomes(service, "/notes", 404).await);
    }
    false
}

#[tokio::test]
async fn a_notice_reads_the_schema_again() {
    let (database, _folder, service) = start(NEVER_LOOKS).await;
    listening(&database).await;
    assert_eq!(status(&service, "/notes"), 404);
    assert!(unseen(&database, &service).await, "nobody has said so");
    owner(&database, "NOTIFY rowhouse, 'reload schema'").await;
    assert!(becomes(&service, "/notes", 200).await);
    owner(&database, "DROP TABLE notes; NOTIFY pgrst, 'reload schema'").await;
    assert!(becomes(&service, "/notes", 404).await);
    service.stop();
}

#[tokio::test]
async fn a_lost_connection_is_opened_again_and_misses_nothing() {
    let (database, _folder, service) = start(NEVER_LOOKS).await;
    let first = listening(&database).await;
    owner(&database, NOTES).await;
    let admin = database.admin().await;
    admin
        .execute("SELECT pg_terminate_backend($1)", &[&first])
        .await
        .unwrap();
    assert!(becomes(&service, "/notes", 200).await);
    let second = listening(&database).await;
    assert_ne!(first, second);
    service.stop();
}

/// What cannot be read leaves what was read before in force, until it can.
#[tokio::test]
async fn a_bad_reload_keeps_the_old_schema() {
    let (database, _folder, mut service) = start(&format!(
        "{NEVER_LOOKS}[api.resource.items]\norder = 'title'\n"
    ))
    .await;
    listening(&database).await;
    let spoil = "ALTER TABLE items ADD name text; CREATE TABLE healthz (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
        ALTER TABLE healthz ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON healthz USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
        GRANT SELECT ON healthz TO rowhouse_app; NOTIFY rowhouse, 'reload schema'";
    owner(&database, &format!("{NOTES}{spoil}")).await;
    // The name is reserved, so the new schema is refused as a whole.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(
        (status(&service, "/items"), status(&service, "/notes")),
        (200, 404)
    );
    owner(&database, "DROP TABLE healthz").await;
    assert!(becomes(&service, "/notes", 200).await);
    service.signal(rustix::process::Signal::INT);
    assert_eq!(service.end(), Some(0));
    let said = service.said();
    assert!(
        said.contains("could not be read again") && said.contains("healthz"),
        "{said}"
    );
}
