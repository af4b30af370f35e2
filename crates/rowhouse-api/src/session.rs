//! How the server prints values in our sessions: asked, not guessed.

use std::collections::HashSet;

use rowhouse::{Rowhouse, TenantId, TenantType};

use crate::json::ServerFormat;

/// The settings that decide it, and the casts to `json` that `to_json` would use.
const SQL: &str = "\
SELECT pg_catalog.current_setting('TimeZone') IN ('UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'UCT', 'Etc/UCT', 'Zulu', 'Etc/Zulu'),
       pg_catalog.current_setting('IntervalStyle') <> 'postgres',
       pg_catalog.current_setting('bytea_output') <> 'hex',
       pg_catalog.current_setting('extra_float_digits')::pg_catalog.int4 < 1,
       ARRAY(SELECT c.castsource FROM pg_catalog.pg_cast c
              WHERE c.casttarget = 'pg_catalog.json'::pg_catalog.regtype AND c.castmethod = 'f')";

impl ServerFormat {
    /// Asks a house. It reads settings and the catalog only, in the scope of a tenant without rows.
    ///
    /// # Errors
    /// Those of [`rowhouse::Tenant::query_one`].
    pub async fn ask(house: &Rowhouse) -> rowhouse::Result<Self> {
        let row = nobody(house).query_one(SQL, &[]).await?;
        let casts: Vec<u32> = row.try_get(4)?;
        Ok(Self {
            utc: row.try_get(0)?,
            server_intervals: row.try_get(1)?,
            server_bytea: row.try_get(2)?,
            server_floats: row.try_get(3)?,
            json_casts: HashSet::from_iter(casts),
        })
    }
}

/// The scope of a tenant that need not exist.
fn nobody(house: &Rowhouse) -> rowhouse::Tenant {
    let id = match house.tenant_type() {
        TenantType::Integer => TenantId::from(0_i64),
        _ => TenantId::from(uuid::Uuid::nil()),
    };
    house.tenant(id)
}
