//! A setting that is read for every row.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level, RowOwner};

use super::table_open::condition;

pub(super) static RULE: Rule = Rule {
    id: "policy-per-row",
    title: "A policy reads the setting for every row",
    level: Level::Note,
    what: "A policy calls current_setting() outside a sub-select.",
    why: "In a sequential scan it is evaluated for each row; in a sub-select once for the statement.",
    close: "Write (SELECT current_setting(…)).",
    example: Example {
        object: "public.items",
        bad: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id = current_setting('app.current_tenant_id')::uuid);",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        for policy in &table.policies {
            let bare = policy.using.as_deref().filter(|text| text.contains("current_setting(") && !text.contains("SELECT"));
            if bare.is_none() {
                continue;
            }
            let name = table.qualified_name();
            let finding = RULE
                .found(&name, format!("policy {} reads the setting for every row of a sequential scan", policy.name))
                .part(&policy.name)
                .exploit(format!("EXPLAIN SELECT * FROM {name};"));
            let simple = matches!(owner, RowOwner::Column(_)) && policy.with_check.is_none();
            findings.push(match condition(context, table, owner).filter(|_| simple) {
                Some(condition) => finding.fix_sql(format!(
                    "ALTER POLICY {} ON {name}\n    USING ({condition});",
                    rowhouse_catalog::quote_ident(&policy.name)
                )),
                None => finding,
            });
        }
    }
}
