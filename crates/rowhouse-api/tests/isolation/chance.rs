//! Requests made at random.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::Value;

use crate::model::Row;
use crate::request::{Combined, Embed, Filter, Group, Order, Read, Relation, Test, Window};
use crate::schema::{Column, Kind, TABLES, Table, table};

/// What a tenant's requests are made of.
#[derive(Debug)]
pub(crate) struct Chance<'a> {
    pub(crate) dice: &'a mut StdRng,
    /// In every text of the tenant's.
    pub(crate) marker: &'a str,
    /// Of another tenant: what a request may name and nobody may see by it.
    pub(crate) other: (&'a str, &'a str),
}

/// Ids go from 1 to this: small, so that they meet.
pub(crate) const IDS: i64 = 40;

impl Chance<'_> {
    pub(crate) fn one_in(&mut self, sides: u32) -> bool {
        self.dice.random_ratio(1, sides)
    }

    pub(crate) fn table(&mut self) -> &'static Table {
        TABLES.choose(self.dice).unwrap()
    }

    pub(crate) fn read(&mut self) -> Read {
        let table = self.table();
        let mut read = Read {
            table: table.name,
            view: self.one_in(4),
            columns: self.columns(table),
            embeds: self.embeds(table.name, 2),
            window: self.window(table, true),
        };
        if read.view {
            without_tenant(table, &mut read.columns, &mut read.window);
        }
        read
    }

    pub(crate) fn columns(&mut self, table: &'static Table) -> Vec<&'static str> {
        let mut columns: Vec<&'static str> =
            table.columns.iter().map(|column| column.name).collect();
        columns.retain(|_| !self.dice.random_ratio(1, 4));
        if self.one_in(3) || columns.is_empty() {
            columns.push("tenant_id");
        }
        columns
    }

    pub(crate) fn embeds(&mut self, from: &'static str, depth: usize) -> Vec<Embed> {
        let mut embeds: Vec<Embed> = Vec::new();
        if depth == 0 {
            return embeds;
        }
        for relation in Relation::from(from) {
            if !self.one_in(5) {
                continue;
            }
            let target = table(relation.target());
            let mut embed = Embed {
                relation,
                // A view of the table itself stands on both sides of its key, and nothing says which is meant.
                view: relation.target() != from && self.one_in(4),
                inner: self.one_in(4),
                columns: self.columns(target),
                embeds: self.embeds(target.name, depth - 1),
                window: self.window(target, !relation.is_to_one()),
            };
            if embed.view {
                without_tenant(target, &mut embed.columns, &mut embed.window);
            }
            // A name stands for one relation.
            if embeds.iter().all(|known| known.key() != embed.key()) {
                embeds.push(embed);
            }
        }
        embeds
    }

    pub(crate) fn window(&mut self, table: &'static Table, bounded: bool) -> Window {
        let mut window = Window::default();
        while self.one_in(3) {
            window.filters.push(self.filter(table));
        }
        if self.one_in(6) {
            window.group = Some(Group {
                combined: if self.one_in(2) {
                    Combined::All
                } else {
                    Combined::Any
                },
                filters: (0..self.dice.random_range(1..4))
                    .map(|_| self.filter(table))
                    .collect(),
            });
        }
        if bounded {
            if self.one_in(3) {
                window.order.push(Order {
                    column: table.columns.choose(self.dice).unwrap().name,
                    descending: self.one_in(2),
                    nulls_first: self.one_in(2),
                });
            }
            window.limit = self.one_in(4).then(|| self.dice.random_range(0..8));
            window.offset = self.one_in(8).then(|| self.dice.random_range(0..4));
        }
        window
    }

    /// A filter for a write: there is always one.
    pub(crate) fn conditions(&mut self, table: &'static Table) -> Window {
        let mut window = self.window(table, false);
        if window.filters.is_empty() {
            window.filters.push(self.filter(table));
        }
        window
    }

    fn filter(&mut self, table: &'static Table) -> Filter {
        if self.one_in(25) {
            let tenant = self.other.0.to_owned();
            return Filter {
                column: "tenant_id",
                negated: self.one_in(2),
                test: Test::Equal(tenant.into()),
            };
        }
        let column = table.columns.choose(self.dice).unwrap();
        let test = match (self.dice.random_range(0..6), column.kind) {
            (0, _) if column.nullable => Test::IsNull,
            (1, Kind::Int) => Test::Less(self.dice.random_range(0..IDS)),
            (2, Kind::Int) => Test::GreaterOrEqual(self.dice.random_range(0..IDS)),
            (1, Kind::Text) => Test::Contains(self.word().to_owned()),
            (2, Kind::Text) => Test::Contains(self.other.1.to_owned()),
            (3, _) => Test::NotEqual(self.given(column)),
            (4, Kind::Int | Kind::Text) => Test::In(
                (0..self.dice.random_range(0..5))
                    .map(|_| self.given(column))
                    .collect(),
            ),
            _ => Test::Equal(self.given(column)),
        };
        Filter {
            column: column.name,
            negated: self.one_in(6),
            test,
        }
    }

    /// A value that is there.
    fn given(&mut self, column: &Column) -> Value {
        match column.kind {
            Kind::Int => self.dice.random_range(1..=IDS).into(),
            Kind::Bool => self.one_in(2).into(),
            Kind::Text => self.text().into(),
        }
    }

    pub(crate) fn value(&mut self, column: &Column) -> Value {
        if column.nullable && self.one_in(3) {
            return Value::Null;
        }
        self.given(column)
    }

    fn word(&mut self) -> &'static str {
        ["oak", "elm", "fir", "yew"].choose(self.dice).unwrap()
    }

    /// Few, so that they meet, and with what has a meaning somewhere on the way.
    fn text(&mut self) -> String {
        let end = ["", ", b", "\"q\"", "(p)", "é\\", "%_*x", "'; --"]
            .choose(self.dice)
            .unwrap();
        let (word, number) = (self.word(), self.dice.random_range(0..30));
        format!("{}-{word}{number}{end}", self.marker)
    }

    /// A row to be written, of these columns.
    pub(crate) fn row(&mut self, columns: &[&'static Column]) -> Row {
        let columns = columns.iter();
        columns
            .map(|column| (column.name, self.value(column)))
            .collect()
    }
}

/// What can be asked of a view that does not show the tenant.
fn without_tenant(table: &Table, columns: &mut Vec<&'static str>, window: &mut Window) {
    columns.retain(|column| *column != "tenant_id");
    if columns.is_empty() {
        columns.push(table.columns[0].name);
    }
    let is_other = |filter: &Filter| filter.column != "tenant_id";
    window.filters.retain(is_other);
    let group = window.group.as_mut();
    if group.is_some_and(|group| {
        group.filters.retain(is_other);
        group.filters.is_empty()
    }) {
        window.group = None;
    }
}
