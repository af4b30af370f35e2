//! A foreign table has no row security on this side.

use rowhouse_catalog::{Relation, RelationKind};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::table_open::FILTERED;

pub(super) static RULE: Rule = Rule {
    id: "foreign-table-open",
    title: "A foreign table with tenants' rows can be used",
    level: Level::Error,
    what: "The app role may use a foreign table that has a tenant column or stands for a table with tenants' rows.",
    why: "Foreign tables cannot have policies, and the login on the other side is not the tenant's.",
    close: "Revoke it, and let the service read through a view with security_barrier and a condition on the tenant.",
    example: Example {
        object: "public.old_items",
        bad: "CREATE EXTENSION file_fdw;\nCREATE SERVER files FOREIGN DATA WRAPPER file_fdw;\nCREATE FOREIGN TABLE old_items (tenant_id uuid, title text) SERVER files OPTIONS (filename '/tmp/old_items.csv');\nGRANT SELECT ON old_items TO app;",
        good: "CREATE EXTENSION file_fdw;\nCREATE SERVER files FOREIGN DATA WRAPPER file_fdw;\nCREATE FOREIGN TABLE old_items (tenant_id uuid, title text) SERVER files OPTIONS (filename '/tmp/old_items.csv');",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let tables = context.catalog.relations.iter();
    for table in tables.filter(|relation| relation.kind == RelationKind::ForeignTable) {
        let belongs = context.model.row_owner(table.oid).is_some() || stands_for_tenants(context, table);
        if !belongs || !context.may(table, &FILTERED) {
            continue;
        }
        let name = table.qualified_name();
        findings.push(
            RULE.found(&name, "it shows rows of all tenants from elsewhere, and foreign tables cannot have policies")
                .exploit(format!("SELECT * FROM {name};"))
                .fix_sql(context.revoke_on_table(table, &FILTERED)),
        );
    }
}

/// Its remote name, or else its own, is that of a table with tenants' rows here, as where the server is this one.
fn stands_for_tenants(context: &Context<'_>, table: &Relation) -> bool {
    let Some(foreign) = &table.foreign else {
        return false;
    };
    let remote = foreign.options.get("table_name").unwrap_or(&table.name);
    context.model.tenant_tables().any(|(local, _)| local.name == *remote)
}
