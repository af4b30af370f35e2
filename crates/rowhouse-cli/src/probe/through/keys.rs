//! Keys that are taken and rows that are referred to: what is refused tells that they are there.

use hyper::Method;
use serde_json::{Map, Value};

use super::client::{Ask, encoded};
use super::party::{self, plain};
use super::siege::{Agree, Siege};
use super::surface::{Column, Kind, Resource};

/// The rows come back.
const ROWS: &str = "return=representation";

impl Siege<'_> {
    /// A key that the other has: what is refused tells that it is there.
    pub(super) async fn taken_keys(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let path = resource.path.clone();
        let Some(new) = &resource.new else {
            return Ok(());
        };
        let tenant = self.tenant_columns.get(&path).cloned();
        for (column, value, other) in self.values(resource) {
            let chosen = new.iter().any(|known| known.name == column.name);
            if !chosen
                || Some(&column.name) == tenant.as_ref()
                || party::target(self.surface, &column).is_some()
            {
                continue;
            }
            let mut preferences = vec![("a key that the other has", ROWS)];
            if self.surface.operators {
                preferences.push((
                    "an upsert over the other's key",
                    "return=representation,resolution=merge-duplicates",
                ));
                preferences.push((
                    "an upsert beside the other's key",
                    "return=representation,resolution=ignore-duplicates",
                ));
            }
            for (attack, prefer) in preferences {
                // A name for each try: only this column is to be another's.
                let row = self.a.new_row(self.surface, resource, false);
                let ask = |value: &Value| adding(&path, prefer, &row, &column, value);
                let values = (plain(&value), plain(&other));
                let pair = (&ask(&value), &ask(&other));
                self.compare(
                    Some(resource),
                    &path,
                    attack,
                    pair,
                    (&values.0, &values.1),
                    guessed(resource, &column),
                )
                .await?;
                if !self.sweep(resource, &column, &[&value, &other]).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// A reference to the other's row.
    pub(super) async fn references(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let path = resource.path.clone();
        for column in resource.new.iter().flatten() {
            let Some((to, at)) = party::target(self.surface, column) else {
                continue;
            };
            if self.tenant_columns.get(&path) == Some(&column.name) {
                continue;
            }
            let mine: Vec<&Value> = self
                .a
                .rows(&to)
                .iter()
                .filter_map(|row| row.get(&at))
                .collect();
            let foreign = self
                .b
                .own(&to)
                .iter()
                .filter_map(|row| row.get(&at))
                .find(|value| !mine.contains(value));
            let Some((value, other)) =
                foreign.and_then(|value| Some((value.clone(), party::decoy(column, value)?)))
            else {
                self.nothing_of_b(&path, "POST", "a reference to the other's row");
                continue;
            };
            let row = self.a.new_row(self.surface, resource, false);
            let ask = |value: &Value| adding(&path, ROWS, &row, column, value);
            let values = (plain(&value), plain(&other));
            let pair = (&ask(&value), &ask(&other));
            self.compare(
                Some(resource),
                &path,
                "a reference to the other's row",
                pair,
                (&values.0, &values.1),
                Agree::InOutcome,
            )
            .await?;
            self.sweep(resource, column, &[&value, &other]).await?;
        }
        Ok(())
    }

    /// Takes away what an attack made for A, and tells whether it is gone.
    async fn sweep(
        &mut self,
        resource: &Resource,
        column: &Column,
        values: &[&Value],
    ) -> anyhow::Result<bool> {
        let tenant = self
            .tenant_columns
            .get(&resource.path)
            .zip(self.a.tenant.as_ref());
        let own = tenant
            .map(|(column, tenant)| format!("&{}=eq.{}", encoded(column), encoded(&plain(tenant))));
        let mut gone = true;
        for value in values {
            let has = |rows: &[Value]| rows.iter().any(|row| row.get(&column.name) == Some(value));
            let theirs = has(self.b.rows(&resource.path));
            // Never by a condition that the other's row meets, too.
            let condition = match (&own, theirs) {
                (Some(own), _) => own.as_str(),
                // Nor by a number, which may be anybody's.
                (None, _) if theirs || value.is_number() => {
                    gone = false;
                    continue;
                }
                (None, _) => "",
            };
            if self.surface.operators && resource.can_delete {
                let value = encoded(&plain(value));
                let target = format!(
                    "{}?{}=eq.{value}{condition}",
                    resource.path,
                    encoded(&column.name)
                );
                gone &= self
                    .as_a(&Ask::new(Method::DELETE, target))
                    .await?
                    .is_success();
            } else {
                gone = false;
            }
            if !gone {
                // It is in a row of A's own now.
                self.secrets.remove(&plain(value));
            }
        }
        Ok(gone)
    }
}

/// A new row with this value in this column.
fn adding(
    path: &str,
    prefer: &str,
    row: &Map<String, Value>,
    column: &Column,
    value: &Value,
) -> Ask {
    let mut row = row.clone();
    row.insert(column.name.clone(), value.clone());
    Ask::new(Method::POST, path)
        .header("Prefer", prefer)
        .body(Value::Object(row))
}

/// Keys that are drawn by lot cannot be guessed, so that whether one is taken tells nothing.
pub(super) fn guessed(resource: &Resource, column: &Column) -> Agree {
    let needed = |known: &Column| known.name == column.name && known.required;
    match column.kind {
        Kind::Uuid => Agree::Free,
        Kind::Integer(..) if !resource.new.iter().flatten().any(needed) => {
            Agree::InOutcomeOfCounted
        }
        _ => Agree::InOutcome,
    }
}
