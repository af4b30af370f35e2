//! Policies cost a scan where no index serves them.

use rowhouse_catalog::Index;

use crate::context::Context;
use crate::keys::column_names;
use crate::rule::{Example, Rule};
use crate::{Finding, Level, RowOwner};

use super::table_open::FILTERED;

pub(super) static RULE: Rule = Rule {
    id: "tenant-not-indexed",
    title: "No index begins with the tenant",
    level: Level::Note,
    what: "A protected table has no index whose first column is the tenant column, or a child none that begins with the key \
           of its parent.",
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
        // The policies of a child look its parent up, and who deletes a parent its children.
        let (columns, rows) = match owner {
            RowOwner::Column(tenant) => (std::slice::from_ref(tenant), "each statement reads the rows of all tenants"),
            RowOwner::Parent { columns, .. } => (columns.as_slice(), "nothing leads from a parent to its rows but reading those of all tenants"),
        };
        let leads = |index: &Index| index.valid && columns.iter().any(|&column| index.leads_with(column));
        let indexed = table.indexes.iter().any(leads);
        if !table.row_security || indexed || !context.may(table, &FILTERED) {
            continue;
        }
        let name = table.qualified_name();
        let column = column_names(table, columns).join(", ");
        findings.push(
            RULE.found(&name, format!("no index begins with {column}: {rows}"))
                .exploit(format!("EXPLAIN SELECT * FROM {name};"))
                .fix_sql(format!("CREATE INDEX ON {name} ({column});")),
        );
    }
}
