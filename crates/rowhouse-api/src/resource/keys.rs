//! By which columns the rows of a relation can be told apart: a table's own, and those a view passes on.

use rowhouse_catalog::{Catalog, Index, Indexed, Relation, Rule, RuleEvent, Timing, Trigger};

use super::functions::Source;
use super::pinned::is_pinned;
use super::references::{MAX_DEPTH, table_column};

/// The keys of a relation, as numbers of its columns.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The primary key, as far as it tells apart the rows that a tenant reads.
    pub(super) read: Vec<i16>,
    /// The whole primary key, where rows can be written by it.
    pub(super) write: Vec<i16>,
    /// The columns of each unique index that an upsert can go by.
    pub(super) unique: Vec<Vec<i16>>,
    /// Rows that are there can be merged with.
    pub(super) merges: bool,
}

impl Keys {
    pub(super) fn of(source: &Source<'_, '_>, relation: &Relation) -> Self {
        let Some((table, arrives)) = base(source.catalog, relation) else {
            return Self::default();
        };
        let here = |number: i16| {
            let columns = relation.columns.iter().map(|column| column.number);
            let comes_from = |here: &i16| {
                table_column(source.catalog, relation.oid, *here) == (table.oid, number)
            };
            columns.into_iter().find(comes_from)
        };
        let all = |numbers: &[i16]| -> Option<Vec<i16>> {
            numbers.iter().map(|&number| here(number)).collect()
        };
        let primary = table.primary_key.as_ref();
        let primary = primary.map_or(&[][..], |key| &key.columns);
        let whole = all(primary);
        let unique = unique(table);
        let unique = unique.iter().filter(|_| arrives);
        Self {
            read: match &whole {
                Some(whole) => whole.clone(),
                None => within_tenant(source, relation, table, &here, primary),
            },
            merges: arrives,
            unique: unique.filter_map(|columns| all(columns)).collect(),
            write: whole.filter(|_| arrives).unwrap_or_default(),
        }
    }
}

/// What is left of a key whose tenant a view does not show: it tells apart the rows that are there, where those are all
/// of one tenant. Nothing can be written by it, since a new row's place in the index is not known without the tenant.
fn within_tenant(
    source: &Source<'_, '_>,
    relation: &Relation,
    table: &Relation,
    here: &dyn Fn(i16) -> Option<i16>,
    key: &[i16],
) -> Vec<i16> {
    let tenant = source.exposure.tenant_column(table);
    let others = key.iter().filter(|&&number| Some(number) != tenant);
    let others: Option<Vec<i16>> = others.map(|&number| here(number)).collect();
    let others = others.unwrap_or_default();
    let are_pinned = others
        .iter()
        .all(|&number| is_pinned(source, relation, number));
    if are_pinned { others } else { Vec::new() }
}

/// The table that has one row for each of the relation's: itself, or what a view is of that the server writes through. And
/// whether it is there that an upsert arrives, and meets no row that is not shown: what triggers and rules make of it goes
/// by no index. Of the row that an INSERT meets the server asks no view's WHERE, only the policies, by which a view's owner
/// may not be bound, and the check option.
fn base<'c>(catalog: &'c Catalog, relation: &'c Relation) -> Option<(&'c Relation, bool)> {
    let (mut relation, mut arrives) = (relation, true);
    for _ in 0..MAX_DEPTH {
        let catches = |rule: &Rule| matches!(rule.event, RuleEvent::Insert | RuleEvent::Update);
        let replaces = |trigger: &Trigger| trigger.timing == Timing::InsteadOf;
        arrives &= !relation.rules.iter().any(catches) && !relation.triggers.iter().any(replaces);
        if relation.is_table() {
            return Some((relation, arrives));
        }
        arrives &= relation.security_invoker() || relation.check_option() == Some("cascaded");
        let updatable = relation.updatable?;
        let origin = relation.origins.first().filter(|_| updatable.automatic)?;
        relation = catalog.relation_by_oid(origin.relation)?;
    }
    None
}

/// The columns of each unique index that an upsert can go by. One that is partial, or of expressions, is none: naming its
/// columns is not enough for the server to choose it.
fn unique(table: &Relation) -> Vec<Vec<i16>> {
    let whole = |index: &&Index| {
        index.unique && index.valid && index.predicate.is_none() && index.method == "btree"
    };
    let columns = |index: &Index| {
        let keys = index.keys.iter().map(|key| match key.on {
            Indexed::Column(number) => Some(number),
            Indexed::Expression(_) => None,
        });
        keys.collect()
    };
    table
        .indexes
        .iter()
        .filter(whole)
        .filter_map(columns)
        .collect()
}
