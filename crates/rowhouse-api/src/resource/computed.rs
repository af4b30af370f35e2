//! Functions of a row: computed columns, and relationships that no key makes.

use std::collections::HashMap;

use rowhouse_catalog::{Function, FunctionKind, Oid, Privilege, Relation, quote_ident};

use super::functions::Source;
use super::representation::Representations;
use super::types::Types;
use super::{Column, Link, LinkKind, Resources, Verdict};

impl Resources {
    /// Finds functions in the served schemas that take a row of a resource. One that runs as its
    /// owner is left out: it may not be bound by the policies that bind the app role. So is one that
    /// may not be called as `/rpc/{name}`.
    pub(super) fn compute(
        &mut self,
        source: &Source<'_, '_>,
        types: &mut Types<'_>,
        representations: &mut Representations,
        places: &HashMap<Oid, (usize, &Relation)>,
    ) {
        let Source {
            catalog,
            config,
            exposure,
            access,
        } = source;
        let by_row: HashMap<Oid, usize> = places
            .values()
            .filter_map(|&(place, relation)| Some((relation.row_type?, place)))
            .collect();
        let functions = catalog.functions.iter().filter(|function| {
            config.schemas.contains(&function.schema)
                && function.kind == FunctionKind::Function
                && !function.security_definer
                && access.function(function).has(Privilege::Execute)
                && !config.functions.hides(function)
        });
        for function in functions {
            let [argument] = &function.arguments[..] else {
                continue;
            };
            let Some(&place) = by_row.get(&argument.type_oid) else {
                continue;
            };
            // A row can be handed over only where every column of it may be read.
            let relation = places.values().find(|(other, _)| *other == place);
            let whole = relation
                .is_some_and(|(_, row)| row.columns.len() == self.list[place].columns.len());
            if !whole || exposure.function(function) != Verdict::Protected {
                continue;
            }
            if let Some(&target) = by_row.get(&function.returns) {
                self.list[place].links.push(Link {
                    target,
                    kind: LinkKind::Computed {
                        name: function.name.clone(),
                        function: qualified(function),
                        single: !function.set_returning || function.rows == 1,
                        held: None,
                    },
                    reflexive: place == target,
                    keys: Vec::new(),
                    junction: None,
                    to_view: false,
                });
            } else if !function.set_returning {
                let ty = types.get(function.returns);
                self.list[place].computed.push(Column {
                    name: function.name.clone(),
                    sql: quote_ident(&function.name),
                    decoder: types.decoder(ty.as_ref()),
                    ty,
                    not_null: false,
                    shown: function.result.clone().unwrap_or_default(),
                    comment: function.comment.clone(),
                    function: Some(qualified(function)),
                    representation: representations.of(function.returns),
                });
            }
        }
    }
}

pub(super) fn qualified(function: &Function) -> String {
    let (schema, name) = (quote_ident(&function.schema), quote_ident(&function.name));
    format!("{schema}.{name}")
}
