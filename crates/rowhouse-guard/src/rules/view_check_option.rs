//! A view that takes rows it would not show.

use rowhouse_catalog::Privilege::{Insert, Update};
use rowhouse_catalog::{Enabled, Object, Relation, RelationKind, RuleEvent};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::view_opens::owner_views;

pub(super) static RULE: Rule = Rule {
    id: "view-without-check-option",
    title: "A view lets rows of other tenants be written",
    level: Level::Error,
    what: "The app role may write through a view that works as its owner and filters by tenant, without CHECK OPTION, or with a LOCAL one that leaves out the view under it.",
    why: "The filter holds for what is read. A row that is inserted, or changed to belong to another tenant, is taken.",
    close: "SET (check_option = cascaded), or make it a security_invoker view over protected tables.",
    example: Example {
        object: "public.my_items",
        bad: "CREATE VIEW my_items WITH (security_barrier = true) AS SELECT id, tenant_id, title FROM items\n    WHERE tenant_id = current_setting('app.current_tenant_id')::uuid;\nGRANT SELECT, INSERT ON my_items TO app;",
        good: "CREATE VIEW my_items WITH (security_barrier = true) AS SELECT id, tenant_id, title FROM items\n    WHERE tenant_id = current_setting('app.current_tenant_id')::uuid\n    WITH CASCADED CHECK OPTION;\nGRANT SELECT, INSERT ON my_items TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (view, facts) in owner_views(context) {
        let updatable = view.updatable.unwrap_or_default();
        let may = context.privileges(view);
        let takes = |on: bool, privilege, event| on && may.has(privilege) && !is_replaced(view, event);
        let writes = updatable.automatic
            && (takes(updatable.insert, Insert, RuleEvent::Insert) || takes(updatable.update, Update, RuleEvent::Update));
        if !writes || is_checked(context, view, 0) {
            continue;
        }
        let mut own = facts.uses.iter().filter(|used| {
            let table = context.catalog.relation_by_oid(used.relation);
            used.verdict.is_proven() && table.is_some_and(|table| context.skips_policies(used.role, table))
        });
        let Some(used) = own.next() else {
            continue;
        };
        let tenant = context.model.tenant_column(used.relation);
        let shown = facts.columns.iter().any(|(_, column)| {
            column.is_some_and(|(table, number)| table == used.relation && Some(number) == tenant)
        });
        if !shown {
            continue;
        }
        let name = view.qualified_name();
        findings.push(
            RULE.found(&name, "its filter holds for what is read, not for what is written: rows of other tenants are taken")
                .exploit(format!("INSERT INTO {name} …; -- with another tenant's id"))
                .fix_sql(format!("ALTER VIEW {name} SET (check_option = cascaded);")),
        );
    }
}

/// Whether a rule does something else instead: that is looked at by itself.
fn is_replaced(view: &Relation, event: RuleEvent) -> bool {
    let mut rules = view.rules.iter();
    rules.any(|rule| rule.instead && rule.event == event && rule.enabled != Enabled::Disabled)
}

/// Whether what is written must pass the conditions. CASCADED speaks for the views under it too; otherwise each of them
/// must ask for it itself.
fn is_checked(context: &Context<'_>, view: &Relation, depth: usize) -> bool {
    let option = view.check_option();
    if option == Some("cascaded") || depth > 16 {
        return true;
    }
    let references = context.catalog.references_of(Object::Relation(view.oid)).iter();
    let under = references.filter_map(|object| match object {
        Object::Relation(oid) | Object::Column(oid, _) => context.catalog.relation_by_oid(*oid),
        _ => None,
    });
    let mut views = under.filter(|relation| relation.kind == RelationKind::View).peekable();
    let own = option.is_some() || views.peek().is_some();
    own && views.all(|under| is_checked(context, under, depth + 1))
}
