//! Schemas on which a migration could take rows or rights away from the service, or leave something open for a while.

use rowhouse_catalog::Catalog;
use rowhouse_guard::Options;
use rowhouse_guard::protect::{How, Plan, Step, Wishes, Work, plan};
use rowhouse_local::testing::Database;
use tokio_postgres::Client;

use crate::state;

const A: &str = "00000000-0000-0000-0000-00000000000a";
const B: &str = "00000000-0000-0000-0000-00000000000b";
const OWN: &str = "USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))";

/// Two tenants with tickets, and one more thing.
fn desk(more: &str) -> String {
    format!(
        "CREATE TABLE tenants (id uuid PRIMARY KEY);
         CREATE TABLE tickets (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, title text, secret text);
         INSERT INTO tenants VALUES ('{A}'), ('{B}');
         INSERT INTO tickets VALUES (1, '{A}', 'of a'), (2, '{B}', 'of b'), (3, '{A}', 'too');
         ALTER TABLE tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tenants USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
         GRANT SELECT ON tenants TO rowhouse_app;
         {more}"
    )
}

struct Desk {
    database: Database,
    owner: Client,
    before: String,
}

impl Desk {
    async fn new(more: &str) -> Self {
        let database = Database::create(&desk(more)).await;
        let owner = database.as_role("rowhouse_owner").await;
        let before = state::dump(database.binaries(), &database.admin_url());
        Self {
            database,
            owner,
            before,
        }
    }

    async fn plan(&mut self, tables: &[&str]) -> Plan {
        let catalog = Catalog::read(&mut self.owner).await.unwrap();
        let options = Options {
            app_roles: vec!["rowhouse_app".into()],
            ..Options::default()
        };
        let wishes = Wishes {
            tables: tables.iter().map(|&name| name.to_owned()).collect(),
            ..Wishes::default()
        };
        plan(&catalog, &options, &wishes).unwrap()
    }

    async fn up(&mut self) -> Plan {
        let plan = self.plan(&[]).await;
        for step in &plan.steps {
            let done = match &step.up.done {
                Some(question) => self
                    .owner
                    .query_one(question.as_str(), &[])
                    .await
                    .unwrap()
                    .get(0),
                None => false,
            };
            if !done {
                self.run(step, &step.up).await.unwrap();
            }
        }
        plan
    }

    /// All the way back, and it is as it was.
    async fn down(&self, plan: &Plan) {
        for step in plan.steps.iter().rev() {
            if let Some(down) = &step.down {
                self.run(step, down).await.unwrap();
            }
        }
        assert_eq!(state::difference(&self.before, &self.dump()), None);
    }

    fn dump(&self) -> String {
        state::dump(self.database.binaries(), &self.database.admin_url())
    }

    async fn run(&self, step: &Step, work: &Work) -> Result<(), String> {
        let sql = match work.how {
            How::Together | How::Look => format!("BEGIN; {}; COMMIT", work.statements.join("; ")),
            _ => work.statements.join("; "),
        };
        if let Err(error) = self.owner.batch_execute(&sql).await {
            self.owner.batch_execute("ROLLBACK").await.unwrap();
            let why = error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned());
            return Err(format!("{}: {why}: {sql}", step.what));
        }
        Ok(())
    }

    /// What the service reads as tenant A.
    async fn app(&self, sql: &str) -> Result<Vec<String>, String> {
        let app = self.database.as_role("rowhouse_app").await;
        app.batch_execute(&format!("SET app.current_tenant_id = '{A}'"))
            .await
            .unwrap();
        let messages = app.simple_query(sql).await.map_err(|error| {
            error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned())
        })?;
        let rows = messages.iter().filter_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => {
                Some(row.get(0).unwrap_or("NULL").to_owned())
            }
            _ => None,
        });
        Ok(rows.collect())
    }
}

fn statements(plan: &Plan) -> String {
    let works = plan.steps.iter().map(|step| step.up.statements.join(";\n"));
    works.collect::<Vec<_>>().join(";\n")
}

/// Row security binds the owner, and still a foreign key is checked over all rows, without FORCE being lifted.
#[tokio::test]
async fn keys_are_checked_under_force() {
    let schema = format!(
        "ALTER TABLE tickets ADD follows int REFERENCES tickets;
         UPDATE tickets SET follows = 1 WHERE id = 3;
         CREATE TABLE comments (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, ticket_id int NOT NULL REFERENCES tickets);
         INSERT INTO comments VALUES (1, '{A}', 1), (2, '{B}', 2);
         ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         ALTER TABLE comments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tickets {OWN};
         CREATE POLICY own ON comments USING (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid);
         GRANT SELECT, INSERT, UPDATE, DELETE ON tickets, comments TO rowhouse_app;"
    );
    let mut desk = Desk::new(&schema).await;
    let planned = desk.plan(&[]).await;
    assert!(!statements(&planned).contains("NO FORCE"), "{planned:#?}");
    let made = desk.up().await;
    assert!(
        made.steps
            .iter()
            .any(|step| step.object.contains("comments"))
    );
    assert!(desk.plan(&[]).await.steps.is_empty());
    desk.down(&made).await;

    // The same with rows astray, which a filtered check would not see.
    for astray in [
        "UPDATE comments SET ticket_id = 2 WHERE id = 1",
        "UPDATE tickets SET follows = 2 WHERE id = 3",
    ] {
        let mut desk = Desk::new(&schema).await;
        let admin = desk.database.admin().await;
        admin.batch_execute(astray).await.unwrap();
        let plan = desk.plan(&[]).await;
        let mut stopped = None;
        for step in &plan.steps {
            if let Err(why) = desk.run(step, &step.up).await {
                stopped = Some((step, why));
                break;
            }
        }
        let (step, why) = stopped.unwrap_or_else(|| panic!("{astray} went through"));
        assert!(why.contains("violates foreign key"), "{why}");
        let query = step.against.as_ref().unwrap();
        assert_eq!(admin.query(query.as_str(), &[]).await.unwrap().len(), 1);
        let bound = "SELECT bool_and(relforcerowsecurity) FROM pg_class WHERE relname IN ('tickets', 'comments')";
        assert!(admin.query_one(bound, &[]).await.unwrap().get::<_, bool>(0));
    }
}

/// Where a grant of another role lets the owner read, taking its own away is not enough: that is seen, not passed over.
#[tokio::test]
async fn a_check_that_would_see_nothing_stops() {
    let mut desk = Desk::new(&format!(
        "CREATE TABLE comments (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, ticket_id int NOT NULL REFERENCES tickets);
         INSERT INTO comments VALUES (1, '{A}', 2);
         ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tickets {OWN};
         ALTER TABLE comments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON comments {OWN};
         GRANT SELECT ON tickets TO rowhouse_app; GRANT SELECT, INSERT ON comments TO rowhouse_app;"
    ))
    .await;
    let plan = desk.plan(&[]).await;
    // Given after the plan was made.
    desk.owner
        .batch_execute("GRANT SELECT ON comments TO PUBLIC")
        .await
        .unwrap();
    let mut stopped = String::new();
    for step in &plan.steps {
        if let Err(why) = desk.run(step, &step.up).await {
            stopped = why;
            break;
        }
    }
    assert!(stopped.contains("may still read them"), "{stopped}");
}

/// A column that is half full is never taken for full: no wall is raised on it, and its parent is not forced.
#[tokio::test]
async fn half_a_column_is_not_a_column() {
    let mut desk = Desk::new(
        "CREATE TABLE comments (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets);
         INSERT INTO comments VALUES (1, 1), (2, 2);
         GRANT SELECT ON tickets, comments TO rowhouse_app;",
    )
    .await;
    let begun = desk.plan(&["comments"]).await;
    let added = begun
        .steps
        .iter()
        .find(|step| step.up.statements[0].contains("ADD COLUMN"))
        .unwrap();
    desk.run(added, &added.up).await.unwrap();
    // Its parent alone: walled in, and forced only when the child is full.
    let parent = desk.plan(&["tickets"]).await;
    assert!(
        !statements(&parent).contains("FORCE ROW"),
        "{}",
        statements(&parent)
    );
    for step in &parent.steps {
        desk.run(step, &step.up).await.unwrap();
    }
    // Somebody forces it all the same: then nothing is done to the child, and that is said.
    desk.owner
        .batch_execute("ALTER TABLE tickets FORCE ROW LEVEL SECURITY")
        .await
        .unwrap();
    let stuck = desk.plan(&[]).await;
    assert!(
        !statements(&stuck).contains("comments ENABLE"),
        "{}",
        statements(&stuck)
    );
    assert!(
        stuck.left.iter().any(|(_, why)| why.contains("not full")),
        "{:?}",
        stuck.left
    );
    desk.owner
        .batch_execute(
            "ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY; COMMENT ON COLUMN comments.tenant_id IS 'whose'",
        )
        .await
        .unwrap();
    // Another comment instead of the mark, after the check came: full is what is NOT NULL.
    desk.owner
        .batch_execute("ALTER TABLE comments ADD CONSTRAINT comments_tenant_id_present CHECK (tenant_id IS NOT NULL) NOT VALID")
        .await
        .unwrap();
    desk.up().await;
    assert_eq!(
        desk.app("SELECT id FROM comments").await.unwrap(),
        ["1"],
        "the wall is there and the column full"
    );
    let admin = desk.database.admin().await;
    let row = admin
        .query_one("SELECT count(*) FROM comments WHERE tenant_id IS NULL", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 0);
}

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

/// Rows of two tenants at a time are found before anything is changed.
#[tokio::test]
async fn two_owners_are_found_first() {
    let schema = format!(
        "CREATE TABLE projects (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
         INSERT INTO projects VALUES (1, '{A}'), (2, '{B}');
         CREATE TABLE links (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects, ticket_id int NOT NULL REFERENCES tickets);
         INSERT INTO links VALUES (1, 1, 1), (2, 2, 2);
         CREATE TABLE clicks (id int PRIMARY KEY, link_id int NOT NULL REFERENCES links, ticket_id int REFERENCES tickets);
         INSERT INTO clicks VALUES (1, 1, 1), (2, 2, NULL);
         GRANT SELECT, INSERT ON projects, tickets, links, clicks TO rowhouse_app;"
    );
    for (astray, table) in [
        (
            "UPDATE links SET ticket_id = 2 WHERE id = 1",
            "public.links",
        ),
        (
            "UPDATE clicks SET ticket_id = 2 WHERE id = 1",
            "public.clicks",
        ),
    ] {
        let mut desk = Desk::new(&format!("{schema} {astray};")).await;
        let before = desk.dump();
        let plan = desk.plan(&[]).await;
        let mut why = String::new();
        let mut against = None;
        for step in &plan.steps {
            if let Err(stopped) = desk.run(step, &step.up).await {
                why = stopped;
                against.clone_from(&step.against);
                break;
            }
        }
        assert!(
            why.contains(&format!("rows of {table}")),
            "{why}: {}",
            statements(&plan)
        );
        assert_eq!(state::difference(&before, &desk.dump()), None);
        let rows = desk
            .owner
            .query(against.unwrap().as_str(), &[])
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
    }
    let mut desk = Desk::new(&schema).await;
    desk.up().await;
    assert_eq!(desk.app("SELECT id FROM clicks").await.unwrap(), ["1"]);
}

/// A part of the table that had a tenant column of its own keeps it only where it says the same.
#[tokio::test]
async fn a_part_with_a_column_of_its_own_is_looked_at() {
    let schema = format!(
        "CREATE TABLE comments (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets);
         CREATE TABLE old_comments (tenant_id uuid, FOREIGN KEY (ticket_id) REFERENCES tickets) INHERITS (comments);
         INSERT INTO old_comments VALUES (1, 1, '{A}'), (2, 2, NULL);
         GRANT SELECT ON tickets, comments TO rowhouse_app;"
    );
    let mut desk = Desk::new(&format!(
        "{schema} UPDATE old_comments SET tenant_id = '{B}' WHERE id = 1;"
    ))
    .await;
    let plan = desk.plan(&[]).await;
    let first = &plan.steps[0];
    let why = desk.run(first, &first.up).await.unwrap_err();
    assert!(why.contains("rows of public.old_comments"), "{why}");
    let mut desk = Desk::new(&schema).await;
    desk.up().await;
    assert_eq!(desk.app("SELECT id FROM comments").await.unwrap(), ["1"]);
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

/// A column of a domain that refuses values would make the server write the whole table anew.
#[tokio::test]
async fn no_table_is_written_anew_for_a_domain() {
    let mut desk = Desk::new(
        "CREATE DOMAIN code AS text COLLATE \"C\" CHECK (VALUE <> '');
         CREATE TABLE firms (code code PRIMARY KEY);
         CREATE TABLE shops (tenant_code code NOT NULL REFERENCES firms, id int PRIMARY KEY);
         CREATE TABLE shelves (id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops);
         INSERT INTO firms VALUES ('a'), ('b'); INSERT INTO shops VALUES ('a', 1), ('b', 2); INSERT INTO shelves VALUES (1, 1), (2, 2);
         DROP TABLE tenants CASCADE; DROP TABLE tickets;
         GRANT SELECT, INSERT ON shops, shelves TO rowhouse_app;",
    )
    .await;
    let catalog = Catalog::read(&mut desk.owner).await.unwrap();
    let options = Options {
        app_roles: vec!["rowhouse_app".into()],
        tenant_column: Some("tenant_code".into()),
        setting: Some("app.shop".into()),
        tenant_root: Some("firms".into()),
        ..Options::default()
    };
    let plan = plan(&catalog, &options, &Wishes::default()).unwrap();
    let file = "SELECT pg_relation_filenode('shelves')";
    let before: u32 = desk.owner.query_one(file, &[]).await.unwrap().get(0);
    for step in &plan.steps {
        desk.run(step, &step.up).await.unwrap();
    }
    let after: u32 = desk.owner.query_one(file, &[]).await.unwrap().get(0);
    assert_eq!(before, after, "{}", statements(&plan));
    assert!(
        statements(&plan).contains("REFERENCES public.shops (tenant_code, id)"),
        "{}",
        statements(&plan)
    );
    desk.down(&plan).await;
}

/// A function that spreads rows out would break with one more column.
#[tokio::test]
async fn rows_that_are_taken_by_place_get_no_column() {
    let mut desk = Desk::new(
        "CREATE TABLE comments (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets);
         CREATE TABLE comments_before (id int, ticket_id int);
         CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
             AS 'BEGIN INSERT INTO comments_before SELECT OLD.*; RETURN NEW; END';
         CREATE TRIGGER keep BEFORE UPDATE ON comments FOR EACH ROW EXECUTE FUNCTION keep();
         INSERT INTO comments VALUES (1, 1), (2, 2);
         GRANT SELECT ON tickets TO rowhouse_app; GRANT SELECT, UPDATE ON comments TO rowhouse_app;",
    )
    .await;
    let plan = desk.up().await;
    assert!(
        plan.left
            .iter()
            .any(|(_, why)| why.contains("public.keep takes its rows by place")),
        "{:?}",
        plan.left
    );
    assert_eq!(
        desk.app("UPDATE comments SET ticket_id = ticket_id RETURNING id")
            .await
            .unwrap(),
        ["1"]
    );
}

/// Grants column by column cover the new one, so that `SELECT *` goes on.
#[tokio::test]
async fn the_new_column_is_read_with_the_others() {
    let mut desk = Desk::new(
        "CREATE TABLE comments (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets);
         INSERT INTO comments VALUES (1, 1), (2, 2);
         GRANT SELECT ON tickets TO rowhouse_app; GRANT SELECT (id, ticket_id) ON comments TO rowhouse_app;",
    )
    .await;
    let plan = desk.up().await;
    assert_eq!(desk.app("SELECT * FROM comments").await.unwrap(), ["1"]);
    desk.down(&plan).await;
}

/// The way back of a run that was broken off anywhere, the steps that were never done included.
#[tokio::test]
async fn the_way_back_begins_anywhere() {
    let schema = "CREATE TABLE comments (id int PRIMARY KEY, ticket_id int NOT NULL REFERENCES tickets, slug text UNIQUE);
         INSERT INTO comments VALUES (1, 1, 'x'), (2, 2, 'y');
         GRANT SELECT, INSERT ON tickets, comments TO rowhouse_app;";
    let mut desk = Desk::new(schema).await;
    let plan = desk.plan(&[]).await;
    for last in 0..plan.steps.len() {
        for step in &plan.steps[..last] {
            desk.run(step, &step.up).await.unwrap();
        }
        desk.down(&plan).await;
    }
}

/// What is taken for the tenant is said, and whether anybody said so.
#[tokio::test]
async fn what_is_assumed_is_said() {
    let mut desk =
        Desk::new("DROP POLICY own ON tenants; GRANT SELECT ON tickets TO rowhouse_app;").await;
    let plan = desk.plan(&[]).await;
    let sql = plan.to_sql(rowhouse_guard::protect::Script::Up);
    for words in [
        "-- The tenant of a session: the setting app.current_tenant_id (assumed",
        "-- The tenant of a row: the column tenant_id (found",
        "-- The service: rowhouse_app.",
    ] {
        assert!(sql.contains(words), "{sql}");
    }
}
