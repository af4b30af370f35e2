//! The demo: two tables, three tenants, and the configuration that serves them. It is data, kept in `demo/`, and goes
//! into the binary so that an installed one has it too.

use anyhow::Context;
use rowhouse_local::Cluster;

use crate::administration::Administration;
use crate::local::{self, DATABASE, OWNER};

/// The demo's `rowhouse.toml`.
pub(crate) const CONFIG: &str = include_str!("../../../demo/rowhouse.toml");
const SCHEMA: &str = include_str!("../../../demo/schema.sql");
const SEED: &str = include_str!("../../../demo/seed.sql");

/// A tenant of the demo.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// Makes the demo's tables and rows where they are missing, and gives its tenants.
pub(crate) async fn prepare(
    cluster: &Cluster,
    superuser: &Administration,
) -> anyhow::Result<Vec<Tenant>> {
    let there = "SELECT FROM pg_class WHERE oid = to_regclass($1)";
    let mut tenants = Vec::new();
    if superuser.finds(there, "public.tenants").await? {
        tenants = list(superuser).await?;
    } else {
        as_owner(cluster, SCHEMA)
            .await
            .context("cannot make the demo's tables")?;
    }
    // Each file is a transaction of its own: a start that was killed may have left empty tables.
    if tenants.is_empty() {
        as_owner(cluster, SEED)
            .await
            .context("cannot fill the demo's tables")?;
        tenants = list(superuser).await?;
    }
    Ok(tenants)
}

async fn as_owner(cluster: &Cluster, sql: &str) -> anyhow::Result<()> {
    let owner = local::enter(cluster, OWNER, DATABASE).await?;
    owner.run(sql).await
}

/// All tenants, those of the seed first and in its order.
async fn list(superuser: &Administration) -> anyhow::Result<Vec<Tenant>> {
    let rows = superuser
        .rows("SELECT id::text, name FROM public.tenants ORDER BY name")
        .await
        .context("cannot list the demo's tenants")?;
    let mut tenants: Vec<Tenant> = rows
        .iter()
        .map(|row| Tenant {
            id: row.get(0),
            name: row.get(1),
        })
        .collect();
    tenants.sort_by_key(|tenant| SEED.find(&tenant.id).unwrap_or(usize::MAX));
    Ok(tenants)
}
