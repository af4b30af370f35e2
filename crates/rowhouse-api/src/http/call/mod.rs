//! A function, called in the tenant's scope.

mod run;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, Response, Uri};
use rowhouse::{Rowhouse, Tenant};

use super::around;
use super::body::Body;
use super::negotiate::{accepted, content_type, negotiate};
use super::options::ApiOptions;
use super::plans::{Plans, Ready};
use super::read::{self, Asked};
use super::request_id::RequestId;
use super::run::commits;
use super::target::{canonical, function_name};
use super::told::Heard;
use crate::config::Ending;
use crate::plan::{choose, plan_call, plan_call_handled, plan_content};
use crate::problem::{Kind, Problem};
use crate::request::{Arguments, Call, Preferences, Shape, Wishes, accepts};
use crate::resource::{Minds, Resources};
use run::{Check, Run};

/// A request that calls a function.
#[derive(Debug)]
pub(super) struct Calling<'a> {
    pub(super) head: &'a Parts,
    pub(super) house: &'a Rowhouse,
    pub(super) plans: &'a Plans,
    pub(super) options: &'a ApiOptions,
    pub(super) tenant: &'a Tenant,
    pub(super) id: &'a RequestId,
    pub(super) vary: &'a HeaderValue,
    /// The headers that no function is told.
    pub(super) withheld: &'a [HeaderName],
}

/// A call, ready to run.
struct Planned {
    ready: Arc<Ready>,
    /// The function may write.
    volatile: bool,
    /// It gives any number of rows.
    many: bool,
    /// It reads the request's head, or says that of its answer.
    minds_heads: bool,
    ending: Ending,
    /// How long the function may take, by its own definition.
    timeout: Option<Duration>,
}

/// Calls and answers. By `GET` nothing can be written, whatever the function does; by `POST` a
/// function may write unless it says of itself that it does not.
pub(super) async fn answer(
    calling: &Calling<'_>,
    content: &Bytes,
) -> Result<Response<Body>, Problem> {
    let head = calling.head;
    let posted = head.method == Method::POST;
    let (wishes, refused) = Wishes::of_call(&head.headers, posted)?;
    let planned = plan(calling, &wishes, content, posted)?;
    if let (Some(refused), None) = (refused, &planned.ready.content) {
        return Err(refused.into());
    }
    let shorter = planned
        .timeout
        .map(|timeout| calling.tenant.with_statement_timeout_at_most(timeout));
    let tenant = shorter.as_ref().unwrap_or(calling.tenant);
    let asked = Asked {
        uri: &head.uri,
        headers: &head.headers,
        wishes: &wishes,
        vary: calling.vary,
        id: calling.id,
        kept: !posted && !planned.minds_heads,
        streams: !planned.minds_heads,
    };
    let minded = Heard::of(head, calling.withheld, planned.ready.minds);
    let preferences = &wishes.preferences;
    let most = if posted {
        most(&planned, preferences)?
    } else {
        None
    };
    let answer = if posted && (planned.volatile || most.is_some()) {
        let writing = planned.volatile.then(|| tenant.read_write());
        let run = Run {
            tenant: writing.as_ref().unwrap_or(tenant),
            ready: &planned.ready,
            asked: &asked,
            heard: minded.as_ref(),
            commits: commits(planned.ending, preferences)?,
            check: Check {
                page: preferences.count && planned.many,
                single: wishes.media.shape == Shape::Object && planned.many,
                most,
                told: planned.minds_heads,
            },
            says_tx: planned.ending.is_free(),
        };
        Box::pin(run::written(&run)).await
    } else if let Some(heard) = &minded {
        around::read(tenant, &planned.ready, &asked, heard, calling.options.stall).await
    } else {
        read::answer(tenant, &planned.ready, &asked, calling.options.stall).await
    };
    answer.map_err(|problem| match problem.kind() {
        Kind::MethodNotAllowed if posted => problem,
        Kind::MethodNotAllowed => problem
            .hint("the function writes: call it by POST")
            .allowing("OPTIONS,POST"),
        _ => problem,
    })
}

/// The methods of the functions at a path: those that may write are for `POST`.
pub(super) fn methods(
    resources: &Resources,
    uri: &Uri,
    wishes: &Wishes,
) -> Result<&'static str, Problem> {
    let schema = wishes.profile.as_deref();
    let schema = schema.unwrap_or(resources.default_schema());
    let name = function_name(uri.path()).ok_or_else(Problem::unknown_path)?;
    let mut functions = resources.functions_in(schema, &name).peekable();
    if functions.peek().is_none() {
        // Refused as a call without arguments is.
        let nothing = Arguments::Texts {
            arguments: Vec::new(),
            posted: false,
        };
        choose(resources, schema, &name, &nothing)?;
    }
    if functions.all(|function| function.volatile) {
        Ok("OPTIONS,POST")
    } else {
        Ok("OPTIONS,GET,HEAD,POST")
    }
}

/// The most rows there may be; asked of a function that gives any number of them.
fn most(planned: &Planned, preferences: &Preferences) -> Result<Option<i64>, Problem> {
    let most = preferences.max_affected.filter(|_| preferences.strict);
    if most.is_some() && !planned.many {
        let detail = "max-affected is for functions that give any number of rows";
        return Err(Problem::new(Kind::InvalidRequest, detail)
            .code("PGRST128")
            .message(
                "Function must return SETOF or TABLE when max-affected preference is used with \
                 handling=strict",
            ));
    }
    Ok(most)
}

/// The call as a statement.
fn plan(
    calling: &Calling<'_>,
    wishes: &Wishes,
    content: &Bytes,
    posted: bool,
) -> Result<Planned, Problem> {
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
        let mut functions = resources.functions_in(schema, &name);
        let takes_cursor = functions.any(|function| function.takes("cursor"));
        Call::of_query(query, limits.bounds(), takes_cursor)?
    };
    let function = choose(&resources, schema, &name, &call.given)?;
    let terms = &wishes.terms;
    let headers = &calling.head.headers;
    let media = function.media.as_ref();
    let media =
        media.filter(|media| media.is_any() || accepts(&mut accepted(headers), &media.name));
    let handler = function
        .has_rows()
        .then(|| negotiate(&resources, &function.rows, &call.read, headers))
        .flatten();
    let plan = match (media, handler) {
        (Some(media), _) => plan_content(&resources, function, &call, terms, media)?,
        (None, Some(handler)) => {
            plan_call_handled(&resources, function, &call, terms, limits.rows, handler)?
        }
        (None, None) => plan_call(&resources, function, &call, terms, limits.rows)?,
    };
    let content = media.or(handler.map(|handler| &handler.media));
    let mut ready = Ready::new(plan, Arc::clone(&resources), schema, calling.house)?;
    ready.content = content.map(content_type);
    let minds = match (media, handler) {
        (Some(_), _) => function.minds.max(Minds::Head),
        (None, Some(handler)) => function.minds.max(handler.minds),
        (None, None) => function.minds,
    };
    ready.minds = ready.minds.max(minds);
    if !posted {
        ready.location = HeaderValue::try_from(canonical(uri)).ok();
    }
    Ok(Planned {
        ready: Arc::new(ready),
        volatile: function.volatile,
        many: function.many,
        minds_heads: minds > Minds::Nothing,
        ending: resources.ending(),
        timeout: function.timeout,
    })
}
