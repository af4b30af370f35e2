//! Twenty tenants read and write while everything breaks around them; every answer is held against a model in memory.
//!
//! Thirty seconds unless `ROWHOUSE_CHAOS_SECONDS` says otherwise; `ROWHOUSE_SEED` repeats a run's choices.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::large_futures,
    clippy::disallowed_types,
    clippy::match_same_arms,
    reason = "a test fails by panicking, and prints the seed that repeats it"
)]

mod model;
#[path = "../adversary/polls.rs"]
mod polls;
#[path = "../adversary/proxy.rs"]
mod proxy;
mod tenant;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use proxy::Proxy;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rowhouse::Rowhouse;
use rowhouse_local::testing::{PrivateCluster, private_cluster};
use uuid::Uuid;

const TENANTS: u64 = 20;

const SCHEMA: &str = "
CREATE TABLE ledger (
  id uuid PRIMARY KEY, n int8 NOT NULL, tenant_id uuid NOT NULL DEFAULT current_setting('app.current_tenant_id')::uuid);
ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ledger USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger TO rowhouse_app;
";

/// Breaks something every now and then.
async fn disturb(cluster: &mut PrivateCluster, proxy: &Proxy, mut chance: StdRng, until: Instant) {
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(chance.random_range(50..500))).await;
        let app = "FROM pg_stat_activity WHERE usename = 'rowhouse_app'";
        match chance.random_range(0..10) {
            0 => cluster.restart().await,
            1 => {
                cluster.stop_immediate().await;
                cluster.start().await;
            }
            2..5 => proxy.hang_up(),
            5..8 => {
                let one =
                    format!("SELECT pg_terminate_backend(pid) {app} ORDER BY random() LIMIT 2");
                cluster.admin().await.batch_execute(&one).await.unwrap();
            }
            _ => cluster
                .admin()
                .await
                .batch_execute(&format!("SELECT pg_terminate_backend(pid) {app}"))
                .await
                .unwrap(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_right_or_an_error() {
    let seed = polls::seed("chaos");
    let seconds = std::env::var("ROWHOUSE_CHAOS_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(30);
    let mut cluster = private_cluster(&[("synchronous_commit", "on")]).await;
    cluster.admin().await.batch_execute(SCHEMA).await.unwrap();
    let proxy = Proxy::start(cluster.socket(), Some((seed, 1_500))).await;
    let house = Rowhouse::builder()
        .lanes(3)
        .writing_lanes(2)
        .exclusive_connections(6)
        .slow_connections(4)
        .prepared_statements(NonZeroUsize::new(4).unwrap())
        .lane_answer(300, 1 << 20)
        .max_age(Duration::from_millis(700))
        .recheck_role_every(Duration::from_millis(500))
        .acquire_timeout(Duration::from_secs(10))
        .connect(&proxy.url("postgres"))
        .await
        .unwrap();
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut tenants = tokio::task::JoinSet::new();
    for number in 0..TENANTS {
        let me = Uuid::from_u128(0x1000 + u128::from(number));
        let chance = StdRng::seed_from_u64(seed.wrapping_add(1 + number));
        let life = tenant::live(house.tenant(me), me, chance, until);
        tenants.spawn(async move { (me, life.await) });
    }
    disturb(&mut cluster, &proxy, StdRng::seed_from_u64(seed), until).await;
    let mut models = BTreeMap::new();
    let gathered = async {
        while let Some(done) = tenants.join_next().await {
            let (me, model) = done.expect("no tenant saw anything wrong");
            models.insert(me, model);
        }
    };
    polls::guarded("the tenants", gathered).await;
    polls::guarded("close", house.close()).await.unwrap();
    // Nobody is left who could still be committing.
    proxy.hang_up();
    cluster.restart().await;

    let admin = cluster.admin().await;
    let rows = admin
        .query("SELECT tenant_id, id, n FROM ledger", &[])
        .await
        .unwrap();
    let mut kept: BTreeMap<Uuid, BTreeMap<Uuid, i64>> = BTreeMap::new();
    for row in &rows {
        kept.entry(row.get(0))
            .or_default()
            .insert(row.get(1), row.get(2));
    }
    let (mut done, mut in_doubt) = (BTreeMap::<_, u64>::new(), 0);
    for (me, model) in &models {
        model.check_end(*me, &kept.remove(me).unwrap_or_default());
        model
            .done
            .iter()
            .for_each(|(what, count)| *done.entry(*what).or_default() += count);
        in_doubt += model.in_doubt;
    }
    assert!(kept.is_empty(), "rows of nobody: {kept:?}");
    println!(
        "{done:?}, {in_doubt} in doubt, {} connections",
        proxy.connections()
    );
    for what in [
        "read",
        "insert",
        "update",
        "delete",
        "batch",
        "transaction",
        "stream",
        "dropped",
    ] {
        assert!(
            done.get(what).is_some_and(|count| *count > 0),
            "no {what} ever succeeded: {done:?}"
        );
    }
}
