//! The check as a service's own tests would use it.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_types,
    reason = "a test may fail, and brings a client of its own"
)]

use rowhouse_catalog::{Catalog, RelationKind};
use rowhouse_guard::{CheckError, Isolation, Options, Standing, check};
use rowhouse_local::testing::Database;

const DEMO: &str = include_str!("../../../demo/schema.sql");

async fn catalog(sql: &str) -> Catalog {
    let database = Database::create(DEMO).await;
    let mut owner = database.as_role("rowhouse_owner").await;
    owner.batch_execute(sql).await.unwrap();
    Catalog::read(&mut owner).await.unwrap()
}

fn options() -> Options {
    Options {
        app_roles: vec!["rowhouse_app".into()],
        ..Options::default()
    }
}

#[tokio::test]
async fn the_demo_passes() -> Result<(), CheckError> {
    check(&catalog("").await, &options())
}

#[tokio::test]
async fn a_leak_fails_with_what_to_do() {
    let catalog = catalog("ALTER TABLE items DISABLE ROW LEVEL SECURITY").await;
    let error = check(&catalog, &options()).unwrap_err();
    let said = error.to_string();
    assert!(
        said.starts_with("tenants are not kept apart: 1 finding\n"),
        "{said}"
    );
    assert!(said.contains("public.items"), "{said}");
    assert!(said.contains("\n    ALTER TABLE"), "{said}");
    assert_eq!(format!("{error:?}"), said);
}

#[tokio::test]
async fn a_role_that_is_not_there_cannot_be_told() {
    let options = Options {
        app_roles: vec!["nobody_here".into()],
        ..Options::default()
    };
    let error = check(&catalog("").await, &options).unwrap_err();
    assert!(matches!(error, CheckError::CannotTell(_)), "{error}");
}

#[tokio::test]
async fn every_relation_has_its_standing() {
    let catalog = catalog(
        "CREATE TABLE countries (code text PRIMARY KEY);
         CREATE MATERIALIZED VIEW stored AS SELECT title FROM items WITH NO DATA;
         CREATE VIEW over_stored AS SELECT * FROM stored;
         CREATE VIEW own WITH (security_invoker) AS SELECT * FROM items, countries;
         CREATE TABLE unbound (id int, tenant_id uuid NOT NULL);
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO rowhouse_app",
    )
    .await;
    let isolation = Isolation::examine(&catalog, &options()).unwrap();
    let standing = |name: &str| {
        let relation = catalog.relation("public", name).unwrap();
        isolation.standing(relation.oid).cloned().unwrap()
    };
    assert_eq!(standing("items"), Standing::Protected { beside: vec![] });
    assert_eq!(standing("countries"), Standing::Shared);
    for name in ["stored", "over_stored", "unbound"] {
        assert!(matches!(standing(name), Standing::Unproven(_)), "{name}");
    }
    let countries = catalog.relation("public", "countries").unwrap();
    assert_eq!(countries.kind, RelationKind::Table);
    assert_eq!(
        standing("own"),
        Standing::Protected {
            beside: vec![countries.oid]
        }
    );
}

/// Nothing to keep apart is not the same as kept apart.
#[tokio::test]
async fn a_database_that_speaks_of_no_tenants_cannot_be_told() {
    let database = Database::create(
        "CREATE TABLE data (id int PRIMARY KEY, secret text); GRANT SELECT ON data TO rowhouse_app",
    )
    .await;
    let mut owner = database.as_role("rowhouse_owner").await;
    let catalog = Catalog::read(&mut owner).await.unwrap();
    let told = |tenant_column: Option<&str>| {
        let options = Options {
            tenant_column: tenant_column.map(str::to_owned),
            ..options()
        };
        rowhouse_guard::audit(&catalog, &options).map(|report| report.findings.len())
    };
    assert_eq!(told(None), Err(rowhouse_guard::Error::NoTenants));
    let name = "tenant".to_owned();
    assert_eq!(
        told(Some("tenant")),
        Err(rowhouse_guard::Error::NoSuchColumn { name })
    );
}
