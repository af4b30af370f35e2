//! What the rows of one tenant are, in memory, and what requests make of them: written without a look at SQL.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::request::{Combined, Embed, Filter, Read, Relation, Test, Window};
use crate::schema::{TABLES, Table, table};

pub(crate) type Row = BTreeMap<&'static str, Value>;

/// The statuses that a refused write may have; what is wrong first is not said.
pub(crate) type Refused = BTreeSet<u16>;

/// The rows of one tenant.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) tenant: String,
    pub(crate) name: String,
    tables: BTreeMap<&'static str, Vec<Row>>,
}

/// What an upsert does with a row that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duplicates {
    Refused,
    Merged,
    Ignored,
}

impl Model {
    pub(crate) fn new(tenant: String, name: String) -> Self {
        let tables = TABLES.iter().map(|table| (table.name, Vec::new()));
        Self {
            tenant,
            name,
            tables: tables.collect(),
        }
    }

    pub(crate) fn rows(&self, table: &str) -> &[Row] {
        &self.tables[table]
    }

    /// The rows of an answer, and how many there are without the bounds.
    pub(crate) fn read(&self, read: &Read) -> (Vec<Value>, usize) {
        let rows = self.rows(read.table).iter();
        let mut rows: Vec<&Row> = rows.filter(|row| self.passes(row, &read.window)).collect();
        rows.retain(|row| {
            read.embeds
                .iter()
                .all(|embed| !embed.inner || self.has(row, embed))
        });
        let total = rows.len();
        let page = paged(rows, table(read.table), &read.window);
        let shown = page
            .into_iter()
            .map(|row| self.shown(row, &read.columns, &read.embeds));
        (shown.collect(), total)
    }

    /// A row as it is answered.
    pub(crate) fn shown(&self, row: &Row, columns: &[&'static str], embeds: &[Embed]) -> Value {
        let mut shown = serde_json::Map::new();
        for column in columns {
            let value = match *column {
                "tenant_id" => Value::from(self.tenant.as_str()),
                name => row[name].clone(),
            };
            shown.insert((*column).to_owned(), value);
        }
        for embed in embeds {
            let related = self.related(row, embed);
            let shown_of = |row: &Row| self.shown(row, &embed.columns, &embed.embeds);
            let value = if embed.relation.is_to_one() {
                related.first().map_or(Value::Null, |row| shown_of(row))
            } else {
                let page = paged(related, table(embed.relation.target()), &embed.window);
                page.into_iter().map(shown_of).collect()
            };
            shown.insert(embed.key().to_owned(), value);
        }
        Value::Object(shown)
    }

    fn has(&self, row: &Row, embed: &Embed) -> bool {
        !self.related(row, embed).is_empty()
    }

    /// The related rows that pass the filters, without bounds.
    fn related(&self, row: &Row, embed: &Embed) -> Vec<&Row> {
        let all = self.rows(embed.relation.target()).iter();
        let mut related: Vec<&Row> = match embed.relation {
            Relation::ToOne { column, .. } => all.filter(|far| far["id"] == row[column]).collect(),
            Relation::ToMany { column, .. } => all.filter(|far| far[column] == row["id"]).collect(),
            Relation::Through { near, far, .. } => {
                let between = self.rows("assignments").iter();
                let found: HashSet<String> = between
                    .filter(|between| between[near] == row["id"])
                    .map(|between| between[far].to_string())
                    .collect();
                all.filter(|far| found.contains(&far["id"].to_string()))
                    .collect()
            }
        };
        related.retain(|far| self.passes(far, &embed.window));
        related.retain(|far| {
            embed
                .embeds
                .iter()
                .all(|nested| !nested.inner || self.has(far, nested))
        });
        related
    }

    pub(crate) fn passes(&self, row: &Row, window: &Window) -> bool {
        let mut all = window.filters.iter().map(|filter| self.test(row, filter));
        let group = window.group.as_ref().map(|group| {
            let members = group.filters.iter().map(|filter| self.test(row, filter));
            match group.combined {
                Combined::All => members.fold(Some(true), and),
                Combined::Any => members.fold(Some(false), or),
            }
        });
        all.all(|passed| passed == Some(true)) && group.is_none_or(|passed| passed == Some(true))
    }

    /// In three-valued logic: none is unknown.
    fn test(&self, row: &Row, filter: &Filter) -> Option<bool> {
        let value = match filter.column {
            "tenant_id" => &Value::from(self.tenant.as_str()),
            name => &row[name],
        };
        let passed = match &filter.test {
            Test::IsNull => Some(value.is_null()),
            // Not even an unknown value is one of none.
            Test::In(others) if others.is_empty() => Some(false),
            _ if value.is_null() => None,
            Test::Equal(other) => Some(value == other),
            Test::NotEqual(other) => Some(value != other),
            Test::Less(other) => Some(value.as_i64()? < *other),
            Test::GreaterOrEqual(other) => Some(value.as_i64()? >= *other),
            Test::In(others) => Some(others.contains(value)),
            Test::Contains(part) => Some(value.as_str()?.contains(part.as_str())),
        };
        passed.map(|passed| passed != filter.negated)
    }

    /// Inserts rows, or leaves everything as it was.
    pub(crate) fn insert(
        &mut self,
        to: &'static Table,
        rows: Vec<Row>,
        duplicates: Duplicates,
    ) -> Result<Vec<Row>, Refused> {
        let mut next = self.clone();
        let mut refused = Refused::new();
        let mut written = Vec::new();
        for row in rows {
            refused.extend(lacking(to, &row).then_some(400));
            let here = next.tables.get_mut(to.name).unwrap();
            let same = |other: &Row| to.key.iter().all(|key| other.get(key) == row.get(key));
            match here.iter().position(same) {
                None => {
                    let row = complete(to, row);
                    here.push(row.clone());
                    written.push(row);
                }
                Some(_) if duplicates == Duplicates::Refused => {
                    refused.insert(409);
                }
                Some(_) if duplicates == Duplicates::Ignored => {}
                Some(place) => {
                    here[place].extend(row);
                    written.push(here[place].clone());
                }
            }
        }
        next.settle(refused)?;
        *self = next;
        Ok(written)
    }

    /// Changes the rows that pass; nothing where the model says that it must be refused.
    pub(crate) fn update(
        &mut self,
        of: &'static Table,
        window: &Window,
        change: &Row,
        most: Option<usize>,
    ) -> Result<Vec<Row>, Refused> {
        let mut next = self.clone();
        let mut changed = Vec::new();
        for row in next.tables.get_mut(of.name).unwrap() {
            if self.passes(row, window) {
                row.extend(change.clone());
                changed.push(row.clone());
            }
        }
        let mut refused = Refused::new();
        refused.extend(changed.iter().any(|row| lacking(of, row)).then_some(400));
        refused.extend(most.is_some_and(|most| changed.len() > most).then_some(400));
        next.settle(refused)?;
        *self = next;
        Ok(changed)
    }

    pub(crate) fn delete(
        &mut self,
        of: &'static Table,
        window: &Window,
        most: Option<usize>,
    ) -> Result<Vec<Row>, Refused> {
        let mut next = self.clone();
        let (gone, left) = next
            .tables
            .remove(of.name)
            .unwrap()
            .into_iter()
            .partition(|row: &Row| self.passes(row, window));
        next.tables.insert(of.name, left);
        let gone: Vec<Row> = gone;
        let mut refused = Refused::new();
        refused.extend(most.is_some_and(|most| gone.len() > most).then_some(400));
        next.settle(refused)?;
        *self = next;
        Ok(gone)
    }

    /// Whether this can be: keys differ, and what is referred to is there.
    fn settle(&self, mut refused: Refused) -> Result<(), Refused> {
        for table in TABLES {
            let rows = self.rows(table.name);
            let keys = table.unique.iter().map(std::slice::from_ref);
            for key in keys.chain([table.key]) {
                let values = rows.iter().map(|row| {
                    let values = key.iter().map(|column| row.get(column));
                    format!("{:?}", values.collect::<Vec<_>>())
                });
                let distinct: HashSet<String> = values.collect();
                refused.extend((distinct.len() < rows.len()).then_some(409));
            }
            for column in table.columns {
                let Some(target) = column.to else { continue };
                let there: HashSet<String> = self
                    .rows(target)
                    .iter()
                    .filter_map(|row| row.get("id"))
                    .map(ToString::to_string)
                    .collect();
                let lost = rows
                    .iter()
                    .filter_map(|row| row.get(column.name))
                    .any(|value| !value.is_null() && !there.contains(&value.to_string()));
                refused.extend(lost.then_some(409));
            }
        }
        if refused.is_empty() {
            Ok(())
        } else {
            Err(refused)
        }
    }
}

/// A row with all of its columns.
fn complete(table: &Table, row: Row) -> Row {
    let columns = table.columns.iter();
    let mut complete: Row = columns.map(|column| (column.name, Value::Null)).collect();
    complete.extend(row);
    complete
}

/// Whether a value is missing where there must be one.
fn lacking(table: &Table, row: &Row) -> bool {
    let mut columns = table.columns.iter();
    columns.any(|column| !column.nullable && row.get(column.name).is_none_or(Value::is_null))
}

fn paged<'r>(mut rows: Vec<&'r Row>, table: &Table, window: &Window) -> Vec<&'r Row> {
    rows.sort_by(|a, b| {
        for order in &window.order {
            let (a, b) = (&a[order.column], &b[order.column]);
            let ordering = match (a.is_null(), b.is_null()) {
                (true, true) => std::cmp::Ordering::Equal,
                (true, false) if order.nulls_first => std::cmp::Ordering::Less,
                (true, false) => std::cmp::Ordering::Greater,
                (false, true) if order.nulls_first => std::cmp::Ordering::Greater,
                (false, true) => std::cmp::Ordering::Less,
                (false, false) if order.descending => compare(b, a),
                (false, false) => compare(a, b),
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        let keys = table.key.iter();
        keys.map(|key| compare(&a[key], &b[key]))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let rows = rows.into_iter().skip(window.offset.unwrap_or(0));
    rows.take(window.limit.unwrap_or(usize::MAX)).collect()
}

fn compare(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_i64().cmp(&b.as_i64()),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        _ => panic!("{a} and {b} are of different kinds"),
    }
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    and(a.map(|a| !a), b.map(|b| !b)).map(|both| !both)
}
