//! Foreign keys between what is served, and the links they make.
//!
//! A view that passes a key's columns on stands for their table.

use std::collections::HashMap;

use rowhouse_catalog::{Catalog, ForeignKey, Oid, Relation};

use super::Resources;
use super::functions::Source;
use super::link::{Reference, Side};
use super::pinned::is_pinned;

/// Views of views of views are followed this far.
pub(super) const MAX_DEPTH: usize = 16;

/// A served relation and its place in the list.
pub(super) type Placed<'c> = (usize, &'c Relation);

impl Resources {
    /// Finds the links that foreign keys make.
    pub(super) fn link(&mut self, source: &Source<'_, '_>, places: &HashMap<Oid, Placed<'_>>) {
        let catalog = source.catalog;
        let views = Views::new(catalog, places);
        let mut references: Vec<Reference<'_>> = Vec::new();
        for table in &catalog.relations {
            let tenant = source.exposure.tenant_column(table);
            // A partition's copy of its parent's key says nothing new.
            let keys = table.foreign_keys.iter();
            for key in keys.filter(|key| key.parent.is_none()) {
                let within = tenant_within(source, table, key);
                let sides =
                    |table, columns| self.sides(source, places, &views, table, columns, within);
                let from = sides(table.oid, &key.columns);
                let to = sides(key.referenced, &key.referenced_columns);
                for from in &from {
                    let meeting = to.iter().filter(|to| can_meet(from, to));
                    references.extend(meeting.map(|to| Reference {
                        table,
                        tenant,
                        from: from.clone(),
                        to: to.clone(),
                        key,
                    }));
                }
            }
        }
        references.sort_by_key(|reference| {
            (
                reference.from.place,
                &reference.key.name,
                reference.to.place,
            )
        });
        for (index, reference) in references.iter().enumerate() {
            self.list[reference.from.place]
                .links
                .push(reference.forward());
            self.list[reference.to.place]
                .links
                .push(reference.backward());
            let siblings = references.iter().enumerate();
            for (_, other) in siblings.filter(|(place, other)| {
                *place != index && other.from.place == reference.from.place
            }) {
                self.list[reference.to.place]
                    .links
                    .extend(reference.through(other));
            }
        }
    }

    /// The relations in which these columns of a table can be read: itself, and views. Where one of them, at `tenant`, is
    /// the tenant's, it need not be.
    fn sides<'c>(
        &self,
        source: &Source<'_, '_>,
        places: &HashMap<Oid, Placed<'c>>,
        views: &Views<'c>,
        table: Oid,
        columns: &[i16],
        tenant: Option<usize>,
    ) -> Vec<Side<'c>> {
        let own = places.get(&table).map(|&(place, relation)| {
            let columns = columns.iter().copied().map(Some);
            (place, relation, columns.collect::<Vec<_>>())
        });
        let passed_on = views.0.iter().map(|((place, relation), origins)| {
            let number = |column: &i16| origins.get(&(table, *column)).copied();
            (*place, *relation, columns.iter().map(number).collect())
        });
        own.into_iter()
            .chain(passed_on)
            .filter_map(|(place, relation, numbers)| {
                let name = |number: &Option<i16>| {
                    let name = &relation.column_at((*number)?)?.name;
                    self.list[place].column(name).map(|_| name.clone())
                };
                let columns: Vec<Option<String>> = numbers.iter().map(name).collect();
                let others = || (0..numbers.len()).filter(|at| Some(*at) != tenant);
                let is_told = others().all(|at| columns[at].is_some());
                let comes_pinned = |at: usize| {
                    numbers[at].is_some_and(|number| is_pinned(source, relation, number))
                };
                let side = Side {
                    place,
                    relation,
                    pinned: tenant.is_some() && is_told && others().all(comes_pinned),
                    columns,
                };
                (is_told && others().next().is_some() || side.is_whole()).then_some(side)
            })
            .collect()
    }
}

/// The place in a key of the column that is the tenant's on both sides.
fn tenant_within(source: &Source<'_, '_>, table: &Relation, key: &ForeignKey) -> Option<usize> {
    let referenced = source.catalog.relation_by_oid(key.referenced)?;
    let of = |table| source.exposure.tenant_column(table);
    let mut pairs = key.columns.iter().zip(&key.referenced_columns);
    pairs.position(|(from, to)| of(table) == Some(*from) && of(referenced) == Some(*to))
}

/// Whether rows of the two sides can be held against each other by the columns that both have.
///
/// Where one of them does not show the tenant, the others are enough if the rows of both are the scope's tenant's alone:
/// the tenant of a row here then is the tenant of any row there, and to ask for it would change nothing. Where that is not
/// sure of either, another tenant's row could be met that has the same number, and so there is no way from one to the other.
fn can_meet(from: &Side<'_>, to: &Side<'_>) -> bool {
    from.is_whole() && to.is_whole() || from.pinned && to.pinned
}

/// The served views, with the columns of tables that they pass on and their own numbers.
struct Views<'c>(Vec<(Placed<'c>, Origins)>);

/// Columns of tables, and what number they have in a view.
type Origins = HashMap<(Oid, i16), i16>;

impl<'c> Views<'c> {
    fn new(catalog: &Catalog, places: &HashMap<Oid, Placed<'c>>) -> Self {
        let views = places.values().filter(|(_, view)| !view.origins.is_empty());
        let with_origins = views.map(|&(place, view)| {
            let mut origins = Origins::new();
            for origin in &view.origins {
                let table = table_column(catalog, origin.relation, origin.number);
                origins.entry(table).or_insert(origin.column);
            }
            ((place, view), origins)
        });
        let mut views: Vec<_> = with_origins.collect();
        views.sort_by_key(|((place, _), _)| *place);
        Self(views)
    }
}

/// The column that is passed on through views, if it is.
pub(super) fn table_column(catalog: &Catalog, mut relation: Oid, mut number: i16) -> (Oid, i16) {
    for _ in 0..MAX_DEPTH {
        let view = catalog.relation_by_oid(relation);
        let mut origins = view.into_iter().flat_map(|view| &view.origins);
        let Some(origin) = origins.find(|origin| origin.column == number) else {
            break;
        };
        (relation, number) = (origin.relation, origin.number);
    }
    (relation, number)
}
