//! `rowhouse seal`, and a service on a sealed database.

mod mistakes;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use rowhouse_local::testing::Database;

use crate::folder::{Folder, Said, said};
use crate::http::{PAWNEE, get};
use crate::named_database::DEMO;
use crate::service::Service;

struct Grounds {
    database: Database,
    folder: Folder,
}

impl Grounds {
    async fn new(sql: &str) -> Self {
        let database = Database::create(DEMO).await;
        database
            .as_role("rowhouse_owner")
            .await
            .batch_execute(sql)
            .await
            .unwrap();
        Self {
            database,
            folder: Folder::new(),
        }
    }

    fn seal(&self, arguments: &[&str]) -> Said {
        let url = self.database.owner_url();
        let mut all = vec!["seal"];
        all.extend(arguments);
        all.extend(["--admin-url", &url]);
        // Other tests' roles are on the same server.
        if arguments.first() == Some(&"init") {
            all.extend(["--app-role", "rowhouse_app"]);
        }
        said(&mut self.folder.rowhouse(&all))
    }

    fn well(&self, arguments: &[&str]) -> String {
        let said = self.seal(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
        said.out
    }

    fn key_file(&self) -> std::path::PathBuf {
        self.folder.path().join("seal.key")
    }

    fn serve(&self) -> Command {
        let url = self.database.app_url();
        let arguments = ["serve", "--listen", "0", "--database-url", &url];
        let mut command = self.folder.rowhouse(&arguments);
        command.args(["--seal-key-file", "seal.key"]);
        command
    }

    fn start(&self) -> Service {
        Service::start(&mut self.serve())
    }

    /// Ends a key at once, and waits until the service answers with another one.
    async fn end(&self, key: &str, service: &Service) {
        let owner = self.database.as_role("rowhouse_owner").await;
        let sql = "UPDATE rowhouse.seal_keys SET not_after = now() WHERE id = '1t' || $1";
        owner.execute(sql, &[&key]).await.unwrap();
        let patience = Instant::now() + Duration::from_secs(30);
        while items(service) != 200 {
            assert!(Instant::now() < patience);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn items(service: &Service) -> u16 {
    get(service.address, "/items/", Some(PAWNEE)).status
}

/// The whole way, with the service running: plain, installed, sealing, sealed, rotated, and back.
#[tokio::test]
async fn from_plain_to_sealed_and_back() {
    let grounds = Grounds::new("").await;
    let absent = grounds.seal(&["status"]);
    assert_eq!(absent.code, 1, "{absent:?}");
    assert!(absent.out.contains("not installed"), "{absent:?}");

    let installed = grounds.well(&["init"]);
    assert!(installed.contains("rowhouse_app"), "{installed}");
    let key = fs::read_to_string(grounds.key_file()).unwrap();
    let mode = fs::metadata(grounds.key_file())
        .unwrap()
        .permissions()
        .mode()
        & 0o777;
    assert_eq!(mode, 0o600);
    // Again: nothing new.
    grounds.well(&["init"]);
    assert_eq!(fs::read_to_string(grounds.key_file()).unwrap(), key);

    // The service seals, and the policies are plain still.
    let service = grounds.start();
    assert_eq!(items(&service), 200);
    let half = grounds.seal(&["status"]);
    assert_eq!(half.code, 1, "{half:?}");
    assert!(
        half.out.contains("2 policies believe the bare setting"),
        "{half:?}"
    );

    let printed = grounds.well(&["policies"]);
    assert!(
        printed.contains("ALTER POLICY") && printed.contains("rowhouse.tenant()"),
        "{printed}"
    );
    grounds.well(&["policies", "--apply"]);
    assert_eq!(items(&service), 200);
    grounds.well(&["status"]);
    let audit = said(&mut grounds.folder.rowhouse(&[
        "audit",
        // Other tests' roles read everything.
        "--fail-on",
        "error",
        "--database-url",
        &grounds.database.admin_url(),
        "--app-role",
        "rowhouse_app",
    ]));
    assert_eq!(audit.code, 0, "{audit:?}");

    // A service without the keys is of no use.
    let url = grounds.database.app_url();
    let plain = Service::start(&mut grounds.folder.rowhouse(&[
        "serve",
        "--listen",
        "0",
        "--database-url",
        &url,
    ]));
    let refused = get(plain.address, "/items/", Some(PAWNEE));
    assert_eq!(refused.status, 500, "{refused:?}");
    assert!(
        !refused.json.to_string().contains("rowhouse."),
        "{refused:?}"
    );
    plain.stop();

    // The running service takes over the new key.
    let first = id(&key);
    grounds.well(&["rotate", "--keep", "1h"]);
    let both = fs::read_to_string(grounds.key_file()).unwrap();
    assert_eq!(both.matches("rowhouse-seal-1").count(), 2);
    assert!(both.contains(&first));
    assert_eq!(items(&service), 200);
    let owner = grounds.database.as_role("rowhouse_owner").await;
    grounds.end(&first, &service).await;
    service.stop();

    let before: String = owner.query_one(EXPRESSIONS, &[]).await.unwrap().get(0);
    grounds.well(&["policies", "--down", "--apply"]);
    let plain: String = owner.query_one(EXPRESSIONS, &[]).await.unwrap().get(0);
    assert!(
        before.contains("rowhouse.tenant()") && !plain.contains("rowhouse.tenant()"),
        "{plain}"
    );
    grounds.well(&["policies", "--apply"]);
    let again: String = owner.query_one(EXPRESSIONS, &[]).await.unwrap().get(0);
    assert_eq!(again, before);
}

const EXPRESSIONS: &str = "SELECT string_agg(tablename || policyname || qual || coalesce(with_check, ''), ';' ORDER BY tablename, policyname) FROM pg_policies";

fn id(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| line.starts_with("rowhouse-seal-1"))
        .unwrap();
    line.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn a_key_that_leaked_ends_at_once() {
    let grounds = Grounds::new("").await;
    grounds.well(&["init"]);
    let old = id(&fs::read_to_string(grounds.key_file()).unwrap());
    grounds.well(&["rotate", "--keep", "0s", "--claim", "app.user"]);
    let text = fs::read_to_string(grounds.key_file()).unwrap();
    assert!(!text.contains(&old), "{text}");
    assert!(text.contains("app.user"), "{text}");
    let status = grounds.seal(&["status"]);
    assert!(
        status.out.contains("no more") && status.out.contains("covers app.user"),
        "{status:?}"
    );
}

/// Default privileges that give every new table to the service do not give it the keys.
#[tokio::test]
async fn the_keys_are_the_owners_alone() {
    let grounds = Grounds::new("ALTER DEFAULT PRIVILEGES GRANT SELECT, UPDATE ON TABLES TO rowhouse_app; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;").await;
    grounds.well(&["init"]);
    grounds.well(&["policies", "--apply"]);
    let app = grounds.database.as_role("rowhouse_app").await;
    for sql in [
        "SELECT * FROM rowhouse.seal_keys",
        "SELECT rowhouse.new_seal_key('a.b', 'uuid', '{}')",
    ] {
        let error = app.query(sql, &[]).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{sql}");
    }
    // Nor are they in any statement or log of statements: the server made the key, and only an answer had it.
    let key = fs::read_to_string(grounds.key_file()).unwrap();
    let secret = key
        .lines()
        .last()
        .unwrap()
        .split(' ')
        .nth(2)
        .unwrap()
        .to_owned();
    assert_eq!(secret.len(), 64);
    let outside = grounds.database.admin().await;
    let seen: i64 = outside
        .query_one(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%' || $1 || '%'",
            &[&secret],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(seen, 0);
    for verb in [&["status"][..], &["init"], &["policies"], &["rotate"]] {
        let said = grounds.seal(verb);
        assert!(
            !said.out.contains(&secret) && !said.err.contains(&secret),
            "{said:?}"
        );
    }
}

#[tokio::test]
async fn what_stands_in_the_way_is_said() {
    let grounds = Grounds::new("").await;
    let url = grounds.database.app_url();
    let folder = &grounds.folder;
    let as_app = said(&mut folder.rowhouse(&[
        "seal",
        "init",
        "--admin-url",
        &url,
        "--app-role",
        "rowhouse_app",
    ]));
    assert_eq!(as_app.code, 1, "{as_app:?}");
    assert!(
        as_app.err.contains("the role that owns the tables"),
        "{as_app:?}"
    );
    assert!(!grounds.key_file().exists());
    let early = grounds.seal(&["rotate"]);
    assert!(
        early.code == 1 && early.err.contains("rowhouse seal init"),
        "{early:?}"
    );
    let early = grounds.seal(&["policies"]);
    assert!(
        early.code == 1 && early.err.contains("rowhouse seal init"),
        "{early:?}"
    );
    let odd = grounds.seal(&["init", "--claim", "x'; DROP TABLE items; --"]);
    assert!(
        odd.code == 2 && odd.err.contains("is not a claim's setting"),
        "{odd:?}"
    );
    grounds.well(&["init"]);
    // A file of another database.
    fs::write(
        grounds.key_file(),
        format!(
            "rowhouse-seal-1 0000000a {} app.current_tenant_id uuid\n",
            "0".repeat(64)
        ),
    )
    .unwrap();
    let foreign = grounds.seal(&["init"]);
    assert!(
        foreign.code == 2 && foreign.err.contains("does not accept"),
        "{foreign:?}"
    );
    let serve = said(&mut grounds.serve());
    assert!(
        serve.code == 2 && serve.err.contains("does not accept the seal"),
        "{serve:?}"
    );
    fs::set_permissions(grounds.key_file(), fs::Permissions::from_mode(0o644)).unwrap();
    let open = said(&mut grounds.serve());
    assert!(open.code == 2 && open.err.contains("chmod 600"), "{open:?}");
}

/// A policy that asks in a way of its own is said, and nothing is changed around it.
#[tokio::test]
async fn what_must_be_written_by_hand_is_said() {
    let grounds = Grounds::new(
        "CREATE POLICY several ON items AS RESTRICTIVE USING (tenant_id = ANY (string_to_array(current_setting('app.current_tenant_id'), ',')::uuid[]))",
    )
    .await;
    grounds.well(&["init"]);
    let printed = grounds.seal(&["policies"]);
    assert!(
        printed.code == 1 && printed.err.contains("policy several on public.items"),
        "{printed:?}"
    );
    let applied = grounds.seal(&["policies", "--apply"]);
    assert_eq!(applied.code, 2, "{applied:?}");
    let owner = grounds.database.as_role("rowhouse_owner").await;
    let expressions: String = owner.query_one(EXPRESSIONS, &[]).await.unwrap().get(0);
    assert!(!expressions.contains("rowhouse.tenant()"), "{expressions}");
}
