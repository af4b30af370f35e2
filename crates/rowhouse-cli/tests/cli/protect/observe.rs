//! The way in for running systems: everything passes, what a wall would stop is in the server's log, and table by table
//! the wall comes, and goes again.

use std::path::PathBuf;
use std::time::Duration;

use rowhouse_local::testing::{APP, OWNER, PrivateCluster, private_cluster};
use tokio_postgres::Client;

use crate::folder::{Folder, Said};

const A: &str = "aaaaaaaa-0000-4000-8000-000000000000";
const B: &str = "bbbbbbbb-0000-4000-8000-000000000000";

/// A shop that keeps its tenants apart by WHERE alone.
const SHOP: &str = "
    CREATE TABLE tenants (id uuid PRIMARY KEY);
    CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, email text NOT NULL);
    CREATE TABLE items (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL);
    CREATE TABLE comments (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item_id integer NOT NULL REFERENCES items ON DELETE CASCADE);
    INSERT INTO tenants VALUES ('aaaaaaaa-0000-4000-8000-000000000000'), ('bbbbbbbb-0000-4000-8000-000000000000');
    INSERT INTO users (tenant_id, email) SELECT id, 'x' FROM tenants;
    INSERT INTO items (tenant_id, title) SELECT id, 'item ' || n FROM tenants, generate_series(1, 50) n;
    INSERT INTO comments (item_id) SELECT id FROM items;
    GRANT SELECT ON tenants TO rowhouse_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON users, items, comments TO rowhouse_app;";

struct House {
    cluster: PrivateCluster,
    folder: Folder,
}

impl House {
    /// A server that keeps its log in files of two forms.
    async fn new() -> Self {
        let cluster = private_cluster(&[
            ("logging_collector", "on"),
            ("log_destination", "stderr,csvlog"),
        ])
        .await;
        let admin = cluster.admin().await;
        for sql in [
            format!("CREATE DATABASE shop OWNER {OWNER}"),
            "CREATE DATABASE other".to_owned(),
        ] {
            admin.batch_execute(&sql).await.unwrap();
        }
        let house = Self {
            cluster,
            folder: Folder::new(),
        };
        house.owner().await.batch_execute(SHOP).await.unwrap();
        house
    }

    async fn owner(&self) -> Client {
        self.cluster.as_role(OWNER, "shop").await
    }

    async fn app(&self, tenant: Option<&str>) -> Client {
        let app = self.cluster.as_role(APP, "shop").await;
        if let Some(tenant) = tenant {
            app.batch_execute(&format!("SET app.current_tenant_id = '{tenant}'"))
                .await
                .unwrap();
        }
        app
    }

    fn protect(&self, arguments: &[&str]) -> Said {
        let url = self.cluster.url_as(OWNER, "shop");
        let mut all = vec!["protect", "--admin-url", &url, "--app-role", APP];
        all.extend(arguments);
        self.folder.run(&all)
    }

    fn audit(&self) -> Said {
        let url = self.cluster.url_as("postgres", "shop");
        self.folder
            .run(&["audit", "--database-url", &url, "--app-role", APP])
    }

    fn report(&self, arguments: &[&str]) -> Said {
        let url = self.cluster.url_as("postgres", "shop");
        let mut all = vec!["observe", "report"];
        if arguments.is_empty() {
            all.extend(["--admin-url", &url]);
        }
        all.extend(arguments);
        self.folder.run(&all)
    }

    /// Asks until the log has it: the server's collector writes a moment later.
    async fn report_with(&self, words: &str) -> Said {
        let mut said = self.report(&[]);
        for _ in 0..100 {
            if said.out.contains(words) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            said = self.report(&[]);
        }
        assert!(said.out.contains(words), "{words}: {said:?}");
        said
    }

    /// Each form of the log says the same, and nothing of what is in statements.
    fn forms_agree(&self, said: &Said) {
        let mut forms = 0;
        for file in self.logs() {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(!text.contains("secret"), "{text}");
            let one = self.report(&[&file.display().to_string()]);
            forms += usize::from(one.out == said.out);
        }
        assert_eq!(forms, 2, "{said:?}");
    }

    fn logs(&self) -> Vec<PathBuf> {
        let folder = self.cluster.data_dir().join("log");
        let entries = std::fs::read_dir(folder).unwrap();
        let files = entries.map(|entry| entry.unwrap().path());
        files.filter(|path| path.is_file()).collect()
    }

    fn dump(&self) -> String {
        let binaries = rowhouse_local::Binaries::find(None).unwrap();
        let mut command = std::process::Command::new(binaries.program("pg_dump"));
        let url = self.cluster.url_as("postgres", "shop");
        let said = crate::folder::said(command.args(["--schema-only", "--dbname", &url]));
        assert_eq!(said.code, 0, "{said:?}");
        let lines = said
            .out
            .lines()
            .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn everything_passes_and_what_would_not_is_listed() {
    let house = House::new().await;
    let made = house.protect(&["--observe", "--apply"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert!(made.err.contains("observe report"), "{made:?}");
    // Tables whose rows have no tenant are left, and that is said.
    assert!(made.err.contains("public.comments was left"), "{made:?}");
    assert!(made.err.contains("COPY … FROM"), "{made:?}");
    let again = house.protect(&["--observe", "--apply"]);
    assert_eq!(again.out.trim(), "no table needed a step", "{again:?}");

    let nobody = house.app(None).await;
    assert_eq!(count(&nobody, "SELECT count(*) FROM items").await, 100);
    nobody
        .query(
            "SELECT * FROM users WHERE email <> $1 OR email = 'secret one'",
            &[&"secret two"],
        )
        .await
        .unwrap();
    let garbage = house.app(Some("no uuid")).await;
    assert_eq!(
        count(&garbage, "SELECT count(*) AS garbage FROM items").await,
        100
    );

    let a = house.app(Some(A)).await;
    // What the application keeps apart itself is not taken for lost, and rows that are its own are nobody's news.
    assert_eq!(
        count(
            &a,
            &format!("SELECT count(*) FROM items WHERE tenant_id = '{A}' AND title LIKE 'item%'")
        )
        .await,
        50
    );
    assert_eq!(
        count(
            &a,
            &format!("SELECT count(*) FROM items WHERE title LIKE 'item%' AND tenant_id = '{A}'")
        )
        .await,
        50
    );
    a.batch_execute(&format!(
        "INSERT INTO items (tenant_id, title) VALUES ('{A}', 'well')"
    ))
    .await
    .unwrap();
    // A transaction that only reads, and is rolled back.
    a.batch_execute("BEGIN READ ONLY").await.unwrap();
    for _ in 0..5 {
        assert_eq!(
            count(&a, "SELECT count(*) AS lost FROM items -- 'secret three'").await,
            101
        );
    }
    a.batch_execute("ROLLBACK").await.unwrap();
    let strange = r#"SELECT 'C:\' AS a, 'secret four' AS b, E'\' secret five', $x$secret $1$ six$x$, $$secret$$ || 'seven', /* secret 'eight */ 99001 AS "Nine's" FROM items WHERE title IN ('secret', 'ten')"#;
    a.batch_execute(&format!(
        "INSERT INTO items (tenant_id, title) VALUES ('{B}', 'secret')"
    ))
    .await
    .unwrap();
    assert_eq!(a.query(strange, &[]).await.unwrap().len(), 1);
    assert_eq!(
        a.execute(
            "UPDATE items SET title = 'changed' WHERE title = 'item 7'",
            &[]
        )
        .await
        .unwrap(),
        2
    );
    assert_eq!(
        a.execute("DELETE FROM items WHERE title <> 'secret'", &[])
            .await
            .unwrap(),
        101
    );

    let said = house.report_with("DELETE: met rows").await;
    assert_eq!(said.code, 1, "{said:?}");
    for words in [
        "public.items\n",
        "SELECT: came without a tenant: it would fail, or find nothing; 1 time, last 2",
        "as rowhouse_app",
        "\n      SELECT count(*) FROM items\n",
        "SELECT * FROM users WHERE email <> $1 OR email = ?",
        "\n      SELECT count(*) AS garbage FROM items\n",
        // Of five, the first, second and fourth are said.
        "SELECT: met rows of others, which it would not see; 4 times",
        "\n      SELECT count(*) AS lost FROM items ?\n",
        "INSERT: wrote a row for another tenant, which would be refused; 1 time",
        "UPDATE: met rows of others",
        "UPDATE items SET title = ? WHERE title = ?",
        r#"AS "Nine's" FROM items WHERE title IN (?, ...)"#,
    ] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    for words in ["LIKE", "VALUES (?, ?) RETURNING", "secret", "99001"] {
        assert!(!said.out.contains(words), "{words}: {said:?}");
    }
    house.forms_agree(&said);
    assert_eq!(house.audit().code, 1);
}

#[tokio::test]
async fn table_by_table_and_back() {
    let house = House::new().await;
    assert_eq!(house.protect(&["--observe", "--apply"]).code, 0);
    let audit = house.audit();
    assert!(
        audit.out.contains("not protected yet, only observed"),
        "{audit:?}"
    );
    assert_eq!(audit.out.matches("only observed").count(), 3, "{audit:?}");
    assert!(audit.out.contains("app.current_tenant_id"), "{audit:?}");

    // One table gets its wall; the others are observed still.
    let made = house.protect(&["items", "--apply", "--out", "items"]);
    assert_eq!(made.code, 0, "{made:?}");
    let a = house.app(Some(A)).await;
    assert_eq!(count(&a, "SELECT count(*) FROM items").await, 50);
    assert_eq!(count(&a, "SELECT count(*) FROM users").await, 2);
    let nobody = house.app(None).await;
    assert!(nobody.query("SELECT * FROM items", &[]).await.is_err());

    // Nothing is opened by the way, only where it is named: one command back.
    let all = house.protect(&["--observe", "--apply"]);
    assert_eq!(all.out.trim(), "no table needed a step", "{all:?}");
    assert!(
        all.err
            .contains("public.items was left as it is: row security is on already"),
        "{all:?}"
    );
    let back = house.protect(&["items", "--observe", "--apply"]);
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(count(&a, "SELECT count(*) FROM items").await, 100);
    assert!(
        house
            .audit()
            .out
            .contains("public.items\n  error   it is not protected yet"),
        "{:?}",
        house.audit()
    );

    // And all of it: the wall for every table, the way back printed before.
    let down = house.protect(&["--down"]);
    assert!(
        down.out
            .contains("CREATE POLICY rowhouse_observe ON public.users"),
        "{down:?}"
    );
    let made = house.protect(&["--apply"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(house.audit().code, 0, "{:?}", house.audit());
    assert_eq!(count(&a, "SELECT count(*) FROM users").await, 1);
    let end = house.protect(&["--unobserve", "--apply"]);
    assert_eq!(end.code, 0, "{end:?}");
    assert_eq!(house.audit().code, 0, "nothing was opened by that");
    let schema = "SELECT count(*) FROM pg_namespace WHERE nspname = 'rowhouse_observe'";
    assert_eq!(count(&house.owner().await, schema).await, 0);
}

#[tokio::test]
async fn it_ends_as_it_began() {
    let house = House::new().await;
    let before = house.dump();
    assert_eq!(house.protect(&["--observe", "--apply"]).code, 0);
    assert_ne!(before, house.dump());
    assert_eq!(house.protect(&["--unobserve", "--apply"]).code, 0);
    assert_eq!(before, house.dump());
}

/// A policy of somebody's own is never opened, nor is a table observed on which policies bind nobody.
#[tokio::test]
async fn what_holds_is_not_opened() {
    let house = House::new().await;
    let owner = house.owner().await;
    owner
        .batch_execute(
            "ALTER TABLE items ENABLE ROW LEVEL SECURITY;
             CREATE POLICY own ON items USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND title <> 'x');
             CREATE POLICY floor ON users AS RESTRICTIVE USING (email <> 'x');",
        )
        .await
        .unwrap();
    let named = house.protect(&["items", "users", "--observe", "--apply"]);
    for words in [
        "public.items was left as it is: row security is on already, with other policies",
        "public.users was left as it is: it has restrictive policies",
    ] {
        assert!(named.err.contains(words), "{words}: {named:?}");
    }
    let a = house.app(Some(A)).await;
    assert_eq!(count(&a, "SELECT count(*) FROM items").await, 50);
    let dry = house.protect(&["--observe", "tenants"]);
    assert!(dry.out.contains("nothing is kept apart by them"), "{dry:?}");
    let said = house.report(&["nowhere.log"]);
    assert_eq!(said.code, 2, "{said:?}");
}
