//! What one tenant's statement leaves in a lane's session, seen from the next tenant's side.

use rowhouse::{Rowhouse, Tenant};
use rowhouse_local::testing::Database;

use crate::common::{
    ACME, BETA, BETA_TITLES, SCHEMA, acme, backend, beta, database, house_at, one_lane, titles,
};

async fn setting(tenant: &Tenant, name: &str) -> String {
    tenant
        .query_one("SELECT current_setting($1)", &[&name])
        .await
        .unwrap()
        .get(0)
}

/// What a function of the app may leave behind with `set_config(…, false)`, and what the next tenant must see instead.
#[tokio::test]
async fn settings_left_for_the_session_do_not_reach_the_next_tenant() {
    let setup = format!(
        "{SCHEMA}
         CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO rowhouse_app;
         CREATE TABLE evil.items AS SELECT 'planted'::text AS title; GRANT SELECT ON evil.items TO rowhouse_app;"
    );
    let database = Database::create(&setup).await;
    let house = Rowhouse::builder()
        .lanes(1)
        .claim("app.user_id")
        .connect(&database.app_url())
        .await
        .unwrap();
    let (acme, beta) = (acme(&house), beta(&house));
    let mut lane = backend(&beta).await;
    let clean = [
        ("app.current_tenant_id", BETA.to_string()),
        ("app.user_id", String::new()),
        ("search_path", setting(&beta, "search_path").await),
        ("row_security", "on".to_owned()),
        ("statement_timeout", "10s".to_owned()),
        ("lock_timeout", "1s".to_owned()),
    ];
    let poison = [
        ("app.current_tenant_id", ACME.to_string()),
        ("app.user_id", "root".to_owned()),
        ("search_path", "evil".to_owned()),
        ("row_security", "off".to_owned()),
        ("statement_timeout", "0".to_owned()),
        ("lock_timeout", "0".to_owned()),
    ];
    for (name, value) in &poison {
        acme.query("SELECT set_config($1, $2, false)", &[name, value])
            .await
            .unwrap();
        // As the last thing of its statement and hidden in an expression, with a write.
        acme.execute(
            "UPDATE items SET n = n WHERE set_config($1, $2, false) IS NULL",
            &[name, value],
        )
        .await
        .unwrap();
        for (name, expected) in &clean {
            assert_eq!(
                setting(&beta, name).await,
                *expected,
                "{name} after {poison:?}"
            );
        }
        assert_eq!(titles(&beta).await, BETA_TITLES, "after {name}");
        assert_eq!(
            beta.execute("UPDATE items SET n = n", &[]).await.unwrap(),
            5,
            "after {name}"
        );
        // From 18 on the server tells of a changed search_path, and the lane is replaced for it.
        if *name == "search_path" && database.binaries().version().major >= 18 {
            lane = backend(&beta).await;
        }
        assert_eq!(backend(&beta).await, lane, "another backend proves nothing");
    }
    assert_eq!(titles(&acme).await.len(), 5);
}

#[tokio::test]
async fn the_setting_is_gone_when_the_statement_is() {
    let database = database().await;
    let house = one_lane(&database).await;
    let lane = backend(&acme(&house)).await;
    let activity = "SELECT query FROM pg_stat_activity WHERE pid = $1";
    let seen: String = database
        .admin()
        .await
        .query_one(activity, &[&lane])
        .await
        .unwrap()
        .get(0);
    assert!(
        !seen.contains(&ACME.to_string()),
        "the tenant is in pg_stat_activity: {seen}"
    );
}

/// A role that the app role may switch to, and for which a policy lets everything through.
#[tokio::test]
async fn a_role_left_for_the_session_does_not_reach_the_next_tenant() {
    let database = database().await;
    let admin = database.admin().await;
    let (helper, app) = (database.unique("helper"), database.unique("app"));
    // NOINHERIT: membership alone does not apply the policy, SET ROLE would.
    admin
        .batch_execute(&format!(
            "CREATE ROLE {helper} NOLOGIN; CREATE ROLE {app} LOGIN NOINHERIT IN ROLE {helper};
             GRANT SELECT ON items TO {helper}, {app};
             CREATE POLICY all_rows ON items TO {helper} USING (true);"
        ))
        .await
        .unwrap();
    let house = house_at(&database.url_as(&app), 1).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let lane = backend(&beta).await;
    assert_eq!(titles(&beta).await, BETA_TITLES);
    acme.query("SELECT set_config('role', $1, false)", &[&helper])
        .await
        .unwrap();
    assert_eq!(titles(&beta).await, BETA_TITLES);
    assert_eq!(backend(&beta).await, lane);
}

#[tokio::test]
async fn writes_are_as_durable_as_the_session_began() {
    let database = database().await;
    let house = one_lane(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let now = "SELECT current_setting('synchronous_commit')";
    let writing = beta.read_write();
    let began: String = writing.query_one(now, &[]).await.unwrap().get(0);
    let other = if began == "off" { "on" } else { "off" };
    acme.query(
        "SELECT set_config('synchronous_commit', $1, false)",
        &[&other],
    )
    .await
    .unwrap();
    assert_eq!(
        writing.query_one(now, &[]).await.unwrap().get::<String>(0),
        began
    );
}

/// A function that drops every prepared statement takes the heads along.
#[tokio::test]
async fn a_lane_without_its_heads_is_replaced() {
    let setup = format!(
        "{SCHEMA}
         CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$;"
    );
    let database = Database::create(&setup).await;
    let house = one_lane(&database).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let lane = backend(&beta).await;
    acme.query("SELECT forget()", &[]).await.unwrap();
    for _ in 0..3 {
        assert_eq!(titles(&beta).await, BETA_TITLES);
    }
    assert_ne!(backend(&beta).await, lane);
}
