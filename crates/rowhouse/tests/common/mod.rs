//! What the integration tests share: a schema as the demo's, three tenants, and houses on it.
#![allow(
    dead_code,
    clippy::expect_used,
    reason = "each test file uses a part of it, and a failed expectation is a failed test"
)]

use rowhouse::{Rowhouse, Tenant, TenantId, Transaction};
use rowhouse_local::testing::Database;
use uuid::Uuid;

/// Two tenants with five items each, and one with none.
pub(crate) const ACME: Uuid = Uuid::from_u128(0xa);
pub(crate) const BETA: Uuid = Uuid::from_u128(0xb);
pub(crate) const EMPTY: Uuid = Uuid::from_u128(0xe);

/// What BETA sees.
pub(crate) const BETA_TITLES: [&str; 5] = ["beta 1", "beta 2", "beta 3", "beta 4", "beta 5"];

pub(crate) const SCHEMA: &str = "
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL, n int NOT NULL DEFAULT 0,
  tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid REFERENCES tenants (id),
  UNIQUE (tenant_id, title));
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tenants USING (id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE POLICY tenant ON items USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
INSERT INTO tenants VALUES ('00000000-0000-0000-0000-00000000000a', 'acme'), ('00000000-0000-0000-0000-00000000000b', 'beta'),
  ('00000000-0000-0000-0000-00000000000e', 'empty');
INSERT INTO items (title, n, tenant_id) SELECT 'acme ' || n, n, '00000000-0000-0000-0000-00000000000a' FROM generate_series(1, 5) n;
INSERT INTO items (title, n, tenant_id) SELECT 'beta ' || n, n, '00000000-0000-0000-0000-00000000000b' FROM generate_series(1, 5) n;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants, items TO rowhouse_app;
";

/// A database of the test's own with [`SCHEMA`].
pub(crate) async fn database() -> Database {
    Database::create(SCHEMA).await
}

/// A house on `database`, as the app role.
pub(crate) async fn house(database: &Database) -> Rowhouse {
    Rowhouse::connect(&database.app_url())
        .await
        .expect("the app role is let in")
}

/// A house on the server at `url` with so many lanes.
pub(crate) async fn house_at(url: &str, lanes: usize) -> Rowhouse {
    Rowhouse::builder()
        .lanes(lanes)
        .connect(url)
        .await
        .expect("the app role is let in")
}

/// A house on `database` whose tenants all share one connection.
pub(crate) async fn one_lane(database: &Database) -> Rowhouse {
    house_at(&database.app_url(), 1).await
}

pub(crate) fn acme(house: &Rowhouse) -> Tenant {
    house.tenant(ACME)
}

pub(crate) fn beta(house: &Rowhouse) -> Tenant {
    house.tenant(BETA)
}

/// The titles a tenant sees, sorted.
pub(crate) async fn titles(tenant: &Tenant) -> Vec<String> {
    let rows = tenant
        .query("SELECT title FROM items ORDER BY title", &[])
        .await
        .expect("a plain read");
    rows.iter().map(|row| row.get(0)).collect()
}

/// The backend of the lane that takes the tenant's next statement.
pub(crate) async fn backend(tenant: &Tenant) -> i32 {
    tenant
        .query_one("SELECT pg_backend_pid()", &[])
        .await
        .expect("a plain read")
        .get(0)
}

/// The backend of a transaction.
pub(crate) async fn backend_of(tx: &mut Transaction) -> i32 {
    tx.query_one("SELECT pg_backend_pid()", &[])
        .await
        .expect("a plain read")
        .get(0)
}

pub(crate) fn id(text: &str) -> TenantId {
    TenantId::parse(rowhouse::TenantType::Uuid, text).expect("a uuid")
}
