//! Row security that does not hold for the owner.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Certainty, Finding, Level};

use super::table_open::FILTERED;

pub(super) static RULE: Rule = Rule {
    id: "row-security-not-forced",
    title: "Row security does not hold for the table's owner",
    level: Level::Note,
    what: "Row security is enabled but not forced.",
    why: "Whoever acts as the owner skips it: migrations, views and SECURITY DEFINER functions of the owner, and roles \
          that inherit from it. Where the app role does, it is an error.",
    close: "ALTER TABLE … FORCE ROW LEVEL SECURITY.",
    example: Example {
        object: "public.items",
        bad: "ALTER TABLE items NO FORCE ROW LEVEL SECURITY;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables() {
        if !table.row_security || table.force_row_security {
            continue;
        }
        let name = table.qualified_name();
        let mut roles = context.app_roles().filter(|role| !role.superuser && !role.bypass_rls);
        let acts_as_owner = roles.any(|role| {
            role.oid != table.owner && context.catalog.effective_roles(role.oid).reachable.contains(&table.owner)
        });
        let finding = RULE
            .found(&name, "row security is enabled, but not forced: it does not hold for the owner")
            .exploit(format!("SELECT * FROM {name}; -- as the owner: rows of all tenants"))
            .fix_sql(format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY;"));
        if acts_as_owner {
            let mut finding = finding.level(Level::Error);
            finding.certainty = Certainty::Likely;
            "the app role counts as the owner, and row security is not forced: it sees every tenant".clone_into(&mut finding.message);
            findings.push(finding);
        } else if context.may(table, &FILTERED) {
            findings.push(finding);
        }
    }
}
