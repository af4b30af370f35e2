//! `rowhouse keys revoke`.

use super::KeyRing;
use crate::failure::Obstacle;
use crate::terminal;

const REVOKE: &str = "UPDATE rowhouse.api_keys SET revoked_at = coalesce(revoked_at, now()) \
    WHERE id = $1 RETURNING tenant";

/// Revoke a key: services refuse it within seconds
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// The key's id, as `rowhouse keys list` shows it
    id: String,
}

impl Revoke {
    pub(super) async fn run(self, ring: &KeyRing) -> anyhow::Result<()> {
        ring.check_made().await?;
        // A whole key is taken for its id as well, and not repeated.
        let id = self.id.strip_prefix("rh_").unwrap_or(&self.id);
        let id = id.split('_').next().unwrap_or_default();
        let revoked = ring.owner.rows_with(REVOKE, &[&id]).await?;
        let Some(row) = revoked.first() else {
            return Err(Obstacle::new(
                format!("there is no key {id}"),
                "`rowhouse keys list` shows those there are",
            )
            .into());
        };
        let tenant: String = row.get(0);
        terminal::line(format!("revoked {id} of {tenant}"));
        Ok(())
    }
}
