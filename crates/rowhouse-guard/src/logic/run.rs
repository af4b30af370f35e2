//! One run of the search: a world being made up as a condition asks about it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Catalog, ForeignKey, Index, IndexKey, Indexed, Oid, Relation};

use super::value::{Leaf, Value};

/// A row of the world.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) relation: Oid,
    /// What was asked about so far.
    pub(super) columns: BTreeMap<i16, Value>,
}

/// The arguments of a function are a row too, of no table.
const ARGUMENTS: Oid = Oid(0);

impl Row {
    pub(super) fn is_of_arguments(&self) -> bool {
        self.relation == ARGUMENTS
    }
}

/// A column of a row.
pub(super) type Place = (usize, i16);

/// What was made up so far, and how it hangs together.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) rows: Vec<Row>,
    /// What the session says.
    pub(super) session: BTreeMap<Leaf, Value>,
    /// Values made of the session's alone, such as a setting in lower case.
    pub(super) derived: Vec<(Leaf, String)>,
    /// What conditions that are not understood are taken to be.
    pub(super) atoms: BTreeMap<String, Option<bool>>,
    /// Plain conditions on data that must hold.
    pub(super) given: BTreeSet<String>,
    /// Parts that were not understood and are taken to hold.
    pub(super) mysteries: BTreeSet<String>,
    /// Columns that were found equal.
    pub(super) links: Vec<(Place, Place)>,
    /// Columns that were found equal to something of the session.
    pub(super) of_session: BTreeSet<Place>,
    /// The permissive policy that let the row in question through.
    pub(super) policy: Option<Oid>,
    /// The name of the role was looked at.
    pub(super) role_name: bool,
}

impl Run {
    pub(super) fn add_row(&mut self, relation: Oid) -> usize {
        self.rows.push(Row {
            relation,
            columns: BTreeMap::new(),
        });
        self.rows.len() - 1
    }

    /// A row for arguments nobody knows.
    pub(super) fn add_arguments(&mut self) -> usize {
        self.add_row(ARGUMENTS)
    }

    pub(super) fn column(&self, (row, column): Place) -> Option<&Value> {
        self.rows[row].columns.get(&column)
    }

    pub(super) fn set(&mut self, (row, column): Place, value: Value) {
        self.rows[row].columns.insert(column, value);
    }

    /// Whether the world keeps the keys and foreign keys of its tables.
    pub(super) fn is_consistent(&self, catalog: &Catalog) -> bool {
        let relation = |row: &Row| catalog.relation_by_oid(row.relation);
        self.rows.iter().enumerate().all(|(at, row)| {
            let Some(table) = relation(row) else {
                return true;
            };
            let same = self.rows[at + 1..]
                .iter()
                .filter(|other| other.relation == row.relation)
                .all(|other| !is_same_row(table, row, other) || agree(row, other));
            same && self.references_hold(table, row, catalog)
        })
    }

    /// A row referenced by part of a foreign key that is a key in itself is referenced by the whole of it.
    fn references_hold(&self, table: &Relation, row: &Row, catalog: &Catalog) -> bool {
        table.foreign_keys.iter().all(|key| {
            let mut referenced = self.referenced_by(table, row, key, catalog);
            referenced.all(|other| pairs(key).all(|pair| equal(row, other, pair) != Some(false)))
        })
    }

    /// What keys say of a column that was not asked about yet: it is the same row as another, or references one.
    pub(super) fn implied(&self, (at, column): Place, catalog: &Catalog) -> Option<Value> {
        let row = &self.rows[at];
        let table = catalog.relation_by_oid(row.relation)?;
        let others = self.rows.iter().enumerate();
        let mut same = others.filter(|(other, found)| {
            *other != at && found.relation == row.relation && is_same_row(table, row, found)
        });
        if let Some(value) = same.find_map(|(_, found)| found.columns.get(&column)) {
            return Some(value.clone());
        }
        table.foreign_keys.iter().find_map(|key| {
            let (_, to) = pairs(key).find(|(from, _)| *from == column)?;
            let mut referenced = self.referenced_by(table, row, key, catalog);
            referenced.find_map(|other| other.columns.get(&to).cloned())
        })
    }

    /// The rows that a foreign key of a row must point at, because a part of it that is a key in itself does.
    fn referenced_by<'r>(
        &'r self,
        table: &'r Relation,
        row: &'r Row,
        key: &'r ForeignKey,
        catalog: &'r Catalog,
    ) -> impl Iterator<Item = &'r Row> {
        // One null switches the check off.
        let is_checked = key.enforcement.enforced
            && key.enforcement.validated
            && key
                .columns
                .iter()
                .all(|&from| match row.columns.get(&from) {
                    Some(value) => *value != Value::Null,
                    None => table.column_at(from).is_some_and(|column| column.not_null),
                });
        let others = self
            .rows
            .iter()
            .filter(move |other| is_checked && other.relation == key.referenced);
        others.filter(move |other| {
            catalog
                .relation_by_oid(key.referenced)
                .is_some_and(|referenced| {
                    unique_keys(referenced).any(|unique| {
                        unique.iter().all(|column| {
                            pairs(key)
                                .find(|(_, to)| to == column)
                                .is_some_and(|pair| equal(row, other, pair) == Some(true))
                        })
                    })
                })
        })
    }
}

/// The referencing and referenced columns of a foreign key.
fn pairs(key: &ForeignKey) -> impl Iterator<Item = (i16, i16)> {
    let to = key.referenced_columns.iter().copied();
    key.columns.iter().copied().zip(to)
}

/// Whether a pair of columns is equal, where both are known.
fn equal(row: &Row, other: &Row, (from, to): (i16, i16)) -> Option<bool> {
    Some(row.columns.get(&from)? == other.columns.get(&to)?)
}

/// The sets of columns that tell rows of a table apart.
pub(super) fn unique_keys(table: &Relation) -> impl Iterator<Item = Cow<'_, [i16]>> {
    let constraints = table.primary_key.iter().chain(&table.unique);
    let constraints = constraints.map(|key| Cow::Borrowed(key.columns.as_slice()));
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.valid && index.predicate.is_none());
    let columns = |index: &Index| {
        let column = |key: &IndexKey| match key.on {
            Indexed::Column(number) => Some(number),
            Indexed::Expression(_) => None,
        };
        index.keys.iter().map(column).collect::<Option<Vec<_>>>()
    };
    constraints.chain(indexes.filter_map(columns).map(Cow::Owned))
}

fn is_same_row(table: &Relation, row: &Row, other: &Row) -> bool {
    unique_keys(table).any(|key| {
        key.iter().all(|column| {
            let value = row.columns.get(column);
            value.is_some() && value != Some(&Value::Null) && value == other.columns.get(column)
        })
    })
}

fn agree(row: &Row, other: &Row) -> bool {
    row.columns.iter().all(|(column, value)| {
        other
            .columns
            .get(column)
            .is_none_or(|theirs| theirs == value)
    })
}
