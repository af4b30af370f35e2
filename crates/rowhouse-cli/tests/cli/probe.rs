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
