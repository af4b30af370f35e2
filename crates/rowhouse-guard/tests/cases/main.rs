//! The audit's examination: every leak under `cases/` is exploited for real, every twin withstands the same exploit, and
//! the audit must tell the two apart. `cases/README.md` says how a case is written.
//!
//! `ROWHOUSE_CASES=policies/` runs those whose name contains it.

#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails as a test fails, and says what it left out"
)]

mod attack;
mod case;
mod house;
mod script;
mod verdict;

use std::sync::Arc;
use std::time::Instant;

use rowhouse_guard::Report;
use rowhouse_local::testing::Database;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::attack::Outcome;
use crate::case::{Case, Half};
use crate::house::House;

/// How many cases are worked on at a time.
const SIDE_BY_SIDE: usize = 4;

/// What came of one case.
struct Done {
    /// The case itself is wrong: a leak that does not leak, a twin that does.
    faults: Vec<String>,
    /// The audit is wrong about it.
    misjudged: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn leaks_leak_twins_hold_and_the_audit_knows_which() {
    let started = Instant::now();
    let filter = std::env::var("ROWHOUSE_CASES").unwrap_or_default();
    let cases = Case::all(&filter);
    let total = cases.len();
    let leaking = cases.iter().filter(|case| case.leaks()).count();
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let server = Server::look().await;
    let mut running = JoinSet::new();
    for case in cases {
        if let Some(why) = left_out(&case, &server) {
            println!("skipped {}: {why}", case.name);
            continue;
        }
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            let done = examine(&case).await;
            (case.name, done)
        });
    }
    let (mut faults, mut misjudged) = (Vec::new(), Vec::new());
    while let Some(finished) = running.join_next().await {
        let (name, done) = finished.unwrap();
        faults.extend(done.faults.iter().map(|why| format!("{name}: {why}")));
        misjudged.extend(done.misjudged.iter().map(|why| format!("{name}: {why}")));
    }
    faults.sort();
    misjudged.sort();
    println!(
        "{total} cases, {leaking} with a leak; {} wrong in themselves, {} misjudged; {:.1} s",
        faults.len(),
        misjudged.len(),
        started.elapsed().as_secs_f32()
    );
    for line in &misjudged {
        println!("misjudged  {line}");
    }
    assert!(
        faults.is_empty(),
        "wrong in themselves:\n{}",
        faults.join("\n")
    );
    assert!(
        misjudged.is_empty(),
        "misjudged by the audit:\n{}",
        misjudged.join("\n")
    );
}

async fn examine(case: &Case) -> Done {
    let mut houses = Vec::new();
    let mut faults = Vec::new();
    for &half in case.halves() {
        match House::build(case, half).await {
            Ok(house) => houses.push((half, house)),
            Err(error) => faults.push(format!("{half:?}: {error}")),
        }
    }
    let mut reports = Vec::new();
    for (half, house) in &houses {
        match verdict::audit(house).await {
            Ok(report) => reports.push((*half, report)),
            Err(error) => faults.push(format!("{half:?}: {error}")),
        }
    }
    for (half, house) in &houses {
        if let Err(why) = attack::own_rows(case, house).await {
            faults.push(format!("{half:?}: {why}"));
        }
        match (half, attack::run(case, house).await) {
            (Half::Leak, Outcome::Leaks) | (Half::Twin, Outcome::Closed(_)) => {}
            (Half::Leak, Outcome::Closed(_)) if case.steps().is_empty() => {}
            (half, outcome) => faults.push(format!("{half:?}: {outcome}")),
        }
    }
    let misjudged = if faults.is_empty() {
        judge(case, &houses, &reports)
    } else {
        Vec::new()
    };
    // Dropping a database waits for the server, and the server may wait for a connection that this thread drives.
    tokio::task::spawn_blocking(move || drop(houses))
        .await
        .unwrap();
    Done { faults, misjudged }
}

/// What the audit got wrong about a case that is right in itself.
fn judge(case: &Case, houses: &[(Half, House)], reports: &[(Half, Report)]) -> Vec<String> {
    let of = |half| {
        reports
            .iter()
            .find(|(found, _)| *found == half)
            .map(|(_, report)| report)
    };
    let house = |half| {
        houses
            .iter()
            .find(|(found, _)| *found == half)
            .map(|(_, house)| house)
    };
    let Some(twin) = of(Half::Twin) else {
        return Vec::new();
    };
    let mut wrong: Vec<String> = verdict::of_twin(twin).into_iter().collect();
    if let (Some(leak), Some(house)) = (of(Half::Leak), house(Half::Leak)) {
        wrong.extend(verdict::of_leak(case, house, leak, twin));
    }
    wrong
}

/// Why this server cannot run a case.
fn left_out(case: &Case, server: &Server) -> Option<String> {
    if let Some(why) = case.not_on(server.major) {
        return Some(why);
    }
    let missing = case
        .script
        .values("extension")
        .into_iter()
        .find(|extension| !server.extensions.iter().any(|known| known == extension))?;
    Some(format!("the server has no extension {missing}"))
}

/// What decides whether a case can run.
struct Server {
    major: u32,
    extensions: Vec<String>,
}

impl Server {
    async fn look() -> Self {
        let db = Database::create("").await;
        let admin = db.admin().await;
        let version = admin
            .query_one(
                "SELECT current_setting('server_version_num')::int / 10000",
                &[],
            )
            .await
            .unwrap();
        let extensions = admin
            .query("SELECT name::text FROM pg_available_extensions", &[])
            .await
            .unwrap();
        Self {
            major: version.get::<_, i32>(0) as u32,
            extensions: extensions.iter().map(|row| row.get(0)).collect(),
        }
    }
}
