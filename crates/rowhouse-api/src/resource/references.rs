//! Foreign keys between what is served, and the links they make.
//!
//! A view that passes a key's columns on stands for their table.

use std::collections::HashMap;

use rowhouse_catalog::{Catalog, Oid, Relation};

use super::link::{Reference, Side};
use super::{Exposure, Resources};

/// Views of views of views are followed this far.
pub(super) const MAX_DEPTH: usize = 16;

/// A served relation and its place in the list.
pub(super) type Placed<'c> = (usize, &'c Relation);

impl Resources {
    /// Finds the links that foreign keys make.
    pub(super) fn link(
        &mut self,
        catalog: &Catalog,
        exposure: &dyn Exposure,
        places: &HashMap<Oid, Placed<'_>>,
    ) {
        let views = Views::new(catalog, places);
        let mut references: Vec<Reference<'_>> = Vec::new();
        for table in &catalog.relations {
            let tenant = exposure.tenant_column(table);
            // A partition's copy of its parent's key says nothing new.
            let keys = table.foreign_keys.iter();
            for key in keys.filter(|key| key.parent.is_none()) {
                let from = self.sides(places, &views, table.oid, &key.columns);
                let to = self.sides(places, &views, key.referenced, &key.referenced_columns);
                for from in &from {
                    references.extend(to.iter().map(|to| Reference {
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

    /// The relations in which these columns of a table can be read: itself, and views.
    fn sides<'c>(
        &self,
        places: &HashMap<Oid, Placed<'c>>,
        views: &Views<'c>,
        table: Oid,
        columns: &[i16],
    ) -> Vec<Side<'c>> {
        let own = places
            .get(&table)
            .map(|&(place, relation)| (place, relation, columns.to_vec()));
        let passed_on = views.0.iter().filter_map(|((place, relation), origins)| {
            let number = |column: &i16| origins.get(&(table, *column)).copied();
            let columns: Option<Vec<i16>> = columns.iter().map(number).collect();
            Some((*place, *relation, columns?))
        });
        own.into_iter()
            .chain(passed_on)
            .filter_map(|(place, relation, numbers)| {
                let names = numbers.iter().map(|&number| {
                    let name = &relation.column_at(number)?.name;
                    self.list[place].column(name).map(|_| name.clone())
                });
                Some(Side {
                    place,
                    relation,
                    columns: names.collect::<Option<_>>()?,
                })
            })
            .collect()
    }
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
