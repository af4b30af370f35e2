//! The demo is data: its schema, seed and configuration give the contract's answers without a
//! line of code of their own.

use rowhouse_api::config::ApiConfig;
use rowhouse_api::json::ServerFormat;
use rowhouse_api::plan::plan;
use rowhouse_api::request::{Read, Terms};
use rowhouse_api::resource::{Resources, RowSecurity};
use rowhouse_local::testing::{APP, Database, OWNER};

use crate::shop::catalog;

const DEMO: [&str; 2] = [
    include_str!("../../../../demo/schema.sql"),
    include_str!("../../../../demo/seed.sql"),
];
const PAWNEE: &str = "7a245486-3fc8-47ec-b303-04fefe7a58ff";

async fn demo() -> (Database, Resources) {
    let database = Database::create(&DEMO.concat()).await;
    let catalog = catalog(&database).await;
    let file: toml::Table = toml::from_str(include_str!("../../../../demo/rowhouse.toml")).unwrap();
    let config: ApiConfig = file["api"].clone().try_into().unwrap();
    let access = catalog.as_role(catalog.role(APP).unwrap().oid);
    let format = ServerFormat {
        utc: true,
        ..ServerFormat::default()
    };
    let resources = Resources::build(&catalog, &config, &RowSecurity, &access, &format).unwrap();
    (database, resources)
}

#[tokio::test]
async fn both_tables_are_served_as_configured() {
    let (_database, resources) = demo().await;
    let sql = |name: &str| {
        let resource = resources.get(name).unwrap();
        plan(
            &resources,
            resource,
            &Read::default(),
            &Terms::default(),
            None,
        )
        .unwrap()
        .sql
    };
    assert_eq!(
        &*sql("items"),
        "SELECT t1.id, t1.title, t1.tenant_id FROM public.items AS t1 ORDER BY t1.title"
    );
    assert_eq!(
        &*sql("tenants"),
        "SELECT t1.id, t1.name, (SELECT coalesce(pg_catalog.json_agg(r.*), '[]'::pg_catalog.json) \
         FROM (SELECT t2.id AS id, t2.title AS title, t2.tenant_id AS tenant_id \
         FROM public.items AS t2 WHERE t2.tenant_id = t1.id ORDER BY t2.title) AS r) \
         FROM public.tenants AS t1 ORDER BY t1.name"
    );
    assert!(resources.withheld().is_empty());
}

#[tokio::test]
async fn a_tenant_sees_its_own_rows_and_nobody_sees_all() {
    let (database, _) = demo().await;
    for role in [APP, OWNER] {
        let client = database.as_role(role).await;
        assert!(
            client.query("SELECT FROM items", &[]).await.is_err(),
            "{role} without a tenant"
        );
        client
            .batch_execute(&format!("SET app.current_tenant_id = '{PAWNEE}'"))
            .await
            .unwrap();
        let titles = client
            .query("SELECT title FROM items ORDER BY title", &[])
            .await
            .unwrap();
        let titles: Vec<String> = titles.iter().map(|row| row.get(0)).collect();
        let expected = [
            "art-fair",
            "bench",
            "concert",
            "drinking-fountain",
            "emergency-kit",
        ];
        assert_eq!(titles, expected, "{role}");
        let tenants = client.query("SELECT name FROM tenants", &[]).await.unwrap();
        assert_eq!(tenants.len(), 1, "{role}");
    }
}
