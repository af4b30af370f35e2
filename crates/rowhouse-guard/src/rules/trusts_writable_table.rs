//! A policy that believes what the app role writes.

use std::collections::BTreeSet;

use rowhouse_catalog::Privilege::{Insert, Update};
use rowhouse_catalog::{Object, Oid, PolicyCommand, Relation};

use crate::context::Context;
use crate::model::helper_functions;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "policy-trusts-writable-table",
    title: "A policy believes a table that the service can write",
    level: Level::Error,
    what: "A policy looks something up in a table that the app role may write without row security.",
    why: "A tenant that can enter itself as a member, or anything else the policy asks for, has what the policy guards.",
    close: "Let the app role only read that table, or protect it.",
    example: Example {
        object: "public.items",
        bad: "CREATE TABLE memberships (login text, member_of uuid);\nGRANT SELECT, INSERT ON memberships TO app;\nDROP POLICY tenant_isolation ON items;\nCREATE POLICY members ON items USING (tenant_id IN (\n    SELECT m.member_of FROM memberships m WHERE m.login = current_setting('app.login')));",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let trusted: BTreeSet<Oid> = table
            .policies
            .iter()
            .flat_map(|policy| looked_up(context, Object::Policy(policy.oid)))
            .filter(|&oid| oid != table.oid)
            .collect();
        for oid in trusted {
            let Some(other) = context.catalog.relation_by_oid(oid) else {
                continue;
            };
            if !writable_at_will(context, other) {
                continue;
            }
            let (name, other_name) = (table.qualified_name(), other.qualified_name());
            findings.push(
                RULE.found(&name, format!("its policy looks up {other_name}, which the app role can write as it likes"))
                    .part(&other_name)
                    .exploit(format!("INSERT INTO {other_name} …; SELECT * FROM {name};"))
                    .fix_sql(context.revoke_on_table(other, &[Insert, Update])),
            );
        }
    }
}

/// The tables that a policy reads, through the functions it calls as far as the server's books know.
fn looked_up(context: &Context<'_>, policy: Object) -> Vec<Oid> {
    let functions = helper_functions(context.catalog, policy).into_iter();
    let objects = functions.map(|function| Object::Function(function.oid)).chain([policy]);
    let references = objects.flat_map(|object| context.catalog.references_of(object));
    references
        .filter_map(|object| match object {
            Object::Relation(oid) | Object::Column(oid, _) => Some(*oid),
            _ => None,
        })
        .collect()
}

fn writable_at_will(context: &Context<'_>, table: &Relation) -> bool {
    if !table.is_table() || !context.may(table, &[Insert, Update]) {
        return false;
    }
    let free = |check: Option<&String>| check.is_none_or(|check| check == "true");
    !table.row_security
        || table.policies.iter().any(|policy| {
            policy.permissive
                && matches!(policy.command, PolicyCommand::All | PolicyCommand::Insert | PolicyCommand::Update)
                && free(policy.with_check.as_ref().or(policy.using.as_ref()))
        })
}
