//! From anywhere and back, and what is said first.

use super::Desk;

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
