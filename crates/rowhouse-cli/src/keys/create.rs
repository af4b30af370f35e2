//! `rowhouse keys create`.

use std::time::Duration;

use anyhow::Context;
use rowhouse::TenantId;
use rowhouse_identity::ApiKey;

use super::KeyRing;
use crate::config::{SourceName, parse_time};
use crate::failure::Misuse;
use crate::terminal;

/// The table of keys and the function that looks one up.
const SETUP: &str = include_str!("setup.sql");

/// Two that make the table must not do so at the same time. The number means nothing.
const LOCK: &str = "SELECT pg_catalog.pg_advisory_xact_lock(8272)";

/// Lets the role ask for a key, and have nothing else. Names are quoted by the server.
const GRANT: &str = "SELECT pg_catalog.format('REVOKE ALL ON rowhouse.api_keys FROM %1$I; \
    GRANT USAGE ON SCHEMA rowhouse TO %1$I; \
    GRANT EXECUTE ON FUNCTION rowhouse.api_key(text) TO %1$I', rolname) \
    FROM pg_catalog.pg_roles WHERE rolname = $1";

const INSERT: &str = "INSERT INTO rowhouse.api_keys (id, tenant, hash, name, expires_at) \
    VALUES ($1, $2, $3, $4, pg_catalog.now() + $5 * interval '1 second')";

/// Make a key for a tenant, and show it once
#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// Whose key it is
    #[arg(long)]
    tenant: String,
    /// What it is for
    #[arg(long, default_value = "")]
    name: String,
    /// For how long it is good [default: until it is revoked]
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    expires: Option<Duration>,
    /// The service's role, which looks keys up [default: that of database_url]
    #[arg(long, value_name = "ROLE")]
    app_role: Option<String>,
}

impl Create {
    pub(super) async fn run(self, ring: &KeyRing) -> anyhow::Result<()> {
        let file = &ring.config.file;
        let tenant = TenantId::parse(file.tenant_type, &self.tenant)
            .map_err(|error| Misuse::new(format!("the tenant is {error}")))?;
        let role = self.app_role.as_deref().or(ring.app_role.as_deref());
        let role = role.ok_or_else(|| {
            Misuse::new("nothing says which role the service has, which must be let look up keys")
                .hint("name it with --app-role, or the service's own URL as DATABASE_URL")
        })?;
        let owner = &ring.owner;
        owner
            .run(&format!("BEGIN; {LOCK}; {SETUP}; COMMIT"))
            .await
            .context("the table of API keys cannot be made")?;
        let grants = owner.rows_with(GRANT, &[&role]).await?;
        let grants: String = match grants.first() {
            Some(row) => row.get(0),
            None => return Err(Misuse::new(format!("there is no role {role:?}")).into()),
        };
        owner.run(&grants).await?;
        let key = ApiKey::generate()?;
        let seconds = self.expires.map(|time| time.as_secs_f64());
        let hash = key.hash().to_hex();
        owner
            .rows_with(
                INSERT,
                &[&key.id(), &tenant.as_str(), &hash, &self.name, &seconds],
            )
            .await
            .context("the key cannot be stored")?;
        terminal::line(key.reveal());
        terminal::progress(format!(
            "the key {} of {tenant}; it is not shown again",
            key.id()
        ));
        if !file.identity.sources().contains(&SourceName::ApiKey) {
            terminal::warning(
                "this configuration takes no API keys: add \"api-key\" to `sources` in [identity]",
            );
        }
        Ok(())
    }
}

fn lifetime(text: &str) -> Result<Duration, String> {
    parse_time(text).ok_or_else(|| "write a time as 12h or 90d".to_owned())
}
