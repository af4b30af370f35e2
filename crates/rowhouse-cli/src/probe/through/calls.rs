//! Calling functions with what is the other's.

use hyper::Method;
use serde_json::{Map, Value, json};

use super::client::{Ask, encoded};
use super::party::{self, plain};
use super::report::Verdict;
use super::siege::Siege;
use super::surface::{Column, Kind};

impl Siege<'_> {
    /// Each function, with the other's values and with nobody's.
    pub(super) async fn call(&mut self) -> anyhow::Result<()> {
        let surface = self.surface;
        for function in &surface.functions {
            let path = function.path.as_str();
            let mut tried = vec![Self::arguments(&function.arguments, None)];
            for (at, column) in function.arguments.iter().enumerate() {
                for value in self.foreign(&column.kind) {
                    tried.push(Self::arguments(&function.arguments, Some((at, &value))));
                }
            }
            for arguments in tried {
                if function.methods.contains(&"get") {
                    let query: Vec<String> = arguments
                        .iter()
                        .map(|(name, value)| {
                            format!("{}={}", encoded(name), encoded(&plain(value)))
                        })
                        .collect();
                    self.look(
                        path,
                        "a call",
                        &Ask::get(format!("{path}?{}", query.join("&"))),
                    )
                    .await?;
                }
                if function.methods.contains(&"post") {
                    let ask = Ask::new(Method::POST, path).body(json!(arguments));
                    let before = self.all_of_b().await?;
                    let answer = self.look(path, "a call", &ask).await?;
                    if answer.is_success() && before != self.all_of_b().await? {
                        let seen = "the other tenant's rows are not what they were".to_owned();
                        let verdict = Verdict::leaked(seen, vec![self.shown(&ask)]);
                        self.note(path, "POST", "a call", verdict);
                    }
                }
            }
        }
        Ok(())
    }

    fn arguments(columns: &[Column], set: Option<(usize, &Value)>) -> Map<String, Value> {
        let given = columns.iter().enumerate().map(|(at, column)| {
            let value = match set {
                Some((place, value)) if place == at => value.clone(),
                _ => party::made_up(&column.kind),
            };
            (column.name.clone(), value)
        });
        given.collect()
    }

    /// Some of the other's values that an argument could take.
    fn foreign(&self, kind: &Kind) -> Vec<Value> {
        let mut found: Vec<Value> = self
            .b
            .tenant
            .iter()
            .filter(|tenant| fits(kind, tenant))
            .cloned()
            .collect();
        for resource in &self.surface.resources {
            let values = self.values(resource).into_iter();
            let same = |column: &Column| {
                std::mem::discriminant(&column.kind) == std::mem::discriminant(kind)
            };
            found.extend(
                values
                    .filter(|(column, ..)| same(column))
                    .map(|(_, value, _)| value)
                    .take(2),
            );
        }
        found.dedup();
        found.truncate(24);
        found
    }

    async fn all_of_b(&mut self) -> anyhow::Result<Vec<Option<Vec<String>>>> {
        let surface = self.surface;
        let mut all = Vec::new();
        for resource in &surface.resources {
            if !self.b.rows(&resource.path).is_empty() {
                all.push(self.of_b(resource).await?);
            }
        }
        Ok(all)
    }
}

fn fits(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Uuid => value.as_str().is_some_and(|text| text.len() == 36),
        Kind::Text(_) => value.is_string(),
        Kind::Integer(..) => value.is_number(),
        _ => false,
    }
}
