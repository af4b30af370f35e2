//! Aggregates that make the content of an answer of its rows (`PostgREST`'s documentation, "Media Type Handlers").

use std::collections::HashMap;

use rowhouse_catalog::{ArgumentMode, Function, FunctionKind, Object, Oid, Privilege};

use super::function::{Media, Minds};
use super::functions::{Source, media, minds, withheld};
use super::{Resource, Resources, Verdict, Withheld};

/// An aggregate whose value over rows is the content of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// What its value is.
    pub media: Media,
    /// `schema.name` as SQL.
    pub sql: String,
    /// The type of the rows it takes, as SQL: those of one relation, with all of their columns. None where it takes
    /// rows of any.
    pub row: Option<String>,
    /// What its functions are told of the request's head.
    pub minds: Minds,
}

/// The type of an argument that takes rows of any relation.
const ANY: Oid = Oid(2283);
/// What no handler stands in for.
const OURS: &str = "application/vnd.pgrst.";

impl Resources {
    /// Finds the aggregates in the served schemas that the app role may call, and that give a value of a domain which is
    /// called as a media type. `places` are the resources by their relations' numbers.
    pub(super) fn handle(&mut self, source: &Source<'_, '_>, places: &HashMap<Oid, usize>) {
        let by_row: HashMap<Oid, usize> = places
            .iter()
            .filter_map(|(&oid, &place)| {
                let relation = source.catalog.relation_by_oid(oid)?;
                Some((relation.row_type?, place))
            })
            .collect();
        for schema in &source.config.schemas {
            let aggregates = source.catalog.functions.iter().filter(|function| {
                function.schema == *schema
                    && function.kind == FunctionKind::Aggregate
                    && function.extension.is_none()
                    && source.access.function(function).has(Privilege::Execute)
                    && !source.config.functions.hides(function)
            });
            for aggregate in aggregates {
                let Some((handler, place)) = handler(source, aggregate, &by_row) else {
                    continue;
                };
                let doubt = doubt(source, aggregate).or_else(|| {
                    let resource = &self.list[place?];
                    (!is_whole(source, resource)).then(|| Doubt {
                        reason: format!(
                            "it takes whole rows of {}, of which the app role may not read every column",
                            resource.sql
                        ),
                        open: false,
                    })
                });
                match (doubt, place) {
                    (Some(Doubt { reason, open }), _) => self.withheld.push(Withheld {
                        relation: aggregate.qualified_name(),
                        reason,
                        open,
                    }),
                    (None, Some(place)) => self.list[place].handlers.push(handler),
                    (None, None) => self.handlers.push(handler),
                }
            }
        }
        // What answers whatever is asked for goes first.
        let lists = self.list.iter_mut().map(|resource| &mut resource.handlers);
        for handlers in lists.chain([&mut self.handlers]) {
            handlers.sort_by_key(|handler| !handler.media.is_any());
        }
    }

    /// The aggregates that may make content of rows of `resource`, those that go first before others. Only `whole` rows,
    /// with all columns, are what an aggregate for that relation alone takes.
    pub fn handlers<'r>(
        &'r self,
        resource: &'r Resource,
        whole: bool,
    ) -> impl Iterator<Item = &'r Handler> {
        let own = resource.handlers.iter().filter(move |_| whole);
        own.chain(&self.handlers)
    }

    /// Whether there is any aggregate that makes content.
    pub fn has_handlers(&self) -> bool {
        let mut lists = self.list.iter().map(|resource| &resource.handlers);
        !self.handlers.is_empty() || lists.any(|handlers| !handlers.is_empty())
    }
}

/// The handler that an aggregate is, and the place of the resource whose rows it takes, where it is for one alone.
fn handler(
    source: &Source<'_, '_>,
    aggregate: &Function,
    by_row: &HashMap<Oid, usize>,
) -> Option<(Handler, Option<usize>)> {
    let [argument] = &aggregate.arguments[..] else {
        return None;
    };
    // One of an ordered set is called in another way.
    if argument.mode != ArgumentMode::In || aggregate.signature.starts_with("ORDER BY") {
        return None;
    }
    let media = media(source.catalog, aggregate)?;
    if media.name.starts_with(OURS) {
        return None;
    }
    let place = by_row.get(&argument.type_oid).copied();
    if place.is_none() && argument.type_oid != ANY {
        return None;
    }
    let row = source.catalog.type_of(argument.type_oid);
    let row = row.filter(|_| place.is_some());
    // Whoever makes content of any media type has to be told what is asked for, and to say what it is.
    let minds = parts(source, aggregate).flatten().map(minds);
    let minds = minds.fold(Minds::Head, Ord::max);
    let handler = Handler {
        media,
        sql: super::computed::qualified(aggregate),
        row: row.map(rowhouse_catalog::DataType::qualified_name),
        minds,
    };
    Some((handler, place))
}

/// The functions that an aggregate is made of; none in the place of one that the catalog does not show. The server's own
/// are left out.
fn parts<'c>(
    source: &Source<'_, 'c>,
    aggregate: &Function,
) -> impl Iterator<Item = Option<&'c Function>> {
    let catalog = source.catalog;
    let references = catalog.references_of(Object::Function(aggregate.oid));
    references.iter().filter_map(move |object| match object {
        Object::Function(oid) if !oid.is_builtin() => {
            let mut functions = catalog.functions.iter();
            Some(functions.find(|function| function.oid == *oid))
        }
        _ => None,
    })
}

/// Why an aggregate makes no content.
struct Doubt {
    reason: String,
    open: bool,
}

/// What an aggregate does is what its functions do: each of them has to be one that could be called by itself. The
/// audit cannot read the aggregate, but may have found something about it.
fn doubt(source: &Source<'_, '_>, aggregate: &Function) -> Option<Doubt> {
    if let Verdict::Open(reason) = source.exposure.function(aggregate) {
        return Some(Doubt { reason, open: true });
    }
    parts(source, aggregate).find_map(|part| {
        let Some(part) = part else {
            let reason = "it is made of a function that the catalog does not show".to_owned();
            return Some(Doubt {
                reason,
                open: false,
            });
        };
        let Withheld {
            relation,
            reason,
            open,
        } = withheld(source, part)?;
        Some(Doubt {
            reason: format!("it is made of {relation}, and {reason}"),
            open,
        })
    })
}

/// Whether every column of the relation may be read.
fn is_whole(source: &Source<'_, '_>, resource: &Resource) -> bool {
    let mut relations = source.catalog.relations.iter();
    let relation = relations
        .find(|relation| relation.schema == resource.schema && relation.name == resource.relation);
    relation.is_some_and(|relation| relation.columns.len() == resource.columns.len())
}

#[cfg(test)]
mod tests {
    use postgres_types::Type;

    use super::*;

    #[test]
    fn the_type_for_any_row_is_the_servers() {
        assert_eq!(ANY.0, Type::ANYELEMENT.oid());
    }
}
