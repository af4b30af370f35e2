//! A view whose own filter can be looked behind.

use rowhouse_catalog::Relation;
use rowhouse_catalog::Privilege::{Select, Update, Delete};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::view_opens::owner_views;

pub(super) static RULE: Rule = Rule {
    id: "view-without-barrier",
    title: "A view filters by tenant without security_barrier",
    level: Level::Warning,
    what: "A view reads tenants' tables as its owner and filters by tenant itself, without security_barrier.",
    why: "The planner may call a cheap function of the query before the view's filter. A function that the app role makes, \
          be it in its temporary schema, then sees the rows of all tenants.",
    close: "Make it a security_invoker view over protected tables, or at least SET (security_barrier = true).",
    example: Example {
        object: "public.my_items",
        bad: "CREATE VIEW my_items AS SELECT id, title FROM items\n    WHERE tenant_id = current_setting('app.current_tenant_id')::uuid;\nGRANT SELECT ON my_items TO app;",
        good: "CREATE VIEW my_items WITH (security_barrier = true) AS SELECT id, title FROM items\n    WHERE tenant_id = current_setting('app.current_tenant_id')::uuid;\nGRANT SELECT ON my_items TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (view, facts) in owner_views(context) {
        if view.security_barrier() || !context.may(view, &[Select, Update, Delete]) {
            continue;
        }
        let all_filtered = !facts.uses.is_empty() && facts.uses.iter().all(|used| used.verdict.is_proven());
        let mut own = facts.uses.iter().filter(|used| {
            let table = context.catalog.relation_by_oid(used.relation);
            table.is_some_and(|table| context.skips_policies(used.role, table))
        });
        let Some(table) = own.next().and_then(|used| context.catalog.relation_by_oid(used.relation)) else {
            continue;
        };
        if !all_filtered {
            continue;
        }
        findings.push(finding(context, view, table));
    }
}

fn finding(context: &Context<'_>, view: &Relation, table: &Relation) -> Finding {
    let name = view.qualified_name();
    let schema = context.creatable_schema();
    RULE.found(
        &name,
        format!("only its own filter stands between tenants and {}, and without security_barrier a function of the query is called before it", table.qualified_name()),
    )
    .level(if schema.is_some() { Level::Warning } else { Level::Note })
    .exploit(format!(
        "CREATE FUNCTION {}.spy(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001\n    AS $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$;\nSELECT * FROM {name} v WHERE spy(v::text); -- notices with other tenants' rows",
        schema.unwrap_or("pg_temp")
    ))
    .fix_sql(format!("ALTER VIEW {name} SET (security_barrier = true);"))
}
