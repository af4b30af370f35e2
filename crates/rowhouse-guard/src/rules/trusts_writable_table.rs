//! A policy that believes what the app role writes.

use std::collections::BTreeSet;

use rowhouse_catalog::Privilege::{Insert, Select, Update};
use rowhouse_catalog::{Object, Oid, Relation};

use crate::context::Context;
use crate::logic::{Action, Verdict, Why};
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
        bad: "CREATE TABLE memberships (login text, member_of uuid);\nALTER TABLE memberships ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY own ON memberships USING (login = current_setting('app.login'));\nGRANT SELECT, INSERT ON memberships TO app;\nDROP POLICY tenant_isolation ON items;\nCREATE POLICY members ON items USING (tenant_id IN (\n    SELECT m.member_of FROM memberships m WHERE m.login = current_setting('app.login')));",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let mut trusted: BTreeSet<Oid> = table
            .policies
            .iter()
            .flat_map(|policy| looked_up(context, Object::Policy(policy.oid)))
            .filter(|&oid| oid != table.oid && is_open(context, oid))
            .collect();
        trusted.extend(believed(context, table));
        for other in trusted.into_iter().filter_map(|oid| context.catalog.relation_by_oid(oid)) {
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
pub(super) fn looked_up(context: &Context<'_>, policy: Object) -> Vec<Oid> {
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

/// Written without row security.
fn is_open(context: &Context<'_>, table: Oid) -> bool {
    let table = context.catalog.relation_by_oid(table);
    table.is_some_and(|table| table.is_table() && !table.row_security && context.may(table, &[Insert, Update]))
}

/// Tables whose own policies let the app role write what this one's policies believe.
fn believed(context: &Context<'_>, table: &Relation) -> Vec<Oid> {
    let reads = context.who_may(table, &[Select]);
    let verdicts = reads.filter_map(|persona| context.decider.decide(persona.role.oid, table.oid, Action::Read));
    verdicts
        .filter_map(|verdict| match verdict {
            Verdict::Refuted(refutation) => match refutation.why {
                Why::TrustsTable(oid) => Some(oid),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
