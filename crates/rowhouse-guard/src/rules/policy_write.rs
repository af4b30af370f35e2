//! Policies that let other tenants' rows be written.

use rowhouse_catalog::{Privilege, Relation};

use crate::context::Context;
use crate::protect::is_observed;
use crate::logic::{Action, Refutation, Verdict};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::policy_read::{circumstances, culprits, exploit, fix, refuted_read};

pub(super) static RULE: Rule = Rule {
    id: "policy-writes-others",
    title: "The policies let rows of other tenants be written",
    level: Level::Error,
    what: "For some session, the policies that hold for the app role let a row be put into another tenant, moved there, or \
           let another tenant's row be changed or deleted.",
    why: "Each command has its own policies, and the row before and after an update are checked apart. A DELETE without a \
          WHERE needs no policy for reading.",
    close: "Bind every command to the tenant: one policy for ALL whose condition holds for old and new rows alike.",
    example: Example {
        object: "public.items",
        bad: "DROP POLICY tenant_isolation ON items;\nCREATE POLICY tenant_isolation ON items\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))\n    WITH CHECK (tenant_id IS NOT NULL);",
        good: "DROP POLICY tenant_isolation ON items;\nCREATE POLICY tenant_isolation ON items\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid))\n    WITH CHECK (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));",
    },
    check,
};

/// What can be written, the privilege it needs, in words, and as a statement.
pub(super) const WRITES: [(Action, Privilege, &str, &str); 4] = [
    (Action::Insert, Privilege::Insert, "be inserted", "INSERT INTO"),
    (Action::UpdateOld, Privilege::Update, "be updated", "UPDATE"),
    (Action::UpdateNew, Privilege::Update, "be the outcome of an update", "UPDATE"),
    (Action::Delete, Privilege::Delete, "be deleted", "DELETE FROM"),
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables().filter(|(table, _)| table.row_security && !is_observed(table)) {
        let open: Vec<_> = WRITES
            .into_iter()
            .filter_map(|write| Some((write, refuted(context, table, write.0, write.1)?)))
            .collect();
        let Some(((_, _, _, statement), first)) = open.first() else {
            continue;
        };
        // The policy that shows the rows opens them to writes as well: one cause, reported with reading.
        let read = refuted_read(context, table);
        if read.is_some_and(|read| open.iter().all(|(_, write)| write.policies == read.policies)) {
            continue;
        }
        let name = table.qualified_name();
        let words: Vec<&str> = open.iter().map(|((_, _, words, _), _)| *words).collect();
        findings.push(
            RULE.found(
                &name,
                format!("{} lets another tenant's row {}{}", culprits(table, first), words.join(", "), circumstances(context, first)),
            )
            .exploit(exploit(table, owner, first, &format!("{statement} {name} …")))
            .fix_sql(fix(context, table, owner, first)),
        );
    }
}

fn refuted(
    context: &Context<'_>,
    table: &Relation,
    action: Action,
    privilege: Privilege,
) -> Option<Refutation> {
    context.who_may(table, &[privilege]).find_map(|persona| {
        match context.decider.decide(persona.role.oid, table.oid, action)? {
            Verdict::Refuted(refutation) => Some(refutation),
            Verdict::Proven(_) | Verdict::Undecided(_) => None,
        }
    })
}
