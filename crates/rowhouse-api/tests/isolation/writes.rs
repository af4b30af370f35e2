//! What a tenant writes, and what must come of it.

use std::fmt::Write;

use rand::Rng;
use rand::seq::{IndexedRandom, IteratorRandom};
use serde_json::{Value, json};

use crate::chance::IDS;
use crate::client::{Answer, Asked};
use crate::model::{Duplicates, Model, Refused, Row};
use crate::request::{Embed, Read, Window};
use crate::schema::{Column, Table};
use crate::tenant::{Tenant, sorted};

impl Tenant {
    pub(crate) async fn insert(&mut self, to: &'static Table, rows: usize, duplicates: Duplicates) {
        let sloppy = self.dice.random_ratio(1, 12);
        let columns: Vec<&'static Column> = to
            .columns
            .iter()
            .filter(|column| {
                let needed = !column.nullable || to.key.contains(&column.name);
                (needed && !sloppy) || self.dice.random_ratio(3, 4)
            })
            .collect();
        if columns.is_empty() {
            return;
        }
        let mut rows: Vec<Row> = (0..rows).map(|_| self.likely_row(to, &columns)).collect();
        if duplicates == Duplicates::Merged {
            // The server does not write one row twice in a statement, nor can a key be guessed that is not given.
            if !to
                .key
                .iter()
                .all(|key| columns.iter().any(|column| column.name == *key))
            {
                return;
            }
            let key = |row: &Row| {
                to.key
                    .iter()
                    .map(|key| row[key].to_string())
                    .collect::<Vec<_>>()
            };
            rows.sort_by_key(key);
            rows.dedup_by_key(|row| key(row));
        }
        let named = self.dice.random_ratio(1, 5);
        let body: Vec<Value> = rows
            .iter()
            .map(|row| {
                let mut row = json!(row);
                if named {
                    row["tenant_id"] = self.model.tenant.as_str().into();
                }
                row
            })
            .collect();
        let body = match &body[..] {
            [one] if self.dice.random_ratio(1, 2) => one.clone(),
            _ => Value::Array(body),
        };
        let (shown, embeds) = self.with(|chance| {
            let mut embeds = chance.embeds(to.name, 1);
            // Related rows are those of before; only such as cannot be among what is written have one answer.
            embeds.retain(|embed| embed.relation.is_to_one() && embed.relation.target() != to.name);
            for embed in &mut embeds {
                embed.inner = false;
                embed.window = Window::default();
            }
            (chance.columns(to), embeds)
        });
        let mut target = format!("/{}?{}", to.name, select(to, &shown, &embeds));
        if duplicates != Duplicates::Refused && self.dice.random_ratio(1, 2) {
            // The key without the tenant, whose ids every tenant has.
            let _ = write!(target, "&on_conflict={}", to.key.join(","));
        }
        let (kind, prefer) = match duplicates {
            Duplicates::Refused => ("insert", ""),
            Duplicates::Merged => ("upsert", "resolution=merge-duplicates,"),
            Duplicates::Ignored => ("upsert", "resolution=ignore-duplicates,"),
        };
        let asked = Asked::new("POST", target)
            .header("prefer", format!("{prefer}return=representation"))
            .json(body);
        let answer = self.send(kind, &asked).await;
        // Values are compared row by row: two rows cannot change places in one statement.
        let clash = duplicates == Duplicates::Merged && rows.len() > 1 && !to.unique.is_empty();
        if clash && answer.status == 409 {
            return;
        }
        let mut next = self.model.clone();
        let expected = next.insert(to, rows, duplicates);
        self.settle(next, &asked, &answer, expected, &shown, &embeds);
    }

    /// A row that can mostly be inserted: its key is free, and what it refers to is there.
    fn likely_row(&mut self, to: &'static Table, columns: &[&'static Column]) -> Row {
        let mut row = self.with(|chance| chance.row(columns));
        for column in columns {
            if self.dice.random_ratio(1, 6) {
                continue;
            }
            let of = column.to.unwrap_or(to.name);
            let taken = self.model.rows(of).iter().filter_map(|row| row.get("id"));
            let taken: Vec<Value> = taken.cloned().collect();
            let ids = 1..=IDS;
            let value = match column.to {
                Some(_) if !row[column.name].is_null() => taken.choose(&mut self.dice).cloned(),
                None if column.name == "id" => ids
                    .map(Value::from)
                    .filter(|id| !taken.contains(id))
                    .choose(&mut self.dice),
                _ => None,
            };
            if let Some(value) = value {
                row.insert(column.name, value);
            }
        }
        row
    }

    pub(crate) async fn update(&mut self, of: &'static Table) {
        let window = self.with(|chance| chance.conditions(of));
        let columns: Vec<&'static Column> = of
            .columns
            .iter()
            .filter(|column| !of.key.contains(&column.name) && self.dice.random_ratio(1, 2))
            .collect();
        if columns.is_empty() {
            return;
        }
        let change = self.with(|chance| chance.row(&columns));
        let most = self.most();
        let shown = self.with(|chance| chance.columns(of));
        let mut query = window.conditions();
        query.push(select(of, &shown, &[]));
        let asked = Asked::new("PATCH", format!("/{}?{}", of.name, query.join("&")))
            .header("prefer", preferring(most))
            .json(json!(change));
        let answer = self.send("update", &asked).await;
        let mut next = self.model.clone();
        let expected = next.update(of, &window, &change, most);
        self.settle(next, &asked, &answer, expected, &shown, &[]);
    }

    pub(crate) async fn delete(&mut self, of: &'static Table) {
        let window = self.with(|chance| chance.conditions(of));
        let most = self.most();
        let shown = self.with(|chance| chance.columns(of));
        let mut query = window.conditions();
        query.push(select(of, &shown, &[]));
        let asked = Asked::new("DELETE", format!("/{}?{}", of.name, query.join("&")))
            .header("prefer", preferring(most));
        let answer = self.send("delete", &asked).await;
        let mut next = self.model.clone();
        let expected = next.delete(of, &window, most);
        self.settle(next, &asked, &answer, expected, &shown, &[]);
    }

    fn most(&mut self) -> Option<usize> {
        self.dice
            .random_ratio(1, 5)
            .then(|| self.dice.random_range(0..6))
    }

    /// Holds what came of a write against the model, and goes on with what it is now.
    fn settle(
        &mut self,
        next: Model,
        asked: &Asked,
        answer: &Answer,
        expected: Result<Vec<Row>, Refused>,
        shown: &[&'static str],
        embeds: &[Embed],
    ) {
        let said = String::from_utf8_lossy(&answer.body);
        match expected {
            Err(statuses) => assert!(
                statuses.contains(&answer.status),
                "{asked:?}: {statuses:?} expected: {} {said}",
                answer.status
            ),
            Ok(rows) => {
                assert!(
                    matches!(answer.status, 200 | 201),
                    "{asked:?}: {rows:?} expected: {} {said}",
                    answer.status
                );
                let rows = rows.iter().map(|row| self.model.shown(row, shown, embeds));
                assert_eq!(sorted(&answer.json()), sorted(&rows.collect()), "{asked:?}");
                self.model = next;
            }
        }
        if let Some(cache) = answer.header("cache-control") {
            assert_eq!(cache, "no-store", "{asked:?}");
        }
    }
}

fn preferring(most: Option<usize>) -> String {
    let bound = most.map(|most| format!(",handling=strict,max-affected={most}"));
    format!("return=representation{}", bound.unwrap_or_default())
}

fn select(table: &'static Table, columns: &[&'static str], embeds: &[Embed]) -> String {
    let read = Read {
        table: table.name,
        view: false,
        columns: columns.to_vec(),
        embeds: embeds.to_vec(),
        window: Window::default(),
    };
    read.query().swap_remove(0)
}
