//! What users say of themselves.

use std::collections::BTreeSet;

use rowhouse_catalog::{Object, Privilege, Relation};

use crate::context::Context;
use crate::keys::is_secret;
use crate::logic::{Action, Proof, Verdict};
use crate::model::{asked_for, helper_functions, text_of};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::policy_write::WRITES;

pub(super) static RULE: Rule = Rule {
    id: "claim-of-the-user",
    title: "A policy takes the tenant from what users say themselves",
    level: Level::Error,
    what: "A policy binds rows to user_metadata of the token. Or it finds the tenant by a secret of the session, and takes a \
           plain setting in its place.",
    why: "Users change their own user_metadata through the login service: they choose their tenant. And where a secret is \
          asked for so that injected SQL cannot switch the tenant, a setting beside it lets it.",
    close: "Take the tenant from app_metadata, which only the service writes; from the secret alone where there is one.",
    example: Example {
        object: "public.items",
        bad: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id = (current_setting('request.jwt.claims')::jsonb -> 'user_metadata' ->> 'tenant_id')::uuid);\nALTER POLICY tenant_isolation ON tenants\n    USING (id = (current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid);",
        good: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id = (current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid);\nALTER POLICY tenant_isolation ON tenants\n    USING (id = (current_setting('request.jwt.claims')::jsonb -> 'app_metadata' ->> 'tenant_id')::uuid);",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let name = table.qualified_name();
        if let Some((setting, secrets)) = plain_beside_secret(context, table) {
            findings.push(
                RULE.found(&name, format!("its policies find the tenant by a secret in {secrets}, and believe {setting} as well, which needs none: whoever can run SQL sets it"))
                    .part(&setting)
                    .exploit(format!("SELECT set_config('{setting}', …, true); SELECT * FROM {name};")),
            );
        }
        let Some(claim) = claim(context, table) else {
            continue;
        };
        findings.push(
            RULE.found(&name, format!("its policies take the tenant from {claim}, which users change themselves"))
                .exploit(format!("-- change user_metadata at the login service, then\nSELECT * FROM {name};")),
        );
    }
}

/// A plain setting that is believed beside a row found by a secret of the session.
pub(crate) fn plain_beside_secret(context: &Context<'_>, table: &Relation) -> Option<(String, String)> {
    let proofs = proofs(context, table);
    proofs.iter().find_map(|proof| {
        let mut trusted = proof.trusts.iter().filter_map(|&oid| context.catalog.relation_by_oid(oid));
        let secrets = trusted.find(|other| {
            other.columns.iter().any(|column| is_secret(&column.name)) && !context.may(other, &[Privilege::Select])
        })?;
        let verified = asked_with(context, table, &secrets.name);
        let mut plain = proof.bound_by.iter().filter(|claim| !claim.contains(" -> ") && !verified.contains(claim.as_str()));
        Some((plain.next()?.clone(), secrets.qualified_name()))
    })
}

/// The settings that the texts of a table's policies and their helpers ask for where they name another table.
fn asked_with(context: &Context<'_>, table: &Relation, named: &str) -> BTreeSet<String> {
    let policies = table.policies.iter();
    let own = policies.clone().flat_map(|policy| policy.using.iter().chain(&policy.with_check)).map(String::as_str);
    let helpers = policies.flat_map(|policy| helper_functions(context.catalog, Object::Policy(policy.oid)));
    let texts = own.chain(helpers.map(text_of)).filter(|text| text.contains(named));
    texts.flat_map(asked_for).collect()
}

/// A setting of the users' own that a proof rests on.
fn claim(context: &Context<'_>, table: &Relation) -> Option<String> {
    let proofs = proofs(context, table).into_iter();
    let mut claims = proofs.flat_map(|proof| proof.bound_by);
    claims.find(|claim| claim.contains("user_metadata"))
}

/// What was proven of the table, for all that the app role may do with it.
fn proofs(context: &Context<'_>, table: &Relation) -> Vec<Proof> {
    let asked = WRITES.iter().map(|(action, privilege, ..)| (*action, *privilege));
    let asked = asked.chain([(Action::Read, Privilege::Select)]);
    let mut found = Vec::new();
    for (action, privilege) in asked {
        for persona in context.who_may(table, &[privilege]) {
            if let Some(Verdict::Proven(proof)) = context.decider.decide(persona.role.oid, table.oid, action) {
                found.push(proof);
            }
        }
    }
    found
}
