//! A view that takes rows it would not show.

use rowhouse_catalog::Privilege::{Insert, Update};
use rowhouse_catalog::{Enabled, Index, Indexed, Object, Oid, Relation, RelationKind, RuleEvent, quote_ident};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::view_opens::owner_views;

pub(super) static RULE: Rule = Rule {
    id: "view-without-check-option",
    title: "A view lets rows of other tenants be written",
    level: Level::Error,
    what: "The app role may write through a view that works as its owner and filters by tenant, without CHECK OPTION, or with a LOCAL one that leaves out the view under it.",
    why: "The filter holds for what is read. A row that is inserted, or changed to belong to another tenant, is taken; and an INSERT … ON CONFLICT DO UPDATE changes the row that it meets, whoever's it is, also where the view does not show the tenant.",
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
        let name = view.qualified_name();
        if !shown {
            // No row can be named another tenant's; but an INSERT that meets one changes it, whatever the view leaves out.
            let both = takes(updatable.insert, Insert, RuleEvent::Insert) && takes(updatable.update, Update, RuleEvent::Update);
            if let Some(key) = met(context, &facts.columns, used.relation, tenant).filter(|_| both) {
                findings.push(
                    RULE.found(&name, format!("an upsert by {key} meets rows of other tenants, shows them and changes them"))
                        .exploit(format!("INSERT INTO {name} … ON CONFLICT ({key}) DO UPDATE SET … RETURNING *;"))
                        .fix_sql(format!("ALTER VIEW {name} SET (check_option = cascaded);")),
                );
            }
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

/// The columns, as the view calls them, of a unique index that tells rows apart without the tenant: a row that is inserted
/// can meet one of another tenant there.
fn met(
    context: &Context<'_>,
    columns: &[(String, Option<(Oid, i16)>)],
    table: Oid,
    tenant: Option<i16>,
) -> Option<String> {
    let shown = |number: i16| {
        let mut columns = columns.iter();
        let found = columns.find(|(_, column)| *column == Some((table, number)));
        found.map(|(name, _)| quote_ident(name))
    };
    let whole = |index: &&Index| index.unique && index.valid && index.predicate.is_none();
    let indexes = context.catalog.relation_by_oid(table)?.indexes.iter().filter(whole);
    let mut keys = indexes.filter_map(|index| {
        let numbers = index.keys.iter().map(|key| match key.on {
            Indexed::Column(number) if Some(number) != tenant => shown(number),
            _ => None,
        });
        numbers.collect::<Option<Vec<_>>>()
    });
    keys.next().map(|names| names.join(", "))
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
