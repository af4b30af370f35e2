//! What the service and others could do of their own they can do afterwards.

use super::{A, B, Desk, OWN, statements};

/// What a child's policy asks of its parent means something only when the parent is walled in.
#[tokio::test]
async fn parents_are_walled_in_first() {
    let mut desk = Desk::new(
        "CREATE TABLE attachments (id int PRIMARY KEY, ticket_id int REFERENCES tickets);
         CREATE TABLE p (id int PRIMARY KEY, ticket_id int REFERENCES tickets);
         INSERT INTO attachments VALUES (1, 1), (2, 2);
         INSERT INTO p VALUES (1, 1), (2, 2);
         ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
         CREATE POLICY wide ON attachments USING (id > 0);
         GRANT SELECT ON tickets, attachments, p TO rowhouse_app;",
    )
    .await;
    let plan = desk.up().await;
    let at = |words: &str| {
        plan.steps
            .iter()
            .position(|step| step.up.statements.iter().any(|sql| sql.contains(words)))
            .unwrap_or_else(|| panic!("{words}: {}", statements(&plan)))
    };
    assert!(at("tickets ENABLE") < at("ON public.attachments\n"));
    assert!(at("tickets ENABLE") < at("public.p ENABLE"));
    assert_eq!(desk.app("SELECT id FROM attachments").await.unwrap(), ["1"]);
    assert_eq!(desk.app("SELECT id FROM p").await.unwrap(), ["1"]);
    assert!(desk.plan(&[]).await.steps.is_empty());
    desk.down(&plan).await;
}

/// A wide policy beside a narrow one becomes the tenant's, and what the narrow one checks stays.
#[tokio::test]
async fn narrow_policies_stay_as_they_are() {
    let mut desk = Desk::new(&format!(
        "ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY only_some ON tickets FOR SELECT USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND title = 'too');
         CREATE POLICY wide ON tickets FOR SELECT USING (true);
         CREATE POLICY writes ON tickets FOR UPDATE USING (true)
             WITH CHECK (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND title <> 'forbidden');
         CREATE POLICY hides ON tenants FOR SELECT USING (true);
         CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, hidden boolean NOT NULL);
         INSERT INTO notes VALUES (1, '{A}', false), (2, '{A}', true), (3, '{B}', false);
         ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY shown ON notes FOR SELECT USING (NOT hidden);
         GRANT SELECT, UPDATE ON tickets TO rowhouse_app;
         GRANT SELECT ON notes TO rowhouse_app;"
    ))
    .await;
    let plan = desk.up().await;
    assert_eq!(
        desk.app("SELECT id FROM tickets").await.unwrap(),
        ["1", "3"]
    );
    assert_eq!(desk.app("SELECT id FROM notes").await.unwrap(), ["1"]);
    let refused = desk.app("UPDATE tickets SET title = 'forbidden'").await;
    assert!(refused.is_err_and(|why| why.contains("row-level security")));
    assert!(
        desk.app("UPDATE tickets SET title = 'allowed'")
            .await
            .is_ok()
    );
    // The tenants' own policy is all of theirs, so the wide one beside it is not missed.
    let sql = statements(&plan);
    assert!(sql.contains("DROP POLICY IF EXISTS hides"), "{sql}");
    assert!(!sql.contains("DROP POLICY IF EXISTS wide"), "{sql}");
    let admin = desk.database.admin().await;
    admin
        .batch_execute("UPDATE tickets SET title = 'of a' WHERE id = 1")
        .await
        .unwrap();
    desk.down(&plan).await;
}

/// Whatever a view showed of the tenant's own rows it shows afterwards.
#[tokio::test]
async fn views_show_what_they_showed() {
    let mut desk = Desk::new(&format!(
        "ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tickets {OWN};
         CREATE VIEW how_many AS SELECT count(*) AS n FROM tickets;
         CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body text);
         INSERT INTO notes VALUES (1, '{A}', 'a'), (2, '{B}', 'b');
         CREATE VIEW whole AS SELECT n FROM notes n;
         CREATE VIEW plain_titles AS SELECT id, title FROM tickets;
         CREATE VIEW over_plain AS SELECT title FROM plain_titles;
         CREATE VIEW locked AS SELECT id FROM notes FOR UPDATE;
         GRANT SELECT ON how_many, whole, over_plain, locked TO rowhouse_app;"
    ))
    .await;
    let plan = desk.up().await;
    assert_eq!(desk.app("SELECT n FROM how_many").await.unwrap(), ["2"]);
    assert_eq!(
        desk.app("SELECT title FROM over_plain")
            .await
            .unwrap()
            .len(),
        2
    );
    // What no view showed is not given.
    assert!(desk.app("SELECT secret FROM tickets").await.is_err());
    assert!(desk.app("SELECT id FROM locked").await.is_ok());
    assert!(
        plan.left
            .iter()
            .any(|(view, why)| view.contains("locked") && why.contains("locks")),
        "{:?}",
        plan.left
    );
    desk.down(&plan).await;

    let mut desk = Desk::new(&format!(
        "CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, body text);
         INSERT INTO notes VALUES (1, '{A}', 'a'), (2, '{B}', 'b');
         ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON notes {OWN};
         CREATE VIEW whole AS SELECT n FROM notes n;
         GRANT SELECT ON whole TO rowhouse_app;"
    ))
    .await;
    let plan = desk.up().await;
    assert_eq!(desk.app("SELECT n FROM whole").await.unwrap().len(), 1);
    desk.down(&plan).await;
}

/// Others keep what they had by the same group, and the service what it needs of a sequence to write a row.
#[tokio::test]
async fn nobody_else_loses_a_right() {
    let mut desk = Desk::new(&format!(
        "ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tickets {OWN};
         CREATE SEQUENCE ticket_numbers OWNED BY tickets.id;
         ALTER TABLE tickets ALTER id SET DEFAULT nextval('ticket_numbers');
         SELECT setval('ticket_numbers', 10);
         GRANT SELECT, INSERT ON tickets TO rowhouse_app;
         GRANT UPDATE ON SEQUENCE ticket_numbers TO rowhouse_app;"
    ))
    .await;
    let (group, other) = (desk.database.unique("staff"), desk.database.unique("clerk"));
    let admin = desk.database.admin().await;
    admin
        .batch_execute(&format!(
            "CREATE ROLE {group} NOLOGIN; CREATE ROLE {other} LOGIN; GRANT {group} TO rowhouse_app, {other};
             SET ROLE rowhouse_owner; GRANT SELECT, TRUNCATE ON tickets TO {group}; RESET ROLE"
        ))
        .await
        .unwrap();
    desk.before = desk.dump();
    let plan = desk.up().await;
    let row = admin
        .query_one(
            "SELECT has_table_privilege($1, 'tickets', 'TRUNCATE'), has_table_privilege('rowhouse_app', 'tickets', 'TRUNCATE'),
                    has_sequence_privilege('rowhouse_app', 'ticket_numbers', 'UPDATE')",
            &[&other],
        )
        .await
        .unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), (true, false, false));
    let inserted =
        format!("INSERT INTO tickets (tenant_id, title) VALUES ('{A}', 'new') RETURNING id");
    assert_eq!(desk.app(&inserted).await.unwrap(), ["11"]);
    desk.down(&plan).await;
    let gone = format!("DROP OWNED BY {group}, {other}; DROP ROLE {group}, {other}");
    admin.batch_execute(&gone).await.unwrap();
}
