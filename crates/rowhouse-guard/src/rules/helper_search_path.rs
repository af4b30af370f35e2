//! A policy's helper that finds what the caller put in its way.

use std::collections::BTreeSet;

use rowhouse_catalog::Object;

use crate::context::Context;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::body_names::unqualified_relations;
use super::definer_search_path::weakness;

pub(super) static RULE: Rule = Rule {
    id: "helper-search-path",
    title: "A policy's helper looks tables up where the service can put its own",
    level: Level::Warning,
    what: "A function that a policy calls names tables without their schema, and its search_path is the caller's, holds a \
           schema in which the app role may create, or leaves pg_temp to come first.",
    why: "A temporary table of that name, made by the app role, answers in place of the real one: the policy believes it.",
    close: "SET search_path on the function to trusted schemas with pg_temp at the end, and write names with their schema; \
            or REVOKE TEMPORARY ON DATABASE … FROM PUBLIC.",
    example: Example {
        object: "public.my_tenant()",
        bad: "CREATE FUNCTION my_tenant() RETURNS uuid LANGUAGE plpgsql STABLE\n    AS $$ BEGIN RETURN (SELECT id FROM tenants WHERE id = current_setting('app.current_tenant_id')::uuid); END $$;\nALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT my_tenant()));",
        good: "CREATE FUNCTION my_tenant() RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp\n    AS $$ BEGIN RETURN (SELECT id FROM tenants WHERE id = current_setting('app.current_tenant_id')::uuid); END $$;\nALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT my_tenant()));",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let policies = table.policies.iter();
        for function in policies.flat_map(|policy| helper_functions(context.catalog, Object::Policy(policy.oid))) {
            // One that runs as its owner has a rule of its own, and a body that was parsed when it was made looks nothing up.
            let looks_up = !function.security_definer && function.sql_body.is_none();
            let names = unqualified_relations(context.catalog, function);
            let (true, Some(first)) = (looks_up && seen.insert(function.oid), names.first()) else {
                continue;
            };
            if !is_shadowed(context) || weakness(context, function).is_none() {
                continue;
            }
            let name = function.qualified_name();
            findings.push(
                RULE.found(&name, format!("policies of {} ask it, and it finds a {first} of the app role's own before the real one", table.qualified_name()))
                    .exploit(format!("CREATE TEMP TABLE {first} (…); SELECT * FROM {};", table.qualified_name()))
                    .fix_sql(format!(
                        "ALTER ROUTINE {name} SET search_path = pg_catalog, {}, pg_temp;",
                        rowhouse_catalog::quote_ident(&function.schema)
                    )),
            );
        }
    }
}

/// Whether there is a place for what shadows.
fn is_shadowed(context: &Context<'_>) -> bool {
    context.creatable_schema().is_some()
}
