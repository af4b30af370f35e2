//! How long an audit takes, on databases with many tables.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, bail};
use rowhouse_local::Cluster;

use crate::data::{self, APP};
use crate::service::binary;

/// Tables that a statement of `make` creates, so that no transaction needs more locks than the server has.
const CHUNK: u32 = 500;

/// Makes database `name` with `tables` tables, each with row security, a policy, a foreign key and an index.
pub(crate) async fn make(cluster: &Cluster, name: &str, tables: u32) -> Result<()> {
    data::create(cluster, name, 2, 1).await?;
    let admin = data::connect(&cluster.admin_url(name)).await?;
    for first in (1..=tables).step_by(CHUNK as usize) {
        let last = (first + CHUNK - 1).min(tables);
        admin
            .batch_execute(&format!(
                "DO $$ BEGIN FOR n IN {first}..{last} LOOP EXECUTE format('
                   CREATE TABLE t%1$s (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants (id), body text);
                   CREATE INDEX ON t%1$s (tenant_id);
                   ALTER TABLE t%1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                   CREATE POLICY tenant ON t%1$s
                     USING (tenant_id = (SELECT current_setting(''app.current_tenant_id'')::uuid));
                   GRANT SELECT, INSERT, UPDATE, DELETE ON t%1$s TO {APP}', n);
                 END LOOP; END $$"
            ))
            .await?;
    }
    Ok(())
}

/// Seconds from starting the command to its end.
pub(crate) fn run(url: &str) -> Result<f64> {
    let began = Instant::now();
    let output = Command::new(binary()?)
        .args(["audit", "--app-role", APP, "--database-url", url])
        .stdin(Stdio::null())
        .output()?;
    if output.status.code() == Some(2) {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(began.elapsed().as_secs_f64())
}
