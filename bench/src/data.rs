//! The database that everything is measured on: the demo's schema, with tenants whose ids count up.

use anyhow::Result;
use rowhouse_local::Cluster;
use tokio_postgres::NoTls;

/// The role that the measured programs use. It cannot bypass row security.
pub(crate) const APP: &str = "rowhouse_app";

const SCHEMA: &str = "
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants (id), UNIQUE (tenant_id, title));
CREATE TABLE plain_items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL,
  tenant_id uuid NOT NULL, UNIQUE (tenant_id, title));
CREATE POLICY tenant ON tenants USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant ON items USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE FUNCTION nap() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(2)';
GRANT SELECT ON tenants TO rowhouse_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON items, plain_items TO rowhouse_app;
";

const PROTECT: &str = "
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY; ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE items ENABLE ROW LEVEL SECURITY; ALTER TABLE items FORCE ROW LEVEL SECURITY;
";

/// The tenant numbered `n`, from 1.
pub(crate) fn tenant(n: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::from_str_radix(&format!("{n:012}"), 16).unwrap_or(n.into()))
}

/// Makes database `name` with `tenants` tenants of `rows` items each.
pub(crate) async fn create(cluster: &Cluster, name: &str, tenants: u64, rows: u64) -> Result<()> {
    create_open(cluster, name, tenants, rows).await?;
    let admin = connect(&cluster.admin_url(name)).await?;
    admin.batch_execute(PROTECT).await?;
    Ok(())
}

/// The same without row security: its policies are dormant.
pub(crate) async fn create_open(
    cluster: &Cluster,
    name: &str,
    tenants: u64,
    rows: u64,
) -> Result<()> {
    let admin = connect(&cluster.admin_url("postgres")).await?;
    admin
        .batch_execute(&format!(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') THEN CREATE ROLE {APP} LOGIN; END IF; END $$"
        ))
        .await?;
    admin
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await?;
    let admin = connect(&cluster.admin_url(name)).await?;
    admin
        .batch_execute(&format!("REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC"))
        .await?;
    admin.batch_execute(SCHEMA).await?;
    let id = "('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid";
    for sql in [
        format!(
            "INSERT INTO tenants SELECT {id}, 'tenant ' || n FROM generate_series(1, {tenants}) n"
        ),
        format!(
            "INSERT INTO items (title, tenant_id) SELECT 'item ' || lpad(i::text, 7, '0'), {id}
             FROM generate_series(1, {tenants}) n, generate_series(1, {rows}) i"
        ),
        "INSERT INTO plain_items SELECT * FROM items".to_owned(),
    ] {
        admin.batch_execute(&sql).await?;
    }
    admin.batch_execute("VACUUM ANALYZE").await?;
    admin.batch_execute("CHECKPOINT").await?;
    Ok(())
}

#[allow(
    clippy::disallowed_types,
    reason = "sets up the data, as the superuser of a private cluster"
)]
pub(crate) async fn connect(url: &str) -> Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
