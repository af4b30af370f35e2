//! Foreign keys of tables whose owner is bound.

use super::{A, B, Desk, OWN, statements};

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
