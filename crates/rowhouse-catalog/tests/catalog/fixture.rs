//! One rich schema for all tests here, each in a copy of its own.

use rowhouse_catalog::{Catalog, Function, Relation};
use rowhouse_local::testing::Database;
use tokio_postgres::Client;

/// A database with the rich schema, owned by `cat_owner`.
pub(crate) async fn rich() -> Database {
    let db = Database::create_with_superuser(include_str!("rich.sql"), "").await;
    // What belongs to the database itself is not copied from a template.
    let name = db.name();
    let own = format!(
        "ALTER DATABASE {name} OWNER TO cat_owner;
         ALTER DATABASE {name} SET app.tenant_id = '';
         REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC;"
    );
    db.admin().await.batch_execute(&own).await.unwrap();
    db
}

/// The rich schema as the superuser reads it.
pub(crate) async fn read() -> (Database, Client, Catalog) {
    let db = rich().await;
    let mut client = db.admin().await;
    let catalog = Catalog::read(&mut client).await.unwrap();
    (db, client, catalog)
}

pub(crate) fn relation<'a>(catalog: &'a Catalog, schema: &str, name: &str) -> &'a Relation {
    catalog
        .relation(schema, name)
        .unwrap_or_else(|| panic!("no relation {schema}.{name}"))
}

pub(crate) fn function<'a>(catalog: &'a Catalog, qualified_name: &str) -> &'a Function {
    catalog
        .functions
        .iter()
        .find(|function| function.qualified_name() == qualified_name)
        .unwrap_or_else(|| panic!("no function {qualified_name}"))
}

/// The names of columns, by number.
pub(crate) fn names(relation: &Relation, numbers: &[i16]) -> Vec<String> {
    numbers
        .iter()
        .map(|&number| relation.column_at(number).unwrap().name.clone())
        .collect()
}
