//! What stands around a statement, in its transaction and its round trip: before it the client's time zone and what
//! functions are told of the request, behind it what they say of the answer.

use std::sync::Arc;
use std::time::Duration;

use http::Response;
use postgres_types::ToSql;
use rowhouse::{Buffered, Error, Rows, Tenant, Transaction};

use super::body::Body;
use super::failure;
use super::plans::Ready;
use super::read::{self, Asked, parameters, whole};
use super::request_id::RequestId;
use super::told::{ASK, Heard, Told};
use crate::problem::{Kind, Problem};
use crate::request::{RequestError, Wishes};

const SET_ZONE: &str = "SELECT pg_catalog.set_config('TimeZone', $1::pg_catalog.text, true)";

/// What a request has around its statement.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around<'a> {
    /// The client's time zone.
    pub(super) zone: Option<&'a String>,
    /// The request's head, where a function is told it and may say that of the answer.
    pub(super) heard: Option<&'a Heard>,
}

/// What came of a statement.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) rows: Rows,
    /// What functions have said of the answer, where they may.
    pub(super) told: Option<Rows>,
}

impl<'a> Around<'a> {
    pub(super) fn of(wishes: &'a Wishes, heard: Option<&'a Heard>) -> Self {
        Self {
            zone: wishes.preferences.timezone.as_ref(),
            heard,
        }
    }

    /// Runs the statement of `ready` with what is around it, in one round trip.
    pub(super) async fn run(
        &self,
        tenant: &Tenant,
        ready: &Ready,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Answered, Error> {
        if self.zone.is_none() && self.heard.is_none() && ready.before.is_none() {
            return match tenant.query_buffered(&ready.statement, params).await? {
                Buffered::Whole(rows) => Ok(Answered { rows, told: None }),
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
        if let (Some(heard), Some(params)) = (self.heard, &heard) {
            batch = batch.add(heard.tell(), params)?;
        }
        if let Some(before) = &ready.before {
            batch = batch.add(before, &[])?;
        }
        batch = batch.add(&ready.statement, params)?;
        if heard.is_some() {
            batch = batch.add(ASK, &[])?;
        }
        let mut answers = batch.run().await?;
        let told = if heard.is_some() { answers.pop() } else { None };
        let rows = answers.pop().ok_or_else(missing)?;
        Ok(Answered { rows, told })
    }

    /// The same within a transaction.
    pub(super) async fn run_within(
        &self,
        transaction: &mut Transaction,
        ready: &Ready,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Answered, Error> {
        if let Some(zone) = self.zone {
            transaction.execute(SET_ZONE, &[zone]).await?;
        }
        if let Some(heard) = self.heard {
            transaction.execute(heard.tell(), &heard.params()).await?;
        }
        if let Some(before) = &ready.before {
            transaction.execute(before, &[]).await?;
            transaction.restate();
        }
        let rows = transaction.rows(&ready.statement, params).await?;
        let told = match self.heard {
            Some(_) => Some(transaction.rows(ASK, &[]).await?),
            None => None,
        };
        Ok(Answered { rows, told })
    }

    /// What to try once more where the statement failed because there is no such zone: nothing was done. Nothing where
    /// that was not it.
    ///
    /// # Errors
    /// The client wants its preferences heard, or nothing.
    pub(super) fn without_zone(
        self,
        failed: &Error,
        wishes: &Wishes,
    ) -> Result<Option<Self>, Problem> {
        let Error::Database(error) = failed else {
            return Ok(None);
        };
        let Some(zone) = self.zone.filter(|_| error.code() == "22023") else {
            return Ok(None);
        };
        if wishes.preferences.strict {
            return Err(RequestError::Preferences(format!("timezone={zone}")).into());
        }
        Ok(Some(Self { zone: None, ..self }))
    }
}

fn missing() -> Error {
    Error::Config("a statement without an answer".to_owned())
}

/// Reads where a function is told the request's head. The answer is streamed only where it is the one that comes before
/// the statement, which has said all it says by then.
pub(super) async fn read(
    tenant: &Tenant,
    ready: &Arc<Ready>,
    asked: &Asked<'_>,
    heard: &Heard,
    stall: Duration,
) -> Result<Response<Body>, Problem> {
    let mut around = Around::of(asked.wishes, Some(heard));
    let params = parameters(&ready.plan);
    let mut ran = around.run(tenant, ready, &params).await;
    if let Err(error) = &ran
        && let Some(without) = around.without_zone(error, asked.wishes)?
    {
        around = without;
        ran = around.run(tenant, ready, &params).await;
    }
    let answered = match ran {
        Err(Error::AnswerTooLarge { .. }) if asked.streams && around.zone.is_none() => {
            // Rare, so that the future of every read need not carry it along.
            return Box::pin(streamed(tenant, ready, asked, heard, stall)).await;
        }
        ran => ran.map_err(|error| of_read(&error, asked.id))?,
    };
    let response = whole(tenant, ready, &answered.rows, asked, around.zone.is_some())?;
    shaped(response, answered.told.as_ref(), ready)
}

/// Reads more rows than are kept at a time, behind what is called before them.
async fn streamed(
    tenant: &Tenant,
    ready: &Arc<Ready>,
    asked: &Asked<'_>,
    heard: &Heard,
    stall: Duration,
) -> Result<Response<Body>, Problem> {
    let failed = |error: Error| failure::of_library(&error, asked.id);
    let told = heard.params();
    let mut before = tenant.batch().add(heard.tell(), &told).map_err(failed)?;
    if let Some(called) = &ready.before {
        before = before.add(called, &[]).map_err(failed)?;
    }
    let before = before.add(ASK, &[]).map_err(failed)?;
    let params = parameters(&ready.plan);
    let opened = before.stream(&ready.statement, &params).await;
    let (answers, rows) = opened.map_err(failed)?;
    let response = read::streamed(rows, ready, asked, stall).await?;
    shaped(response, answers.last(), ready)
}

/// The answer with the status and headers that functions have said.
pub(super) fn shaped(
    response: Response<Body>,
    told: Option<&Rows>,
    ready: &Ready,
) -> Result<Response<Body>, Problem> {
    match told {
        None => Ok(response),
        Some(rows) => Ok(Told::read(rows)?.shape(response, ready.content.is_some())),
    }
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
