//! The client library `@supabase/postgrest-js`, unmodified, against the running command: `clients/postgrest-js`.

use std::path::PathBuf;
use std::process::Command;

use rowhouse_local::testing::Database;

use crate::folder::Folder;
use crate::service::Service;

/// The tenant whose rows nobody may touch.
const OTHER: &str = "22222222-2222-4222-8222-222222222222";
const TABLES: [&str; 7] = [
    "tenants",
    "people",
    "clients",
    "projects",
    "tasks",
    "assignments",
    "\"Time Sheets\"",
];

fn clients() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../clients/postgrest-js"
    ))
}

/// All rows of the other tenant.
async fn others(database: &Database) -> String {
    let admin = database.admin().await;
    let mut rows = String::new();
    for table in TABLES {
        let column = if table == "tenants" {
            "id"
        } else {
            "tenant_id"
        };
        let sql = format!(
            "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM {table} t WHERE {column} = '{OTHER}'"
        );
        let row = admin.query_one(&sql, &[]).await.unwrap();
        rows += row.get::<_, &str>(0);
        rows.push('\n');
    }
    rows
}

#[tokio::test]
async fn the_client_library_works_unmodified() {
    let suite = clients();
    if !suite.join("node_modules").exists() {
        println!("left out: node_modules is not there; `make test` installs it");
        assert!(
            std::env::var_os("CI").is_none(),
            "Node.js or the client library could not be installed"
        );
        return;
    }
    let schema = std::fs::read_to_string(suite.join("schema.sql")).unwrap();
    let database = Database::create(&schema).await;
    let before = others(&database).await;
    assert!(before.contains("alien"), "{before}");

    let folder = Folder::new();
    let config = suite.join("rowhouse.toml");
    let mut command = folder.rowhouse(&["serve", "--listen", "0", "--config"]);
    command
        .arg(config)
        .args(["--database-url", &database.app_url()]);
    let service = Service::start(&mut command);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&suite)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    let (mut passed, mut failed) = (0, Vec::new());
    for file in files {
        let output = Command::new("node")
            .current_dir(&suite)
            .args(["--test", "--test-reporter=tap"])
            .arg(&file)
            .env("ROWHOUSE_URL", format!("http://{}", service.address))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let count = |what: &str| -> usize {
            let line = said
                .lines()
                .find_map(|line| line.strip_prefix(&format!("# {what} ")));
            line.unwrap_or_else(|| panic!("{said}")).parse().unwrap()
        };
        passed += count("pass");
        if !output.status.success() || count("skipped") > 0 {
            failed.push(said);
        }
    }
    service.stop();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(passed >= 190, "{passed} calls");
    assert_eq!(others(&database).await, before);
}
