//! FORCE lifted for a while, so that what checks a foreign key sees all rows.
//!
//! PostgreSQL checks a new foreign key with a query of the table's owner. Under FORCE that query is filtered: it fails, or
//! finds nothing wrong because it finds nothing. Without FORCE the service is bound as before; only what acts as the
//! owner is not, so this is done only where the service reaches nothing that does.

use rowhouse_catalog::{Oid, Privilege, Relation, RelationKind};

use super::done;
use super::draft::Draft;
use super::plan::{Lock, Phase, Work};
use super::walls;
use crate::Error;
use crate::context::Context;
use crate::model::text_of;
use crate::rules::tables_under;

/// Lifts FORCE from those tables that have it, until the end; false where that would open something.
pub(super) fn so_that_it_is_seen(
    draft: &mut Draft<'_>,
    tables: &[&Relation],
) -> Result<bool, Error> {
    let bound: Vec<Relation> = tables
        .iter()
        .filter(|table| !draft.sees_all(table.oid))
        .map(|table| (*table).clone())
        .collect();
    for table in &bound {
        if draft.look(|context| acts_as_owner(context, table))? {
            return Ok(false);
        }
    }
    for table in bound {
        let name = table.qualified_name();
        let what = format!(
            "{name}: row security does not bind the owner for a while, who has to see all rows"
        );
        if draft.steps.iter().any(|step| step.what == what) {
            continue;
        }
        let switch = |to: &str| {
            let statement = format!("ALTER TABLE {name} {to}FORCE ROW LEVEL SECURITY");
            Work::together(vec![statement], Lock::AccessExclusive, &name)
        };
        draft.step(
            Phase::Keys,
            &name,
            what,
            switch("NO ").unless(done::is_lifted(&name)),
            Some(switch("")),
        );
        walls::force(draft, &name);
    }
    Ok(true)
}

/// Whether the service reaches something that works with the rights of a table's owner, and may touch the table.
fn acts_as_owner(context: &Context<'_>, table: &Relation) -> bool {
    const ANY: [Privilege; 4] = [
        Privilege::Select,
        Privilege::Insert,
        Privilege::Update,
        Privilege::Delete,
    ];
    let counts = |oid: Oid| context.catalog.as_role(oid).owns(table.owner);
    let views = context.catalog.relations.iter().filter(|view| {
        view.kind == RelationKind::View
            && !view.security_invoker()
            && counts(view.owner)
            && context.may(view, &ANY)
    });
    let functions = context.set_off();
    let mut definers = functions
        .iter()
        .filter(|(function, _)| function.security_definer && counts(function.owner));
    context
        .personas
        .iter()
        .any(|persona| persona.access.owns(table.owner))
        || views
            .into_iter()
            .any(|view| tables_under(context, view.oid).contains(&table.oid))
        || definers.next().is_some() && is_named_in_functions(context, table)
        || has_rules(context)
}

/// Whether there are rewrite rules: what they do is done with the rights of the owner of what they hang on.
fn has_rules(context: &Context<'_>) -> bool {
    let relations = context.catalog.relations.iter();
    relations
        .filter(|relation| !relation.is_system())
        .any(|relation| !relation.rules.is_empty())
}

/// Whether any function's text names the table or a view of it, or could name any.
fn is_named_in_functions(context: &Context<'_>, table: &Relation) -> bool {
    let views = context.catalog.relations.iter().filter(|view| {
        matches!(
            view.kind,
            RelationKind::View | RelationKind::MaterializedView
        ) && tables_under(context, view.oid).contains(&table.oid)
    });
    let names: Vec<String> = views
        .map(|view| view.name.to_lowercase())
        .chain([table.name.to_lowercase()])
        .collect();
    let users = context
        .catalog
        .functions
        .iter()
        .filter(|function| !function.oid.is_builtin() && function.extension.is_none());
    let mut texts = users.map(|function| text_of(function).to_lowercase());
    texts.any(|text| text.contains("execute") || names.iter().any(|name| text.contains(name)))
}
