//! A setting that is read for every row.

use rowhouse_catalog::Object;

use crate::context::Context;
use crate::keys::column_names;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::table_open::condition;

pub(super) static RULE: Rule = Rule {
    id: "policy-per-row",
    title: "A policy reads the setting for every row",
    level: Level::Note,
    what: "A policy calls current_setting() outside a sub-select.",
    why: "In a sequential scan it is evaluated for each row; in a sub-select once for the statement.",
    close: "Write (SELECT current_setting(…)).",
    example: Example {
        object: "public.items",
        bad: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id = current_setting('app.current_tenant_id')::uuid);",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        for policy in &table.policies {
            let helpers = helper_functions(context.catalog, Object::Policy(policy.oid));
            // The planner writes out the bodies of SQL functions; others are called.
            let called = helpers.iter().find(|function| function.language != "sql");
            let bare = policy.using.as_deref().filter(|text| {
                let named = called.is_some_and(|function| text.contains(&format!("{}()", function.name)));
                (named || text.contains("current_setting(")) && !text.contains("SELECT")
            });
            let Some(bare) = bare else {
                continue;
            };
            let name = table.qualified_name();
            let finding = RULE
                .found(&name, format!("policy {} asks who the tenant is for every row of a sequential scan", policy.name))
                .part(&policy.name)
                .exploit(format!("EXPLAIN SELECT * FROM {name};"));
            // Only what says the same in another way may be put in its place.
            let column = context.model.tenant_column(table.oid).map(|number| column_names(table, &[number]).join(", "));
            let plain = column.is_some_and(|column| bare.starts_with(&format!("({column} = (current_setting("))) && !bare.contains(" OR ") && !bare.contains(" AND ");
            findings.push(match condition(context, table, owner).filter(|_| plain && policy.with_check.is_none()) {
                Some(condition) => finding.fix_sql(format!(
                    "ALTER POLICY {} ON {name}\n    USING ({condition});",
                    rowhouse_catalog::quote_ident(&policy.name)
                )),
                None => finding,
            });
        }
    }
}
