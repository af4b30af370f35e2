//! A call on its way to the database and back, where it is more than a read.
//!
//! What the client demands of the answer of a function that writes is looked at before the
//! transaction is committed; where it demands nothing, the call is one round trip.

use http::{HeaderValue, Response};
use postgres_types::ToSql;
use rowhouse::{Error, Rows, Tenant};

use super::super::around::{Answered, Around, shaped};
use super::super::body::Body;
use super::super::plans::Ready;
use super::super::read::{Asked, parameters, whole};
use super::super::told::Heard;
use super::super::writer::number;
use super::super::{headers, run};
use crate::plan::Form;
use crate::problem::{Kind, Problem};
use crate::request::Done;

/// A call of a function that may write.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) ready: &'a Ready,
    pub(super) asked: &'a Asked<'a>,
    /// The request's head, for a function that reads it or says that of its answer.
    pub(super) heard: Option<&'a Heard>,
    /// What it writes stays.
    pub(super) commits: bool,
    pub(super) check: Check,
    /// The client may say whether it stays.
    pub(super) says_tx: bool,
}

/// What the answer must be, or else nothing was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check {
    /// There are as many rows as were to be passed over.
    pub(super) page: bool,
    /// There is one row.
    pub(super) single: bool,
    /// There are no more than so many.
    pub(super) most: Option<i64>,
    /// What the function says of the answer can be read.
    pub(super) told: bool,
}

/// Calls a function that may write.
pub(super) async fn written(run: &Run<'_>) -> Result<Response<Body>, Problem> {
    let wishes = run.asked.wishes;
    let params = parameters(&run.ready.plan);
    let mut around = Around::of(wishes, run.heard);
    let Check {
        page,
        single,
        most,
        told,
    } = run.check;
    let looks = page || single || most.is_some() || told || !run.commits;
    let mut ran = run.once(around, &params, looks).await;
    if let Err(Failed::Database(error)) = &ran
        && let Some(without) = around.without_zone(error, wishes)?
    {
        around = without;
        ran = run.once(around, &params, looks).await;
    }
    match ran {
        Ok(response) => Ok(response),
        Err(Failed::Answer(problem)) => Err(problem),
        Err(Failed::Database(Error::AnswerTooLarge { cap })) => {
            tracing::warn!(target: "rowhouse::http", request_id = run.asked.id.as_str(), cap, "the answer of a function was too large");
            Err(carried_out("its answer is too large"))
        }
        Err(Failed::Database(error)) => Err(run::of_write(&error, run.commits, run.asked.id)),
    }
}

/// Why there is no answer.
enum Failed {
    Database(Error),
    Answer(Problem),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl Run<'_> {
    async fn once(
        &self,
        around: Around<'_>,
        params: &[&(dyn ToSql + Sync)],
        looks: bool,
    ) -> Result<Response<Body>, Failed> {
        let zoned = around.zone.is_some();
        if !looks {
            let answered = around.run(self.tenant, self.ready, params).await?;
            return self.answer(&answered, zoned).map_err(|problem| {
                tracing::error!(target: "rowhouse::http", request_id = self.asked.id.as_str(), reason = problem.detail(), "the answer of a function cannot be written");
                Failed::Answer(carried_out("its answer cannot be read"))
            });
        }
        let mut transaction = self.tenant.begin().await?;
        let answered = around
            .run_within(&mut transaction, self.ready, params)
            .await?;
        let answer = self.look(&answered, zoned);
        if answer.is_ok() && self.commits {
            transaction.commit().await?;
        } else {
            if answer.is_ok() {
                // What would have failed at the commit fails now.
                transaction
                    .execute("SET CONSTRAINTS ALL IMMEDIATE", &[])
                    .await?;
            }
            transaction.rollback().await?;
        }
        answer.map_err(Failed::Answer)
    }

    /// The answer, where it is what the client demands.
    fn look(&self, answered: &Answered, zoned: bool) -> Result<Response<Body>, Problem> {
        let count = count(self.ready, &answered.rows);
        if let Some(most) = self.check.most
            && count > most
        {
            return Err(Problem::too_many_rows(count));
        }
        self.answer(answered, zoned)
    }

    fn answer(&self, answered: &Answered, zoned: bool) -> Result<Response<Body>, Problem> {
        let mut response = whole(self.tenant, self.ready, &answered.rows, self.asked, zoned)?;
        let preferences = &self.asked.wishes.preferences;
        let applied = preferences.applied_to(Done {
            zoned,
            tx: self.says_tx,
            max_affected: self.check.most.is_some(),
            ..Done::default()
        });
        if let Some(applied) = applied
            && let Ok(applied) = HeaderValue::try_from(applied)
        {
            let head = response.headers_mut();
            head.insert(headers::PREFERENCE_APPLIED, applied);
        }
        shaped(response, answered.told.as_ref(), self.ready)
    }
}

/// How many rows the function gave.
fn count(ready: &Ready, rows: &Rows) -> i64 {
    if ready.plan.form == Form::Content {
        let mut values = rows.values().next().into_iter().flatten().skip(1);
        return number(values.next().flatten()).unwrap_or_default();
    }
    i64::try_from(rows.values().count()).unwrap_or(i64::MAX)
}

/// The function has done what it does, and the client does not get to see it.
fn carried_out(why: &str) -> Problem {
    Problem::new(
        Kind::OutcomeUnknown,
        format!("the function was carried out, but {why}"),
    )
    .hint("do not send the request again; read what is there")
}
