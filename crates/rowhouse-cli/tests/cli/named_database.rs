//! Serving a database that somebody else runs.

use rowhouse_local::testing::Database;
use rustix::process::Signal;

use crate::folder::{Folder, said};
use crate::http::{PAWNEE, get, titles};
use crate::service::Service;

pub(crate) const DEMO: &str = concat!(
    include_str!("../../../../demo/schema.sql"),
    include_str!("../../../../demo/seed.sql")
);

#[tokio::test]
async fn a_database_is_served_as_it_is() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    let mut command = folder.rowhouse(&["serve", "--listen", "0"]);
    let service = Service::start(command.env("DATABASE_URL", database.app_url()));
    assert!(
        service.banner.contains("rowhouse_app@"),
        "{}",
        service.banner
    );
    assert_eq!(titles(service.address, PAWNEE).len(), 5);
    assert!(!folder.path().join(".rowhouse").exists());
    service.stop();
}

#[tokio::test]
async fn functions_are_named_at_the_start() {
    let functions = "
        CREATE FUNCTION count_items() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM items';
        CREATE FUNCTION \"Odd Name\"(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a';
        CREATE FUNCTION \"Odd Name\"(b text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT b';";
    let database = Database::create(&format!("{DEMO}{functions}")).await;
    let folder = Folder::new();
    let mut command = folder.rowhouse(&["serve", "--listen", "0"]);
    let service = Service::start(command.env("DATABASE_URL", database.app_url()));
    let line = "functions  /rpc/Odd%20Name /rpc/count_items\n";
    assert!(service.banner.contains(line), "{}", service.banner);
    service.stop();
}

#[tokio::test]
async fn a_password_is_never_shown() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    let url = database.tcp_url_as("rowhouse_app");
    let arguments = ["serve", "--listen", "0", "--database-url", &url];
    let service = Service::start(&mut folder.rowhouse(&arguments));
    assert!(!service.banner.contains(database.password()));
    service.stop();
    let help = said(
        folder
            .rowhouse(&["serve", "--help"])
            .env("DATABASE_URL", &url),
    );
    assert!(!help.out.contains(database.password()));
    let wrong = url.replace(database.password(), "wrong-secret");
    let refused = folder.run(&["serve", "--listen", "0", "--database-url", &wrong]);
    assert_eq!(refused.code, 1);
    assert!(!refused.err.contains("wrong-secret"), "{refused:?}");
}

#[tokio::test]
async fn a_role_that_could_bypass_row_security_is_refused() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    for (url, words) in [
        (database.owner_url(), ["rowhouse_owner", "owns"]),
        (database.admin_url(), ["postgres", "SUPERUSER"]),
    ] {
        let said = folder.run(&["serve", "--listen", "0", "--database-url", &url]);
        assert_eq!(said.code, 1, "{said:?}");
        for word in words {
            assert!(said.err.contains(word), "{said:?}");
        }
        assert!(said.err.contains("hint:"), "{said:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let folder = Folder::new();
    let url = "postgres://app@127.0.0.1:1/app";
    let said = folder.run(&["serve", "--listen", "0", "--database-url", url]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("127.0.0.1:1"), "{said:?}");
    let nonsense = folder.run(&[
        "serve",
        "--listen",
        "0",
        "--database-url",
        "postgres://a:b:c:d/%",
    ]);
    assert_eq!(nonsense.code, 2, "{nonsense:?}");
}

#[tokio::test]
async fn a_changed_schema_is_read_again() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    let arguments = [
        "serve",
        "--listen",
        "0",
        "--database-url",
        &database.app_url(),
    ];
    let service = Service::start(&mut folder.rowhouse(&arguments));
    assert_eq!(get(service.address, "/notes/", Some(PAWNEE)).status, 404);
    let owner = database.as_role("rowhouse_owner").await;
    owner
        .batch_execute(
            "CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid NOT NULL);
             ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
             CREATE POLICY t ON notes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
             GRANT SELECT ON notes TO rowhouse_app;
             ALTER TABLE items NO FORCE ROW LEVEL SECURITY",
        )
        .await
        .unwrap();
    service.signal(Signal::HUP);
    for _ in 0..500 {
        if get(service.address, "/notes/", Some(PAWNEE)).status == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(get(service.address, "/notes/", Some(PAWNEE)).status, 200);
    // What is no longer protected is no longer served.
    assert_eq!(get(service.address, "/items/", Some(PAWNEE)).status, 404);
    service.stop();
}
