//! `rowhouse probe`.

use rowhouse_local::testing::Database;
use serde_json::Value;

use crate::folder::{Folder, Said};
use crate::named_database::DEMO;

/// The demo, with the app role's temporary tables kept away, and then this as its owner.
async fn demo_and(sql: &str) -> Database {
    let database = Database::create(DEMO).await;
    let owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(sql).await.unwrap();
    database
}

fn probe(folder: &Folder, database: &Database, arguments: &[&str]) -> Said {
    // As an ordinary owner: nobody needs to be a superuser for it.
    let url = database.owner_url();
    let mut all = vec![
        "probe",
        "--database-url",
        &url,
        "--app-role",
        "rowhouse_app",
    ];
    all.extend(arguments);
    folder.run(&all)
}

#[tokio::test]
async fn the_demo_holds_and_what_is_open_is_shown_with_its_statements() {
    let folder = Folder::new();
    let clean = probe(&folder, &demo_and("").await, &["--fail-on", "unexercised"]);
    assert_eq!(clean.code, 0, "{clean:?}");
    let last = clean.out.trim_end().lines().next_back().unwrap();
    assert!(last.starts_with("No attack reached"), "{clean:?}");

    let database = demo_and("ALTER TABLE items DISABLE ROW LEVEL SECURITY").await;
    let leak = probe(&folder, &database, &[]);
    assert_eq!(leak.code, 1, "{leak:?}");
    assert!(
        leak.out
            .contains("LEAKED  SELECT public.items, tenant, as rowhouse_app"),
        "{leak:?}"
    );
    assert!(
        leak.out.contains("SET LOCAL") || leak.out.contains("set_config("),
        "{leak:?}"
    );
    assert!(!leak.out.contains('\x1b'), "no colour where nobody sees it");
    let never = probe(&folder, &database, &["--fail-on", "never"]);
    assert_eq!(never.code, 0, "{never:?}");
    let rows: i64 = database
        .admin()
        .await
        .query_one(
            "SELECT count(*) FROM pg_namespace WHERE nspname = 'rowhouse_probe'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(rows, 0, "the database itself is only read");
}

#[tokio::test]
async fn the_statements_it_prints_show_the_leak_on_the_database_itself() {
    let folder = Folder::new();
    let database = demo_and("ALTER TABLE items DISABLE ROW LEVEL SECURITY").await;
    let said = probe(&folder, &database, &["--format", "json"]);
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
    assert_eq!(report["schema_version"], 1);
    assert!(
        report["confirmed"]
            .as_array()
            .is_some_and(|confirmed| !confirmed.is_empty()),
        "{said:?}"
    );
    let cells = report["cells"].as_array().unwrap();
    let leaked = cells
        .iter()
        .find(|cell| {
            cell["verdict"] == "leaked" && cell["command"] == "delete" && cell["state"] == "tenant"
        })
        .unwrap_or_else(|| panic!("{said:?}"));
    let app = database.as_role("rowhouse_app").await;
    let statements = leaked["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement.as_str().unwrap());
    let mut removed = 0;
    for statement in statements.filter(|statement| !statement.starts_with("--")) {
        for message in app.simple_query(statement).await.unwrap() {
            if let tokio_postgres::SimpleQueryMessage::CommandComplete(count) = message
                && statement.starts_with("DELETE")
            {
                removed = count;
            }
        }
    }
    let all: i64 = database
        .admin()
        .await
        .query_one("SELECT count(*) FROM items", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(
        i64::try_from(removed).unwrap(),
        all,
        "it takes the rows of all tenants, and was rolled back"
    );

    let again = probe(&folder, &database, &["--format", "json"]);
    assert_eq!(
        again.out, said.out,
        "the same database gives the same report"
    );
    let sarif = probe(&folder, &database, &["--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&sarif.out).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(
        results
            .iter()
            .all(|result| result["ruleId"] == "probe-leaked")
    );
    assert!(!results.is_empty());
}

#[tokio::test]
async fn what_cannot_be_probed_is_two() {
    let folder = Folder::new();
    let database = demo_and("").await;
    let url = database.admin_url();
    for (arguments, words) in [
        (
            &["probe", "--database-url", &url, "--app-role", "webb"][..],
            "\"webb\"",
        ),
        (
            &["probe", "--database-url", "postgres://app@127.0.0.1:1/x"][..],
            "127.0.0.1",
        ),
    ] {
        let said = folder.run(arguments);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
    }
}

/// What opens the items, and the commands that it opens.
const OPENINGS: &[(&str, &[&str])] = &[
        (
            "CREATE POLICY open ON items FOR SELECT USING (true)",
            &["select"],
        ),
        (
            "CREATE POLICY open ON items FOR SELECT USING (true); CREATE POLICY change ON items FOR UPDATE USING (true)",
            &["select", "update"],
        ),
        (
            "CREATE POLICY open ON items FOR SELECT USING (true); CREATE POLICY remove ON items FOR DELETE USING (true)",
            &["select", "delete"],
        ),
        (
            "CREATE POLICY add ON items FOR INSERT WITH CHECK (true)",
            &["insert"],
        ),
        // Columns, of which the role may write some; and a trigger that is about something else.
        (
            "CREATE POLICY add ON items FOR INSERT WITH CHECK (true); REVOKE INSERT ON items FROM rowhouse_app;
             GRANT INSERT (title, tenant_id) ON items TO rowhouse_app;
             CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
             CREATE TRIGGER same BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION same()",
            &["insert"],
        ),
        ("GRANT TRUNCATE ON items TO rowhouse_app", &["truncate"]),
];

/// The database itself: a few rows, rolled back, and no number of a sequence is taken.
#[tokio::test]
async fn the_database_itself_is_left_as_it_was() {
    let folder = Folder::new();
    let database = demo_and(
        "CREATE TABLE counted (id serial PRIMARY KEY, item_id uuid NOT NULL REFERENCES items (id));
         ALTER TABLE counted ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY tenant ON counted USING (EXISTS (SELECT FROM items i WHERE i.id = item_id));
         GRANT SELECT, INSERT, UPDATE, DELETE ON counted TO rowhouse_app;
         GRANT USAGE ON SEQUENCE counted_id_seq TO rowhouse_app",
    )
    .await;
    let admin = database.admin().await;
    admin
        .batch_execute("INSERT INTO counted (item_id) SELECT id FROM items")
        .await
        .unwrap();
    let all = "SELECT (SELECT jsonb_agg(i ORDER BY id) FROM items i)::text || (SELECT jsonb_agg(c ORDER BY id) FROM counted c)::text
        || (SELECT last_value FROM counted_id_seq)";
    let before: String = admin.query_one(all, &[]).await.unwrap().get(0);
    let live = |arguments: &[&str]| {
        let (app, admin) = (database.app_url(), database.admin_url());
        let mut list = vec![
            "probe",
            "--live",
            "--database-url",
            &app,
            "--admin-url",
            &admin,
        ];
        list.extend(arguments);
        folder.run(&list)
    };
    let clean = live(&["--format", "json"]);
    assert_eq!(clean.code, 0, "{clean:?}");
    let report: Value = serde_json::from_str(&clean.out).unwrap();
    for table in ["public.items", "public.counted"] {
        for command in ["select", "insert", "update", "delete"] {
            let cells = report["cells"].as_array().unwrap().iter();
            let cell = cells.into_iter().find(|cell| {
                cell["object"] == table && cell["command"] == command && cell["state"] == "tenant"
            });
            assert_eq!(
                cell.unwrap()["verdict"],
                "held",
                "{table} {command}: {cell:?}"
            );
        }
    }
    for (open, expected) in OPENINGS {
        let owner = database.as_role("rowhouse_owner").await;
        owner.batch_execute(open).await.unwrap();
        let said = live(&["--format", "json"]);
        assert_eq!(said.code, 1, "{open}: {said:?}");
        let report: Value = serde_json::from_str(&said.out).unwrap();
        let cells = report["cells"].as_array().unwrap().iter();
        let mut leaked: Vec<&str> = cells
            .filter(|cell| {
                cell["verdict"] == "leaked"
                    && cell["object"] == "public.items"
                    && cell["state"] == "tenant"
            })
            .map(|cell| cell["command"].as_str().unwrap())
            .collect();
        leaked.sort_by_key(|command| {
            ["select", "insert", "update", "delete", "truncate"]
                .iter()
                .position(|known| known == command)
        });
        assert_eq!(leaked, *expected, "{open}");
        owner
            .batch_execute(
                "DROP POLICY IF EXISTS open ON items; DROP POLICY IF EXISTS change ON items; DROP POLICY IF EXISTS remove ON items;
                 DROP POLICY IF EXISTS add ON items; REVOKE TRUNCATE ON items FROM rowhouse_app;
                 DROP FUNCTION IF EXISTS same CASCADE; REVOKE INSERT (title, tenant_id) ON items FROM rowhouse_app;
                 GRANT INSERT ON items TO rowhouse_app",
            )
            .await
            .unwrap();
    }
    let after: String = admin.query_one(all, &[]).await.unwrap().get(0);
    assert_eq!(before, after);
}

#[tokio::test]
async fn whom_to_attack_live_has_to_be_clear() {
    let folder = Folder::new();
    let database = demo_and("").await;
    let (app, admin) = (database.app_url(), database.admin_url());
    let start = ["probe", "--live", "--database-url"];
    let tenant = ["--tenant", "7a245486-3fc8-47ec-b303-04fefe7a58ff"];
    let one = folder.run(&[&start[..], &[&app], &tenant].concat());
    assert_eq!(one.code, 2, "{one:?}");
    assert!(one.err.contains("--tenant ID --tenant ID"), "{one:?}");
    let unseen = folder.run(&[&start[..], &[&app]].concat());
    assert_eq!(unseen.code, 2, "the app role sees no tenant: {unseen:?}");
    let whole = ["--admin-url", &admin, "--fail-on", "unexercised"];
    let whole = folder.run(&[&start[..], &[&app], &whole].concat());
    assert_eq!(whole.code, 0, "of the demo, nothing is left out: {whole:?}");
    let superuser = folder.run(&[&start[..], &[&admin]].concat());
    assert_eq!(superuser.code, 2, "{superuser:?}");
    assert!(
        superuser.err.contains("not filtered by row security"),
        "{superuser:?}"
    );
}
