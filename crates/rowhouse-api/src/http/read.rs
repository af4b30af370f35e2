//! A tenant's rows, in the form the client asked for.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_LOCATION, ETAG, HeaderMap, HeaderValue, VARY};
use http::{Response, StatusCode, Uri};
use postgres_types::ToSql;
use rowhouse::{Buffered, RowStream, Rows, Tenant};

use super::body::Body;
use super::failure;
use super::page::{self, Page};
use super::plans::Ready;
use super::request_id::RequestId;
use super::writer::{Writer, number};
use super::{etag, headers, stream};
use crate::plan::{Form, Plan};
use crate::problem::{Kind, Problem};
use crate::request::{RequestError, Shape, Wishes};

/// A request, as far as the answer's form depends on it.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) wishes: &'a Wishes,
    /// What every answer varies with.
    pub(super) vary: &'a HeaderValue,
    pub(super) id: &'a RequestId,
    /// The answer may be kept, and asked about again: nothing has changed for it.
    pub(super) kept: bool,
    /// The answer may come in portions: nothing is said of it behind its rows.
    pub(super) streams: bool,
}

/// Runs the plan in the tenant's scope and answers with its rows.
pub(super) async fn answer(
    tenant: &Tenant,
    ready: &Arc<Ready>,
    asked: &Asked<'_>,
    stall: Duration,
) -> Result<Response<Body>, Problem> {
    let parameters = parameters(&ready.plan);
    if let Some(zone) = &asked.wishes.preferences.timezone
        && let Some(rows) = zoned(tenant, ready, &parameters, zone, asked).await?
    {
        return whole(tenant, ready, &rows, asked, true);
    }
    let buffered = tenant
        .query_buffered(&ready.statement, &parameters)
        .await
        .map_err(|error| failure::of_library(&error, asked.id))?;
    if let Buffered::Whole(rows) = buffered {
        return whole(tenant, ready, &rows, asked, false);
    }
    let rows = tenant
        .stream(&ready.statement, &parameters)
        .await
        .map_err(|error| failure::of_library(&error, asked.id))?;
    streamed(rows, ready, asked, stall).await
}

/// The answer whose rows come in portions.
pub(super) async fn streamed(
    rows: RowStream,
    ready: &Arc<Ready>,
    asked: &Asked<'_>,
    stall: Duration,
) -> Result<Response<Body>, Problem> {
    let (body, total) = stream::body(rows, ready, asked, stall).await?;
    let mut response = Response::new(body);
    headers::rows(response.headers_mut(), asked.wishes.media, asked.vary);
    if !asked.kept {
        headers::nothing_kept(response.headers_mut());
    }
    applied(response.headers_mut(), ready, asked.wishes, false);
    // How many rows will come is known only where they were counted.
    if let (Some(total), Some(offset)) = (total, ready.plan.offset) {
        let rows = total.saturating_sub(offset).max(0);
        let page = Page {
            offset,
            rows: ready.plan.limit.map_or(rows, |limit| limit.min(rows)),
            total: Some(total),
        };
        *response.status_mut() = page.status()?;
        page.write(response.headers_mut());
    }
    Ok(response)
}

/// Runs the plan in a time zone of the client's, which lasts as long as the statement; nothing
/// where there is no such zone. Such an answer is never streamed.
async fn zoned(
    tenant: &Tenant,
    ready: &Ready,
    parameters: &[&(dyn ToSql + Sync)],
    zone: &String,
    asked: &Asked<'_>,
) -> Result<Option<Rows>, Problem> {
    const SET_ZONE: &str = "SELECT pg_catalog.set_config('TimeZone', $1::pg_catalog.text, true)";
    let zones: [&(dyn ToSql + Sync); 1] = [zone];
    let answers = async {
        let batch = tenant.batch().add(SET_ZONE, &zones)?;
        batch.add(&ready.statement, parameters)?.run().await
    };
    match answers.await {
        Ok(mut answers) => Ok(answers.pop()),
        Err(rowhouse::Error::Database(error)) if error.code() == "22023" => {
            let invalid = RequestError::Preferences(format!("timezone={zone}"));
            if asked.wishes.preferences.strict {
                Err(invalid.into())
            } else {
                Ok(None)
            }
        }
        Err(rowhouse::Error::AnswerTooLarge { .. }) => Err(Problem::new(
            Kind::InvalidRequest,
            "the answer is too large for a time zone of its own",
        )
        .hint("ask for fewer rows, by limit")),
        Err(error) => Err(failure::of_library(&error, asked.id)),
    }
}

/// The answer with all of the rows.
pub(super) fn whole(
    tenant: &Tenant,
    ready: &Ready,
    rows: &Rows,
    asked: &Asked<'_>,
    zoned: bool,
) -> Result<Response<Body>, Problem> {
    if let Some(media) = &ready.content {
        return content(ready, rows, asked, media, zoned);
    }
    let media = asked.wishes.media;
    let mut out = ready.buffer();
    let mut writer = Writer::new(media, ready.plan.form);
    writer.begin(&mut out, ready);
    let cursor = writer.write(&mut out, ready, rows, asked.id)?;
    writer.finish(&mut out);
    ready.note_answer(out.len());
    if media.shape == Shape::Object && writer.rows != 1 {
        return Err(Problem::not_singular(writer.rows));
    }

    let mut response = Response::new(Body::default());
    headers::reserve(response.headers_mut());
    let count = i64::try_from(writer.rows).unwrap_or(i64::MAX);
    if let Some(offset) = ready.plan.offset
        && ready.plan.form != Form::Nothing
    {
        let page = Page {
            offset,
            rows: count,
            total: writer.total,
        };
        *response.status_mut() = page.status()?;
        page.write(response.headers_mut());
    }
    if let Some(cursor) = cursor
        && ready.plan.limit == Some(count)
    {
        page::link(response.headers_mut(), asked.uri, count, &cursor);
    }
    applied(response.headers_mut(), ready, asked.wishes, zoned);
    if ready.plan.form == Form::Nothing {
        *response.status_mut() = StatusCode::NO_CONTENT;
        headers::nothing_kept(response.headers_mut());
        response.headers_mut().insert(VARY, asked.vary.clone());
        return Ok(response);
    }
    if !asked.kept {
        headers::written(response.headers_mut(), media, out.len());
        headers::nothing_kept(response.headers_mut());
        response.headers_mut().insert(VARY, asked.vary.clone());
        *response.body_mut() = Body::whole(out);
        return Ok(response);
    }
    let tag = etag::etag(tenant.id(), &out);
    if etag::is_known(asked.headers, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        headers::unchanged(response.headers_mut(), asked.vary);
    } else {
        headers::rows(response.headers_mut(), media, asked.vary);
        headers::length(response.headers_mut(), out.len());
        *response.body_mut() = Body::whole(out);
    }
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}

/// The answer that is the first value; no value is no content. Behind it comes how many rows it was made of, where it was
/// made of rows.
fn content(
    ready: &Ready,
    rows: &Rows,
    asked: &Asked<'_>,
    media: &HeaderValue,
    zoned: bool,
) -> Result<Response<Body>, Problem> {
    let mut values = rows.values().next().into_iter().flatten();
    let out = values.next().flatten().unwrap_or_default().to_vec();
    let mut response = Response::new(Body::default());
    headers::reserve(response.headers_mut());
    if let (Form::Content, Some(offset)) = (ready.plan.form, ready.plan.offset) {
        let page = Page {
            offset,
            rows: number(values.next().flatten()).unwrap_or_default(),
            total: number(values.next().flatten()),
        };
        *response.status_mut() = page.status()?;
        page.write(response.headers_mut());
    }
    let head = response.headers_mut();
    headers::not_kept(head, media.clone());
    headers::length(head, out.len());
    applied(head, ready, asked.wishes, zoned);
    head.insert(VARY, asked.vary.clone());
    head.append(VARY, HeaderValue::from_static("accept"));
    *response.body_mut() = Body::whole(out);
    Ok(response)
}

/// Says what was answered, and which of the wishes were heard.
fn applied(headers: &mut HeaderMap, ready: &Ready, wishes: &Wishes, zoned: bool) {
    if let Some(location) = &ready.location {
        headers.insert(CONTENT_LOCATION, location.clone());
    }
    if let Some(profile) = &ready.profile {
        headers.insert(headers::CONTENT_PROFILE, profile.clone());
    }
    if let Some(applied) = wishes.preferences.applied(zoned)
        && let Ok(applied) = HeaderValue::try_from(applied)
    {
        headers.insert(headers::PREFERENCE_APPLIED, applied);
    }
}

pub(super) fn parameters(plan: &Plan) -> Vec<&(dyn ToSql + Sync)> {
    let parameters = plan.params.iter();
    parameters
        .map(|param| param as &(dyn ToSql + Sync))
        .collect()
}
