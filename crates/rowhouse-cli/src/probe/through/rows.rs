//! Rows that are made for the two tenants, and removed again.

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::Value;

use super::client::{Ask, Client, encoded};
use super::party::{self, Party};
use super::siege::Siege;
use super::surface::{Resource, Surface};

/// How many rows each tenant gets in a list: some are removed again by an attack.
const ROWS: usize = 2;
/// How often all lists are gone through: rows may need others first.
const PASSES: usize = 3;

impl Siege<'_> {
    /// Makes rows where a party has fewer than it needs.
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
                while party.rows(&resource.path).len() < ROWS {
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
        let known = party.rows(&resource.path).len();
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
            let ask = Ask::new(Method::POST, resource.path.as_str()).body(Value::Object(row));
            if !client.ask(&party.credentials, &ask).await?.is_success() {
                continue;
            }
            if let Some(rows) = Self::list(client, surface, party, resource).await? {
                let more = rows.len() > known;
                party.rows.insert(resource.path.clone(), rows);
                if more {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Removes what is there now and was not at first; the last made goes first.
    pub(super) async fn tidy(&mut self) -> anyhow::Result<Vec<String>> {
        let surface = self.surface;
        let mut left: BTreeMap<String, String> = BTreeMap::new();
        for _ in 0..PASSES {
            left.clear();
            for party in [&self.a, &self.b] {
                for resource in surface.resources.iter().rev() {
                    let Some(first) = party.at_first.get(&resource.path) else {
                        continue;
                    };
                    let rows = Self::list(&mut self.client, surface, party, resource)
                        .await?
                        .unwrap_or_default();
                    for row in rows.iter().filter(|row| !first.contains(row)) {
                        if !Self::remove(&mut self.client, surface, party, resource, row).await? {
                            left.insert(
                                row.to_string(),
                                format!("{} {}: {row}", party.word, resource.path),
                            );
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

    async fn remove(
        client: &mut Client,
        surface: &Surface,
        party: &Party,
        resource: &Resource,
        row: &Value,
    ) -> anyhow::Result<bool> {
        let members: Vec<(&String, &Value)> = row.as_object().into_iter().flatten().collect();
        let target = if surface.operators && resource.can_delete {
            let simple = members
                .iter()
                .filter(|(_, value)| value.is_string() || value.is_i64() || value.is_boolean());
            let conditions: Vec<String> = simple
                .map(|(name, value)| {
                    format!("{}=eq.{}", encoded(name), encoded(&party::plain(value)))
                })
                .collect();
            format!("{}?{}", resource.path, conditions.join("&"))
        } else if let (Some(item), Some(id)) = (
            resource
                .items
                .iter()
                .find(|item| item.methods.contains(&"delete")),
            row.get("id"),
        ) {
            format!(
                "{}{}{}",
                item.before,
                encoded(&party::plain(id)),
                item.after
            )
        } else {
            return Ok(false);
        };
        let answer = client
            .ask(&party.credentials, &Ask::new(Method::DELETE, target))
            .await?;
        Ok(answer.is_success())
    }
}
