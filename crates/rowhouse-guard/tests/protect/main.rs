//! The migration's examination: every database of the audit's cases is brought under isolation by what `protect` prints,
//! and back. The audit then finds what the plan said it would and nothing else, the rows are as they were, and the way back
//! gives the schema as it was, by `pg_dump`.
//!
//! A part of the cases runs by default; `ROWHOUSE_PROTECT=all` runs all, `1/4` a quarter of them, `ROWHOUSE_CASES=policies/`
//! those whose name contains it. `ROWHOUSE_PROTECT_AS=superuser` runs the migration as who may change everything, where else
//! it is the owner of the tables, and what belongs to others is left.

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
#![allow(dead_code, reason = "the cases' own examination uses the rest")]

#[path = "../cases/attack.rs"]
mod attack;
#[path = "../cases/case.rs"]
mod case;
#[path = "../cases/house.rs"]
mod house;
#[path = "../cases/script.rs"]
mod script;
#[path = "../rules/server.rs"]
mod server;

mod examine;
mod faults;
mod fixes;
mod raw;
mod schemas;
mod state;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::case::{Case, Half};
use crate::examine::Outcome;

/// How many databases are worked on at a time.
const SIDE_BY_SIDE: usize = 4;
/// Of so many cases one runs by default.
const ONE_IN: usize = 8;

/// The cases of this run.
fn cases() -> Vec<Case> {
    let filter = std::env::var("ROWHOUSE_CASES").unwrap_or_default();
    let wanted = std::env::var("ROWHOUSE_PROTECT").unwrap_or_default();
    let part = wanted.split_once('/').map(|(part, of)| {
        let (part, of): (usize, usize) = (part.parse().unwrap(), of.parse().unwrap());
        (part % of, of)
    });
    let (remainder, one_in) = match part {
        Some(part) => part,
        None if wanted == "all" || !filter.is_empty() => (0, 1),
        None => (0, ONE_IN),
    };
    let cases = Case::all(&filter).into_iter().enumerate();
    let cases = cases.filter(|(at, _)| at % one_in == remainder);
    // What a newer server or an extension is needed for is the audit's matter.
    let here = |case: &Case| {
        case.script.value("server").is_none() && case.script.value("extension").is_none()
    };
    cases.map(|(_, case)| case).filter(here).collect()
}

/// Whether the migration is run by who may change what belongs to others, too.
fn runs_as_superuser() -> bool {
    std::env::var("ROWHOUSE_PROTECT_AS").as_deref() == Ok("superuser")
}

/// The fix that is printed with a finding closes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn printed_fixes_close_what_was_found() {
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut running = JoinSet::new();
    for case in cases().into_iter().filter(Case::leaks) {
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            fixes::examine(&case).await
        });
    }
    let mut tally = fixes::Tally::default();
    while let Some(finished) = running.join_next().await {
        tally.add(finished.unwrap());
    }
    for detail in &tally.details {
        println!("  {detail}");
    }
    println!(
        "{} fixes tried, {} hold; stay: {:?}; refused: {:?}; bring: {:?}",
        tally.tried, tally.hold, tally.stay, tally.refused, tally.bring
    );
    assert!(tally.stay.is_empty(), "{:?}", tally.stay);
    assert!(tally.refused.is_empty(), "{:?}", tally.refused);
    assert!(tally.bring.is_empty(), "{:?}", tally.bring);
    assert!(tally.tried > 0 && tally.hold == tally.tried);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn every_case_is_mended_and_comes_back() {
    let started = Instant::now();
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut running = JoinSet::new();
    for case in cases() {
        for &half in case.halves() {
            let (turns, case) = (Arc::clone(&turns), case.clone());
            running.spawn(async move {
                let _turn = turns.acquire_owned().await.unwrap();
                let outcome = examine::examine(&case, half).await;
                (case, half, outcome)
            });
        }
    }
    let mut tally = Tally::default();
    while let Some(finished) = running.join_next().await {
        let (case, half, outcome) = finished.unwrap();
        tally.add(&case, half, outcome);
    }
    tally.print(started.elapsed().as_secs_f32());
    assert!(
        tally.faults.is_empty(),
        "{} faults:\n{}",
        tally.faults.len(),
        tally.faults.join("\n")
    );
}

/// What all of them come to.
#[derive(Default)]
struct Tally {
    databases: usize,
    untold: usize,
    leaking: usize,
    mended: usize,
    untouched: usize,
    serves: usize,
    closed: usize,
    tried: usize,
    steps: usize,
    against: usize,
    reworded: usize,
    left: BTreeMap<&'static str, usize>,
    why: Vec<String>,
    faults: Vec<String>,
}

impl Tally {
    fn add(&mut self, case: &Case, half: Half, outcome: Outcome) {
        let name = format!("{} {half:?}", case.name);
        self.databases += 1;
        match outcome {
            Outcome::Untold => self.untold += 1,
            Outcome::Done(done) => {
                self.leaking += usize::from(done.serious_before);
                self.mended += usize::from(done.serious_before && done.left.is_empty());
                self.untouched += usize::from(done.steps == 0);
                self.steps += done.steps;
                self.serves += usize::from(done.serves);
                self.tried += usize::from(done.closed.is_some());
                self.closed += usize::from(done.closed == Some(true));
                self.against += usize::from(done.against);
                self.reworded += usize::from(done.reworded);
                self.why
                    .extend(done.why.iter().map(|why| format!("{name}: {why}")));
                for rule in done.left {
                    *self.left.entry(rule).or_default() += 1;
                }
                self.faults
                    .extend(done.faults.iter().map(|why| format!("{name}: {why}")));
            }
            Outcome::Failed(why) => self.faults.push(format!("{name}: {why}")),
        }
    }

    fn print(&self, seconds: f32) {
        println!(
            "{} databases ({} of which the audit cannot tell), {} with errors or warnings, {} of these without any after {} steps; {} left as they were; \
             {} serve their tenants' own rows as before; of {} exploits on mended databases {} are closed; {seconds:.1} s",
            self.databases,
            self.untold,
            self.leaking,
            self.mended,
            self.steps,
            self.untouched,
            self.serves,
            self.tried,
            self.closed
        );
        println!(
            "{} with rows that stand against a key; {} whose conditions the server words otherwise after the way back",
            self.against, self.reworded
        );
        for why in &self.why {
            println!("  left, though a step could mend its kind: {why}");
        }
        let mut left: Vec<_> = self.left.iter().collect();
        left.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (rule, count) in left {
            println!("  not mended: {count} × {rule}");
        }
    }
}
