//! A helper that lets everybody through.

use std::collections::BTreeSet;

use rowhouse_catalog::Object;

use crate::context::Context;
use crate::protect::is_observed;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::policy_read::{circumstances, is_users_own, refuted_read};

pub(super) static RULE: Rule = Rule {
    id: "helper-fails-open",
    title: "A policy's helper function lets other tenants through",
    level: Level::Error,
    what: "A policy that shows other tenants' rows leaves the decision to a function.",
    why: "The mistake is in the function, and every policy that calls it has it.",
    close: "Have the function return the setting's tenant and nothing else; without one, null or an error.",
    example: Example {
        object: "public.is_mine(uuid)",
        bad: "CREATE FUNCTION is_mine(tenant uuid) RETURNS boolean LANGUAGE sql STABLE\n    AS $$ SELECT coalesce(tenant = nullif(current_setting('app.current_tenant_id', true), '')::uuid, true) $$;\nALTER POLICY tenant_isolation ON items USING (is_mine(tenant_id));",
        good: "CREATE FUNCTION is_mine(tenant uuid) RETURNS boolean LANGUAGE sql STABLE\n    AS $$ SELECT coalesce(tenant = nullif(current_setting('app.current_tenant_id', true), '')::uuid, false) $$;\nALTER POLICY tenant_isolation ON items USING (is_mine(tenant_id));",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security && !is_observed(table)) {
        let Some(refutation) = refuted_read(context, table) else {
            continue;
        };
        if is_users_own(&refutation) || refutation.is_of_nobody() && context.keeps_rows_of_nobody(table) {
            continue;
        }
        for policy in table.policies.iter().filter(|policy| refutation.policies.contains(&policy.oid)) {
            for function in helper_functions(context.catalog, Object::Policy(policy.oid)) {
                if !seen.insert(function.oid) {
                    continue;
                }
                findings.push(
                    RULE.found(
                        function.qualified_name(),
                        format!("policy {} of {} leaves it to decide, and another tenant's row passes{}", policy.name, table.qualified_name(), circumstances(context, &refutation)),
                    )
                    .exploit(format!("SELECT * FROM {};", table.qualified_name())),
                );
            }
        }
    }
}
