//! The databases that are attacked: the same, plain and sealed.

use rowhouse::{Rowhouse, SealKeys};
use rowhouse_guard::seal::{Rewrite, TenantType, install, rewrites};
use rowhouse_local::testing::{APP, Database};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::endpoint::App;

/// The tenant whose requests carry the payloads.
pub(crate) const OWN: Uuid = Uuid::from_u128(0xa);
/// The tenant who is attacked.
pub(crate) const FOREIGN: Uuid = Uuid::from_u128(0xb);
/// How many rows that one has; the other has another number.
pub(crate) const FOREIGN_ROWS: usize = 7;

/// Everything that makes an attack easier is allowed: temporary tables, and one lane for all.
const SCHEMA: &str = "
CREATE TABLE items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid,
  n int NOT NULL,
  title text NOT NULL);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON items USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
CREATE VIEW titles WITH (security_invoker = true) AS SELECT n, title FROM items;
CREATE FUNCTION first_title() RETURNS text LANGUAGE sql STABLE AS 'SELECT min(title) FROM public.items';
GRANT SELECT, INSERT, UPDATE, DELETE ON items TO rowhouse_app;
GRANT SELECT ON titles TO rowhouse_app;
";

const ROWS: &str = "
DELETE FROM items;
INSERT INTO items (id, tenant_id, n, title)
SELECT ('00000000-0000-0000-000a-00000000000' || n)::uuid, '00000000-0000-0000-0000-00000000000a', n, 'own ' || n
  FROM generate_series(1, 3) AS n;
INSERT INTO items (id, tenant_id, n, title)
SELECT ('00000000-0000-0000-000b-00000000000' || n)::uuid, '00000000-0000-0000-0000-00000000000b', n, 'beta-secret ' || n
  FROM generate_series(1, 7) AS n;
";

/// What the attacked tenant has, as one text.
const STATE: &str = "SELECT string_agg(id::text || n || title, ',' ORDER BY id) FROM items
  WHERE tenant_id = '00000000-0000-0000-0000-00000000000b'";

pub(crate) struct Grounds {
    pub(crate) database: Database,
    pub(crate) house: Rowhouse,
    pub(crate) app: App,
    outside: Client,
    before: Option<String>,
}

impl Grounds {
    pub(crate) async fn plain() -> Self {
        let (database, outside) = database().await;
        Self::new(database, outside, Rowhouse::builder()).await
    }

    pub(crate) async fn sealed() -> Self {
        let (database, outside) = database().await;
        let keys = seal(&database, &[]).await;
        Self::new(
            database,
            outside,
            Rowhouse::builder().seal(keys.parse().unwrap()),
        )
        .await
    }

    async fn new(database: Database, outside: Client, builder: rowhouse::Builder) -> Self {
        let house = builder.lanes(1).connect(&database.app_url()).await.unwrap();
        let mut grounds = Self {
            app: App::new(house.clone()),
            database,
            house,
            outside,
            before: None,
        };
        grounds.restore().await;
        grounds.before = grounds.state().await;
        grounds
    }

    pub(crate) async fn restore(&self) {
        self.outside.batch_execute(ROWS).await.unwrap();
    }

    async fn state(&self) -> Option<String> {
        self.outside.query_one(STATE, &[]).await.unwrap().get(0)
    }

    /// Whether the attacked tenant's rows are not what they were, or there are more of them.
    pub(crate) async fn is_touched(&self) -> bool {
        self.state().await != self.before
    }

    pub(crate) async fn assert_untouched(&self) {
        assert_eq!(self.state().await, self.before);
    }

    /// What came before did no harm to honest requests.
    pub(crate) async fn assert_both_tenants_work(&self) {
        for (tenant, rows) in [(OWN, 3), (FOREIGN, FOREIGN_ROWS)] {
            let found = self
                .house
                .tenant(tenant)
                .query("SELECT title FROM items", &[])
                .await
                .unwrap();
            assert_eq!(found.len(), rows, "{tenant}");
        }
    }
}

async fn database() -> (Database, Client) {
    let database = Database::create(SCHEMA).await;
    let outside = database.admin().await;
    outside
        .batch_execute("GRANT TEMPORARY ON DATABASE current_database TO rowhouse_app")
        .await
        .ok();
    (database, outside)
}

/// Installs the seal as the owner, changes the policies, and gives the key's line.
pub(crate) async fn seal(database: &Database, claims: &[&str]) -> String {
    let mut owner = database.as_role(rowhouse_local::testing::OWNER).await;
    let sql = install("app.current_tenant_id", TenantType::Uuid, &[APP.to_owned()]);
    owner.batch_execute(&sql).await.unwrap();
    let catalog = rowhouse_catalog::Catalog::read(&mut owner).await.unwrap();
    let rewrites = rewrites(&catalog).expect("a genuine seal");
    assert!(!rewrites.is_empty());
    for rewrite in rewrites {
        let Rewrite::Sql { up, .. } = rewrite else {
            panic!("{rewrite:?}");
        };
        owner.batch_execute(&up).await.unwrap();
    }
    new_key(&owner, claims).await
}

pub(crate) async fn new_key(owner: &Client, claims: &[&str]) -> String {
    let row = owner
        .query_one(
            "SELECT rowhouse.new_seal_key('app.current_tenant_id', 'uuid', $1)",
            &[&claims],
        )
        .await
        .unwrap();
    row.get(0)
}

/// Keys that parse.
pub(crate) fn keys(lines: &str) -> SealKeys {
    lines.parse().unwrap()
}
