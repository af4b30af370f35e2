//! What is served, what is withheld, and how a configuration that does not fit is refused.

use rowhouse_api::config::ApiConfig;
use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{Resources, RowSecurity};
use rowhouse_local::testing::{APP, Database};

use crate::shop::{Shop, catalog};

/// Resources over a schema of the test's own, or why there are none.
async fn build(schema: &str, config: &str) -> Result<Resources, String> {
    let database = Database::create(schema).await;
    let catalog = catalog(&database).await;
    let config: ApiConfig = toml::from_str(config).unwrap();
    let access = catalog.as_role(catalog.role(APP).unwrap().oid);
    let format = ServerFormat::default();
    Resources::build(&catalog, &config, &RowSecurity, &access, &format)
        .map_err(|error| error.to_string())
}

const DOCS: &str = "CREATE TABLE docs (id int); GRANT SELECT ON docs TO rowhouse_app;";
const TWO: &str = "CREATE SCHEMA a; CREATE SCHEMA b; GRANT USAGE ON SCHEMA a, b TO rowhouse_app;
    CREATE TABLE a.items (id int); CREATE TABLE b.items (id int); CREATE TABLE b.hidden (id int);
    GRANT SELECT ON a.items, b.items TO rowhouse_app;";

#[tokio::test]
async fn only_protected_and_shared_relations_are_served() {
    let shop = Shop::configured("schemas = ['app']\nshared = ['app.countries']").await;
    let names: Vec<&str> = shop
        .resources
        .iter()
        .map(|resource| resource.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Odd \"One",
            "addresses",
            "countries",
            "customers",
            "lines",
            "orders",
            "products",
            "staff",
            "tenants"
        ]
    );
    assert!(shop.resources.get("countries").unwrap().shared);
    let withheld: Vec<String> = shop
        .resources
        .withheld()
        .iter()
        .map(|withheld| format!("{}: {}", withheld.relation, withheld.reason))
        .collect();
    assert_eq!(
        withheld,
        [
            "app.bare: row security is not enabled",
            "app.product_names: only tables can have row security of their own",
            "app.secrets: row security is not forced, so the owner is not bound by it",
        ]
    );
    assert_eq!(
        shop.get("countries", "").await,
        r#"[{"code":"de","label":"Germany"}]"#
    );
    assert_eq!(
        shop.resources.suggest("app", "costumers"),
        Some("customers")
    );
}

#[tokio::test]
async fn paths_of_the_service_are_kept() {
    let refused = build(DOCS, "shared = ['docs']").await.unwrap_err();
    assert_eq!(
        refused,
        "public.docs cannot be served as /docs: the service keeps that path for itself; \
         set `name` in [api.resource.docs]"
    );
    let renamed = "shared = ['docs']\n[resource.docs]\nname = 'documents'";
    let resources = build(DOCS, renamed).await.unwrap();
    assert!(resources.get("documents").is_some() && resources.get("docs").is_none());
}

#[tokio::test]
async fn each_schema_has_names_of_its_own() {
    let both = "schemas = ['b', 'a']\nshared = ['a.items', 'b.items', 'b.hidden']";
    let resources = build(TWO, both).await.unwrap();
    assert_eq!(resources.get("items").unwrap().sql, "b.items");
    assert_eq!(resources.get_in("a", "items").unwrap().sql, "a.items");
    assert!(resources.get_in("c", "items").is_none());
    let withheld: Vec<&str> = resources
        .withheld()
        .iter()
        .map(|w| w.reason.as_str())
        .collect();
    assert_eq!(
        withheld,
        ["the app role may neither read it nor insert rows"]
    );
    let named = format!("{both}\n[resource.'b.hidden']\nname = 'items'");
    assert!(build(TWO, &named).await.is_ok());
}

#[tokio::test]
async fn a_configuration_for_another_database_is_refused() {
    let refused = async |config| build(TWO, config).await.unwrap_err();
    assert_eq!(
        refused("schemas = ['a']\nshared = ['itmes']").await,
        "api.shared = \"itmes\": there is no such relation in the served schemas"
    );
    assert_eq!(
        refused("schemas = ['a']\n[resource.'b.items']\norder = 'id'").await,
        "api.resource = \"b.items\": there is no such relation in the served schemas"
    );
    assert_eq!(
        refused("schemas = ['a']\nshared = ['items']\n[resource.items]\norder = 'title'").await,
        "[api.resource.items]: items has no column \"title\""
    );
}
