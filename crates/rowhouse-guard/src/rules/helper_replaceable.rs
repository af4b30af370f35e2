//! Who may replace a policy's helper writes the policy.

use std::collections::BTreeSet;

use rowhouse_catalog::{Object, Oid, Relation};

use crate::context::Context;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::trusts_writable_table::looked_up;

pub(super) static RULE: Rule = Rule {
    id: "helper-replaceable",
    title: "The service may replace what policies call or read",
    level: Level::Error,
    what: "The app role owns a function that a policy, a view or a trigger on tenants' tables calls, or a view or table that a \
           policy reads, or is a member of their owner.",
    why: "CREATE OR REPLACE by the service is as good as writing the policy.",
    close: "Have the owner of the tables own them.",
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
        read_by_policies(context, table, &mut seen, findings);
    }
}

/// Views, and tables that hold nobody's rows, which a policy believes: whoever owns them says what is in them.
fn read_by_policies(context: &Context<'_>, table: &Relation, seen: &mut BTreeSet<Oid>, findings: &mut Vec<Finding>) {
    let read = table.policies.iter().flat_map(|policy| looked_up(context, Object::Policy(policy.oid)));
    for relation in read.filter_map(|oid| context.catalog.relation_by_oid(oid)) {
        let owned = context.personas.iter().any(|persona| persona.access.owns(relation.owner));
        // To own a table of tenants is a finding of its own.
        if !owned || context.model.row_owner(relation.oid).is_some() || !seen.insert(relation.oid) {
            continue;
        }
        let name = relation.qualified_name();
        let (kind, exploit) = if relation.is_table() {
            ("TABLE", format!("INSERT INTO {name} …;"))
        } else {
            ("VIEW", format!("CREATE OR REPLACE VIEW {name} AS …;"))
        };
        findings.push(
            RULE.found(&name, format!("a policy of {} believes what it shows, and the app role owns it", table.qualified_name()))
                .exploit(exploit)
                .fix_sql(format!("ALTER {kind} {name} OWNER TO {};", context.role_name(table.owner))),
        );
    }
}
