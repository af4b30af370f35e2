//! A write on its way to the database and back.

use postgres_types::ToSql;
use rowhouse::{Delivery, Error, Rows, Tenant, Wait};

use super::around::{Answered, Around};
use super::failure;
use super::plans::Ready;
use super::request_id::{RequestId, hex};
use super::told::Heard;
use crate::config::Ending;
use crate::plan::{Given, Param};
use crate::problem::{Kind, Problem};
use crate::request::{Preferences, RequestError, Wishes};

/// A write, ready to go.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) ready: &'a Ready,
    /// The rows to write, as JSON.
    pub(super) rows: Option<String>,
    /// The only row's values, in the order of its members.
    pub(super) values: Vec<Param>,
    /// Whether it stays.
    pub(super) commits: bool,
    /// Rows that are there already are another thing than an error.
    pub(super) resolves: bool,
    pub(super) wishes: &'a Wishes,
    pub(super) id: &'a RequestId,
    /// The request's head, for a function that comes before it.
    pub(super) heard: Option<&'a Heard>,
}

/// What came of a write.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The statement's rows; none where they were too many to keep. It was written all the same.
    pub(super) rows: Option<Rows>,
    /// In the client's time zone.
    pub(super) zoned: bool,
    /// What functions have said of the answer, where they may.
    pub(super) told: Option<Rows>,
}

/// Runs it; `too_many` is the problem where the statement found other rows than were demanded.
pub(super) async fn run(
    run: Run<'_>,
    too_many: impl FnOnce(i64) -> Problem,
) -> Result<Outcome, Problem> {
    let word = format!(
        "rowhouse {}:",
        String::from_utf8_lossy(&hex(rand::random()))
    );
    let [rows, tenant, word] = [
        Param::Unknown(run.rows.unwrap_or_default()),
        Param::Unknown(run.tenant.id().as_str().to_owned()),
        Param::Text(word),
    ];
    let params = run.ready.plan.params_with(|given| match given {
        Given::Rows => &rows,
        Given::Member(place) => run.values.get(place).unwrap_or(&Param::Null),
        Given::Tenant => &tenant,
        Given::Word => &word,
    });
    let params: Vec<&(dyn ToSql + Sync)> = params
        .into_iter()
        .map(|param| param as &(dyn ToSql + Sync))
        .collect();
    let (tenant, ready) = (run.tenant, run.ready);
    let mut around = Around::of(run.wishes, run.heard);
    let mut result = once(tenant, ready, &params, run.commits, around).await;
    if let Err(error) = &result
        && let Some(without) = around.without_zone(error, run.wishes)?
    {
        around = without;
        result = once(tenant, ready, &params, run.commits, around).await;
    }
    let zoned = around.zone.is_some();
    match result {
        Ok(Answered { rows, told }) => Ok(Outcome {
            rows: Some(rows),
            zoned,
            told,
        }),
        Err(Error::AnswerTooLarge { cap }) => {
            tracing::warn!(target: "rowhouse::http", request_id = run.id.as_str(), cap, "the rows of a write were too large to answer; it was written");
            Ok(Outcome {
                rows: None,
                zoned,
                told: None,
            })
        }
        Err(Error::Database(error)) if count(error.message(), &word).is_some() => {
            Err(too_many(count(error.message(), &word).unwrap_or_default()))
        }
        Err(error) => {
            let of_upsert = error.code().filter(|_| run.resolves);
            let problem = of_upsert.and_then(Problem::of_upsert);
            Err(problem.unwrap_or_else(|| of_write(&error, run.commits, run.id)))
        }
    }
}

/// Whether what is written stays.
pub(super) fn commits(ending: Ending, preferences: &Preferences) -> Result<bool, Problem> {
    match preferences.commit {
        Some(commit) if ending.is_free() => Ok(commit),
        Some(commit) if preferences.strict => {
            let tx = if commit { "tx=commit" } else { "tx=rollback" };
            Err(RequestError::Preferences(tx.to_owned()).into())
        }
        _ => Ok(ending.commits()),
    }
}

/// One try.
async fn once(
    tenant: &Tenant,
    ready: &Ready,
    params: &[&(dyn ToSql + Sync)],
    commits: bool,
    around: Around<'_>,
) -> Result<Answered, Error> {
    if commits {
        return around.run(tenant, ready, params).await;
    }
    let mut transaction = tenant.begin().await?;
    let answered = around.run_within(&mut transaction, ready, params).await?;
    // What would have failed at the commit fails now.
    transaction
        .execute("SET CONSTRAINTS ALL IMMEDIATE", &[])
        .await?;
    transaction.rollback().await?;
    Ok(answered)
}

/// The number behind the word in the server's message, where the statement failed by itself.
fn count(message: &str, word: &Param) -> Option<i64> {
    let Param::Text(word) = word else {
        return None;
    };
    let (_, number) = message.split_once(word.as_str())?;
    let end = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len());
    number[..end].parse().ok()
}

/// The problem for a write that failed; whether it was written may not be known.
pub(super) fn of_write(error: &Error, commits: bool, id: &RequestId) -> Problem {
    let undone = match error {
        // A session that ends may end behind its commit.
        Error::Database(error) => !matches!(error.severity(), "FATAL" | "PANIC"),
        Error::Lost { delivery, .. } => *delivery == Delivery::NotSent,
        Error::Timeout { wait, .. } => matches!(wait, Wait::Exclusive | Wait::Share),
        Error::Closed
        | Error::Config(_)
        | Error::Connect(_)
        | Error::NoTenantSet(_)
        | Error::Parameter { .. }
        | Error::Refused { .. }
        | Error::Unavailable { .. }
        | Error::UnsafeRole { .. }
        | Error::WrongPlace { .. } => true,
        _ => false,
    };
    let problem = failure::of_library(error, id);
    if !undone && commits {
        return Problem::new(
            Kind::OutcomeUnknown,
            "the connection to the database broke; it may or may not have been written",
        )
        .hint("read what is there before you try again");
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_the_request_is_needed() {
        let word = Param::Text("rowhouse 0a:".into());
        let message = "invalid input syntax for type bigint: \"rowhouse 0a:12\"";
        assert_eq!(count(message, &word), Some(12));
        assert_eq!(count(message, &Param::Text("rowhouse 0b:".into())), None);
        assert_eq!(count("rowhouse 0a:", &word), None);
    }
}
