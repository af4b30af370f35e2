//! Changing what is the other's, and learning from what is refused.

use hyper::Method;
use serde_json::{Map, Value};

use super::client::{Ask, encoded};
use super::keys::guessed;
use super::party::{self, plain};
use super::report::Verdict;
use super::siege::{Agree, Siege};
use super::surface::{Column, Kind, Resource};

const ROWS: (&str, &str) = ("Prefer", "return=representation");

impl Siege<'_> {
    /// All writing to one list; what removes rows comes last.
    pub(super) async fn write(&mut self, resource: &Resource) -> anyhow::Result<()> {
        if resource.new.is_some() {
            self.for_the_other(resource).await?;
            self.taken_keys(resource).await?;
            self.references(resource).await?;
        }
        // What the attacks so far left with A is its own.
        if let Some(rows) = Self::list(&mut self.client, self.surface, &self.a, resource).await? {
            let made = self.b.made.get(&resource.path);
            let others = |row: &Value| made.is_some_and(|made| made.contains(row));
            let rows = rows.into_iter().filter(|row| !others(row)).collect();
            self.a.rows.insert(resource.path.clone(), rows);
        }
        let tenant = self.tenant_columns.get(&resource.path).cloned();
        let Some((key, value)) = party::key(resource, &self.b, &self.a, tenant.as_deref()) else {
            let methods = [
                (resource.can_change, "PATCH"),
                (resource.can_delete, "DELETE"),
                (resource.can_put, "PUT"),
            ];
            for (_, method) in methods.into_iter().filter(|(can, _)| *can) {
                self.nothing_of_b(&resource.path, method, "the other's row");
            }
            return Ok(());
        };
        self.moved(resource, &key).await?;
        // PUT comes last: it may make rows of A's own under the other's key.
        for method in [Method::PATCH, Method::DELETE, Method::PUT] {
            let change = self.change(resource, &key);
            if change.is_none() && method != Method::DELETE {
                continue;
            }
            let change = change.filter(|_| method != Method::DELETE);
            let places = self.places(resource, &key, &method);
            if places.is_empty() && self.offers(resource, &method) {
                let why =
                    "its rows cannot be asked for in a way that is sure to meet no third tenant's"
                        .to_owned();
                let word = method.as_str();
                self.note(
                    &resource.path,
                    word,
                    "the other's row",
                    Verdict::NotExercised { why },
                );
            }
            for (before, after) in places {
                self.strike(
                    resource,
                    &method,
                    (&before, &after),
                    (&key, &value),
                    change.as_ref(),
                )
                .await?;
            }
        }
        Ok(())
    }

    fn offers(&self, resource: &Resource, method: &Method) -> bool {
        let offered = match *method {
            Method::PATCH => resource.can_change,
            Method::PUT => resource.can_put,
            _ => resource.can_delete,
        };
        self.surface.operators && offered
    }

    /// Where one row can be asked for by its key: what stands in front of the key, and behind it. In a service that leaks, a
    /// key alone could meet a third tenant's row: the tenant stands beside it, or nobody has the same key by chance.
    fn places(&self, resource: &Resource, key: &Column, method: &Method) -> Vec<(String, String)> {
        let mut places = Vec::new();
        let drawn = key.kind == Kind::Uuid;
        let tenant = self
            .tenant_columns
            .get(&resource.path)
            .zip(self.b.tenant.as_ref());
        if self.offers(resource, method) {
            let path = &resource.path;
            let name = encoded(&key.name);
            match tenant {
                // PUT takes nothing beside the key.
                _ if drawn && *method == Method::PUT => {
                    places.push((format!("{path}?{name}=eq."), String::new()));
                }
                Some((column, tenant)) if *method != Method::PUT => {
                    let tenant = format!("{}=eq.{}", encoded(column), encoded(&plain(tenant)));
                    places.push((format!("{path}?{tenant}&{name}=eq."), String::new()));
                }
                None if drawn => places.push((format!("{path}?{name}=eq."), String::new())),
                _ => {}
            }
        }
        let word = method.as_str().to_lowercase();
        for item in &resource.items {
            if key.name == "id" && drawn && item.methods.contains(&word.as_str()) {
                places.push((item.before.clone(), item.after.clone()));
            }
        }
        places
    }

    /// One change of the other's row by its key.
    async fn strike(
        &mut self,
        resource: &Resource,
        method: &Method,
        (before, after): (&str, &str),
        (key, value): (&Column, &Value),
        change: Option<&Map<String, Value>>,
    ) -> anyhow::Result<()> {
        let Some(decoy) = party::decoy(key, value) else {
            return Ok(());
        };
        let puts = *method == Method::PUT;
        let ask = |value: &Value| {
            let target = format!("{before}{}{after}", encoded(&plain(value)));
            let ask = Ask::new(method.clone(), target).header(ROWS.0, ROWS.1);
            let Some(mut change) = change.cloned() else {
                return ask;
            };
            if puts {
                change.insert(key.name.clone(), value.clone());
            }
            ask.body(Value::Object(change))
        };
        let agree = if puts {
            guessed(resource, key)
        } else {
            Agree::Wholly
        };
        let values = (plain(value), plain(&decoy));
        let attack = "the other's row";
        let pair = (&ask(value), &ask(&decoy));
        let texts = (values.0.as_str(), values.1.as_str());
        self.compare(Some(resource), &resource.path, attack, pair, texts, agree)
            .await
    }

    /// What could be written over a row.
    fn change(&self, resource: &Resource, key: &Column) -> Option<Map<String, Value>> {
        let tenant = self.tenant_columns.get(&resource.path);
        let free = |column: &&Column| column.name != key.name && Some(&column.name) != tenant;
        let columns = resource.new.as_ref().unwrap_or(&resource.columns);
        let text = columns
            .iter()
            .filter(free)
            .find(|column| matches!(column.kind, Kind::Text(_)));
        if resource.can_put {
            let mut row = self.a.new_row(self.surface, resource, false);
            row.remove(&key.name);
            if !row.is_empty() {
                return Some(row);
            }
        }
        let simple = |column: &&Column| {
            matches!(
                column.kind,
                Kind::Number | Kind::Integer(..) | Kind::Boolean | Kind::Date | Kind::Timestamp
            ) && party::target(self.surface, column).is_none()
        };
        let column = text.or_else(|| columns.iter().filter(free).find(simple))?;
        Some(Map::from_iter([(
            column.name.clone(),
            party::made_up(&column.kind),
        )]))
    }

    /// A row that names the other tenant as its owner.
    async fn for_the_other(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let path = resource.path.as_str();
        let (Some(column), Some(tenant)) = (
            self.tenant_columns.get(path).cloned(),
            self.b.tenant.clone(),
        ) else {
            let why = "no column was found that says whose a row is".to_owned();
            self.note(
                path,
                "POST",
                "a row of the other tenant",
                Verdict::NotExercised { why },
            );
            return Ok(());
        };
        let mut row = self.a.new_row(self.surface, resource, false);
        row.insert(column, tenant);
        let ask = Ask::new(Method::POST, path)
            .header(ROWS.0, ROWS.1)
            .body(Value::Object(row));
        self.watched(resource, "a row of the other tenant", &ask)
            .await
    }

    /// One's own row, given to the other.
    async fn moved(&mut self, resource: &Resource, key: &Column) -> anyhow::Result<()> {
        let path = resource.path.as_str();
        let (Some(column), Some(tenant)) = (
            self.tenant_columns.get(path).cloned(),
            self.b.tenant.clone(),
        ) else {
            return Ok(());
        };
        let own = self
            .a
            .own(path)
            .first()
            .and_then(|row| row.get(&key.name))
            .cloned();
        let Some(own) =
            own.filter(|_| self.surface.operators && resource.can_change && column != key.name)
        else {
            return Ok(());
        };
        let mine = self.a.tenant.as_ref().map(plain).unwrap_or_default();
        let target = format!(
            "{path}?{}=eq.{}&{}=eq.{}",
            encoded(&key.name),
            encoded(&plain(&own)),
            encoded(&column),
            encoded(&mine)
        );
        let change = Map::from_iter([(column, tenant)]);
        let ask = Ask::new(Method::PATCH, target)
            .header(ROWS.0, ROWS.1)
            .body(Value::Object(change));
        self.watched(resource, "a row given away", &ask).await
    }

    /// Asks as A, and looks whether B's rows are what they were.
    async fn watched(
        &mut self,
        resource: &Resource,
        attack: &'static str,
        ask: &Ask,
    ) -> anyhow::Result<()> {
        let before = self.of_b(resource).await?;
        let answer = self.as_a(ask).await?;
        let after = self.of_b(resource).await?;
        let verdict = if let Some(seen) = self.seen(ask, &answer) {
            Verdict::leaked(seen, vec![self.shown(ask)])
        } else if before != after {
            let seen = "the other tenant's rows are not what they were".to_owned();
            Verdict::leaked(seen, vec![self.shown(ask)])
        } else {
            Verdict::held(answer.status)
        };
        self.note(&resource.path, ask.method.as_str(), attack, verdict);
        Ok(())
    }
}
