//! A function that is called for every row.

use rowhouse_catalog::{Object, Volatility};

use crate::context::Context;
use crate::protect::is_observed;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "policy-calls-volatile",
    title: "A policy calls a VOLATILE function for every row",
    level: Level::Note,
    what: "A function that a policy calls is VOLATILE, as functions are unless said otherwise.",
    why: "It is called for each row and keeps indexes from being used.",
    close: "Mark it STABLE, and call it in a sub-select.",
    example: Example {
        object: "public.items",
        bad: "CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql\n    AS $$ SELECT current_setting('app.current_tenant_id')::uuid $$;\nALTER POLICY tenant_isolation ON items USING (tenant_id = current_tenant());",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security && !is_observed(table)) {
        for policy in &table.policies {
            let functions = helper_functions(context.catalog, Object::Policy(policy.oid));
            let Some(function) = functions.iter().find(|function| function.volatility == Volatility::Volatile) else {
                continue;
            };
            let name = table.qualified_name();
            let function = function.qualified_name();
            findings.push(
                RULE.found(&name, format!("policy {} calls {function}, which is VOLATILE, for every row", policy.name))
                    .part(&policy.name)
                    .exploit(format!("EXPLAIN SELECT * FROM {name};"))
                    .fix_sql(format!("ALTER FUNCTION {function} STABLE;")),
            );
        }
    }
}
