//! The probe's examination: it attacks both halves of every case under `cases/`, whose rows are taken away first. What one
//! statement of the app role can show must be found leaking, and nothing else.
//!
//! `ROWHOUSE_CASES=policies/,roles/` probes those whose name contains one of them; `ROWHOUSE_PROBE=all` probes all, where otherwise each
//! sixteenth is, for all of them take some twenty minutes; `ROWHOUSE_PROBE=show` prints the reports.

#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a test fails as a test fails, says what it found, and shares files with the audit's examination"
)]

#[path = "../cases/case.rs"]
mod case;
#[path = "../cases/house.rs"]
mod house;
#[path = "../cases/script.rs"]
mod script;

#[path = "../rules/server.rs"]
mod server;

mod further;
mod probed;

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::case::{Case, Half};
use crate::probed::Probed;

/// How many cases are worked on at a time.
const SIDE_BY_SIDE: usize = 4;
/// Of how many cases one is probed in an ordinary run.
const ONE_OF: usize = 16;
/// How many of the leaks that a statement need not show are shown, of all cases.
const OTHERS: usize = 75;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn leaks_are_shown_and_nothing_else_is() {
    let started = Instant::now();
    let filter = std::env::var("ROWHOUSE_CASES").unwrap_or_default();
    let all = !filter.is_empty() || std::env::var("ROWHOUSE_PROBE").is_ok_and(|word| word == "all");
    let cases = Case::all(&filter);
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let server = probed::Server::look().await;
    let mut running = JoinSet::new();
    for (at, case) in cases.into_iter().enumerate() {
        if !all && at % ONE_OF != 0 || server.cannot(&case) {
            continue;
        }
        let turns = Arc::clone(&turns);
        running.spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            // What the probe holds stays on one thread.
            let here = tokio::runtime::Handle::current();
            tokio::task::spawn_blocking(move || {
                here.block_on(async {
                    let mut done = Vec::new();
                    for &half in case.halves() {
                        done.push((half, probed::probe(&case, half).await));
                    }
                    (case, done)
                })
            })
            .await
            .unwrap()
        });
    }
    let mut tally = Tally::default();
    while let Some(finished) = running.join_next().await {
        let (case, halves) = finished.unwrap();
        for (half, probed) in halves {
            if let Some(word) = tally.add(&case, half, probed) {
                println!("now  {word}  {}", case.name);
            }
        }
    }
    tally.print(started.elapsed().as_secs_f32());
    tally.check();
    if all && filter.is_empty() {
        let shown = tally.beyond;
        assert!(
            shown >= OTHERS,
            "{shown} of the others, where {OTHERS} were"
        );
    }
}

/// What came of all cases.
#[derive(Default)]
struct Tally {
    broken: Vec<String>,
    confirmed: usize,
    /// Shown on something else than the object that has to be mended.
    elsewhere: Vec<String>,
    missed: Vec<String>,
    outside: Vec<String>,
    beyond: usize,
    clean: usize,
    false_leaks: Vec<String>,
    pairs: usize,
    tried: usize,
    untried: Vec<String>,
}

impl Tally {
    fn add(
        &mut self,
        case: &Case,
        half: Half,
        probed: Result<Probed, String>,
    ) -> Option<&'static str> {
        let name = &case.name;
        let probed = match probed {
            Ok(probed) => probed,
            Err(why) => {
                self.broken.push(format!("{name} {half:?}: {why}"));
                return Some("broken");
            }
        };
        self.pairs += probed.pairs;
        self.tried += probed.tried;
        self.untried.extend(
            probed
                .untried
                .iter()
                .map(|what| format!("{name} {half:?}: {what}")),
        );
        if half == Half::Leak && !probed.leaks.is_empty() && !probed.names_it {
            self.elsewhere.push(format!("{name}: {}", probed.leaks[0]));
        }
        match half {
            Half::Twin => {
                self.clean += 1;
                if let Some(seen) = probed.leaks.first() {
                    self.false_leaks.push(format!("{name}: {seen}"));
                    return Some("false");
                }
            }
            Half::Leak => match (probed.leaks.is_empty(), probed::outside(case)) {
                (false, None) => self.confirmed += 1,
                (false, Some(_)) => self.beyond += 1,
                (true, None) => {
                    self.missed.push(name.clone());
                    return Some("missed");
                }
                (true, Some(why)) => self.outside.push(format!("{name}: {why}")),
            },
        }
        None
    }

    fn print(&mut self, seconds: f32) {
        for list in [
            &mut self.broken,
            &mut self.missed,
            &mut self.false_leaks,
            &mut self.untried,
            &mut self.elsewhere,
            &mut self.outside,
        ] {
            list.sort();
        }
        for (what, list) in [
            ("broken", &self.broken),
            ("missed", &self.missed),
            ("false", &self.false_leaks),
            ("untried", &self.untried),
            ("elsewhere", &self.elsewhere),
            ("outside", &self.outside),
        ] {
            for line in list {
                println!("{what}  {line}");
            }
        }
        println!(
            "{} of {} leaks that a statement can show are shown, and {} of {} others; {} of {} clean databases give a leak; {} of {} pairs of relation and command are exercised; {} shown on another object than is to be mended; {} broken; {seconds:.1} s",
            self.confirmed,
            self.confirmed + self.missed.len(),
            self.beyond,
            self.beyond + self.outside.len(),
            self.false_leaks.len(),
            self.clean,
            self.tried,
            self.pairs,
            self.elsewhere.len(),
            self.broken.len(),
        );
    }

    fn check(&self) {
        assert!(
            self.broken.is_empty(),
            "cannot be probed:\n{}",
            self.broken.join("\n")
        );
        assert!(
            self.false_leaks.is_empty(),
            "leaks where there are none:\n{}",
            self.false_leaks.join("\n")
        );
        assert!(
            self.missed.is_empty(),
            "leaks that were not shown:\n{}",
            self.missed.join("\n")
        );
        assert!(
            self.tried * 100 >= self.pairs * 95,
            "{} of {} pairs exercised",
            self.tried,
            self.pairs
        );
    }
}
