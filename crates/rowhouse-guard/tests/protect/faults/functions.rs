//! Functions find afterwards what they found before, and nothing of the service's.

use super::{Desk, OWN, statements};

fn walled(more: &str) -> String {
    format!(
        "ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tickets {OWN};
         GRANT SELECT ON tickets TO rowhouse_app;
         {more}"
    )
}

/// A fixed path has every schema that a name could come from, and what cannot be told is left.
#[tokio::test]
async fn paths_are_fixed_where_names_mean_one_thing() {
    let mut desk = Desk::new(&walled(
        "CREATE SCHEMA api;
         CREATE SCHEMA old;
         CREATE TABLE old.lookups (id int);
         CREATE TABLE api.lookups (id int);
         CREATE FUNCTION api.count_own() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
             AS $$ SELECT count(*) FROM tickets $$;
         CREATE FUNCTION api.after_temp() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
             AS $$ SELECT count(*) FROM tickets $$;
         CREATE FUNCTION api.either() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
             AS $$ BEGIN RETURN (SELECT count(*) FROM lookups); END $$;
         CREATE FUNCTION api.nowhere() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = api
             AS $$ BEGIN RETURN (SELECT count(*) FROM tickets); END $$;
         GRANT USAGE ON SCHEMA api TO rowhouse_app;",
    ))
    .await;
    // Where the service can make temporary tables, they come first.
    let admin = desk.database.admin().await;
    admin
        .batch_execute("DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO rowhouse_app', current_database()); END $$")
        .await
        .unwrap();
    let plan = desk.up().await;
    let sql = statements(&plan);
    for words in [
        "ALTER ROUTINE api.count_own() SET search_path = pg_catalog, api, public, pg_temp",
        "ALTER ROUTINE api.after_temp() SET search_path = public, pg_temp",
    ] {
        assert!(sql.contains(words), "{words}: {sql}");
    }
    assert!(
        !sql.contains("either()") && !sql.contains("nowhere()"),
        "{sql}"
    );
    for function in ["api.count_own()", "api.after_temp()"] {
        assert_eq!(
            desk.app(&format!("SELECT {function}")).await.unwrap(),
            ["2"]
        );
    }
    let why = |object: &str| {
        let decisions = plan.decisions();
        let decision = decisions
            .iter()
            .find(|decision| decision.finding.object == object);
        decision
            .map(|decision| decision.why.clone())
            .unwrap_or_default()
    };
    assert!(
        why("api.either()").contains("lookups is in several schemas"),
        "{}",
        why("api.either()")
    );
    assert!(
        why("api.nowhere()").contains("it looks up tickets"),
        "{}",
        why("api.nowhere()")
    );
    assert!(desk.plan(&[]).await.steps.is_empty());
    desk.down(&plan).await;
}

/// CREATE goes from the service alone, then the path of a function in that schema can be trusted.
#[tokio::test]
async fn the_service_makes_nothing_beside_tenants_tables() {
    let mut desk = Desk::new(&walled(
        "CREATE SCHEMA crm;
         CREATE TABLE crm.deals (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
         ALTER TABLE crm.deals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON crm.deals USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
         CREATE FUNCTION crm.count_deals() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = crm, pg_temp
             AS $$ SELECT count(*) FROM deals $$;
         GRANT SELECT ON crm.deals TO rowhouse_app;
         GRANT USAGE, CREATE ON SCHEMA crm TO rowhouse_app;",
    ))
    .await;
    let plan = desk.up().await;
    assert!(
        statements(&plan).contains("REVOKE CREATE ON SCHEMA crm FROM rowhouse_app"),
        "{}",
        statements(&plan)
    );
    assert_eq!(desk.app("SELECT crm.count_deals()").await.unwrap(), ["0"]);
    assert!(desk.app("CREATE TABLE crm.mine ()").await.is_err());
    assert!(plan.decisions().is_empty(), "{:?}", plan.decisions());
    desk.down(&plan).await;
    assert!(desk.app("CREATE TABLE crm.mine ()").await.is_ok());
}

/// A helper that reads the setting is stable, unless something stored was computed by it.
#[tokio::test]
async fn helpers_are_marked_stable_and_what_is_stored_is_not_touched() {
    let helper = "CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql IMMUTABLE
             AS $$ SELECT current_setting('app.current_tenant_id')::uuid $$;
         ALTER TABLE tickets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON tickets USING (tenant_id = (SELECT tenant()));
         GRANT SELECT ON tickets TO rowhouse_app;";
    let mut desk = Desk::new(helper).await;
    let plan = desk.up().await;
    assert!(
        statements(&plan).contains("ALTER FUNCTION public.tenant() STABLE"),
        "{}",
        statements(&plan)
    );
    assert_eq!(
        desk.app("SELECT id FROM tickets").await.unwrap(),
        ["1", "3"]
    );
    desk.down(&plan).await;

    let indexed = format!(
        "{helper} SET app.current_tenant_id = '{}'; CREATE INDEX odd ON tickets ((tenant_id = tenant()));",
        super::A
    );
    let mut desk = Desk::new(&indexed).await;
    let plan = desk.up().await;
    assert!(
        !statements(&plan).contains("STABLE"),
        "{}",
        statements(&plan)
    );
    assert!(
        plan.decisions()[0]
            .why
            .contains("an index or a stored column"),
        "{:?}",
        plan.decisions()
    );
}

/// What no step does is said finding by finding, with why and what to decide.
#[tokio::test]
async fn what_is_left_says_why() {
    let mut desk = Desk::new(&walled(
        "CREATE FUNCTION everybodys() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
             AS $$ SELECT count(*) FROM visits $$;
         CREATE TABLE visits (id int PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
         ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON visits USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));",
    )
    .replace("CREATE FUNCTION", "SET check_function_bodies = off; CREATE FUNCTION"))
    .await;
    let plan = desk.plan(&[]).await;
    let text = plan.to_sql(rowhouse_guard::protect::Script::Up);
    assert!(text.contains("For you to decide"), "{text}");
    assert!(text.contains("[definer-function-opens]"), "{text}");
    assert!(
        text.contains("left because only who knows what the function is for"),
        "{text}"
    );
}
