//! Half of a tenant's key names several tenants.

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Update};
use rowhouse_catalog::{ForeignKey, Relation};

use crate::context::Context;
use crate::keys::column_names;
use crate::logic::{Action, Decider, Verdict};
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
        let Some(key) = tenant_key(context, table, tenant) else {
            continue;
        };
        let rest = key.iter().filter(|&&number| number != tenant);
        let Some(column) = rest.filter_map(|&number| table.column_at(number)).find(|column| is_left_out(context, table, column.number)) else {
            continue;
        };
        let name = table.qualified_name();
        findings.push(
            RULE.found(&name, format!("a tenant is told by {} together, and a policy leaves {} out", column_names(table, key).join(" and "), column.name))
                .exploit(format!("SELECT * FROM {name}; -- rows of tenants that agree in the rest of the key")),
        );
    }
}

/// The columns that together say whose a row is: the root's key, or what references a table of tenants by its whole key.
fn tenant_key<'t>(context: &Context<'_>, table: &'t Relation, tenant: i16) -> Option<&'t [i16]> {
    if context.model.root == Some(table.oid) {
        let key = table.primary_key.as_ref()?;
        let is_told_alone = table.unique.iter().any(|key| key.columns == [tenant]);
        return (key.columns.len() > 1 && key.columns.contains(&tenant) && !is_told_alone).then_some(&key.columns);
    }
    let mut keys = table.foreign_keys.iter();
    let key = keys.find(|key| key.columns.len() > 1 && key.columns.contains(&tenant) && names_the_tenant(context, key))?;
    Some(&key.columns)
}

/// It references a table of tenants by its whole key, not rows of a tenant.
fn names_the_tenant(context: &Context<'_>, key: &ForeignKey) -> bool {
    let referenced: Option<&Relation> = context.catalog.relation_by_oid(key.referenced);
    (context.model.root == Some(key.referenced) || context.model.row_owner(key.referenced).is_none())
        && referenced.and_then(|table| table.primary_key.as_ref()).is_some_and(|primary| {
            primary.columns.len() == key.referenced_columns.len()
                && primary.columns.iter().all(|column| key.referenced_columns.contains(column))
        })
}

/// Whether rows pass that agree with the session in the tenant column only. Each column of a key must be bound as if it were the
/// whole of it.
fn is_left_out(context: &Context<'_>, table: &Relation, column: i16) -> bool {
    let model = context.model.told_by(table.oid, column);
    let decider = Decider::new(&model);
    let actions = [(Select, Action::Read), (Insert, Action::Insert), (Update, Action::UpdateNew), (Delete, Action::Delete)];
    actions.iter().any(|(privilege, action)| {
        context.who_may(table, &[*privilege]).any(|persona| {
            let role = persona.role.oid;
            // What does not even bind the tenant is told by other rules.
            let binds = context.decider.decide(role, table.oid, *action);
            !matches!(binds, Some(Verdict::Refuted(_)))
                && matches!(decider.decide(role, table.oid, *action), Some(Verdict::Refuted(_)))
        })
    })
}
