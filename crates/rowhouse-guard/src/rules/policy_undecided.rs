//! Policies that cannot be shown to hold.

use std::collections::BTreeSet;

use rowhouse_catalog::Privilege;

use crate::context::Context;
use crate::protect::is_observed;
use crate::logic::{Action, Verdict};
use crate::rule::{Example, Rule};
use crate::{Certainty, Finding, Level};

use super::policy_read::refuted_read;
use super::policy_write::WRITES;

pub(super) static RULE: Rule = Rule {
    id: "policy-undecided",
    title: "The policies could not be shown to bind rows to the tenant",
    level: Level::Warning,
    what: "A policy holds something whose meaning the audit does not know.",
    why: "It may be right. What cannot be shown to bind the row to the setting has to be looked at by somebody who knows.",
    close: "Write the condition so that it can be understood, or make an exception in rowhouse.toml with the reason.",
    example: Example {
        object: "public.items",
        bad: "CREATE FUNCTION may_see(tenant uuid) RETURNS boolean LANGUAGE plpgsql STABLE\n    AS $$ BEGIN FOR i IN 1..2 LOOP IF i = 3 THEN RETURN true; END IF; END LOOP; RETURN false; END $$;\nALTER POLICY tenant_isolation ON items USING (may_see(tenant_id));",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security && !is_observed(table)) {
        if refuted_read(context, table).is_some() {
            continue;
        }
        let mut parts = BTreeSet::new();
        let asked = WRITES.iter().map(|(action, privilege, ..)| (*action, *privilege));
        for (action, privilege) in asked.chain([(Action::Read, Privilege::Select)]) {
            for persona in context.who_may(table, &[privilege]) {
                if let Some(Verdict::Undecided(doubt)) = context.decider.decide(persona.role.oid, table.oid, action) {
                    parts.extend(doubt.parts);
                }
            }
        }
        let Some(part) = parts.first() else {
            continue;
        };
        let mut finding = RULE
            .found(table.qualified_name(), format!("whether its policies bind rows to the tenant hangs on {part}, which the audit does not understand"))
            .exploit(format!("SELECT * FROM {}; -- as one tenant, then as another", table.qualified_name()));
        finding.certainty = Certainty::Posture;
        findings.push(finding);
    }
}
