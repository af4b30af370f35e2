//! Columns that come, and rows that are to be given a tenant.

use rowhouse_catalog::Catalog;
use rowhouse_guard::Options;
use rowhouse_guard::protect::{Wishes, plan};

use super::{A, B, Desk, statements};
use crate::state;

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
