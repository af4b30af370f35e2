//! A claim that users write themselves.

use rowhouse_catalog::{Privilege, Relation};

use crate::context::Context;
use crate::logic::{Action, Verdict};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::policy_write::WRITES;

pub(super) static RULE: Rule = Rule {
    id: "claim-of-the-user",
    title: "A policy takes the tenant from claims that users write themselves",
    level: Level::Error,
    what: "A policy binds rows to user_metadata of the token.",
    why: "Users change their own user_metadata through the login service: they choose their tenant.",
    close: "Take the tenant from app_metadata, which only the service writes.",
    example: Example {
        object: "public.items",
        bad: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id = (current_setting('request.jwt.claims')::jsonb -> 'user_metadata' ->> 'tenant_id')::uuid);\nALTER POLICY tenant_isolation ON tenants\n    USING (id = (current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid);",
        good: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id = (current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid);\nALTER POLICY tenant_isolation ON tenants\n    USING (id = (current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid);",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let Some(claim) = claim(context, table) else {
            continue;
        };
        let name = table.qualified_name();
        findings.push(
            RULE.found(&name, format!("its policies take the tenant from {claim}, which users change themselves"))
                .exploit(format!("-- change user_metadata at the login service, then\nSELECT * FROM {name};")),
        );
    }
}

/// A setting of the users' own that a proof rests on.
fn claim(context: &Context<'_>, table: &Relation) -> Option<String> {
    let asked = WRITES.iter().map(|(action, privilege, ..)| (*action, *privilege));
    let mut asked = asked.chain([(Action::Read, Privilege::Select)]);
    asked.find_map(|(action, privilege)| {
        let personas = [privilege];
        let mut personas = context.who_may(table, &personas);
        personas.find_map(|persona| match context.decider.decide(persona.role.oid, table.oid, action)? {
            Verdict::Proven(proof) => proof.bound_by.into_iter().find(|claim| claim.contains("user_metadata")),
            Verdict::Refuted(_) | Verdict::Undecided(_) => None,
        })
    })
}
