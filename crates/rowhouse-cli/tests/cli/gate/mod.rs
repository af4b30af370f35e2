//! What the audit finds is not served.

mod functions;
mod unasked;

use std::time::Duration;

use rowhouse_local::testing::Database;

use crate::folder::{Folder, Said, said};
use crate::http::{PAWNEE, get, post};
use crate::named_database::DEMO;
use crate::service::Service;

/// The demo with something wrong that only an audit sees.
async fn demo_and(sql: &str) -> Database {
    let database = Database::create(DEMO).await;
    let owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(sql).await.unwrap();
    database
}

fn start(database: &Database, config: &str) -> (Folder, Service) {
    let folder = Folder::new();
    folder.write("rowhouse.toml", config);
    let url = database.app_url();
    let arguments = ["serve", "--listen", "0", "--database-url", &url];
    let service = Service::start(&mut folder.rowhouse(&arguments));
    (folder, service)
}

fn refused(database: &Database, config: &str, arguments: &[&str]) -> Said {
    let folder = Folder::new();
    folder.write("rowhouse.toml", config);
    let url = database.app_url();
    let mut all = vec!["serve", "--listen", "0", "--database-url", &url];
    all.extend(arguments);
    said(&mut folder.rowhouse(&all))
}

fn status(service: &Service, path: &str) -> u16 {
    get(service.address, path, Some(PAWNEE)).status
}

const TOO_WIDE: &str = "CREATE POLICY featured ON items FOR SELECT USING (title LIKE 'b%')";

#[tokio::test]
async fn a_table_whose_policies_are_too_wide_is_withheld() {
    let database = demo_and(TOO_WIDE).await;
    let (_folder, service) = start(&database, "");
    assert_eq!(status(&service, "/items/"), 404);
    assert_eq!(status(&service, "/tenants/"), 200);
    service.stop();
}

/// A table whose key tells of other tenants' values tells of them through a view as well.
#[tokio::test]
async fn a_view_that_writes_to_a_withheld_table_is_withheld() {
    let database = demo_and(
        "CREATE UNIQUE INDEX titles ON items (title);
         CREATE VIEW names WITH (security_invoker) AS SELECT title AS name, tenant_id AS whose FROM items;
         CREATE VIEW again WITH (security_invoker) AS SELECT name, whose FROM names;
         CREATE VIEW counts WITH (security_invoker) AS SELECT tenant_id, count(*) FROM items GROUP BY tenant_id;
         GRANT SELECT, INSERT ON names, again, counts TO rowhouse_app",
    )
    .await;
    let (_folder, service) = start(&database, "");
    for (path, expected) in [
        ("/items", 404),
        ("/names", 404),
        ("/again", 404),
        // Nothing is written through it.
        ("/counts", 200),
    ] {
        assert_eq!(status(&service, path), expected, "{path}");
    }
    service.stop();
}

/// Without a word about it in the configuration: the audit knows which column it is.
#[tokio::test]
async fn the_tenant_is_filled_by_what_the_audit_found() {
    let database = demo_and(
        "CREATE VIEW names WITH (security_invoker) AS SELECT title AS name, tenant_id AS whose FROM items;
         GRANT SELECT, INSERT ON names TO rowhouse_app",
    )
    .await;
    let (_folder, service) = start(&database, "");
    let other = "162be16f-f76d-431a-a213-171838ded9ae";
    for (path, content, column) in [
        ("/items/", r#"{"title":"slide"}"#.to_owned(), "tenant_id"),
        ("/names", r#"{"name":"swing"}"#.to_owned(), "whose"),
    ] {
        let answer = post(service.address, path, PAWNEE, &content);
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.json[0][column], PAWNEE);
    }
    for (path, content) in [
        (
            "/items/",
            format!(r#"{{"title":"x","tenant_id":"{other}"}}"#),
        ),
        ("/names", format!(r#"{{"name":"x","whose":"{other}"}}"#)),
    ] {
        let answer = post(service.address, path, PAWNEE, &content);
        assert_eq!(
            (answer.status, answer.json["code"].as_str()),
            (403, Some("RH009")),
            "{path}"
        );
    }
    service.stop();
}

#[tokio::test]
async fn strict_refuses_and_names_the_rule_and_the_way_out() {
    let database = demo_and(TOO_WIDE).await;
    for (config, arguments) in [
        ("", &["--strict"][..]),
        ("[serve]\nstrict = true\n", &[][..]),
    ] {
        let said = refused(&database, config, arguments);
        assert_eq!(said.code, 1, "{said:?}");
        for word in ["public.items", "rowhouse explain policy-shows-others"] {
            assert!(said.err.contains(word), "{said:?}");
        }
    }
}

#[tokio::test]
async fn an_exception_with_a_reason_lets_it_through_until_it_is_over() {
    let database = demo_and(TOO_WIDE).await;
    let exception = |expires: &str| {
        format!(
            "[[audit.exceptions]]\nrule = 'policy-shows-others'\nobject = 'public.items'\n\
             reason = 'featured items are public'\nexpires = '{expires}'\n"
        )
    };
    let (_folder, service) = start(&database, &exception("2999-01-01"));
    assert_eq!(status(&service, "/items/"), 200);
    service.stop();
    let (_folder, service) = start(&database, &exception("2001-01-01"));
    assert_eq!(status(&service, "/items/"), 404);
    service.stop();
}

/// What an exception lets in are rows of others too, which have the same numbers: nothing is told apart by those.
#[tokio::test]
async fn an_exception_makes_no_rows_the_tenants_alone() {
    let policy = "(tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))";
    let database = demo_and(&format!(
        "CREATE TABLE pages (tenant_id uuid NOT NULL, n int, title text, PRIMARY KEY (tenant_id, n));
         CREATE TABLE notes (tenant_id uuid NOT NULL, id int, n int, PRIMARY KEY (tenant_id, id),
             FOREIGN KEY (tenant_id, n) REFERENCES pages);
         CREATE INDEX ON notes (tenant_id, n);
         INSERT INTO pages SELECT '{PAWNEE}', n, 'page ' || n FROM generate_series(1, 3) n;
         INSERT INTO notes VALUES ('{PAWNEE}', 1, 2);
         CREATE VIEW numbers WITH (security_invoker) AS SELECT id, n FROM notes;
         ALTER TABLE pages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON pages USING {policy} WITH CHECK {policy};
         CREATE POLICY own ON notes USING {policy} WITH CHECK {policy};
         GRANT SELECT ON pages, notes, numbers TO rowhouse_app"
    ))
    .await;
    let exception = "[[audit.exceptions]]\nrule = 'policy-shows-others'\nobject = 'public.pages'\n\
                     reason = 'some pages are public'\nexpires = '2999-01-01'\n";
    for (published, expected) in [(false, 200), (true, 400)] {
        if published {
            let owner = database.as_role("rowhouse_owner").await;
            let sql = "CREATE POLICY published ON pages FOR SELECT USING (n > 1)";
            owner.batch_execute(sql).await.unwrap();
        }
        let (_folder, service) = start(&database, exception);
        let by_number = "/numbers?select=id,pages(title)";
        assert_eq!(status(&service, by_number), expected, "{published}");
        assert_eq!(status(&service, "/notes?select=id,pages(title)"), 200);
        service.stop();
    }
}

#[tokio::test]
async fn views_are_served_where_they_keep_tenants_apart() {
    let database = demo_and(
        "CREATE VIEW as_caller WITH (security_invoker) AS SELECT id, title FROM items;
         CREATE VIEW as_owner WITH (security_barrier) AS SELECT id, title FROM items;
         CREATE TABLE countries (code text PRIMARY KEY);
         CREATE VIEW with_countries WITH (security_invoker) AS SELECT i.id, c.code FROM items i, countries c;
         CREATE MATERIALIZED VIEW stored AS SELECT 1 AS one WITH NO DATA;
         GRANT SELECT ON as_caller, as_owner, countries, with_countries TO rowhouse_app",
    )
    .await;
    let admin = database.admin().await;
    admin
        .batch_execute(
            "CREATE VIEW past AS SELECT id, title FROM items; GRANT SELECT ON past TO rowhouse_app",
        )
        .await
        .unwrap();
    let (_folder, service) = start(&database, "");
    for (path, expected) in [
        ("/as_caller/", 200),
        ("/as_owner/", 200),
        ("/past/", 404),
        ("/countries/", 404),
        ("/with_countries/", 404),
    ] {
        assert_eq!(status(&service, path), expected, "{path}");
    }
    let seen = get(service.address, "/as_owner/", Some(PAWNEE));
    assert_eq!(seen.json.as_array().unwrap().len(), 5);
    service.stop();
    let (_folder, service) = start(&database, "[api]\nshared = ['countries']\n");
    assert_eq!(status(&service, "/countries/"), 200);
    assert_eq!(status(&service, "/with_countries/"), 200);
    service.stop();
}

#[tokio::test]
async fn what_opens_the_whole_database_refuses_the_start() {
    let database = Database::create(DEMO).await;
    let admin = database.admin().await;
    admin
        .batch_execute("SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO rowhouse_app")
        .await
        .unwrap();
    let refused = refused(&database, "", &[]);
    assert_eq!(refused.code, 1, "{refused:?}");
    for words in [
        "role:rowhouse_app",
        "large-objects-open",
        "hint: `rowhouse explain",
    ] {
        assert!(refused.err.contains(words), "{refused:?}");
    }
    let accepted = "[[audit.exceptions]]\nrule = 'large-objects-open'\nobject = 'role:rowhouse_app'\n\
                    reason = 'logos are public'\nexpires = '2999-01-01'\n";
    let (_folder, service) = start(&database, accepted);
    assert_eq!(status(&service, "/items/"), 200);
    service.stop();
}

#[tokio::test]
async fn what_the_audit_cannot_answer_is_a_mistake_of_the_configuration() {
    let database = Database::create(DEMO).await;
    let said = refused(&database, "tenant_root = 'public.customers'\n", &[]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("public.customers"), "{said:?}");
    assert!(said.err.contains("hint:"), "{said:?}");
}

#[test]
fn the_audit_of_its_own_process_refuses_what_it_does_not_understand() {
    for input in ["", "{}", "{}\n{}", "nonsense\n{\"schema_version\":0}"] {
        let folder = Folder::new();
        folder.write("input", input);
        let input = std::fs::File::open(folder.path().join("input")).unwrap();
        let said = said(folder.rowhouse(&["judge"]).stdin(input));
        assert_eq!(said.code, 1, "{said:?}");
        assert_eq!(said.out, "", "{said:?}");
    }
}

#[tokio::test]
async fn the_catalogs_are_read_as_the_owner_where_there_is_a_url() {
    let database = demo_and(TOO_WIDE).await;
    let config = format!("admin_url = '{}'\n", database.owner_url());
    let (_folder, service) = start(&database, &config);
    assert_eq!(status(&service, "/items/"), 404);
    assert_eq!(status(&service, "/tenants/"), 200);
    service.stop();
}

/// Waits until items are not served any more, while tenants are.
async fn withheld(service: &Service) {
    for _ in 0..500 {
        if status(service, "/items/") == 404 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status(service, "/items/"), 404);
    assert_eq!(status(service, "/tenants/"), 200);
}

#[tokio::test]
async fn what_a_reload_finds_open_is_withheld() {
    let database = Database::create(DEMO).await;
    let (_folder, service) = start(&database, "[serve]\nwatch = 'never'\n");
    assert_eq!(status(&service, "/items/"), 200);
    let owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(TOO_WIDE).await.unwrap();
    service.signal(rustix::process::Signal::HUP);
    withheld(&service).await;
    service.stop();
}

#[tokio::test]
async fn a_change_that_nobody_speaks_of_is_seen_on_a_new_connection_too() {
    let database = Database::create(DEMO).await;
    let (_folder, service) = start(&database, "[serve]\nwatch = '100ms'\n");
    // A worker that loses its first connection while it starts ends the service.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let admin = database.admin().await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE usename = 'rowhouse_app' AND datname = current_database()";
    admin.batch_execute(cut).await.unwrap();
    let owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(TOO_WIDE).await.unwrap();
    withheld(&service).await;
    owner
        .batch_execute("DROP POLICY featured ON items")
        .await
        .unwrap();
    for _ in 0..500 {
        if status(&service, "/items/") == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status(&service, "/items/"), 200);
    service.stop();
}
