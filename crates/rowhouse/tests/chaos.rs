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
    clippy::too_many_lines,
    reason = "a test fails by panicking, and prints the seed that repeats it"
)]

#[path = "adversary/polls.rs"]
mod polls;
#[path = "adversary/proxy.rs"]
mod proxy;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use polls::after;
use proxy::Proxy;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rowhouse::{Delivery, Error, Row, Rowhouse, Tenant};
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
const READ: &str = "SELECT tenant_id, id, n FROM ledger";
const INSERT: &str = "INSERT INTO ledger (id, n) VALUES ($1, $2)";
const UPDATE: &str = "UPDATE ledger SET n = n + 1 WHERE id = $1";
const DELETE: &str = "DELETE FROM ledger WHERE id = $1";

/// What a row may be: a value, or absent.
type Value = Option<i64>;

/// One tenant's rows as they must be. A write whose outcome is unknown leaves a row with two values, the old and the
/// new; once the new one was seen, the old one must not come back.
#[derive(Default)]
struct Model {
    rows: BTreeMap<Uuid, (Value, Value)>,
    /// Rows that were written together: both are there, or neither.
    together: Vec<(Uuid, Uuid)>,
    done: BTreeMap<&'static str, u64>,
    in_doubt: u64,
}

/// What became of a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Done,
    NotDone,
    Unknown,
}

impl Model {
    fn write(&mut self, what: &'static str, changes: &[(Uuid, Value)], fate: Fate) {
        match fate {
            Fate::Done => *self.done.entry(what).or_default() += 1,
            Fate::Unknown => self.in_doubt += 1,
            Fate::NotDone => {}
        }
        for (id, new) in changes {
            let old = self.rows.get(id).and_then(|(_, now)| *now);
            let after = match fate {
                Fate::Done => (*new, *new),
                Fate::NotDone => (old, old),
                Fate::Unknown => (old, *new),
            };
            self.rows.insert(*id, after);
        }
    }

    /// A row whose value is known, to write to.
    fn settled(&self, chance: &mut StdRng) -> Option<(Uuid, i64)> {
        let known: Vec<_> = self
            .rows
            .iter()
            .filter_map(|(id, (old, new))| Some((*id, (*old)?)).filter(|_| old == new))
            .collect();
        (!known.is_empty()).then(|| known[chance.random_range(0..known.len())])
    }

    fn check(&mut self, told: &str, me: Uuid, answer: &[Row]) {
        let mut seen = BTreeMap::new();
        for row in answer {
            let (owner, id, n): (Uuid, Uuid, i64) = (row.get(0), row.get(1), row.get(2));
            assert_eq!(owner, me, "{told}: a foreign row");
            assert!(self.rows.contains_key(&id), "{told}: a row nobody wrote");
            assert!(seen.insert(id, n).is_none(), "{told}: a row twice");
        }
        for (id, (old, new)) in &mut self.rows {
            let now = seen.get(id).copied();
            assert!(
                now == *old || now == *new,
                "{told}: {id} is {now:?}, not {old:?} or {new:?}"
            );
            if now == *new {
                *old = *new;
            }
        }
        for (one, other) in &self.together {
            let both = (seen.contains_key(one), seen.contains_key(other));
            assert!(both.0 == both.1, "{told}: half of a transaction");
        }
        *self.done.entry("read").or_default() += 1;
    }
}

/// What an error says about the write it ended. Anything that chaos does not explain is a failure.
fn fate(told: &str, error: &Error) -> Fate {
    match error {
        Error::Lost {
            delivery: Delivery::NotSent,
            ..
        }
        | Error::Unavailable { .. }
        | Error::Connect(_) => Fate::NotDone,
        Error::Lost { .. } => Fate::Unknown,
        // Administrative shutdown, crash, start-up: the session's end may have come after the commit.
        Error::Database(error) if error.code().starts_with("57P") => Fate::Unknown,
        Error::Timeout {
            wait: rowhouse::Wait::Exclusive,
            ..
        } => Fate::NotDone,
        Error::Timeout { .. } => Fate::Unknown,
        other => panic!("{told}: {other} ({other:?})"),
    }
}

async fn live(tenant: Tenant, me: Uuid, mut chance: StdRng, until: Instant) -> Model {
    let mut model = Model::default();
    let mut step = 0;
    while Instant::now() < until {
        step += 1;
        let told = format!("tenant {me} step {step}");
        match chance.random_range(0..12) {
            0 => one_shot(&tenant, &mut model, &mut chance, &told, "insert").await,
            1 => one_shot(&tenant, &mut model, &mut chance, &told, "update").await,
            2 => one_shot(&tenant, &mut model, &mut chance, &told, "delete").await,
            3 => batch(&tenant, &mut model, &told, me).await,
            4 | 5 => transaction(&tenant, &mut model, &mut chance, &told, me).await,
            6 => stream(&tenant, &mut model, &told, me).await,
            7 => {
                // A future dropped after a few polls: it may have run or not.
                let id = Uuid::new_v4();
                let polls = chance.random_range(0..4);
                let outcome = after(polls, tenant.execute(INSERT, &[&id, &7_i64])).await;
                let fate = match outcome {
                    None if polls == 0 => Fate::NotDone,
                    None => Fate::Unknown,
                    Some(Ok(_)) => Fate::Done,
                    Some(Err(error)) => fate(&told, &error),
                };
                model.write("dropped", &[(id, Some(7))], fate);
            }
            _ => match tenant.query(READ, &[]).await {
                Ok(rows) => model.check(&told, me, &rows),
                Err(error) => {
                    fate(&told, &error);
                }
            },
        }
    }
    model
}

async fn one_shot(
    tenant: &Tenant,
    model: &mut Model,
    chance: &mut StdRng,
    told: &str,
    what: &'static str,
) {
    let known = model.settled(chance);
    let (sql, id, new) = match (what, known) {
        ("update", Some((id, n))) => (UPDATE, id, Some(n + 1)),
        ("delete", Some((id, _))) => (DELETE, id, None),
        _ => (INSERT, Uuid::new_v4(), Some(0)),
    };
    // Rows of a pair are deleted together or not at all.
    if sql == DELETE
        && model
            .together
            .iter()
            .any(|(one, other)| *one == id || *other == id)
    {
        return;
    }
    let outcome = match sql {
        INSERT => tenant.execute(sql, &[&id, &0_i64]).await,
        _ => tenant.execute(sql, &[&id]).await,
    };
    let fate = match outcome {
        Ok(rows) => {
            assert_eq!(rows, 1, "{told}: {sql}");
            Fate::Done
        }
        Err(error) => fate(told, &error),
    };
    model.write(what, &[(id, new)], fate);
}

async fn batch(tenant: &Tenant, model: &mut Model, told: &str, me: Uuid) {
    let (one, other, n) = (Uuid::new_v4(), Uuid::new_v4(), 1_i64);
    let (first, second) = ([&one as _, &n as _], [&other as _, &n as _]);
    let batch = tenant
        .batch()
        .add(INSERT, &first)
        .unwrap()
        .add(INSERT, &second)
        .unwrap()
        .add(READ, &[])
        .unwrap();
    let outcome = batch.run().await;
    let fate = match &outcome {
        Ok(_) => Fate::Done,
        Err(error) => fate(told, error),
    };
    model.write("batch", &[(one, Some(1)), (other, Some(1))], fate);
    model.together.push((one, other));
    if let Ok(answers) = outcome {
        let rows: Vec<Row> = answers[2].iter().collect();
        model.check(told, me, &rows);
    }
}

async fn transaction(
    tenant: &Tenant,
    model: &mut Model,
    chance: &mut StdRng,
    told: &str,
    me: Uuid,
) {
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    let mut changes = vec![(one, Some(2)), (other, Some(2))];
    let known = model.settled(chance);
    let end = chance.random_range(0..4);
    let mut committing = false;
    let outcome = async {
        let mut tx = tenant.begin().await?;
        let rows = tx.query(READ, &[]).await?;
        model.check(told, me, &rows);
        tx.execute(INSERT, &[&one, &2_i64]).await?;
        {
            let mut savepoint = tx.savepoint().await?;
            savepoint
                .execute(INSERT, &[&Uuid::new_v4(), &99_i64])
                .await?;
        }
        tx.execute(INSERT, &[&other, &2_i64]).await?;
        if let Some((id, n)) = known {
            assert_eq!(tx.execute(UPDATE, &[&id]).await?, 1, "{told}");
            changes.push((id, Some(n + 1)));
        }
        match end {
            0 => return Ok(false),
            1 => {
                tx.rollback().await?;
                return Ok(false);
            }
            _ => {}
        }
        committing = true;
        tx.commit().await?;
        Ok(true)
    }
    .await;
    let fate = match outcome {
        Ok(true) => Fate::Done,
        Ok(false) => Fate::NotDone,
        Err(error) => match (fate(told, &error), committing) {
            (_, false) => Fate::NotDone,
            (fate, true) => fate,
        },
    };
    model.write("transaction", &changes, fate);
    model.together.push((one, other));
}

async fn stream(tenant: &Tenant, model: &mut Model, told: &str, me: Uuid) {
    let outcome = async {
        let mut stream = tenant.stream(READ, &[]).await?;
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await? {
            rows.push(row);
        }
        Ok(rows)
    };
    match outcome.await {
        Ok(rows) => {
            model.check(told, me, &rows);
            *model.done.entry("stream").or_default() += 1;
        }
        Err(error) => {
            fate(told, &error);
        }
    }
}

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
    let socket = cluster
        .socket_dir()
        .join(format!(".s.PGSQL.{}", cluster.port()));
    let proxy = Proxy::start(socket, Some((seed, 1_500))).await;
    let house = Rowhouse::builder()
        .lanes(3)
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
        let life = live(house.tenant(me), me, chance, until);
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
    polls::guarded("close", house.close()).await;
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
        let kept = kept.remove(me).unwrap_or_default();
        for (id, (old, new)) in &model.rows {
            let now = kept.get(id).copied();
            assert!(
                now == *old || now == *new,
                "{me}: {id} ended as {now:?}, not {old:?} or {new:?}"
            );
        }
        assert!(
            kept.keys().all(|id| model.rows.contains_key(id)),
            "{me}: a row nobody wrote"
        );
        for (one, other) in &model.together {
            assert_eq!(
                kept.contains_key(one),
                kept.contains_key(other),
                "{me}: half of a transaction"
            );
        }
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
