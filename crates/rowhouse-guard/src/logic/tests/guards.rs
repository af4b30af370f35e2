//! Guards in bodies of functions, which rule out what follows them.

use std::fmt::Write as _;

use rowhouse_catalog::Catalog;
use rowhouse_local::testing::Database;

use super::fixture::{Expected, app, is, model};
use crate::logic::Decider;

/// Bodies in plpgsql over `parents`, which row security does not protect from the functions' owner.
const GUARDED: &[(&str, &str, Expected)] = &[
    (
        "t uuid",
        "IF t <> current_setting('app.tenant')::uuid THEN RAISE EXCEPTION 'no'; END IF;
         PERFORM name FROM parents WHERE tenant_id = t;",
        // A null argument passes the guard, and finds no row.
        Expected::Proven,
    ),
    (
        "t uuid",
        "IF t IS DISTINCT FROM current_setting('app.tenant')::uuid THEN RETURN; END IF;
         DELETE FROM parents WHERE tenant_id = t;",
        Expected::Proven,
    ),
    (
        "t uuid",
        "IF t <> current_setting('app.tenant')::uuid THEN RAISE NOTICE 'no'; END IF;
         PERFORM name FROM parents WHERE tenant_id = t;",
        Expected::Refuted,
    ),
    (
        "t uuid",
        "IF t = current_setting('app.tenant')::uuid THEN RETURN; END IF;
         PERFORM name FROM parents WHERE tenant_id = t;",
        Expected::Refuted,
    ),
    (
        "t uuid",
        "BEGIN IF t <> current_setting('app.tenant')::uuid THEN RAISE EXCEPTION 'no'; END IF;
         EXCEPTION WHEN others THEN NULL; END;
         PERFORM name FROM parents WHERE tenant_id = t;",
        Expected::Refuted,
    ),
    (
        "",
        "v := current_setting('app.tenant')::uuid; PERFORM name FROM parents WHERE tenant_id = v;",
        Expected::Proven,
    ),
    (
        "",
        "SELECT current_setting('app.tenant')::uuid INTO v; UPDATE parents SET name = 'x' WHERE tenant_id = v;",
        Expected::Proven,
    ),
    (
        "t uuid",
        "v := coalesce(t, current_setting('app.tenant')::uuid); PERFORM name FROM parents WHERE tenant_id = v;",
        Expected::Refuted,
    ),
    (
        "t uuid",
        "v := current_setting('app.tenant')::uuid;
         FOR i IN 1..2 LOOP PERFORM name FROM parents WHERE tenant_id = v; v := t; END LOOP;",
        Expected::Refuted,
    ),
    (
        "t uuid",
        "IF NOT app.is_member(t) THEN RAISE EXCEPTION 'no'; END IF; PERFORM name FROM parents WHERE tenant_id = t;",
        Expected::Proven,
    ),
    (
        "t uuid",
        "IF NOT EXISTS (SELECT 1 FROM open_members m WHERE m.tenant_id = t
             AND m.user_id = current_setting('app.user', true)::uuid) THEN RAISE EXCEPTION 'no'; END IF;
         PERFORM name FROM parents WHERE tenant_id = t;",
        Expected::Refuted,
    ),
    (
        "i uuid, t uuid",
        "INSERT INTO parents (id, tenant_id, name) VALUES (i, current_setting('app.tenant')::uuid, 'x')
         ON CONFLICT (id) DO UPDATE SET name = 'x';",
        Expected::Refuted,
    ),
    (
        "i uuid",
        "INSERT INTO parents (id, tenant_id, name) VALUES (i, current_setting('app.tenant')::uuid, 'x')
         ON CONFLICT (id) DO UPDATE SET name = 'x' WHERE parents.tenant_id = excluded.tenant_id;",
        Expected::Proven,
    ),
    (
        "i uuid",
        "MERGE INTO parents p USING (SELECT i AS id) s ON p.id = s.id
         WHEN MATCHED THEN UPDATE SET name = 'x' WHEN NOT MATCHED THEN DO NOTHING;",
        Expected::Refuted,
    ),
    (
        "i uuid",
        "MERGE INTO parents p USING (SELECT i AS id) s ON p.id = s.id AND p.tenant_id = app.tenant()
         WHEN MATCHED THEN UPDATE SET name = 'x';",
        Expected::Proven,
    ),
    (
        "i uuid",
        "WITH gone AS (DELETE FROM parents WHERE id = i RETURNING 1) SELECT count(*) INTO v FROM gone;",
        Expected::Refuted,
    ),
    (
        "t uuid",
        "CASE WHEN t = current_setting('app.tenant')::uuid THEN PERFORM name FROM parents WHERE tenant_id = t;
         ELSE RETURN; END CASE;",
        Expected::Proven,
    ),
    (
        "t uuid",
        "CASE t WHEN current_setting('app.tenant')::uuid THEN v := t; END CASE;
         PERFORM name FROM parents WHERE tenant_id = t;",
        Expected::Proven,
    ),
    (
        "t uuid",
        "CASE t WHEN current_setting('app.tenant')::uuid THEN v := t; ELSE NULL; END CASE;
         PERFORM name FROM parents WHERE tenant_id = t;",
        Expected::Refuted,
    ),
    (
        "",
        "UPDATE parents SET name = 'x' WHERE id = (SELECT id FROM parents
             WHERE tenant_id = current_setting('app.tenant')::uuid ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1);",
        Expected::Proven,
    ),
    (
        "",
        "UPDATE parents SET name = 'x' WHERE name = (SELECT name FROM parents
             WHERE tenant_id = current_setting('app.tenant')::uuid ORDER BY id LIMIT 1);",
        Expected::Refuted,
    ),
    ("", "TRUNCATE parents;", Expected::Refuted),
];

#[tokio::test(flavor = "multi_thread")]
async fn guards_rule_out_what_follows() {
    let mut sql = include_str!("shared.sql").to_owned();
    for (at, (arguments, body, _)) in GUARDED.iter().enumerate() {
        write!(sql,
            "CREATE FUNCTION g{at}({arguments}) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
             AS $$ DECLARE v uuid; BEGIN {body} END $$;"
        ).unwrap();
    }
    let db = Database::create_with_superuser(&sql, "").await;
    let catalog = Catalog::read(&mut db.admin().await).await.unwrap();
    let model = model(&catalog, &["app.tenant"]);
    let decider = Decider::new(&model);
    let parents = catalog.relation("public", "parents").unwrap().oid;
    let mut wrong = Vec::new();
    for (at, (_, body, expected)) in GUARDED.iter().enumerate() {
        let name = format!("g{at}");
        let function = catalog.functions_named("public", &name).next().unwrap();
        let facts = decider.body(app(&catalog), function);
        let of_parents = facts.uses.iter().filter(|used| used.relation == parents);
        let all: Vec<Expected> = of_parents.map(|used| is(&used.verdict)).collect();
        let found = if all.contains(&Expected::Refuted) {
            Expected::Refuted
        } else if all.contains(&Expected::Undecided) || all.is_empty() {
            Expected::Undecided
        } else {
            Expected::Proven
        };
        if found != *expected || !facts.unreadable.is_empty() {
            wrong.push(format!("{name} {body}: {found:?} {facts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
