//! The steps, one after the other.

use std::time::Duration;

use anyhow::Context;
use rowhouse_guard::protect::{How, Plan, Step};
use tokio_postgres::error::SqlState;

use super::attempt::Attempt;
use super::batches;
use crate::administration::Administration;
use crate::failure::{Causes, Obstacle};
use crate::terminal;

/// One at a time: two runs would undo each other's half-built indexes.
const ALONE: &str = "SELECT pg_try_advisory_lock(hashtextextended('rowhouse protect', 0))";

/// Does the steps; how many are done.
pub(super) async fn all(
    owner: &Administration,
    plan: &Plan,
    lock_timeout: Duration,
    at_most: Option<usize>,
) -> anyhow::Result<usize> {
    let attempt = Attempt::new(owner, lock_timeout).await?;
    // What a role has for requests is not meant for this.
    owner
        .run("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        .await?;
    if !attempt.says(ALONE).await? {
        return Err(Obstacle::new(
            "another `rowhouse protect` is at work on this database",
            "wait for it; one that was killed ends with its statement",
        )
        .into());
    }
    let total = plan.steps.len();
    // A look changes nothing that the next run would find done.
    let looks = |steps: &[Step]| steps.iter().filter(|step| step.up.how == How::Look).count();
    for (at, step) in plan.steps.iter().enumerate() {
        if at_most.is_some_and(|most| at - looks(&plan.steps[..at]) >= most) {
            return Ok(at);
        }
        terminal::progress(format!("{}/{total} {}", at + 1, step.what));
        terminal::progress(format!("    {}", step.up.lock_in_words()));
        one(&attempt, step)
            .await
            .map_err(|error| explained(step, error))
            .with_context(|| {
                format!(
                    "step {} of {total} could not be done: {}",
                    at + 1,
                    step.what
                )
            })?;
    }
    Ok(total)
}

async fn one(attempt: &Attempt<'_>, step: &Step) -> anyhow::Result<()> {
    let work = &step.up;
    if let Some(done) = &work.done
        && attempt.says(done).await?
    {
        terminal::progress("    done already");
        return Ok(());
    }
    match &work.how {
        How::Together | How::Look => attempt.together(work).await,
        How::Alone => {
            for statement in &work.statements {
                attempt.alone(statement, work.leftover.as_ref()).await?;
            }
            Ok(())
        }
        How::Batches(fill) => batches::fill(attempt, fill).await,
    }
}

/// Rows that stand against a constraint are for somebody to look at.
fn explained(step: &Step, error: anyhow::Error) -> anyhow::Error {
    let code = error
        .downcast_ref::<tokio_postgres::Error>()
        .and_then(tokio_postgres::Error::code)
        .cloned();
    let by_rows = [
        SqlState::CHECK_VIOLATION,
        SqlState::FOREIGN_KEY_VIOLATION,
        SqlState::NOT_NULL_VIOLATION,
        SqlState::UNIQUE_VIOLATION,
    ];
    match &step.against {
        Some(query) if code.is_some_and(|code| by_rows.contains(&code)) => Obstacle::new(
            format!("rows stand against it: {}", Causes(&error)),
            format!("look at them: {query}; mend them and run the same command again, it goes on where it was"),
        )
        .into(),
        _ => error,
    }
}
