//! Rows that are made for the two tenants, and removed again.

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::{Map, Value};

use super::client::{Ask, Client, encoded};
use super::party::{self, Party};
use super::siege::Siege;
use super::surface::{Resource, Surface};

/// How many rows each tenant gets in a list: some are removed again by an attack.
const ROWS: usize = 2;
/// How often all lists are gone through: rows may need others first.
const PASSES: usize = 3;

impl Siege<'_> {
    /// Makes rows, whatever is there already: only what was made is known to be a tenant's own.
    pub(super) async fn make(
        client: &mut Client,
        surface: &Surface,
        party: &mut Party,
    ) -> anyhow::Result<()> {
        for _ in 0..PASSES {
            let mut made = false;
            for resource in surface
                .resources
                .iter()
                .filter(|resource| resource.new.is_some())
            {
                while party.made.get(&resource.path).map_or(0, Vec::len) < ROWS {
                    if !Self::make_one(client, surface, party, resource).await? {
                        break;
                    }
                    made = true;
                }
            }
            if !made {
                break;
            }
        }
        Ok(())
    }

    /// One row: with what is needed, or that and the tenant, or all that can be said.
    async fn make_one(
        client: &mut Client,
        surface: &Surface,
        party: &mut Party,
        resource: &Resource,
    ) -> anyhow::Result<bool> {
        let before = Self::list(client, surface, party, resource)
            .await?
            .unwrap_or_default();
        for (all, named) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut row = party.new_row(surface, resource, all);
            if named {
                let Some(tenant) = party.tenant.clone() else {
                    continue;
                };
                let words = ["tenant_id", "tenant", "org_id", "account_id", "company_id"];
                let columns = resource.new.iter().flatten().chain(&resource.columns);
                let Some(column) = columns
                    .into_iter()
                    .find(|column| words.contains(&column.name.as_str()))
                else {
                    continue;
                };
                row.insert(column.name.clone(), tenant);
            }
            let ask =
                Ask::new(Method::POST, resource.path.as_str()).body(Value::Object(row.clone()));
            if !client.ask(&party.credentials, &ask).await?.is_success() {
                continue;
            }
            let Some(rows) = Self::list(client, surface, party, resource).await? else {
                continue;
            };
            let new = rows
                .iter()
                .find(|found| !before.contains(found) && is(found, &row))
                .cloned();
            party.rows.insert(resource.path.clone(), rows);
            if let Some(new) = new {
                party
                    .made
                    .entry(resource.path.clone())
                    .or_default()
                    .push(new);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes what was made; the last goes first.
    pub(super) async fn tidy(&mut self) -> anyhow::Result<Vec<String>> {
        let surface = self.surface;
        let mut left: BTreeMap<String, String> = BTreeMap::new();
        for _ in 0..PASSES {
            left.clear();
            for party in [&self.a, &self.b] {
                for resource in surface.resources.iter().rev() {
                    let rows = Self::list(&mut self.client, surface, party, resource)
                        .await?
                        .unwrap_or_default();
                    let column = self.tenant_columns.get(&resource.path);
                    for row in rows
                        .iter()
                        .filter(|row| is_new(party, resource, column, row))
                    {
                        if !Self::remove(&mut self.client, surface, party, resource, row).await? {
                            let line = format!("{} {}: {row}", party.word, resource.path);
                            left.insert(row.to_string(), line);
                        }
                    }
                }
            }
            if left.is_empty() {
                break;
            }
        }
        Ok(left.into_values().collect())
    }

    /// Removes one row, by all that is known of it.
    async fn remove(
        client: &mut Client,
        surface: &Surface,
        party: &Party,
        resource: &Resource,
        row: &Value,
    ) -> anyhow::Result<bool> {
        let members = row.as_object().into_iter().flatten();
        let simple =
            members.filter(|(_, value)| value.is_string() || value.is_i64() || value.is_boolean());
        let conditions: Vec<String> = simple
            .map(|(name, value)| format!("{}=eq.{}", encoded(name), encoded(&party::plain(value))))
            .collect();
        let item = resource
            .items
            .iter()
            .find(|item| item.methods.contains(&"delete"));
        let target = match (item, row.get("id")) {
            _ if surface.operators && resource.can_delete && !conditions.is_empty() => {
                format!("{}?{}", resource.path, conditions.join("&"))
            }
            (Some(item), Some(id)) if !surface.operators => {
                format!(
                    "{}{}{}",
                    item.before,
                    encoded(&party::plain(id)),
                    item.after
                )
            }
            _ => return Ok(false),
        };
        let answer = client
            .ask(&party.credentials, &Ask::new(Method::DELETE, target))
            .await?;
        Ok(answer.is_success())
    }
}

/// Whether a row is the one that was sent: all that was said is in it.
fn is(row: &Value, sent: &Map<String, Value>) -> bool {
    let simple = |value: &Value| value.is_string() || value.is_i64() || value.is_boolean();
    let said = sent.iter().filter(|(_, value)| simple(value));
    said.clone().count() > 0
        && said
            .filter_map(|(name, value)| Some((row.get(name)?, value)))
            .all(|(found, value)| found == value)
}

/// Whether a row came by the probe: it was made for this tenant, or bears its mark, or is a row of this tenant that was
/// not there at first. Never one that names another tenant, or whose key was there.
fn is_new(party: &Party, resource: &Resource, column: Option<&String>, row: &Value) -> bool {
    let first = party
        .at_first
        .get(&resource.path)
        .map_or(&[][..], Vec::as_slice);
    let known = |rows: &[Value]| {
        let id = row.get("id");
        rows.iter()
            .any(|other| other == row || (id.is_some() && other.get("id") == id))
    };
    let members = || row.as_object().into_iter().flat_map(Map::values);
    let marked = members().any(|value| {
        value
            .as_str()
            .is_some_and(|text| text.starts_with("probe-"))
    });
    let tenant = column.and_then(|column| row.get(column));
    let own = match (tenant, &party.tenant) {
        (Some(tenant), Some(own)) => tenant == own,
        _ => false,
    };
    let made = party
        .made
        .get(&resource.path)
        .is_some_and(|made| known(made));
    !known(first) && (own || (tenant.is_none() && (marked || made)))
}
