//! Policies cost a scan where no index serves them.

use crate::context::Context;
use crate::keys::column_names;
use crate::rule::{Example, Rule};
use crate::{Finding, Level, RowOwner};

use super::table_open::FILTERED;

pub(super) static RULE: Rule = Rule {
    id: "tenant-not-indexed",
    title: "No index begins with the tenant",
    level: Level::Note,
    what: "A protected table has no index whose first column is the tenant column.",
    why: "The policy is part of every statement: without an index each one reads the rows of all tenants.",
    close: "Make an index that begins with the tenant column.",
    example: Example {
        object: "public.notes",
        bad: "CREATE TABLE notes (\n    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n    tenant_id uuid NOT NULL REFERENCES tenants (id)\n);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY tenant_isolation ON notes\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));\nGRANT SELECT ON notes TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, owner) in context.tenant_tables() {
        let RowOwner::Column(tenant) = *owner else {
            continue;
        };
        let indexed = table.indexes.iter().any(|index| index.valid && index.leads_with(tenant));
        if !table.row_security || indexed || !context.may(table, &FILTERED) {
            continue;
        }
        let name = table.qualified_name();
        let column = column_names(table, &[tenant]).join(", ");
        findings.push(
            RULE.found(&name, format!("no index begins with {column}: each statement reads the rows of all tenants"))
                .exploit(format!("EXPLAIN SELECT * FROM {name};"))
                .fix_sql(format!("CREATE INDEX ON {name} ({column});")),
        );
    }
}
