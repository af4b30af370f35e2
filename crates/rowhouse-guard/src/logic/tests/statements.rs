//! Queries of views and bodies of functions.

use std::fmt::Write as _;

use rowhouse_catalog::Catalog;
use rowhouse_local::testing::Database;

use super::fixture::{Expected, app, is, model};
use crate::logic::{Action, Context, Decider};

const VIEWS: &[(&str, Expected)] = &[
    ("SELECT * FROM parents", Expected::Refuted),
    ("SELECT * FROM forced", Expected::Proven),
    (
        "SELECT * FROM parents WHERE tenant_id = current_setting('app.tenant')::uuid",
        Expected::Proven,
    ),
    (
        "SELECT p.name FROM parents p JOIN forced f ON f.tenant_id = p.tenant_id",
        Expected::Proven,
    ),
    (
        "SELECT p.name FROM parents p LEFT JOIN forced f ON f.tenant_id = p.tenant_id",
        Expected::Refuted,
    ),
    (
        "SELECT p.name FROM forced f LEFT JOIN parents p ON f.tenant_id = p.tenant_id",
        Expected::Proven,
    ),
    ("SELECT count(*) FROM parents", Expected::Refuted),
    (
        "SELECT tenant_id, count(*) FROM parents WHERE tenant_id = app.tenant() GROUP BY tenant_id",
        Expected::Proven,
    ),
    (
        "SELECT id FROM forced UNION ALL SELECT id FROM parents",
        Expected::Refuted,
    ),
    (
        "SELECT id FROM forced UNION ALL SELECT id FROM parents WHERE tenant_id = app.tenant()",
        Expected::Proven,
    ),
    (
        "WITH mine AS (SELECT * FROM parents WHERE tenant_id = app.tenant()) SELECT name FROM mine",
        Expected::Proven,
    ),
    (
        "WITH every AS (SELECT * FROM parents) SELECT name FROM every",
        Expected::Refuted,
    ),
    (
        "WITH every AS (SELECT * FROM parents) SELECT name FROM every WHERE tenant_id = app.tenant()",
        Expected::Proven,
    ),
    (
        "SELECT (SELECT max(name) FROM parents) AS m",
        Expected::Refuted,
    ),
    (
        "SELECT (SELECT max(name) FROM parents WHERE tenant_id = app.tenant()) AS m",
        Expected::Proven,
    ),
    (
        "SELECT * FROM (SELECT * FROM parents) p WHERE p.tenant_id = app.tenant()",
        Expected::Proven,
    ),
    (
        "SELECT * FROM parents WHERE tenant_id = app.tenant() OR name = 'x'",
        Expected::Refuted,
    ),
    (
        "SELECT id FROM parents WHERE tenant_id = app.tenant() EXCEPT SELECT id FROM forced",
        Expected::Proven,
    ),
    (
        "SELECT tenant_id FROM parents WHERE tenant_id = app.tenant() GROUP BY tenant_id HAVING count(*) > 1",
        Expected::Proven,
    ),
    (
        "WITH RECURSIVE tree AS (SELECT id, tenant_id FROM parents WHERE tenant_id = app.tenant()
            UNION ALL SELECT p.id, p.tenant_id FROM parents p JOIN tree t ON t.tenant_id = p.tenant_id)
         SELECT id FROM tree",
        Expected::Proven,
    ),
    (
        "WITH RECURSIVE tree AS (SELECT id FROM parents WHERE tenant_id = app.tenant()
            UNION ALL SELECT p.id FROM parents p JOIN tree t ON t.id <> p.id)
         SELECT id FROM tree",
        Expected::Refuted,
    ),
    (
        "SELECT place FROM (SELECT tenant_id, rank() OVER (ORDER BY name) AS place FROM parents) p
         WHERE tenant_id = app.tenant()",
        Expected::Refuted,
    ),
    (
        "SELECT place FROM (SELECT tenant_id, rank() OVER w - 1 AS place FROM parents WINDOW w AS (PARTITION BY tenant_id)) p
         WHERE tenant_id = app.tenant()",
        Expected::Proven,
    ),
    (
        "SELECT last FROM (SELECT tenant_id, lag(name) OVER (PARTITION BY id) AS last FROM parents) p WHERE tenant_id = app.tenant()",
        Expected::Proven,
    ),
    (
        "SELECT place FROM (SELECT rank() OVER (ORDER BY name) AS place FROM parents WHERE tenant_id = app.tenant()) p",
        Expected::Proven,
    ),
    (
        "WITH s AS (SELECT tenant_id, count(*) AS n FROM parents GROUP BY ROLLUP (tenant_id))
         SELECT n FROM s WHERE tenant_id = app.tenant() OR tenant_id IS NULL",
        Expected::Refuted,
    ),
    (
        "WITH s AS (SELECT tenant_id, name, count(*) AS n FROM parents GROUP BY GROUPING SETS ((tenant_id, name), (tenant_id)))
         SELECT n FROM s WHERE tenant_id = app.tenant() OR tenant_id IS NULL",
        Expected::Proven,
    ),
    (
        "WITH s AS (SELECT tenant_id, count(*) AS n FROM parents GROUP BY ROLLUP (tenant_id)) SELECT n FROM s WHERE tenant_id = app.tenant()",
        Expected::Proven,
    ),
    (
        "SELECT tenant_id, count(*) FROM parents GROUP BY tenant_id HAVING count(*) > 1 AND tenant_id = app.tenant()",
        Expected::Proven,
    ),
    (
        "SELECT count(*) FROM parents GROUP BY name HAVING name = 'x'",
        Expected::Refuted,
    ),
    (
        "SELECT WHERE EXISTS (SELECT FROM parents WHERE tenant_id = app.tenant())",
        Expected::Proven,
    ),
    ("SELECT WHERE EXISTS (SELECT FROM parents)", Expected::Refuted),
];

const SETUP: &str = "
CREATE TABLE forced (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL, name text);
ALTER TABLE forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE forced FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON forced USING (tenant_id = (SELECT current_setting('app.tenant')::uuid));
ALTER TABLE parents OWNER TO rowhouse_owner;
ALTER TABLE forced OWNER TO rowhouse_owner;
CREATE FUNCTION f_all() RETURNS SETOF parents LANGUAGE sql SECURITY DEFINER AS 'SELECT * FROM parents';
CREATE FUNCTION f_mine() RETURNS SETOF parents LANGUAGE plpgsql SECURITY DEFINER AS
$$ BEGIN RETURN QUERY SELECT * FROM parents WHERE tenant_id = current_setting('app.tenant')::uuid; END $$;
CREATE FUNCTION f_param(t uuid) RETURNS SETOF parents LANGUAGE plpgsql SECURITY DEFINER AS
$$ BEGIN RETURN QUERY SELECT * FROM parents WHERE tenant_id = t; END $$;
CREATE FUNCTION f_move(i uuid, t uuid) RETURNS void LANGUAGE sql SECURITY DEFINER AS
$$ UPDATE parents SET tenant_id = t WHERE id = i AND tenant_id = current_setting('app.tenant')::uuid $$;
CREATE FUNCTION f_add(n text) RETURNS void LANGUAGE sql SECURITY DEFINER AS
$$ INSERT INTO parents (tenant_id, name) VALUES (current_setting('app.tenant')::uuid, n) $$;
CREATE FUNCTION f_drop() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN DELETE FROM parents; END $$;
CREATE FUNCTION f_set(t text) RETURNS void LANGUAGE plpgsql AS
$$ BEGIN PERFORM set_config('app.tenant', t, false); END $$;
CREATE FUNCTION f_local(t text) RETURNS text LANGUAGE sql AS $$ SELECT set_config('app.tenant', $1, true) $$;
CREATE FUNCTION f_dynamic(q text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE q; END $$;
CREATE FUNCTION f_xml(q text) RETURNS xml LANGUAGE sql AS $$ SELECT query_to_xml(q, true, false, '') $$;
CREATE FUNCTION f_words() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS
$$ SELECT word FROM ts_stat('SELECT to_tsvector(name) FROM parents WHERE tenant_id = current_setting(''app.tenant'')::uuid') $$;
CREATE FUNCTION f_table() RETURNS xml LANGUAGE sql SECURITY DEFINER AS
$$ SELECT table_to_xml('public.parents'::regclass, true, false, '') $$;
";

#[tokio::test(flavor = "multi_thread")]
async fn views_are_judged_with_their_owners_rights() {
    let setup = format!("{}{SETUP}", include_str!("shared.sql"));
    let mut sql = setup;
    for (at, (query, _)) in VIEWS.iter().enumerate() {
        write!(
            sql,
            "CREATE VIEW v{at} AS {query}; ALTER VIEW v{at} OWNER TO rowhouse_owner;"
        )
        .unwrap();
    }
    sql += "CREATE VIEW nested AS SELECT * FROM v0; ALTER VIEW nested OWNER TO rowhouse_owner;
            CREATE FUNCTION f_names() RETURNS SETOF text LANGUAGE sql AS 'SELECT name FROM parents';
            CREATE VIEW by_function AS SELECT f.* FROM f_names() f; ALTER VIEW by_function OWNER TO rowhouse_owner;
            CREATE VIEW invoker WITH (security_invoker) AS SELECT * FROM parents;
            CREATE VIEW over_invoker AS SELECT * FROM invoker; ALTER VIEW over_invoker OWNER TO rowhouse_owner;";
    let db = Database::create_with_superuser(&sql, "").await;
    let catalog = Catalog::read(&mut db.admin().await).await.unwrap();
    let model = model(&catalog, &["app.tenant"]);
    let decider = Decider::new(&model);
    let judged = |name: &str| {
        let view = catalog.relation("public", name).unwrap();
        let role = if view.security_invoker() {
            app(&catalog)
        } else {
            view.owner
        };
        let context = Context {
            invoker: Some(app(&catalog)),
            ..Context::default()
        };
        let facts = decider.decide_query(role, view.definition.as_deref().unwrap(), &context);
        assert!(facts.unreadable.is_empty(), "{facts:?}");
        let all: Vec<Expected> = facts.uses.iter().map(|used| is(&used.verdict)).collect();
        if all.contains(&Expected::Refuted) {
            Expected::Refuted
        } else if all.contains(&Expected::Undecided) || all.is_empty() {
            Expected::Undecided
        } else {
            Expected::Proven
        }
    };
    let mut wrong = Vec::new();
    for (at, (query, expected)) in VIEWS.iter().enumerate() {
        let verdict = judged(&format!("v{at}"));
        if verdict != *expected {
            wrong.push(format!("v{at} {query}: {verdict:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(judged("nested"), Expected::Refuted);
    assert_eq!(judged("invoker"), Expected::Proven);
    // The invoker's rights count inside a view, too, and functions in it run as the invoker.
    assert_eq!(judged("over_invoker"), Expected::Proven);
    assert_eq!(judged("by_function"), Expected::Proven);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_judged_statement_by_statement() {
    let setup = format!("{}{SETUP}", include_str!("shared.sql"));
    let db = Database::create_with_superuser(&setup, "").await;
    let catalog = Catalog::read(&mut db.admin().await).await.unwrap();
    let model = model(&catalog, &["app.tenant"]);
    let decider = Decider::new(&model);
    // Functions of the superuser: row security does not hold for them.
    let body = |name: &str| {
        let function = catalog.functions_named("public", name).next().unwrap();
        decider.body(app(&catalog), function)
    };
    let uses = |name: &str| -> Vec<(Action, Expected)> {
        let facts = body(name);
        facts
            .uses
            .iter()
            .map(|used| (used.action, is(&used.verdict)))
            .collect()
    };
    assert_eq!(uses("f_all"), [(Action::Read, Expected::Refuted)]);
    assert_eq!(uses("f_mine"), [(Action::Read, Expected::Proven)]);
    assert_eq!(uses("f_param"), [(Action::Read, Expected::Refuted)]);
    assert_eq!(
        uses("f_move"),
        [
            (Action::UpdateOld, Expected::Proven),
            (Action::UpdateNew, Expected::Refuted)
        ]
    );
    assert_eq!(uses("f_add"), [(Action::Insert, Expected::Proven)]);
    assert_eq!(uses("f_drop"), [(Action::Delete, Expected::Refuted)]);
    let set = &body("f_set").sets[0];
    assert_eq!(
        (set.name.as_deref(), set.local, set.from_parameter),
        (Some("app.tenant"), Some(false), true)
    );
    let set = &body("f_local").sets[0];
    assert_eq!(
        (set.name.as_deref(), set.local, set.from_parameter),
        (Some("app.tenant"), Some(true), true)
    );
    assert_eq!(body("f_dynamic").dynamic_sql.len(), 1);
    // So do functions of the server that are handed a query.
    assert_eq!(body("f_xml").dynamic_sql.len(), 1);
    assert_eq!(uses("f_words"), [(Action::Read, Expected::Proven)]);
    assert_eq!(uses("f_table"), [(Action::Read, Expected::Refuted)]);
}
