//! Who may replace a policy's helper writes the policy.

use std::collections::BTreeSet;

use rowhouse_catalog::Object;

use crate::context::Context;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "helper-replaceable",
    title: "The service may replace a function that policies call",
    level: Level::Error,
    what: "The app role owns a function that a policy, a view or a trigger on tenants' tables calls, or is a member of its \
           owner.",
    why: "CREATE OR REPLACE FUNCTION by the service is as good as writing the policy.",
    close: "Have the owner of the tables own the function.",
    example: Example {
        object: "public.current_tenant()",
        bad: "CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE\n    AS $$ SELECT current_setting('app.current_tenant_id')::uuid $$;\nALTER POLICY tenant_isolation ON items USING (tenant_id = current_tenant());\nALTER FUNCTION current_tenant() OWNER TO app;",
        good: "CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE\n    AS $$ SELECT current_setting('app.current_tenant_id')::uuid $$;\nALTER POLICY tenant_isolation ON items USING (tenant_id = current_tenant());",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (table, _) in context.tenant_tables() {
        let policies = table.policies.iter().map(|policy| Object::Policy(policy.oid));
        let triggers = table.triggers.iter().map(|trigger| Object::Trigger(trigger.oid));
        for object in policies.chain(triggers) {
            let mut functions = helper_functions(context.catalog, object);
            let called = table.triggers.iter().filter(|trigger| Object::Trigger(trigger.oid) == object);
            functions.extend(called.filter_map(|trigger| context.catalog.function_by_oid(trigger.function)));
            for function in functions {
                let owned = context.personas.iter().any(|persona| persona.access.owns(function.owner));
                if !owned || !seen.insert(function.oid) {
                    continue;
                }
                let name = function.qualified_name();
                findings.push(
                    RULE.found(&name, format!("{} relies on it, and the app role can replace it", table.qualified_name()))
                        .exploit(format!("CREATE OR REPLACE FUNCTION {name} …;"))
                        .fix_sql(format!("ALTER FUNCTION {name} OWNER TO {};", context.role_name(table.owner))),
                );
            }
        }
    }
}
