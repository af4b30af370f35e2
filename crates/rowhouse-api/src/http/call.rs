//! A function, called in the tenant's scope.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Response};
use rowhouse::{Rowhouse, TenantId};

use super::body::Body;
use super::options::ApiOptions;
use super::plans::{Plans, Ready};
use super::read::{self, Asked};
use super::request_id::RequestId;
use super::target::{canonical, function_name};
use crate::plan::{choose, plan_call};
use crate::problem::{Kind, Problem};
use crate::request::{Call, Wishes};

/// A request that calls a function.
#[derive(Debug)]
pub(super) struct Calling<'a> {
    pub(super) head: &'a Parts,
    pub(super) house: &'a Rowhouse,
    pub(super) plans: &'a Plans,
    pub(super) options: &'a ApiOptions,
    pub(super) tenant: &'a TenantId,
    pub(super) id: &'a RequestId,
    pub(super) vary: &'a HeaderValue,
}

/// Calls and answers. By `GET` nothing can be written, whatever the function does; by `POST` a
/// function may write unless it says of itself that it does not.
pub(super) async fn answer(
    calling: &Calling<'_>,
    content: &Bytes,
) -> Result<Response<Body>, Problem> {
    let head = calling.head;
    let posted = head.method == Method::POST;
    let wishes = if posted {
        Wishes::of_content(&head.headers)?
    } else {
        Wishes::parse(&head.headers)?
    };
    let (ready, volatile) = plan(calling, &wishes, content, posted)?;
    let tenant = calling.house.tenant(calling.tenant.clone());
    let tenant = if posted && volatile {
        tenant.read_write()
    } else {
        tenant
    };
    let asked = Asked {
        uri: &head.uri,
        headers: &head.headers,
        wishes: &wishes,
        vary: calling.vary,
        id: calling.id,
        kept: !posted,
    };
    let answer = read::answer(&tenant, &ready, &asked, calling.options.stall).await;
    answer.map_err(|problem| match problem.kind() {
        Kind::MethodNotAllowed => problem
            .hint("the function writes: call it by POST")
            .allowing("POST, OPTIONS"),
        _ => problem,
    })
}

/// The call as a statement, and whether the function may write.
fn plan(
    calling: &Calling<'_>,
    wishes: &Wishes,
    content: &Bytes,
    posted: bool,
) -> Result<(Arc<Ready>, bool), Problem> {
    let (uri, limits) = (&calling.head.uri, &calling.options.limits);
    let resources = calling.plans.current().get();
    let schema = wishes.profile.as_deref();
    let schema = schema.unwrap_or(resources.default_schema());
    if !resources.schemas().any(|served| served == schema) {
        return Err(Problem::unknown_schema(schema, resources.schemas()));
    }
    let name = function_name(uri.path()).ok_or_else(Problem::unknown_path)?;
    let query = uri.query().unwrap_or("");
    let call = if posted {
        let media = calling.head.headers.get(CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok());
        Call::of_content(query, media, content, limits.bounds())?
    } else {
        Call::of_query(query, limits.bounds())?
    };
    let function = choose(&resources, schema, &name, &call.given)?;
    let plan = plan_call(&resources, function, &call, &wishes.terms, limits.rows)?;
    let volatile = function.volatile;
    let mut ready = Ready::new(plan, Arc::clone(&resources), schema, calling.house)?;
    if !posted {
        ready.location = HeaderValue::try_from(canonical(uri)).ok();
    }
    Ok((Arc::new(ready), volatile))
}
