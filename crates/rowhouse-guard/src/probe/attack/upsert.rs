//! Upserts through views.

use rowhouse_catalog::{Index, IndexKey, Indexed, RelationKind, quote_ident};

use super::surface::Surface;
use super::tables::NEW;
use super::{Attack, Persona, Tells};
use crate::probe::fill::Filler;
use crate::probe::verdict::Command;

/// A row of one's own with the key of another tenant's, which is changed if it is met: the view's condition is not asked of
/// that.
pub(super) fn plan(surface: &Surface<'_, '_>, persona: &Persona<'_>, attacks: &mut Vec<Attack>) {
    let relation = surface.relation;
    let automatic = relation
        .updatable
        .is_some_and(|updatable| updatable.automatic);
    let mut columns = relation.columns.iter();
    let base = columns.find_map(|column| surface.origin(column));
    let Some((table, _)) = base.filter(|_| automatic && relation.kind == RelationKind::View) else {
        return;
    };
    let (own, other) = (surface.filler.own(), surface.filler.other());
    let owners = surface.owner_columns();
    let whole = |index: &&Index| index.unique && index.valid && index.predicate.is_none();
    for index in table.indexes.iter().filter(whole) {
        let shown = |key: &IndexKey| {
            let mut columns = relation.columns.iter();
            columns.find(|column| {
                let origin = surface.origin(column);
                origin.is_some_and(|(from, column)| {
                    from.oid == table.oid && key.on == Indexed::Column(column.number)
                })
            })
        };
        let Some(key) = index.keys.iter().map(shown).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let is_key = |number: i16| key.iter().any(|column| column.number == number);
        if owners.iter().any(|owner| is_key(owner.number)) {
            continue;
        }
        let mut values = surface.row(own, NEW, persona);
        for column in &key {
            values.insert(column.number, surface.value(other, 0, column));
        }
        let changed = surface.plain_columns(persona);
        let changed = changed.iter().filter(|column| !is_key(column.number));
        let changed: Vec<String> = changed
            .map(|column| quote_ident(&column.name))
            .map(|name| format!("{name} = excluded.{name}"))
            .collect();
        if changed.is_empty() {
            continue;
        }
        let named: Vec<String> = key.iter().map(|column| quote_ident(&column.name)).collect();
        let sql = format!(
            "{} ON CONFLICT ({}) DO UPDATE SET {}",
            Filler::insert(relation, &values),
            named.join(", "),
            changed.join(", ")
        );
        attacks.push(Attack {
            tells: Tells::Change,
            ..Attack::new(
                "",
                Command::Insert,
                "an upsert that meets another tenant's row",
                sql,
            )
        });
    }
}
