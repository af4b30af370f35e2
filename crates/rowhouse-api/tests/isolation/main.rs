//! Several tenants at once ask everything there is to ask, at random, and every answer is held against a model in memory
//! that knows one tenant's rows: not one row, count, error detail or `ETag` of another's.
//!
//! 10,000 requests unless `ROWHOUSE_REQUESTS` says otherwise; `ROWHOUSE_SEED` repeats a run's choices.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_types,
    clippy::redundant_closure_for_method_calls,
    reason = "a test fails by panicking, looks at the database from outside, and prints the seed that repeats it"
)]

mod chance;
mod client;
mod model;
mod request;
mod schema;
mod tenant;
mod writes;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rowhouse::Rowhouse;
use rowhouse_api::config::ApiConfig;
use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{Current, Resources, RowSecurity};
use rowhouse_api::{Api, ApiOptions};
use rowhouse_catalog::Catalog;
use rowhouse_identity::HeaderIdentity;
use rowhouse_local::testing::{APP, Database, OWNER};
use serde_json::Value;

use crate::model::Model;
use crate::tenant::Tenant;

const TENANTS: usize = 5;

/// What all texts of a tenant hold.
fn marker(number: usize) -> String {
    format!("TENANT{number}X")
}

fn uuid(number: usize) -> String {
    format!("{number:08x}-0000-4000-8000-000000000000")
}

async fn api(database: &Database) -> Api {
    let mut owner = database.as_role(OWNER).await;
    let catalog = Box::pin(Catalog::read(&mut owner)).await.unwrap();
    // The views are served as what everybody may read: that their rows are each tenant's own follows from the tables.
    let views = schema::TABLES
        .iter()
        .map(|table| format!("{}_v", table.name));
    let config = ApiConfig {
        shared: views.collect(),
        ..ApiConfig::default()
    };
    let house = Rowhouse::builder()
        .lanes(3)
        .connect(&database.app_url())
        .await
        .unwrap();
    let format = ServerFormat::ask(&house).await.unwrap();
    let access = catalog.as_role(catalog.role(APP).unwrap().oid);
    let resources = Resources::build(&catalog, &config, &RowSecurity, &access, &format).unwrap();
    let identity = HeaderIdentity::new("X-tenant-id", house.tenant_type()).unwrap();
    Api::new(
        house,
        Current::new(resources),
        identity,
        ApiOptions::default(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_what_a_model_of_one_tenant_says() {
    let number = |name| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let requests: u64 = number("ROWHOUSE_REQUESTS").unwrap_or(10_000);
    let seed = number("ROWHOUSE_SEED").unwrap_or_else(|| rand::rng().random());
    println!("ROWHOUSE_SEED={seed}");
    let tenants: Vec<String> = (0..TENANTS).map(uuid).collect();
    let database = Database::create(&schema::sql(&tenants)).await;
    let api = api(&database).await;
    let tags = Arc::new(Mutex::new(BTreeMap::new()));
    let began = Instant::now();
    let mut running = Vec::new();
    for number in 0..TENANTS {
        let dice = StdRng::seed_from_u64(seed + number as u64);
        let mut tenant = Tenant::new(number, api.clone(), dice, Arc::clone(&tags));
        running.push(tokio::spawn(async move {
            tenant.run(requests / TENANTS as u64).await;
            tenant
        }));
    }
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for running in running {
        let tenant = running.await.unwrap();
        for (kind, count) in &tenant.kinds {
            *kinds.entry(kind.clone()).or_default() += count;
        }
        compare(&database, &tenant.model).await;
    }
    println!(
        "{requests} requests in {:.1} s: {kinds:?}",
        began.elapsed().as_secs_f32()
    );
    // A run in which everything was refused would show nothing.
    for kind in [
        "read 200",
        "insert 201",
        "upsert 20",
        "update 20",
        "delete 20",
        "function 200",
    ] {
        let count: u64 = kinds
            .iter()
            .filter(|(known, _)| known.starts_with(kind))
            .map(|(_, count)| count)
            .sum();
        assert!(count > requests / 200, "{kind}: {count} of {requests}");
    }
}

/// What is in the database in the end, read by somebody whom nothing binds.
async fn compare(database: &Database, model: &Model) {
    let admin = database.admin().await;
    for table in schema::TABLES {
        let sql = format!(
            "SELECT coalesce(json_agg(to_jsonb(t) - 'tenant_id'), '[]') FROM {} AS t WHERE tenant_id = '{}'",
            table.name, model.tenant
        );
        let row = admin.query_one(&sql, &[]).await.unwrap();
        let Value::Array(found) = row.get(0) else {
            panic!("{sql}")
        };
        let sorted = |rows: Vec<String>| {
            let mut rows = rows;
            rows.sort();
            rows
        };
        let text = |row: &model::Row| serde_json::to_string(row).unwrap();
        let found = found.into_iter().map(|row| {
            let row: BTreeMap<String, Value> = serde_json::from_value(row).unwrap();
            serde_json::to_string(&row).unwrap()
        });
        assert_eq!(
            sorted(found.collect()),
            sorted(model.rows(table.name).iter().map(text).collect()),
            "{} of {}",
            table.name,
            model.name
        );
    }
}
