//! A cast that keeps an index from being used.

use rowhouse_catalog::quote_ident;

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level, RowOwner};

pub(super) static RULE: Rule = Rule {
    id: "policy-casts-column",
    title: "A policy casts the tenant column",
    level: Level::Note,
    what: "A policy compares the tenant column after a cast.",
    why: "An index on the column does not serve the comparison: each statement reads the rows of all tenants.",
    close: "Cast the setting instead of the column.",
    example: Example {
        object: "public.items",
        bad: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id::text = (SELECT current_setting('app.current_tenant_id')));",
        good: "ALTER POLICY tenant_isolation ON items\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let RowOwner::Column(number) = owner else {
            continue;
        };
        let Some(column) = table.column_at(*number) else {
            continue;
        };
        // A string type is cast to text by the server itself, which its indexes know.
        if matches!(column.formatted_type.split('(').next(), Some("character varying" | "text")) {
            continue;
        }
        let cast = format!("({})::", quote_ident(&column.name));
        for policy in table.policies.iter().filter(|policy| policy.using.as_ref().is_some_and(|text| text.contains(&cast))) {
            findings.push(
                RULE.found(table.qualified_name(), format!("policy {} casts {}, so that no index on it is used", policy.name, column.name))
                    .part(&policy.name)
                    .exploit(format!("EXPLAIN SELECT * FROM {};", table.qualified_name())),
            );
        }
    }
}
