//! Reading what is the other's.

use hyper::Method;
use serde_json::Value;

use super::client::{Ask, encoded};
use super::party::{self, plain};
use super::report::Verdict;
use super::siege::{Agree, Siege, list_of};
use super::surface::{Column, Kind, Resource};

/// Texts that break out of SQL put together badly.
const BREAKOUTS: [&str; 3] = ["' OR '1'='1", "1); --", "\" OR 1=1 --"];

impl Siege<'_> {
    /// All reading of one list.
    pub(super) async fn read(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let path = resource.path.as_str();
        if self.b.rows(path).is_empty() || self.values(resource).is_empty() {
            let why = "nothing is known there that only tenant B has, and nothing could be made"
                .to_owned();
            self.note(
                path,
                "GET",
                "rows of the other tenant",
                Verdict::NotExercised { why },
            );
        }
        let list = list_of(self.surface, resource);
        self.look(path, "a list", &list).await?;
        let head = Ask::new(Method::HEAD, list.target.clone());
        self.look(path, "a list", &head).await?;
        self.by_value(resource).await?;
        self.by_key(resource).await?;
        if self.surface.operators {
            self.with_operators(resource).await?;
            self.embedded(resource).await?;
        }
        Ok(())
    }

    pub(super) fn nothing_of_b(&mut self, path: &str, method: &str, attack: &'static str) {
        let why = "tenant B has no row there, and none could be made".to_owned();
        self.note(path, method, attack, Verdict::NotExercised { why });
    }

    /// The other's values, column by column: a row's, once as they are and once as nobody has them.
    pub(super) fn values(&self, resource: &Resource) -> Vec<(Column, Value, Value)> {
        let path = &resource.path;
        let foreign = |column: &Column| -> Option<Value> {
            let mine = self.a.rows(path);
            let rows = self.b.own(path).iter();
            let mut values = rows
                .filter_map(|row| row.get(&column.name))
                .filter(|value| !value.is_null());
            values
                .find(|value| mine.iter().all(|row| row.get(&column.name) != Some(value)))
                .cloned()
        };
        let columns = resource.columns.iter();
        columns
            .filter_map(|column| {
                let value = foreign(column)?;
                let other = party::decoy(column, &value)?;
                Some((column.clone(), value, other))
            })
            .collect()
    }

    fn filter(&self, resource: &Resource, column: &str, value: &Value) -> Option<Ask> {
        let (name, value) = (encoded(column), encoded(&plain(value)));
        if self.surface.operators {
            return Some(Ask::get(format!("{}?{name}=eq.{value}", resource.path)));
        }
        let known = resource.filters.iter().any(|filter| filter == column);
        known.then(|| Ask::get(format!("{}?{name}={value}", resource.path)))
    }

    async fn by_value(&mut self, resource: &Resource) -> anyhow::Result<()> {
        for (column, value, other) in self.values(resource) {
            let (Some(real), Some(decoy)) = (
                self.filter(resource, &column.name, &value),
                self.filter(resource, &column.name, &other),
            ) else {
                continue;
            };
            let (value, other) = (plain(&value), plain(&other));
            let path = resource.path.as_str();
            self.compare(
                None,
                path,
                "a filter by the other's value",
                (&real, &decoy),
                (&value, &other),
                Agree::Wholly,
            )
            .await?;
            if self.surface.operators {
                let counted = |ask: &Ask| ask.clone().header("Prefer", "count=exact");
                self.compare(
                    None,
                    path,
                    "a count of the other's rows",
                    (&counted(&real), &counted(&decoy)),
                    (&value, &other),
                    Agree::Wholly,
                )
                .await?;
            }
        }
        Ok(())
    }

    /// Paths of single rows.
    async fn by_key(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let Some((_, value, other)) = self
            .values(resource)
            .into_iter()
            .find(|(column, ..)| column.name == "id")
        else {
            return Ok(());
        };
        for item in &resource.items {
            let at =
                |value: &Value| format!("{}{}{}", item.before, encoded(&plain(value)), item.after);
            let object = format!("{}{{}}{}", item.before, item.after);
            if item.methods.contains(&"get") {
                let pair = (&Ask::get(at(&value)), &Ask::get(at(&other)));
                let values = (plain(&value), plain(&other));
                self.compare(
                    None,
                    &object,
                    "the other's key",
                    pair,
                    (&values.0, &values.1),
                    Agree::Wholly,
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn with_operators(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let path = resource.path.as_str();
        for (column, value, other) in self.values(resource) {
            let (name, text) = (encoded(&column.name), encoded(&plain(&value)));
            let quoted = encoded(&format!("\"{}\"", plain(&value)));
            let asks = [
                (
                    "conditions around the other's value",
                    format!("{path}?or=({name}.eq.{quoted},{name}.is.null)"),
                ),
                (
                    "conditions around the other's value",
                    format!("{path}?or=({name}.is.null,{name}.not.is.null)"),
                ),
                (
                    "all but some",
                    format!("{path}?{name}=neq.{}", encoded(&plain(&other))),
                ),
                ("one of several", format!("{path}?{name}=in.({quoted})")),
                (
                    "an order",
                    format!("{path}?order={name}.desc.nullslast&limit=5"),
                ),
                (
                    "a page further on",
                    format!("{path}?order={name}&offset=0&limit=1000"),
                ),
            ];
            for (attack, target) in asks {
                self.look(path, attack, &Ask::get(target)).await?;
            }
            if matches!(column.kind, Kind::Text(_)) {
                self.look(
                    path,
                    "a pattern",
                    &Ask::get(format!("{path}?{name}=like.*{text}*")),
                )
                .await?;
                self.look(
                    path,
                    "a pattern",
                    &Ask::get(format!("{path}?{name}=ilike.*")),
                )
                .await?;
                self.look(
                    path,
                    "an aggregate",
                    &Ask::get(format!("{path}?select={name}.max()")),
                )
                .await?;
            }
            for breakout in BREAKOUTS {
                let target = format!("{path}?{name}=eq.{}", encoded(breakout));
                self.look(path, "text that breaks out of SQL", &Ask::get(target))
                    .await?;
                let target = format!("{path}?select={}", encoded(breakout));
                self.look(path, "text that breaks out of SQL", &Ask::get(target))
                    .await?;
            }
        }
        if let (Some(column), Some(tenant)) = (self.tenant_columns.get(path), &self.b.tenant) {
            let target = format!("{path}?{}=eq.{}", encoded(column), encoded(&plain(tenant)));
            self.look(path, "a filter by the other tenant", &Ask::get(target))
                .await?;
        }
        Ok(())
    }

    /// The other's rows by way of one's own, and as a condition on them.
    async fn embedded(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let path = resource.path.as_str();
        let surface = self.surface;
        for other in &surface.resources {
            if other.path == resource.path || other.columns.is_empty() {
                continue;
            }
            let name = &other.name;
            let answer = self
                .as_a(&Ask::get(format!("{path}?select=*,{name}(*)")))
                .await?;
            if !answer.is_success() {
                continue;
            }
            for target in [
                format!("{path}?select=*,{name}(*)"),
                format!("{path}?select=*,{name}!inner(*)"),
            ] {
                self.look(path, "embedded rows", &Ask::get(target)).await?;
            }
            for (column, value, decoy) in self.values(other) {
                let ask = |value: &Value| {
                    let (column, value) = (encoded(&column.name), encoded(&plain(value)));
                    Ask::get(format!(
                        "{path}?select=*,{name}!inner(*)&{name}.{column}=eq.{value}"
                    ))
                };
                let values = (plain(&value), plain(&decoy));
                self.compare(
                    None,
                    path,
                    "a condition on embedded rows",
                    (&ask(&value), &ask(&decoy)),
                    (&values.0, &values.1),
                    Agree::Wholly,
                )
                .await?;
            }
        }
        Ok(())
    }
}
