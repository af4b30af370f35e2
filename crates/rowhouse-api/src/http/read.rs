//! A tenant's rows, and their JSON.

use std::sync::Arc;

use http::Response;
use http::header::{ETAG, HeaderMap};
use http::{StatusCode, header::HeaderValue};
use postgres_types::ToSql;
use rowhouse::{Buffered, Rows, Tenant};

use super::body::Body;
use super::failure;
use super::options::ApiOptions;
use super::plans::Ready;
use super::request_id::RequestId;
use super::{etag, headers, stream};
use crate::json::write_row;
use crate::plan::{Param, Plan};
use crate::problem::{Kind, Problem};

/// Runs the plan in the tenant's scope and answers with its rows.
pub(super) async fn answer(
    tenant: &Tenant,
    ready: &Arc<Ready>,
    asked: &HeaderMap,
    vary: &HeaderValue,
    options: &ApiOptions,
    id: &RequestId,
) -> Result<Response<Body>, Problem> {
    let parameters = parameters(&ready.plan);
    let buffered = tenant
        .query_buffered(&ready.statement, &parameters)
        .await
        .map_err(|error| failure::of_library(&error, id))?;
    if let Buffered::Whole(rows) = buffered {
        return whole(tenant, ready, &rows, asked, vary, id);
    }
    let rows = tenant
        .stream(&ready.statement, &parameters)
        .await
        .map_err(|error| failure::of_library(&error, id))?;
    let body = stream::body(rows, Arc::clone(ready), options.stall, id.clone()).await?;
    let mut response = Response::new(body);
    headers::rows(response.headers_mut(), vary);
    Ok(response)
}

fn whole(
    tenant: &Tenant,
    ready: &Ready,
    rows: &Rows,
    asked: &HeaderMap,
    vary: &HeaderValue,
    id: &RequestId,
) -> Result<Response<Body>, Problem> {
    let mut out = ready.buffer();
    out.push(b'[');
    write_rows(&mut out, false, ready, rows, id)?;
    out.push(b']');
    ready.note_answer(out.len());

    let tag = etag::etag(tenant.id(), &out);
    let mut response = Response::new(Body::default());
    if etag::is_known(asked, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        headers::unchanged(response.headers_mut(), vary);
    } else {
        headers::rows(response.headers_mut(), vary);
        headers::length(response.headers_mut(), out.len());
        *response.body_mut() = Body::whole(out);
    }
    response.headers_mut().insert(ETAG, tag);
    Ok(response)
}

/// Appends rows as objects with commas between them, and before the first if there were rows `before`.
pub(super) fn write_rows(
    out: &mut Vec<u8>,
    mut before: bool,
    ready: &Ready,
    rows: &Rows,
    id: &RequestId,
) -> Result<(), Problem> {
    ready.check(rows.columns()).inspect_err(|_| {
        tracing::warn!(target: "rowhouse::http", request_id = id.as_str(), "a column is not of the type the catalog said");
    })?;
    for values in rows.values() {
        if std::mem::replace(&mut before, true) {
            out.push(b',');
        }
        write_row(out, &ready.plan.columns, values).map_err(|error| {
            // Most likely a type has changed since the catalog was read: `ALTER TYPE … ADD ATTRIBUTE` keeps its OID.
            tracing::error!(target: "rowhouse::http", request_id = id.as_str(), %error, "a value cannot be read");
            Problem::new(
                Kind::Retry,
                "the database's schema has changed; the service reads it again",
            )
        })?;
    }
    Ok(())
}

pub(super) fn parameters(plan: &Plan) -> Vec<&(dyn ToSql + Sync)> {
    plan.params
        .iter()
        .map(|param| -> &(dyn ToSql + Sync) {
            match param {
                Param::Int4(value) => value,
                Param::Int8(value) => value,
                Param::Text(value) => value,
            }
        })
        .collect()
}
