//! `rowhouse db`: the life of the private PostgreSQL.

use crate::folder::{Folder, said};

#[tokio::test]
async fn it_starts_stops_and_goes() {
    let folder = Folder::new();
    let none = folder.run(&["db", "status"]);
    assert_eq!(none.code, 1);
    assert!(none.out.contains("no private PostgreSQL"), "{none:?}");
    let url = folder.run(&["db", "url"]);
    assert_eq!(url.code, 1);
    assert!(url.err.contains("rowhouse db start"), "{url:?}");

    let start = folder.run(&["db", "start"]);
    assert_eq!(start.code, 0, "{start:?}");
    assert!(start.out.contains("rowhouse db stop"), "{start:?}");
    assert_eq!(
        folder.run(&["db", "start"]).code,
        0,
        "once more does no harm"
    );
    assert_eq!(folder.run(&["db", "status"]).code, 0);

    let app = folder.connect("rowhouse_app").await;
    let row = app
        .query_one(
            "SELECT has_database_privilege(current_database(), 'TEMP'), has_schema_privilege('public', 'CREATE'),
                    rolsuper OR rolbypassrls OR rolcreaterole
               FROM pg_roles WHERE rolname = current_user",
            &[],
        )
        .await
        .unwrap();
    for power in 0..3 {
        assert!(!row.get::<_, bool>(power), "{power}");
    }
    let owner = folder.connect("rowhouse_owner").await;
    owner
        .batch_execute("CREATE TABLE mine (id int)")
        .await
        .unwrap();
    drop((app, owner));

    let stop = folder.run(&["db", "stop"]);
    assert_eq!(stop.code, 0, "{stop:?}");
    assert_eq!(folder.run(&["db", "status"]).code, 1);
    let again = folder.run(&["db", "stop"]);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("did not run"), "{again:?}");

    folder.run(&["db", "start", "--demo"]);
    let psql = folder.run(&[
        "db",
        "psql",
        "--role",
        "postgres",
        "--",
        "-Atc",
        "TABLE mine; SELECT count(*) FROM items",
    ]);
    assert_eq!((psql.code, psql.out.trim()), (0, "15"), "{psql:?}");

    let asked = folder.run(&["db", "reset"]);
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("--yes"), "{asked:?}");
    assert_eq!(folder.run(&["db", "status"]).code, 0);
    assert_eq!(folder.run(&["db", "reset", "--yes"]).code, 0);
    assert!(!folder.path().join(".rowhouse").exists());
}

#[test]
fn it_lives_where_it_is_told() {
    let folder = Folder::new();
    folder.write("rowhouse.toml", "[local]\ndata = 'by-file'\n");
    let named = |command: &mut std::process::Command| said(command).out;
    let file = folder.run(&["db", "status"]).out;
    assert!(file.contains("by-file"), "{file}");
    let variable = named(
        folder
            .rowhouse(&["db", "status"])
            .env("ROWHOUSE_DATA", "by-variable"),
    );
    assert!(variable.contains("by-variable"), "{variable}");
    let mut both = folder.rowhouse(&["db", "--data", "by-flag", "status"]);
    let flag = named(both.env("ROWHOUSE_DATA", "by-variable"));
    assert!(flag.contains("by-flag"), "{flag}");
}

#[test]
fn without_programs_it_says_how_to_get_them() {
    let folder = Folder::new();
    let mut command = folder.rowhouse(&["db", "start"]);
    let said = said(command.env("PG_BINDIR", folder.path()));
    assert_eq!(said.code, 1);
    assert!(said.err.contains("apt-get install postgresql"), "{said:?}");
}
