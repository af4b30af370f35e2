//! A helper of policies that is said never to change.

use std::collections::BTreeSet;

use rowhouse_catalog::{Object, Volatility};

use crate::context::Context;
use crate::model::{asked_for, helper_functions, text_of};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "helper-immutable",
    title: "A policy's helper function reads the setting but is marked IMMUTABLE",
    level: Level::Error,
    what: "A function that policies call depends on a setting, and is marked IMMUTABLE.",
    why: "The planner computes it once and keeps the result in cached plans: on a pooled connection the next tenant gets \
          the plan with the tenant before.",
    close: "Mark it STABLE.",
    example: Example {
        object: "public.current_tenant()",
        bad: "CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql IMMUTABLE\n    AS $$ SELECT current_setting('app.current_tenant_id')::uuid $$;\nALTER POLICY tenant_isolation ON items USING (tenant_id = current_tenant());",
        good: "CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE\n    AS $$ SELECT current_setting('app.current_tenant_id')::uuid $$;\nALTER POLICY tenant_isolation ON items USING (tenant_id = current_tenant());",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for policy in context.tenant_tables().flat_map(|(table, _)| &table.policies) {
        for function in helper_functions(context.catalog, Object::Policy(policy.oid)) {
            let changes = !asked_for(text_of(function)).is_empty()
                || helper_functions(context.catalog, Object::Function(function.oid))
                    .iter()
                    .any(|inner| !asked_for(text_of(inner)).is_empty());
            if function.volatility != Volatility::Immutable || !changes || !seen.insert(function.oid) {
                continue;
            }
            let name = function.qualified_name();
            findings.push(
                RULE.found(&name, format!("policy {} calls it, it reads a setting, and it is marked IMMUTABLE: cached plans keep the first tenant", policy.name))
                    .exploit("PREPARE q AS SELECT * FROM a_table; -- planned for one tenant, executed for the next")
                    .fix_sql(format!("ALTER FUNCTION {name} STABLE;")),
            );
        }
    }
}
