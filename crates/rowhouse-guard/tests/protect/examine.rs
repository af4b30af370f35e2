//! One database there and back.

use std::collections::BTreeSet;

use rowhouse_catalog::Catalog;
use rowhouse_guard::protect::{How, Plan, Wishes, Work, plan};
use rowhouse_guard::{Finding, Level, Options};
use tokio_postgres::Client;

use crate::case::{Case, Half};
use crate::house::{House, said};
use crate::{attack, state};

/// What a step can mend.
const CLAIMED: [&str; 22] = [
    "definer-search-path",
    "helper-immutable",
    "schema-create",
    "trigger-copies-rows",
    "row-security-off",
    "policies-dormant",
    "row-security-not-forced",
    "policy-shows-others",
    "policy-writes-others",
    "policy-undecided",
    "shared-table-writable",
    "parent-opens-children",
    "grants-past-row-security",
    "unique-without-tenant",
    "reference-without-tenant",
    "view-opens-table",
    "view-without-barrier",
    "view-without-check-option",
    "materialized-view-open",
    "default-privileges-public",
    "tenant-not-indexed",
    "sequence-readable",
];

pub(crate) enum Outcome {
    /// The audit cannot tell, so there is nothing to plan.
    Untold,
    Done(Done),
    Failed(String),
}

#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is counted by itself")]
pub(crate) struct Done {
    pub(crate) serious_before: bool,
    pub(crate) steps: usize,
    /// The rules that still find something.
    pub(crate) left: Vec<&'static str>,
    /// Whether a tenant sees its own rows afterwards.
    pub(crate) serves: bool,
    /// Whether the case's exploit is closed, where nothing is left to find.
    pub(crate) closed: Option<bool>,
    /// Rows of the case's own stand against a key.
    pub(crate) against: bool,
    /// The way back gave the same conditions in other words.
    pub(crate) reworded: bool,
    /// What is left of what a step could mend, with why.
    pub(crate) why: Vec<String>,
    pub(crate) faults: Vec<String>,
}

pub(crate) async fn examine(case: &Case, half: Half) -> Outcome {
    let house = match House::build(case, half).await {
        Ok(house) => house,
        Err(why) => return Outcome::Failed(format!("the case: {why}")),
    };
    let outcome = there_and_back(case, half, &house).await;
    // Dropping a database waits for the server, and the server may wait for a connection that this thread drives.
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
    outcome
}

async fn there_and_back(case: &Case, half: Half, house: &House) -> Outcome {
    let mut owner = if crate::runs_as_superuser() {
        house.db.admin().await
    } else {
        house.db.as_role(&house.db.unique("owner")).await
    };
    let place = Place {
        admin: &house.admin,
        dump: &|| state::dump(house.db.binaries(), &house.db.admin_url()),
        options: Options::default(),
    };
    let Some((plan, mut done)) = round(&mut owner, &place, async || {
        attack::own_rows(case, house).await.is_ok()
    })
    .await
    else {
        return Outcome::Untold;
    };
    let tried = half == Half::Leak && done.left.is_empty() && !case.steps().is_empty();
    if tried && done.serious_before && done.faults.is_empty() {
        // The same once more, and then the attack; what that leaves behind is not the migration's.
        for step in &plan.steps {
            if let Err(why) = run(&owner, &step.up).await {
                done.faults.push(format!("up again: {}: {why}", step.what));
                return Outcome::Done(done);
            }
        }
        let outcome = attack::run(case, house).await;
        done.closed = Some(!matches!(outcome, attack::Outcome::Leaks));
        // What is in a table that all share is everybody's to read: only writing it is taken away.
        let shared = plan
            .before
            .iter()
            .any(|finding| finding.rule == "shared-table-writable");
        if done.closed == Some(false) && !shared {
            done.faults
                .push("the exploit still works, and the audit finds nothing".into());
        }
    }
    Outcome::Done(done)
}

/// A database to take there and back.
pub(crate) struct Place<'a> {
    pub(crate) admin: &'a Client,
    pub(crate) dump: &'a (dyn Fn() -> String + Sync),
    pub(crate) options: Options,
}

/// Up, a look around, and down again; none where the audit cannot tell.
pub(crate) async fn round(
    owner: &mut Client,
    place: &Place<'_>,
    serves: impl AsyncFnOnce() -> bool,
) -> Option<(Plan, Done)> {
    let before = Catalog::read(owner).await.unwrap();
    let plan = plan(&before, &place.options, &Wishes::default()).ok()?;
    let mut done = Done {
        serious_before: plan.before.iter().any(is_serious),
        steps: plan.steps.len(),
        ..Done::default()
    };
    let dumped = (place.dump)();
    let rows = state::rows(place.admin, &before).await;
    let mut made = 0;
    for step in &plan.steps {
        if let Err(why) = run(owner, &step.up).await {
            // Rows that stand against a key are for somebody to look at, and there they are.
            match &step.against {
                Some(query)
                    if !place
                        .admin
                        .query(query.as_str(), &[])
                        .await
                        .unwrap()
                        .is_empty() =>
                {
                    done.against = true;
                }
                _ => done.faults.push(format!("up: {}: {why}", step.what)),
            }
            break;
        }
        made += 1;
    }
    if made == plan.steps.len() {
        compare(owner, &place.options, &plan, &mut done).await;
    } else {
        done.left.push("rows stand against it");
    }
    if state::rows(place.admin, &before).await != rows {
        done.faults.push("the rows are not what they were".into());
    }
    done.serves = serves().await;
    for step in plan.steps[..made].iter().rev() {
        if let Some(down) = &step.down
            && let Err(why) = run(owner, down).await
        {
            done.faults.push(format!("down: {}: {why}", step.what));
            return Some((plan, done));
        }
    }
    let after = (place.dump)();
    // The server writes some conditions otherwise once they were read back: `pg_dump` and a restore do the same to them.
    done.reworded = after != dumped && state::bare(&after) == state::bare(&dumped);
    if let Some(difference) = state::difference(&dumped, &after).filter(|_| !done.reworded) {
        done.faults
            .push(format!("another schema after the way back: {difference}"));
    }
    Some((plan, done))
}

/// The audit finds what the plan said, and nothing else.
async fn compare(owner: &mut Client, options: &Options, plan: &Plan, done: &mut Done) {
    let catalog = Catalog::read(owner).await.unwrap();
    let found = match rowhouse_guard::audit(&catalog, options) {
        Ok(report) => report.findings,
        Err(error) => {
            done.faults.push(format!("the audit afterwards: {error}"));
            return;
        }
    };
    let serious = |findings: &[Finding]| -> BTreeSet<String> {
        let serious = findings.iter().filter(|finding| is_serious(finding));
        serious
            .map(|finding| format!("{} on {} {}", finding.rule, finding.object, finding.part))
            .collect()
    };
    let (expected, real) = (serious(&plan.after), serious(&found));
    if expected != real {
        let more: Vec<&String> = real.difference(&expected).collect();
        let less: Vec<&String> = expected.difference(&real).collect();
        done.faults.push(format!(
            "found beyond the plan: {more:?}; expected and not found: {less:?}"
        ));
    }
    done.left = found
        .iter()
        .filter(|finding| is_serious(finding))
        .map(|finding| finding.rule)
        .collect();
    let claimed = found
        .iter()
        .filter(|finding| is_serious(finding) && CLAIMED.contains(&finding.rule));
    done.why = claimed
        .map(|finding| {
            let decisions = plan.decisions();
            let own = decisions
                .iter()
                .find(|decision| decision.finding.fingerprint() == finding.fingerprint());
            format!(
                "{} on {} {} [{}]",
                finding.rule,
                finding.object,
                finding.message,
                own.map_or("nothing is said of it", |decision| decision.why.as_str())
            )
        })
        .collect();
    // Each is somebody's to decide, and the plan says why.
    for decision in plan.decisions() {
        if decision.why.contains("no step is known") || decision.why.ends_with("does not fit here")
        {
            done.faults.push(format!(
                "{} on {} is left without a reason",
                decision.finding.rule, decision.finding.object
            ));
        }
    }
    let again = rowhouse_guard::protect::plan(&catalog, options, &Wishes::default()).unwrap();
    if let Some(step) = again.steps.first() {
        done.faults.push(format!(
            "a second run is not content: {}: {:?}",
            step.what, step.up.statements
        ));
    }
}

fn is_serious(finding: &Finding) -> bool {
    finding.level > Level::Note
}

/// As a migration tool does.
async fn run(client: &Client, work: &Work) -> Result<(), String> {
    let sql = match work.how {
        How::Together | How::Look => format!("BEGIN; {}; COMMIT", work.statements.join("; ")),
        How::Alone | How::Batches(_) => work.statements.join("; "),
    };
    let done = client.batch_execute(&sql).await;
    if let Err(error) = done {
        let _ = client.batch_execute("ROLLBACK").await;
        return Err(format!("{} [{sql}]", said(&error)));
    }
    Ok(())
}
