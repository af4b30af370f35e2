//! Relations that the app role's statements reach without a right of its own on them: under views, by foreign keys that
//! delete and change along, and by what functions and triggers name.

use std::collections::BTreeMap;

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Truncate, Update};
use rowhouse_catalog::{Action, Enabled, Function, Object, Oid, Relation, RelationKind};

use crate::context::Context;
use crate::logic::tokens;
use crate::model::text_of;

/// Each of them, with the relation that the app role has a right on and that leads there; none where a function does.
pub(super) fn beside(context: &Context<'_>) -> BTreeMap<Oid, Option<Oid>> {
    let catalog = context.catalog;
    let mut names: BTreeMap<String, Vec<&Relation>> = BTreeMap::new();
    for relation in catalog.relations.iter().filter(|r| !r.is_system()) {
        let name = relation.name.to_lowercase();
        names.entry(name).or_default().push(relation);
    }
    let any = [Select, Insert, Update, Delete, Truncate];
    let of_app = catalog.relations.iter();
    let mut open: Vec<(&Relation, Option<Oid>)> = of_app
        .filter(|relation| context.may(relation, &any))
        .map(|relation| (relation, Some(relation.oid)))
        .collect();
    let mut found: BTreeMap<Oid, Option<Oid>> = BTreeMap::new();
    let called = catalog.functions.iter();
    let called =
        called.filter(|function| context.may_execute(function) && !function.oid.is_builtin());
    let by_functions = called.flat_map(|function| named(function, &names));
    for relation in by_functions {
        if found.insert(relation.oid, None).is_none() {
            open.push((relation, None));
        }
    }
    while let Some((relation, origin)) = open.pop() {
        for next in next(context, relation, &names) {
            if next.oid != relation.oid && !found.contains_key(&next.oid) {
                found.insert(next.oid, origin);
                open.push((next, origin));
            }
        }
    }
    found
}

fn next<'a>(
    context: &Context<'a>,
    relation: &'a Relation,
    names: &BTreeMap<String, Vec<&'a Relation>>,
) -> Vec<&'a Relation> {
    let catalog = context.catalog;
    let mut found = Vec::new();
    if relation.kind == RelationKind::View {
        let under = catalog.references_of(Object::Relation(relation.oid)).iter();
        found.extend(under.filter_map(|object| match *object {
            Object::Relation(oid) | Object::Column(oid, _) => catalog.relation_by_oid(oid),
            _ => None,
        }));
    }
    let moves = |action| {
        matches!(
            action,
            Action::Cascade | Action::SetNull | Action::SetDefault
        )
    };
    let along = catalog
        .foreign_keys_to(relation.oid)
        .filter(|key| moves(key.on_delete) || moves(key.on_update));
    found.extend(along.filter_map(|key| catalog.relation_by_oid(key.relation)));
    let fire = relation
        .triggers
        .iter()
        .filter(|trigger| trigger.enabled != Enabled::Disabled);
    let called = fire.filter_map(|trigger| catalog.function_by_oid(trigger.function));
    found.extend(called.flat_map(|function| named(function, names)));
    found
}

/// The relations whose names stand in a function's body: with their schema, or without it where it is the function's own
/// or `public`.
fn named<'a>(
    function: &Function,
    names: &BTreeMap<String, Vec<&'a Relation>>,
) -> Vec<&'a Relation> {
    let text = text_of(function);
    let all = tokens(text);
    let name = |at: usize| all[at].of(text).trim_matches('"').to_lowercase();
    let mut found = Vec::new();
    for at in 0..all.len() {
        let Some(relations) = names.get(&name(at)) else {
            continue;
        };
        let schema = (at > 1 && all[at - 1].is(text, ".")).then(|| name(at - 2));
        found.extend(relations.iter().copied().filter(|relation| match &schema {
            Some(schema) => relation.schema.eq_ignore_ascii_case(schema),
            None => relation.schema == function.schema || relation.schema == "public",
        }));
    }
    found
}
