//! What a migration must not do: take somebody else's object for its own, run a name, open a table, mistake a default.

use rowhouse_local::testing::Database;

use super::Grounds;
use crate::folder::Folder;

const A: &str = "00000000-0000-0000-0000-00000000000a";

/// Tenants with a ticket each, and one more table.
fn desk(more: &str) -> String {
    format!(
        "CREATE TABLE tenants (id uuid PRIMARY KEY);
         CREATE TABLE tickets (
             id int PRIMARY KEY, tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid REFERENCES tenants, title text
         );
         INSERT INTO tenants VALUES ('{A}'), ('00000000-0000-0000-0000-00000000000b');
         INSERT INTO tickets VALUES (1, '{A}', 'of a'), (2, '00000000-0000-0000-0000-00000000000b', 'of b');
         ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tenants USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
         GRANT SELECT ON tenants TO rowhouse_app;
         GRANT SELECT, INSERT, UPDATE, DELETE ON tickets TO rowhouse_app;
         {more}"
    )
}

async fn grounds(schema: &str) -> Grounds {
    Grounds {
        database: Database::create(schema).await,
        folder: Folder::new(),
    }
}

#[tokio::test]
async fn a_name_that_would_end_the_text_is_a_name() {
    let name = r#""x$rowhouse$; CREATE TABLE pwned(); --
 x""#;
    let grounds = grounds(&desk(&format!(
        "CREATE TABLE {name} (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets, part int, rowhouse_part int);
         INSERT INTO {name} VALUES (1, 1), (2, 2), (3, 1);
         GRANT SELECT ON {name} TO rowhouse_app;"
    )))
    .await;
    let printed = grounds.protect(&[]);
    assert_eq!(printed.code, 0, "{printed:?}");
    grounds.folder.write("up.sql", &printed.out);
    grounds.psql("up.sql", &[]);
    let admin = grounds.database.admin().await;
    let row = admin
        .query_one(
            &format!("SELECT to_regclass('pwned') IS NULL, count(*) FILTER (WHERE tenant_id = '{A}') FROM {name}"),
            &[],
        )
        .await
        .unwrap();
    assert_eq!((row.get(0), row.get(1)), (true, 2_i64));
    assert_eq!(grounds.audit().code, 0);
}

#[tokio::test]
async fn what_has_the_name_already_stays() {
    let grounds = grounds(&desk(
        "CREATE TABLE comments (
             id int PRIMARY KEY, tenant_id uuid NOT NULL, ticket_id int NOT NULL, slug text NOT NULL,
             CONSTRAINT comments_ticket FOREIGN KEY (ticket_id) REFERENCES tickets ON DELETE CASCADE,
             CONSTRAINT comments_ticket_tenant FOREIGN KEY (tenant_id) REFERENCES tenants
         );
         CREATE UNIQUE INDEX comments_slug ON comments (slug);
         CREATE INDEX comments_slug_tenant ON comments (slug);
         GRANT SELECT, INSERT, DELETE ON comments TO rowhouse_app;",
    ))
    .await;
    let made = grounds.protect(&["--apply"]);
    for name in ["comments_ticket_tenant", "comments_slug_tenant"] {
        let words = format!("something else has the name {name}");
        assert!(
            made.out.contains(&words) || made.err.contains(&words),
            "{made:?}"
        );
    }
    let admin = grounds.database.admin().await;
    let row = admin
        .query_one(
            "SELECT pg_get_constraintdef((SELECT oid FROM pg_constraint WHERE conname = 'comments_ticket')),
                    (SELECT indisunique FROM pg_index WHERE indexrelid = 'comments_slug'::regclass)",
            &[],
        )
        .await
        .unwrap();
    let key: &str = row.get(0);
    assert!(
        key.contains("REFERENCES tickets") && key.contains("CASCADE"),
        "{key}"
    );
    assert!(row.get::<_, bool>(1));
}

#[tokio::test]
async fn a_types_default_is_nobodys_tenant() {
    let schema = desk(
        "CREATE TABLE comments (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets);
         INSERT INTO comments VALUES (1, 1), (2, 2);
         GRANT SELECT ON comments TO rowhouse_app;",
    );
    let schema = format!(
        "CREATE DOMAIN tenant AS uuid DEFAULT '00000000-0000-0000-0000-00000000000b';\n{}",
        schema
            .replace("tenant_id uuid", "tenant_id tenant")
            .replace("(id uuid PRIMARY", "(id tenant PRIMARY")
    );
    let grounds = grounds(&schema).await;
    let made = grounds.protect(&["--apply"]);
    let admin = grounds.database.admin().await;
    let row = admin
        .query_one(
            "SELECT count(*) FROM comments JOIN tickets ON tickets.id = ticket_id WHERE comments.tenant_id <> tickets.tenant_id",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 0, "{made:?}");
}

#[tokio::test]
async fn nothing_is_granted_that_no_policy_filters() {
    let grounds = grounds(&desk(
        "CREATE TABLE people (id int PRIMARY KEY, name text, password text, hidden boolean NOT NULL);
         CREATE VIEW titles AS SELECT t.title, p.name FROM tickets t JOIN people p ON p.id = t.id WHERE NOT p.hidden;
         GRANT SELECT ON titles TO rowhouse_app;",
    ))
    .await;
    let made = grounds.protect(&["--apply"]);
    let admin = grounds.database.admin().await;
    let row = admin
        .query_one(
            "SELECT has_any_column_privilege('rowhouse_app', 'people', 'SELECT')",
            &[],
        )
        .await
        .unwrap();
    assert!(!row.get::<_, bool>(0), "{made:?}");
}

/// A run that stops while a foreign key is checked leaves FORCE as it was, and so does one of a single table.
#[tokio::test]
async fn force_is_never_lifted() {
    let grounds = grounds(&desk(&format!(
        "CREATE TABLE comments (id int PRIMARY KEY, tenant_id uuid NOT NULL, ticket_id int NOT NULL REFERENCES tickets);
         INSERT INTO comments VALUES (1, '{A}', 2);
         ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tickets USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
         GRANT SELECT, INSERT ON comments TO rowhouse_app;"
    )))
    .await;
    let admin = grounds.database.admin().await;
    let bound = "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'tickets'::regclass";
    let made = grounds.protect(&["comments", "--apply"]);
    assert_eq!(made.code, 1, "{made:?}");
    assert!(made.err.contains("rows stand against it"), "{made:?}");
    assert!(admin.query_one(bound, &[]).await.unwrap().get::<_, bool>(0));
    admin
        .batch_execute("UPDATE comments SET ticket_id = 1")
        .await
        .unwrap();
    for _ in 0..20 {
        let made = grounds.protect(&["comments", "--apply", "--steps", "1"]);
        assert!(
            admin.query_one(bound, &[]).await.unwrap().get::<_, bool>(0),
            "{made:?}"
        );
        if made.out.contains("no table needed a step") {
            break;
        }
    }
    assert_eq!(grounds.protect(&["--apply"]).code, 0);
    assert_eq!(grounds.audit().code, 0);
}
