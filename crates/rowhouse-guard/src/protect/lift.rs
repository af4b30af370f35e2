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
        if draft.look(|context| acts_as(context, table.owner))? {
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

/// Whether the service reaches something that works with the rights of a role.
fn acts_as(context: &Context<'_>, owner: Oid) -> bool {
    const ANY: [Privilege; 4] = [
        Privilege::Select,
        Privilege::Insert,
        Privilege::Update,
        Privilege::Delete,
    ];
    let counts = |oid: Oid| context.catalog.as_role(oid).owns(owner);
    let functions = context.set_off();
    functions
        .iter()
        .any(|(function, _)| function.security_definer && counts(function.owner))
        || context
            .personas
            .iter()
            .any(|persona| persona.access.owns(owner))
        || context.catalog.relations.iter().any(|view| {
            view.kind == RelationKind::View
                && !view.security_invoker()
                && !view.is_system()
                && counts(view.owner)
                && context.may(view, &ANY)
        })
}
