//! `rowhouse protect`: printed, as files, made; broken off and gone on with; beside a service that writes.

mod broken_off;
mod busy;
mod careful;
mod observe;

use std::process::Command;

use rowhouse_local::testing::Database;

use crate::folder::{Folder, Said};

/// A service without any row security.
const RAW: &str = include_str!("../../../../rowhouse-guard/tests/protect/raw.sql");

struct Grounds {
    database: Database,
    folder: Folder,
}

impl Grounds {
    async fn new() -> Self {
        Self {
            database: Database::create(RAW).await,
            folder: Folder::new(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let url = self.database.owner_url();
        // Other tests' roles are on the same server.
        let mut all = vec!["protect", "--admin-url", &url, "--app-role", "rowhouse_app"];
        all.extend(arguments);
        self.folder.rowhouse(&all)
    }

    fn protect(&self, arguments: &[&str]) -> Said {
        crate::folder::said(&mut self.command(arguments))
    }

    fn audit(&self) -> Said {
        let url = self.database.admin_url();
        self.folder.run(&[
            "audit",
            "--database-url",
            &url,
            "--app-role",
            "rowhouse_app",
        ])
    }

    /// The schema as `pg_dump` writes it, without the word that newer minor versions put at both ends.
    fn dump(&self) -> String {
        let mut command = Command::new(self.database.binaries().program("pg_dump"));
        let said = crate::folder::said(command.args([
            "--schema-only",
            "--dbname",
            &self.database.admin_url(),
        ]));
        assert_eq!(said.code, 0, "{said:?}");
        let lines = said
            .out
            .lines()
            .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// `psql` as the owner, as people run what was printed.
    fn psql(&self, file: &str, also: &[&str]) {
        let mut command = Command::new(self.database.binaries().program("psql"));
        command.current_dir(self.folder.path());
        let url = self.database.owner_url();
        let said = crate::folder::said(
            command
                .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &url, "-f", file])
                .args(also),
        );
        assert_eq!(said.code, 0, "{file}: {said:?}");
    }

    fn files(&self, folder: &str, end: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names
            .filter(|name| name.ends_with(end))
            .map(|name| format!("{folder}/{name}"))
            .collect();
        names.sort();
        names
    }

    /// Every file of a kind, as a migration tool runs it.
    fn migrate(&self, files: &[String]) {
        for file in files {
            let text = std::fs::read_to_string(self.folder.path().join(file)).unwrap();
            let also: &[&str] = if text.starts_with("-- no-transaction") {
                &[]
            } else {
                &["-1"]
            };
            self.psql(file, also);
        }
    }
}

#[tokio::test]
async fn what_is_printed_does_it_and_undoes_it() {
    let grounds = Grounds::new().await;
    let before = grounds.dump();
    let up = grounds.protect(&[]);
    assert_eq!(up.code, 0, "{up:?}");
    let down = grounds.protect(&["--down"]);
    assert_eq!(before, grounds.dump(), "printing changes nothing");
    grounds.folder.write("up.sql", &up.out);
    grounds.folder.write("down.sql", &down.out);
    grounds.psql("up.sql", &[]);
    let audit = grounds.audit();
    assert_eq!(audit.code, 0, "{audit:?}");
    let again = grounds.protect(&[]);
    assert_eq!(
        (again.code, again.out.trim()),
        (0, "-- No table needs a step."),
        "{again:?}"
    );
    grounds.psql("down.sql", &[]);
    assert_eq!(before, grounds.dump());
    // Every step says its lock, and what must be done beside it is said.
    for words in [
        "ACCESS EXCLUSIVE on public.items",
        "CREATE INDEX CONCURRENTLY",
        "BYPASSRLS",
        "ON CONFLICT",
        "NOT VALID",
        "LOCK TABLE ONLY public.items IN SHARE ROW EXCLUSIVE MODE;\nSET LOCAL lock_timeout = '500ms';\nLOCK TABLE ONLY public.comments IN",
    ] {
        assert!(up.out.contains(words), "{words}: {}", up.out);
    }
}

#[tokio::test]
async fn files_for_migration_tools() {
    let grounds = Grounds::new().await;
    let before = grounds.dump();
    std::fs::create_dir(grounds.folder.path().join("migrations")).unwrap();
    grounds
        .folder
        .write("migrations/0041_older.up.sql", "SELECT 1;");
    let said = grounds.protect(&["--out", "migrations"]);
    assert_eq!(said.code, 0, "{said:?}");
    let mut up = grounds.files("migrations", ".up.sql");
    let mut down = grounds.files("migrations", ".down.sql");
    assert!(up.remove(0).contains("0041_older"));
    assert!(up[0].starts_with("migrations/0042_"), "{up:?}");
    assert_eq!(up.len(), down.len());
    grounds.migrate(&up);
    assert_eq!(grounds.audit().code, 0);
    down.reverse();
    grounds.migrate(&down);
    assert_eq!(before, grounds.dump());
}

#[tokio::test]
async fn made_and_kept_and_taken_back() {
    let grounds = Grounds::new().await;
    let before = grounds.dump();
    let said = grounds.protect(&["--apply"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.err.contains("ROW EXCLUSIVE on public.comments"),
        "{said:?}"
    );
    assert_eq!(grounds.audit().code, 0);
    let wanted = grounds.dump();
    let again = grounds.protect(&["--apply"]);
    assert_eq!(
        (again.code, again.out.trim()),
        (0, "no table needed a step"),
        "{again:?}"
    );
    assert_eq!(wanted, grounds.dump());
    let mut down = grounds.files("protect", ".down.sql");
    down.reverse();
    grounds.migrate(&down);
    assert_eq!(before, grounds.dump());
}

#[tokio::test]
async fn one_table_alone_and_in_other_forms() {
    let grounds = Grounds::new().await;
    let one = grounds.protect(&["items"]);
    assert!(
        one.out.contains("ALTER TABLE public.items ENABLE"),
        "{one:?}"
    );
    assert!(!one.out.contains("ALTER TABLE public.users"), "{one:?}");
    assert_eq!(one.code, 0, "it is about this one: {one:?}");
    let wrapped = "(tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))";
    let bare = "(tenant_id = current_setting('app.current_tenant_id')::uuid)";
    assert!(
        one.out.contains(wrapped) && !one.out.contains(bare),
        "{one:?}"
    );
    let said = grounds.protect(&["--bare", "items"]);
    assert!(
        said.out.contains(&format!(
            "tenant_isolation ON public.items\n    USING {bare}"
        )),
        "{said:?}"
    );
    assert!(
        said.out.contains(&format!(
            "tenant_isolation ON public.users\n    USING {wrapped}"
        )),
        "{said:?}"
    );
    let citus = grounds.protect(&["--target", "citus"]);
    assert!(!citus.out.contains("(SELECT current_setting"), "{citus:?}");
    grounds.folder.write("citus.sql", &citus.out);
    grounds.psql("citus.sql", &[]);
    // Without sub-selects no policy can look a parent up, and a row that references nothing has no tenant to be given.
    assert_eq!(citus.code, 1, "{citus:?}");
    let audit = grounds.audit();
    let errors = audit.out.matches("error").count();
    assert!(
        errors > 0 && audit.out.contains("public.notes"),
        "{audit:?}"
    );
}

/// The fixes that the audit prints are tried where nothing can break.
#[tokio::test]
async fn fixes_are_verified_on_a_copy() {
    let grounds = Grounds::new().await;
    let before = grounds.dump();
    let url = grounds.database.admin_url();
    let said = grounds.folder.run(&[
        "audit",
        "--verify-fixes",
        "--database-url",
        &url,
        "--app-role",
        "rowhouse_app",
    ]);
    assert_eq!(said.code, 1, "{said:?}");
    let lines: Vec<&str> = said.out.lines().collect();
    let holds = lines
        .iter()
        .filter(|line| line.starts_with("holds: "))
        .count();
    assert!(holds > 15, "{said:?}");
    assert!(
        said.out
            .contains("holds: public.countries [shared-table-writable]"),
        "{said:?}"
    );
    assert!(
        said.out.contains("tried on a copy, close their finding"),
        "{said:?}"
    );
    for bad in ["does not close it", "cannot be run as it stands"] {
        assert!(!said.out.contains(bad), "{said:?}");
    }
    assert_eq!(before, grounds.dump());
}

#[tokio::test]
async fn mistakes_are_said() {
    let grounds = Grounds::new().await;
    let said = grounds.protect(&["itmes"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("\"itmes\""), "{said:?}");
    let said = grounds
        .folder
        .run(&["protect", "--database-url", "postgres://a@127.0.0.1:1/x"]);
    assert_eq!(said.code, 2, "{said:?}");
    let said = grounds.folder.run(&[
        "protect",
        "--admin-url",
        &grounds.database.app_url(),
        "--app-role",
        "rowhouse_app",
    ]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains("run `rowhouse protect` as that role"),
        "{said:?}"
    );
}

/// A row that already references another tenant's is for somebody to look at; the rest goes on after it was mended.
#[tokio::test]
async fn rows_that_stand_against_it_are_shown() {
    let grounds = Grounds::new().await;
    let admin = grounds.database.admin().await;
    admin
        .batch_execute("UPDATE items SET owner_id = (SELECT id FROM users u WHERE u.tenant_id <> items.tenant_id) WHERE title = 'item 7'")
        .await
        .unwrap();
    let said = grounds.protect(&["--apply"]);
    assert_eq!(said.code, 1, "{said:?}");
    let query = said
        .err
        .split("look at them: ")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .unwrap_or_else(|| panic!("{said:?}"));
    let rows = admin.query(query, &[]).await.unwrap();
    assert_eq!(rows.len(), 2, "{query}");
    admin
        .batch_execute("UPDATE items SET owner_id = NULL WHERE title = 'item 7'")
        .await
        .unwrap();
    let said = grounds.protect(&["--apply"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(grounds.audit().code, 0);
}
