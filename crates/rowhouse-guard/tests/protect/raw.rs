//! A database without any row security: what each step really holds up, and a run that is broken off after each.

use std::collections::BTreeMap;

use rowhouse_catalog::Catalog;
use rowhouse_guard::protect::{How, Lock, Plan, Wishes, Work, plan};
use rowhouse_guard::{Level, Options};
use rowhouse_local::testing::Database;
use tokio_postgres::Client;

use crate::state;

const RAW: &str = include_str!("raw.sql");

fn options() -> Options {
    Options {
        // Other tests' roles are on the same server.
        app_roles: vec!["rowhouse_app".into()],
        ..Options::default()
    }
}

fn dump(database: &Database) -> String {
    state::dump(database.binaries(), &database.admin_url())
}

async fn planned(owner: &mut Client) -> Plan {
    let catalog = Catalog::read(owner).await.unwrap();
    plan(&catalog, &options(), &Wishes::default()).unwrap()
}

/// The strongest lock of this session on tables, and on which; and how often rows of a table were read one by one.
async fn held(owner: &Client) -> (BTreeMap<String, Lock>, i64) {
    let rows = owner
        .query(
            "SELECT c.oid::regclass::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
              WHERE l.pid = pg_backend_pid() AND l.granted AND c.relkind IN ('r', 'p', 'v') AND c.oid >= 16384",
            &[],
        )
        .await
        .unwrap();
    let mut held = BTreeMap::new();
    for row in rows {
        let lock = match row.get::<_, &str>(1) {
            "AccessExclusiveLock" => Lock::AccessExclusive,
            "ShareRowExclusiveLock" => Lock::ShareRowExclusive,
            "ShareLock" => Lock::Share,
            "ShareUpdateExclusiveLock" => Lock::ShareUpdateExclusive,
            "RowExclusiveLock" => Lock::RowExclusive,
            _ => Lock::None,
        };
        let known = held.entry(row.get(0)).or_insert(lock);
        *known = lock.max(*known);
    }
    let scans = owner
        .query_one(
            "SELECT coalesce(sum(pg_stat_get_xact_numscans(c.oid)), 0)::bigint FROM pg_class c
              WHERE c.relkind = 'r' AND c.oid >= 16384",
            &[],
        )
        .await
        .unwrap();
    (held, scans.get(0))
}

async fn together(owner: &Client, work: &Work) {
    for statement in &work.statements {
        owner
            .batch_execute(statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
}

#[tokio::test]
async fn each_step_holds_what_it_says_and_reads_no_rows_while_others_wait() {
    let database = Database::create(RAW).await;
    let mut owner = database.as_role("rowhouse_owner").await;
    owner
        .batch_execute("SET search_path = pg_catalog")
        .await
        .unwrap();
    let plan = planned(&mut owner).await;
    let mut strongest = BTreeMap::new();
    for step in &plan.steps {
        let work = &step.up;
        if work.how != How::Together {
            together(&owner, work).await;
            continue;
        }
        owner.batch_execute("BEGIN").await.unwrap();
        let (_, before) = held(&owner).await;
        together(&owner, work).await;
        let (held, after) = held(&owner).await;
        owner.batch_execute("COMMIT").await.unwrap();
        // Partitions are locked with their parent, and a referenced table is read by key.
        let worst = held.values().copied().max().unwrap_or(Lock::None);
        assert!(worst <= work.lock, "{}: {held:?}", step.what);
        for (table, lock) in &held {
            let said = work
                .on
                .iter()
                .any(|name| name == table || table.starts_with(name.as_str()));
            assert!(
                said || *lock < Lock::ShareUpdateExclusive,
                "{}: {lock} on {table}",
                step.what
            );
        }
        if work.lock >= Lock::Share {
            assert!(!work.scans, "{}", step.what);
            assert_eq!(
                after, before,
                "{} reads rows under {}",
                step.what, work.lock
            );
        }
        *strongest.entry(work.lock).or_insert(0) += 1;
    }
    assert!(strongest[&Lock::AccessExclusive] > 10, "{strongest:?}");
    assert!(strongest[&Lock::ShareUpdateExclusive] > 2, "{strongest:?}");
    let left: Vec<_> = planned(&mut owner).await.before;
    let left: Vec<_> = left
        .iter()
        .filter(|finding| finding.level > Level::Note)
        .collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test]
async fn broken_off_after_each_step_it_comes_to_the_same() {
    let straight = Database::create(RAW).await;
    let mut owner = straight.as_role("rowhouse_owner").await;
    let before = dump(&straight);
    let first = planned(&mut owner).await;
    for step in &first.steps {
        run(&owner, &step.up).await;
    }
    let wanted = dump(&straight);
    assert_ne!(before, wanted);
    drop(owner);

    let halting = Database::create(RAW).await;
    let mut rounds = 0;
    let mut last = String::new();
    loop {
        // A new connection and a new plan for each step.
        let mut owner = halting.as_role("rowhouse_owner").await;
        let plan = planned(&mut owner).await;
        let mut did = false;
        for step in &plan.steps {
            if !is_done(&owner, &step.up).await {
                run(&owner, &step.up).await;
                // A look changes nothing.
                if step.up.how == How::Look {
                    continue;
                }
                did = true;
                last = step.what.clone();
                // A fill leaves nothing in the catalogs: the next step goes with it.
                if !matches!(step.up.how, How::Batches(_)) {
                    break;
                }
            }
        }
        rounds += 1;
        if !did {
            break;
        }
        assert!(rounds < 100, "it does not come to an end: {last}");
    }
    assert!(rounds > 20, "{rounds}");
    assert_eq!(state::difference(&wanted, &dump(&halting)), None);

    // The way back of the first plan undoes what all the others did.
    let owner = halting.as_role("rowhouse_owner").await;
    for step in first.steps.iter().rev() {
        if let Some(down) = &step.down {
            run(&owner, down).await;
        }
    }
    assert_eq!(state::difference(&before, &dump(&halting)), None);
}

async fn is_done(owner: &Client, work: &Work) -> bool {
    match &work.done {
        Some(question) => owner
            .query_one(question.as_str(), &[])
            .await
            .unwrap()
            .get(0),
        None => false,
    }
}

async fn run(owner: &Client, work: &Work) {
    if work.how == How::Together {
        owner.batch_execute("BEGIN").await.unwrap();
        together(owner, work).await;
        owner.batch_execute("COMMIT").await.unwrap();
    } else {
        together(owner, work).await;
    }
}
