//! The two ways into the database, and where they are kept.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use rowhouse_local::testing::Database;
use rustix::process::Signal;

use crate::folder::{Folder, said};
use crate::http::{PAWNEE, get, titles};
use crate::named_database::DEMO;
use crate::service::Service;

/// Puts a secret in place, as what mounts them does.
fn secret(folder: &Folder, name: &str, text: &str) {
    folder.write("fresh", text);
    let fresh = folder.path().join("fresh");
    fs::set_permissions(&fresh, Permissions::from_mode(0o600)).unwrap();
    fs::rename(fresh, folder.path().join(name)).unwrap();
}

#[tokio::test]
async fn both_may_be_in_files_and_the_password_may_change() {
    let database = Database::create(DEMO).await;
    let admin = database.admin().await;
    let role = database.unique("app");
    let sql = format!("CREATE ROLE {role} LOGIN PASSWORD 'hunter2' IN ROLE rowhouse_app");
    admin.batch_execute(&sql).await.unwrap();
    let url = |password: &str| {
        let (port, name) = (database.port(), database.name());
        format!("postgres://{role}:{password}@127.0.0.1:{port}/{name}\n")
    };
    let folder = Folder::new();
    secret(&folder, "app", &url("hunter2"));
    secret(&folder, "owner", &database.tcp_url_as("rowhouse_owner"));
    folder.write(
        "rowhouse.toml",
        "admin_url_file = 'owner'\n[serve]\nwatch = '200ms'\n",
    );
    let mut command = folder.rowhouse(&["serve", "--listen", "0", "--workers", "1"]);
    let mut service = Service::start(command.env("DATABASE_URL_FILE", "app"));
    assert_eq!(titles(service.address, PAWNEE).len(), 5);

    secret(&folder, "app", &url("swordfish"));
    let rotate = format!(
        "ALTER ROLE {role} PASSWORD 'swordfish';
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
    );
    admin.batch_execute(&rotate).await.unwrap();
    let mut status = 0;
    for _ in 0..300 {
        status = get(service.address, "/items/", Some(PAWNEE)).status;
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(status, 200);
    service.signal(Signal::INT);
    assert_eq!(service.end(), Some(0));
    let said = service.said() + &service.banner;
    for secret in ["hunter2", "swordfish", database.password()] {
        assert!(!said.contains(secret), "{said}");
    }
    let drop = format!("DROP OWNED BY {role}");
    admin.batch_execute(&drop).await.unwrap();
}

#[tokio::test]
async fn one_role_is_never_both() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    for (url, words) in [
        (database.app_url(), "are the same role, rowhouse_app"),
        (database.owner_url(), "rowhouse_owner"),
    ] {
        let arguments = ["serve", "--listen", "0", "--database-url", &url];
        let mut command = folder.rowhouse(&arguments);
        let said = said(command.env("ROWHOUSE_ADMIN_URL", &url));
        assert_ne!(said.code, 0, "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
        assert!(said.err.contains("hint:"), "{said:?}");
    }
}

#[tokio::test]
async fn the_owner_may_be_named_by_flag_variable_or_file() {
    let database = Database::create(DEMO).await;
    let folder = Folder::new();
    secret(&folder, "owner", &database.owner_url());
    let app = database.app_url();
    let arguments = ["serve", "--listen", "0", "--database-url", &app];
    for (name, value) in [
        ("ROWHOUSE_ADMIN_URL", database.owner_url()),
        ("ROWHOUSE_ADMIN_URL_FILE", "owner".to_owned()),
    ] {
        let mut command = folder.rowhouse(&arguments);
        Service::start(command.env(name, value)).stop();
    }
    let mut flag = folder.rowhouse(&arguments);
    // A flag goes before a variable of the other kind.
    flag.args(["--admin-url-file", "owner"]).env(
        "ROWHOUSE_ADMIN_URL",
        "postgres://nobody@127.0.0.1:1/nothing",
    );
    Service::start(&mut flag).stop();
}

#[test]
fn what_is_there_twice_or_not_at_all_is_refused_without_being_shown() {
    let folder = Folder::new();
    let url = "postgres://app:hunter2@127.0.0.1:1/app";
    let refuse = |toml: &str, variables: &[(&str, &str)], words: &str| {
        folder.write("rowhouse.toml", toml);
        let mut command = folder.rowhouse(&["serve", "--listen", "0"]);
        let said = said(command.envs(variables.iter().copied()));
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
        assert!(!said.err.contains("hunter2"), "{said:?}");
    };
    let both = format!("database_url = '{url}'\ndatabase_url_file = 'app'\n");
    refuse(
        &both,
        &[],
        "database_url and database_url_file are both there",
    );
    let both = [("DATABASE_URL", url), ("DATABASE_URL_FILE", "app")];
    refuse("", &both, "leave out DATABASE_URL or DATABASE_URL_FILE");
    refuse("", &[("DATABASE_URL_FILE", "nowhere")], "nowhere");
    refuse(
        &format!("databse_url = '{url}'\n"),
        &[],
        "did you mean `database_url`?",
    );
    folder.write("app", "postgres://app:hunter2@db:port/app");
    refuse("database_url_file = 'app'\n", &[], "port");
}
