//! Half of a tenant's key names several tenants.

use rowhouse_catalog::{ForeignKey, Relation, quote_ident};

use crate::context::Context;
use crate::keys::column_names;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "part-of-tenant-key",
    title: "A policy compares only a part of the tenant's key",
    level: Level::Error,
    what: "Rows say whose they are by several columns together, and a policy compares only some of them.",
    why: "Tenants that agree in the compared part see each other's rows.",
    close: "Compare every column of the key.",
    example: Example {
        object: "public.assets",
        bad: "CREATE TABLE branches (region text, number integer, PRIMARY KEY (region, number));\nCREATE TABLE assets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), region text NOT NULL, tenant_id integer NOT NULL,\n    FOREIGN KEY (region, tenant_id) REFERENCES branches);\nALTER TABLE assets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY own ON assets USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::integer));\nGRANT SELECT ON assets TO app;",
        good: "CREATE TABLE branches (region text, number integer, PRIMARY KEY (region, number));\nCREATE TABLE assets (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), region text NOT NULL, tenant_id integer NOT NULL,\n    FOREIGN KEY (region, tenant_id) REFERENCES branches);\nALTER TABLE assets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY own ON assets USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::integer)\n    AND region = (SELECT current_setting('app.region')));\nGRANT SELECT ON assets TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let Some(tenant) = context.model.tenant_column(table.oid) else {
            continue;
        };
        let keys = table.foreign_keys.iter().filter(|key| {
            key.columns.len() > 1 && key.columns.contains(&tenant) && names_the_tenant(context, key)
        });
        for key in keys {
            let missing = key.columns.iter().filter_map(|&number| table.column_at(number)).find(|column| {
                let name = quote_ident(&column.name);
                let permissive = table.policies.iter().filter(|policy| policy.permissive);
                permissive.flat_map(|policy| policy.using.iter().chain(&policy.with_check)).any(|text| !text.contains(&name))
            });
            if let Some(column) = missing {
                let name = table.qualified_name();
                findings.push(
                    RULE.found(&name, format!("a tenant is told by {} together, and a policy leaves {} out", column_names(table, &key.columns).join(" and "), column.name))
                        .exploit(format!("SELECT * FROM {name}; -- rows of tenants that agree in the rest of the key")),
                );
            }
        }
    }
}

/// It references a table of tenants by its whole key, not rows of a tenant.
fn names_the_tenant(context: &Context<'_>, key: &ForeignKey) -> bool {
    let referenced: Option<&Relation> = context.catalog.relation_by_oid(key.referenced);
    context.model.row_owner(key.referenced).is_none()
        && referenced.and_then(|table| table.primary_key.as_ref()).is_some_and(|primary| {
            primary.columns.len() == key.referenced_columns.len()
                && primary.columns.iter().all(|column| key.referenced_columns.contains(column))
        })
}
