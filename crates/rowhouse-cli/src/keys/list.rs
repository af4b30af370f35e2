//! `rowhouse keys list`.

use super::KeyRing;
use crate::terminal;

const LIST: &str = "SELECT id, tenant, name, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), \
    CASE WHEN revoked_at IS NOT NULL THEN 'revoked ' || to_char(revoked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') \
         WHEN expires_at <= now() THEN 'expired ' || to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') \
         WHEN expires_at IS NOT NULL THEN 'until ' || to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') \
         ELSE 'good' END \
    FROM rowhouse.api_keys ORDER BY tenant, created_at, id";

/// List all keys: id, tenant, since when, state, name
#[derive(Debug, clap::Args)]
pub(super) struct List {}

impl List {
    pub(super) async fn run(ring: &KeyRing) -> anyhow::Result<()> {
        ring.check_made().await?;
        for row in ring.owner.rows(LIST).await? {
            let [id, tenant, name, since, state]: [String; 5] =
                std::array::from_fn(|column| row.get(column));
            // What somebody has named a key stays on its line.
            let name: String = name.chars().filter(|c| !c.is_control()).collect();
            terminal::line(format!("{id}  {tenant}  {since}  {state}  {name}").trim_end());
        }
        Ok(())
    }
}
