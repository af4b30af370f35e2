//! One tenant: what it asks, and what must come of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rowhouse_api::Api;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::client::{Answer, Asked};
use crate::model::{Duplicates, Model, Row};
use crate::request::{Filter, Read, Test, Window, escaped};
use crate::schema::{Column, TABLES, Table, table};
use crate::{TENANTS, marker, uuid};

/// Every tag that was ever seen, with whose it was and what it stood for.
pub(crate) type Tags = Arc<Mutex<BTreeMap<String, (usize, Vec<u8>)>>>;

pub(crate) struct Tenant {
    number: usize,
    marker: String,
    api: Api,
    pub(crate) dice: StdRng,
    tags: Tags,
    /// The last read that had a tag.
    last: Option<(Read, String)>,
    pub(crate) model: Model,
    /// What was asked and how it was answered, counted.
    pub(crate) kinds: BTreeMap<String, u64>,
}

impl Tenant {
    pub(crate) fn new(number: usize, api: Api, dice: StdRng, tags: Tags) -> Self {
        let marker = marker(number);
        Self {
            number,
            model: Model::new(uuid(number), marker.clone()),
            marker,
            api,
            dice,
            tags,
            last: None,
            kinds: BTreeMap::new(),
        }
    }

    pub(crate) async fn run(&mut self, requests: u64) {
        for table in TABLES {
            self.insert(table, 12, Duplicates::Refused).await;
        }
        for _ in TABLES.len() as u64..requests {
            let table = self.with(|chance| chance.table());
            match self.dice.random_range(0..100) {
                0..45 => self.read().await,
                45..58 => {
                    let rows = *[1, 1, 2, 5].choose(&mut self.dice).unwrap();
                    self.insert(table, rows, Duplicates::Refused).await;
                }
                58..64 => self.insert(table, 3, Duplicates::Merged).await,
                64..68 => self.insert(table, 3, Duplicates::Ignored).await,
                68..80 => self.update(table).await,
                80..87 => self.delete(table).await,
                87..93 => self.function().await,
                _ => self.mischief(table).await,
            }
        }
    }

    pub(crate) fn with<T>(&mut self, make: impl FnOnce(&mut Chance<'_>) -> T) -> T {
        let other = (self.number + self.dice.random_range(1..TENANTS)) % TENANTS;
        make(&mut Chance {
            dice: &mut self.dice,
            marker: &self.marker,
            other: (&uuid(other), &marker(other)),
        })
    }

    pub(crate) async fn send(&mut self, kind: &str, asked: &Asked) -> Answer {
        let answer = asked.send(&self.api, self.number).await;
        *self
            .kinds
            .entry(format!("{kind} {}", answer.status))
            .or_default() += 1;
        answer
    }

    async fn read(&mut self) {
        let again = self.last.take().filter(|_| self.dice.random_ratio(1, 4));
        let (read, own) = match again {
            Some((read, tag)) => (read, Some(tag)),
            None => (self.with(|chance| chance.read()), None),
        };
        let mut asked = Asked::new("GET", read.target());
        let counted = own.is_none() && read.window.offset.is_none() && self.dice.random_ratio(1, 3);
        if counted {
            asked = asked.header("prefer", "count=exact");
        }
        let known = own.or_else(|| self.some_tag());
        if let Some(tag) = &known {
            asked = asked.header("if-none-match", tag.clone());
        }
        let answer = self.send("read", &asked).await;
        let (rows, total) = self.model.read(&read);
        let tag = answer.header("etag").map(str::to_owned);
        if answer.status == 304 {
            let tags = self.tags.lock().unwrap();
            let (whose, body) = &tags[&known.expect("a tag was sent")];
            assert_eq!(*whose, self.number, "{asked:?}: another's tag holds");
            let body: Value = serde_json::from_slice(body).unwrap();
            assert_eq!(body, Value::Array(rows), "{asked:?}");
            return;
        }
        assert!(
            matches!(answer.status, 200 | 206),
            "{asked:?}: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        assert_eq!(answer.json(), Value::Array(rows), "{asked:?}");
        if counted {
            let range = answer.header("content-range").unwrap_or_default();
            assert!(range.ends_with(&format!("/{total}")), "{asked:?}: {range}");
        }
        if let Some(tag) = tag {
            let mut tags = self.tags.lock().unwrap();
            let (whose, _) = tags
                .entry(tag.clone())
                .or_insert_with(|| (self.number, answer.body.clone()));
            assert_eq!(*whose, self.number, "{asked:?}: {tag} is another's too");
            drop(tags);
            self.last = Some((read, tag));
        }
    }

    /// A tag of anybody's.
    fn some_tag(&mut self) -> Option<String> {
        if !self.dice.random_ratio(1, 10) {
            return None;
        }
        let tags = self.tags.lock().unwrap();
        if tags.is_empty() {
            return None;
        }
        let place = self.dice.random_range(0..tags.len());
        tags.keys().nth(place).cloned()
    }

    async fn function(&mut self) {
        let project = self.dice.random_range(1..25);
        let tasks = table("tasks");
        let mut window = Window::default();
        window.filters.push(Filter {
            column: "project_id",
            negated: false,
            test: Test::Equal(project.into()),
        });
        match self.dice.random_range(0..3) {
            0 => {
                let asked = Asked::new("POST", "/rpc/open_tasks".into()).json(json!({}));
                let answer = self.send("function", &asked).await;
                let open = self
                    .model
                    .rows("tasks")
                    .iter()
                    .filter(|row| row["done"] == false);
                assert_eq!(answer.json(), json!(open.count()), "{asked:?}");
            }
            1 => {
                let shown = self.with(|chance| chance.columns(tasks));
                let read = Read {
                    table: "tasks",
                    view: false,
                    columns: shown,
                    embeds: self.with(|chance| chance.embeds("tasks", 1)),
                    window,
                };
                let mut written = read.clone();
                written.window.filters.clear();
                let query = written.query().join("&");
                let asked = Asked::new("GET", format!("/rpc/tasks_in?project={project}&{query}"));
                let answer = self.send("function", &asked).await;
                assert_eq!(answer.status, 200, "{asked:?}: {}", answer.json());
                let (rows, _) = self.model.read(&read);
                assert_eq!(answer.json(), Value::Array(rows), "{asked:?}");
            }
            _ => {
                let asked = Asked::new("POST", "/rpc/finish_tasks".into())
                    .json(json!({"project": project}));
                let answer = self.send("function", &asked).await;
                assert_eq!(answer.status, 200, "{asked:?}: {}", answer.json());
                let mut change = Row::new();
                change.insert("done", true.into());
                let rows = self.model.update(tasks, &window, &change, None).unwrap();
                let mut shown: Vec<&'static str> = tasks.columns.iter().map(|c| c.name).collect();
                shown.push("tenant_id");
                let rows = rows.iter().map(|row| self.model.shown(row, &shown, &[]));
                assert_eq!(sorted(&answer.json()), sorted(&rows.collect()), "{asked:?}");
            }
        }
    }

    /// What must be refused, whatever there is, and change nothing: the model stays as it is.
    async fn mischief(&mut self, table: &'static Table) {
        let columns: Vec<&'static Column> = table.columns.iter().collect();
        let (row, other) = self.with(|chance| (chance.row(&columns), chance.other.0.to_owned()));
        let mut planted = json!(row);
        planted["tenant_id"] = other.clone().into();
        let name = table.name;
        let (asked, statuses): (Asked, &[u16]) = match self.dice.random_range(0..6) {
            0 => (Asked::new("POST", format!("/{name}")).json(planted), &[403]),
            1 => {
                let asked = Asked::new("POST", format!("/{name}")).json(json!([row, planted]));
                // The rows lack different columns, which alone is a reason.
                (asked, &[400, 403])
            }
            2 => {
                let asked = Asked::new("POST", format!("/{name}"))
                    .header("prefer", "resolution=merge-duplicates")
                    .json(planted);
                (asked, &[403])
            }
            3 => {
                let filter = escaped(&format!("in.({},{other})", self.model.tenant));
                let asked = Asked::new("PATCH", format!("/{name}?tenant_id={filter}"))
                    .json(json!({"tenant_id": other}));
                // Where there are no rows, none was moved.
                (asked, &[403, 204])
            }
            4 => (
                Asked::new("PATCH", format!("/{name}"))
                    .json(json!({"tenant_id": self.model.tenant})),
                &[400],
            ),
            _ => (Asked::new("DELETE", format!("/{name}")), &[400]),
        };
        let answer = self.send("mischief", &asked).await;
        assert!(
            statuses.contains(&answer.status),
            "{asked:?}: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
}

pub(crate) fn sorted(rows: &Value) -> Vec<String> {
    let rows = rows.as_array().expect("rows").iter();
    let mut rows: Vec<String> = rows
        .map(|row| {
            let members: BTreeMap<&String, &Value> = row.as_object().unwrap().iter().collect();
            serde_json::to_string(&members).unwrap()
        })
        .collect();
    rows.sort();
    rows
}
