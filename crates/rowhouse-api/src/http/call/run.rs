//! A call on its way to the database and back, where it is more than a read.
//!
//! What the client demands of the answer of a function that writes is looked at before the
//! transaction is committed; where it demands nothing, the call is one round trip.

use http::{HeaderValue, Response};
use postgres_types::ToSql;
use rowhouse::{Buffered, Error, Rows, Tenant};

use super::super::body::Body;
use super::super::plans::Ready;
use super::super::read::{Asked, parameters, whole};
use super::super::request_id::RequestId;
use super::super::{failure, headers, run};
use super::told::{self, Heard, Told};
use crate::problem::{Kind, Problem};
use crate::request::{Done, RequestError};

const SET_ZONE: &str = "SELECT pg_catalog.set_config('TimeZone', $1::pg_catalog.text, true)";

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
}

/// The statements of a call, in their order.
struct Statements<'a> {
    zone: Option<&'a String>,
    heard: Option<&'a Heard>,
    ready: &'a Ready,
    params: Vec<&'a (dyn ToSql + Sync)>,
}

/// Calls a function that only reads, and minds heads.
pub(super) async fn read(
    tenant: &Tenant,
    ready: &Ready,
    asked: &Asked<'_>,
    heard: &Heard,
) -> Result<Response<Body>, Problem> {
    let zone = asked.wishes.preferences.timezone.as_ref();
    let mut statements = Statements {
        zone,
        heard: Some(heard),
        ready,
        params: parameters(&ready.plan),
    };
    let mut ran = statements.batch(tenant).await;
    if unknown_zone(&ran, asked, zone)? {
        statements.zone = None;
        ran = statements.batch(tenant).await;
    }
    let (rows, told) = ran.map_err(|error| of_read(&error, asked.id))?;
    let zoned = statements.zone.is_some();
    let response = whole(tenant, ready, &rows, asked, zoned)?;
    shaped(response, told, ready)
}

/// Calls a function that may write.
pub(super) async fn written(run: &Run<'_>) -> Result<Response<Body>, Problem> {
    let zone = run.asked.wishes.preferences.timezone.as_ref();
    let mut statements = Statements {
        zone,
        heard: run.heard,
        ready: run.ready,
        params: parameters(&run.ready.plan),
    };
    let Check { page, single, most } = run.check;
    let looks = page || single || most.is_some() || run.heard.is_some() || !run.commits;
    let mut ran = run.once(&statements, looks).await;
    if let Err(Failed::Database(Error::Database(error))) = &ran
        && error.code() == "22023"
        && statements.zone.is_some()
    {
        // Most likely there is no such zone. Nothing was written.
        refuse_zone(run.asked, zone)?;
        statements.zone = None;
        ran = run.once(&statements, looks).await;
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
        statements: &Statements<'_>,
        looks: bool,
    ) -> Result<Response<Body>, Failed> {
        let zoned = statements.zone.is_some();
        if !looks {
            let (rows, _) = statements.batch(self.tenant).await?;
            return self.answer(&rows, zoned).map_err(|problem| {
                tracing::error!(target: "rowhouse::http", request_id = self.asked.id.as_str(), reason = problem.detail(), "the answer of a function cannot be written");
                Failed::Answer(carried_out("its answer cannot be read"))
            });
        }
        let mut transaction = self.tenant.begin().await?;
        if let Some(zone) = statements.zone {
            transaction.execute(SET_ZONE, &[zone]).await?;
        }
        if let Some(heard) = self.heard {
            transaction.execute(told::TELL, &heard.params()).await?;
        }
        let rows = transaction
            .rows(&statements.ready.statement, &statements.params)
            .await?;
        let told = if self.heard.is_some() {
            Some(transaction.rows(told::ASK, &[]).await?)
        } else {
            None
        };
        let answered = self.look(&rows, zoned, told);
        if answered.is_ok() && self.commits {
            transaction.commit().await?;
        } else {
            if answered.is_ok() {
                // What would have failed at the commit fails now.
                transaction
                    .execute("SET CONSTRAINTS ALL IMMEDIATE", &[])
                    .await?;
            }
            transaction.rollback().await?;
        }
        answered.map_err(Failed::Answer)
    }

    /// The answer, where it is what the client demands.
    fn look(
        &self,
        rows: &Rows,
        zoned: bool,
        told: Option<Rows>,
    ) -> Result<Response<Body>, Problem> {
        let count = i64::try_from(rows.values().count()).unwrap_or(i64::MAX);
        if let Some(most) = self.check.most
            && count > most
        {
            return Err(Problem::too_many_rows(count));
        }
        shaped(self.answer(rows, zoned)?, told, self.ready)
    }

    fn answer(&self, rows: &Rows, zoned: bool) -> Result<Response<Body>, Problem> {
        let mut response = whole(self.tenant, self.ready, rows, self.asked, zoned)?;
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
        Ok(response)
    }
}

impl Statements<'_> {
    /// All of them in one round trip.
    async fn batch(&self, tenant: &Tenant) -> Result<(Rows, Option<Rows>), Error> {
        let missing = || Error::Config("a statement without an answer".to_owned());
        if self.zone.is_none() && self.heard.is_none() {
            return match tenant
                .query_buffered(&self.ready.statement, &self.params)
                .await?
            {
                Buffered::Whole(rows) => Ok((rows, None)),
                // Said of reads alone.
                _ => Err(missing()),
            };
        }
        let zones = self.zone.map(|zone| [zone as &(dyn ToSql + Sync)]);
        let heard = self.heard.map(Heard::params);
        let mut batch = tenant.batch();
        if let Some(zones) = &zones {
            batch = batch.add(SET_ZONE, zones)?;
        }
        if let Some(heard) = &heard {
            batch = batch.add(told::TELL, heard)?;
        }
        batch = batch.add(&self.ready.statement, &self.params)?;
        if heard.is_some() {
            batch = batch.add(told::ASK, &[])?;
        }
        let mut answers = batch.run().await?;
        let told = if heard.is_some() { answers.pop() } else { None };
        Ok((answers.pop().ok_or_else(missing)?, told))
    }
}

/// The answer with the status and headers that the function has said.
fn shaped(
    response: Response<Body>,
    told: Option<Rows>,
    ready: &Ready,
) -> Result<Response<Body>, Problem> {
    match told {
        None => Ok(response),
        Some(rows) => Ok(Told::read(&rows)?.shape(response, ready.content.is_some())),
    }
}

/// Whether the statements failed because there is no such zone, and may be tried without it.
fn unknown_zone(
    ran: &Result<(Rows, Option<Rows>), Error>,
    asked: &Asked<'_>,
    zone: Option<&String>,
) -> Result<bool, Problem> {
    let Err(Error::Database(error)) = ran else {
        return Ok(false);
    };
    if zone.is_none() || error.code() != "22023" {
        return Ok(false);
    }
    refuse_zone(asked, zone)?;
    Ok(true)
}

fn refuse_zone(asked: &Asked<'_>, zone: Option<&String>) -> Result<(), Problem> {
    if asked.wishes.preferences.strict {
        let zone = zone.map_or("", String::as_str);
        return Err(RequestError::Preferences(format!("timezone={zone}")).into());
    }
    Ok(())
}

fn of_read(error: &Error, id: &RequestId) -> Problem {
    match error {
        Error::AnswerTooLarge { .. } => Problem::new(
            Kind::InvalidRequest,
            "the answer is too large for a function that minds headers or makes its content",
        )
        .hint("ask for fewer rows, by limit"),
        error => failure::of_library(error, id),
    }
}

/// The function has done what it does, and the client does not get to see it.
fn carried_out(why: &str) -> Problem {
    Problem::new(
        Kind::OutcomeUnknown,
        format!("the function was carried out, but {why}"),
    )
    .hint("do not send the request again; read what is there")
}
