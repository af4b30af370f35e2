//! A materialized view has no row security.

use std::collections::BTreeSet;

use rowhouse_catalog::Privilege::Select;
use rowhouse_catalog::{Object, Oid, RelationKind};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "materialized-view-open",
    title: "A materialized view of tenants' rows can be read",
    level: Level::Error,
    what: "The app role may read a materialized view that was filled from tables with tenants' rows.",
    why: "It holds what its owner saw when it was refreshed, and materialized views cannot have policies.",
    close: "Revoke it, and let the service read through a view with security_barrier and a condition on the tenant.",
    example: Example {
        object: "public.item_titles",
        bad: "CREATE MATERIALIZED VIEW item_titles AS SELECT tenant_id, title FROM items WITH NO DATA;\nGRANT SELECT ON item_titles TO app;",
        good: "CREATE MATERIALIZED VIEW item_titles AS SELECT tenant_id, title FROM items WITH NO DATA;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let views = context.catalog.relations.iter();
    for view in views.filter(|relation| relation.kind == RelationKind::MaterializedView) {
        if !context.may(view, &[Select]) {
            continue;
        }
        let read = tables_under(context, view.oid);
        let mut tenants = read.iter().filter(|&&oid| context.model.row_owner(oid).is_some());
        let Some(table) = tenants.next().and_then(|&oid| context.catalog.relation_by_oid(oid)) else {
            continue;
        };
        let name = view.qualified_name();
        findings.push(
            RULE.found(&name, format!("it holds rows of all tenants from {}, and no policy can filter it", table.qualified_name()))
                .exploit(format!("SELECT * FROM {name};"))
                .fix_sql(context.revoke_on_table(view, &[Select])),
        );
    }
}

/// What a view reads, through views and materialized views.
pub(super) fn tables_under(context: &Context<'_>, view: Oid) -> BTreeSet<Oid> {
    let mut found = BTreeSet::new();
    let mut open = vec![view];
    while let Some(view) = open.pop() {
        for object in context.catalog.references_of(Object::Relation(view)) {
            if let Object::Relation(oid) | Object::Column(oid, _) = object
                && found.insert(*oid)
            {
                open.push(*oid);
            }
        }
    }
    found.remove(&view);
    found
}
