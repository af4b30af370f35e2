//! Policies that nobody switched on.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::table_open::{FILTERED, exploit};

pub(super) static RULE: Rule = Rule {
    id: "policies-dormant",
    title: "A table has policies, but row security was never enabled",
    level: Level::Error,
    what: "There are policies on a table that the app role may use, and row security is off.",
    why: "CREATE POLICY enables nothing: the policies sleep, and every tenant sees every row.",
    close: "Enable and force row security.",
    example: Example {
        object: "public.items",
        bad: "ALTER TABLE items DISABLE ROW LEVEL SECURITY;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables() {
        if table.row_security || table.policies.is_empty() || !context.may(table, &FILTERED) {
            continue;
        }
        let name = table.qualified_name();
        findings.push(
            RULE.found(&name, "its policies sleep: row security was not enabled, and every tenant sees every row")
                .exploit(exploit(context, table))
                .fix_sql(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;")),
        );
    }
}
