//! A tenant's rows, written. Once it has been sent, nothing is sent again.

use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, Response};
use rowhouse::{Rowhouse, Tenant, TenantId};

use super::around::shaped;
use super::body::Body;
use super::changed;
use super::plans::{Plans, Ready, find};
use super::request_id::RequestId;
use super::run::{self, Run};
use super::told::Heard;
use crate::config::Limits;
use crate::plan::{Ask, Demand, Param, PlanError, Verb, plan_write};
use crate::problem::{Kind, Problem};
use crate::request::{Content, Form, Resolution, Returning, Scalar, Shape, Watch, Wishes, Write};
use crate::resource::{May, Resource};

/// A request that writes.
#[derive(Debug)]
pub(super) struct Writing<'a> {
    pub(super) head: &'a Parts,
    pub(super) house: &'a Rowhouse,
    pub(super) plans: &'a Plans,
    pub(super) limits: &'a Limits,
    pub(super) tenant: &'a Tenant,
    pub(super) id: &'a RequestId,
    pub(super) vary: &'a http::HeaderValue,
    /// The headers that no function is told.
    pub(super) withheld: &'a [HeaderName],
}

/// What a method does.
pub(super) fn verb(method: &Method) -> Option<Verb> {
    match *method {
        Method::POST => Some(Verb::Insert),
        Method::PUT => Some(Verb::Replace),
        Method::PATCH => Some(Verb::Update),
        Method::DELETE => Some(Verb::Delete),
        _ => None,
    }
}

/// Writes and answers.
pub(super) async fn answer(
    writing: &Writing<'_>,
    verb: Verb,
    content: &Bytes,
) -> Result<Response<Body>, Problem> {
    let head = writing.head;
    let wishes = Wishes::of_content(&head.headers)?;
    let resources = writing.plans.current().get();
    let (schema, resource) = find(&resources, &head.uri, &wishes)?;
    let allow = |problem: Problem| match problem.status().as_u16() {
        405 => problem.allowing(&resource.writing.allow()),
        _ => problem,
    };
    check(resource, verb, &head.method)?;
    let ending = resources.ending();
    let preferences = &wishes.preferences;
    let commits = run::commits(ending, preferences)?;
    let (query, bounds) = (head.uri.query().unwrap_or(""), writing.limits.bounds());
    let write = match verb {
        Verb::Delete => Write::without_content(query, bounds)?,
        _ => Write::parse(query, bounds)?,
    };
    let content = match verb {
        Verb::Delete => None,
        _ => Some(rows(writing, resource, &write, verb, content)?),
    };
    let members = members(&write, content.as_ref());
    let texts = content.as_ref().and_then(|content| content.texts(&members));
    let ask = Ask {
        verb,
        write: &write,
        members: &members,
        texts: texts.is_some(),
        terms: &wishes.terms,
        returning: preferences.returning.unwrap_or(Returning::Minimal),
        resolution: preferences.resolution.filter(|_| verb == Verb::Insert),
        defaults: preferences.defaults == Some(true),
        demand: demand(verb, &wishes),
    };
    let make = || {
        let plan = plan_write(&resources, resource, &ask)?;
        let mut ready = Ready::new(plan, Arc::clone(&resources), schema, writing.house)?;
        ready.minds = ready.minds.max(resource.writing.minds);
        Ok(ready)
    };
    let ready = if verb == Verb::Insert {
        // Inserts have no filters, so many of them are alike.
        let Ask {
            returning,
            resolution,
            defaults,
            demand,
            ..
        } = ask;
        let target = head
            .uri
            .path_and_query()
            .map_or("", |target| target.as_str());
        let (profile, terms) = (&wishes.profile, &wishes.terms);
        let key = format!(
            "POST {target} {profile:?} {terms:?} {returning:?} {resolution:?} {defaults} \
             {demand:?} {members:?} {}",
            texts.is_some()
        );
        writing.plans.get_or_make(&key, make)
    } else {
        make().map(Arc::new)
    };
    let ready = ready.map_err(allow)?;
    let minded = Heard::of(head, writing.withheld, ready.minds);
    let run = Run {
        tenant: writing.tenant,
        ready: &ready,
        values: values(texts),
        rows: content.map(|content| content.rows),
        commits,
        resolves: ask.resolution.is_some() || verb == Verb::Replace,
        wishes: &wishes,
        id: writing.id,
        heard: minded.as_ref(),
    };
    let outcome = run::run(run, |count| match (ask.demand, verb) {
        (Some(Demand::AtMost(_)), _) => Problem::too_many_rows(count),
        (_, Verb::Replace) => Problem::put_mismatch(),
        _ => Problem::not_singular(usize::try_from(count).unwrap_or_default()),
    })
    .await?;
    let done = changed::Done {
        verb,
        ready: &ready,
        wishes: &wishes,
        uri: &head.uri,
        vary: writing.vary,
        id: writing.id,
        current: writing.plans.current(),
        returning: ask.returning,
        resolves: !resource.writing.key.is_empty() || write.on_conflict.is_some(),
        tx: ending.is_free(),
    };
    let response = done.answer(&outcome);
    shaped(response, outcome.told.as_ref(), &ready).map_err(|problem| {
        tracing::error!(target: "rowhouse::http", request_id = writing.id.as_str(), reason = problem.detail(), "what functions say of the answer cannot be read");
        if commits { unsaid() } else { problem }
    })
}

/// It was written, and what a function says of the answer cannot be read.
fn unsaid() -> Problem {
    Problem::new(
        Kind::OutcomeUnknown,
        "it was written, but what a function or trigger says of the answer cannot be read",
    )
    .hint("do not send the request again; read what is there")
}

/// Whether the resource is written so at all.
fn check(resource: &Resource, verb: Verb, method: &Method) -> Result<(), Problem> {
    let writing = &resource.writing;
    let may = match verb {
        Verb::Delete => writing.delete,
        Verb::Replace if writing.insert == May::Never => May::Never,
        // Rows are put there, but none that is told by its key.
        Verb::Replace if writing.key.is_empty() => {
            let hint = format!("{} has no primary key to put a row by", resource.name);
            let problem = Problem::from(PlanError::PutFilters).hint(hint);
            return Err(problem.allowing(&writing.allow()));
        }
        Verb::Replace if writing.insert != May::Yes => writing.insert,
        Verb::Update | Verb::Replace => writing.update,
        Verb::Insert => writing.insert,
    };
    match may {
        May::Yes => Ok(()),
        May::Never => Err(Problem::method_not_allowed(method, &writing.allow())),
        May::Denied => {
            let name = &resource.name;
            let detail = format!("the service's role may not {method} {name}");
            Err(Problem::new(Kind::Forbidden, detail))
        }
    }
}

/// The rows of the content; none of them names another tenant.
fn rows(
    writing: &Writing<'_>,
    resource: &Resource,
    write: &Write,
    verb: Verb,
    content: &[u8],
) -> Result<Content, Problem> {
    let form = Form::of(text(&writing.head.headers))?;
    let column = resource.writing.tenant;
    let column = column.map(|place| resource.writing.columns[place].name.as_str());
    let kind = writing.house.tenant_type();
    let accepts = |value: &Scalar| match value {
        // It is filled.
        Scalar::Null => true,
        Scalar::Text(text) => {
            TenantId::parse(kind, text).is_ok_and(|tenant| tenant == *writing.tenant.id())
        }
        Scalar::Other => false,
    };
    let watch = column.map(|member| Watch {
        member,
        accepts: &accepts,
    });
    let content = Content::parse(form, content, watch)?;
    if let (Some(column), true) = (column, content.foreign) {
        return Err(Problem::foreign_tenant(column));
    }
    if verb == Verb::Insert {
        content.check_even(write.columns.is_some())?;
    } else if content.count > 1 {
        let detail = format!("the content is {} rows, not one", content.count);
        return Err(match verb {
            Verb::Replace => Problem::put_mismatch(),
            _ => Problem::new(Kind::InvalidContent, detail),
        });
    }
    Ok(content)
}

fn text(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE)?.to_str().ok()
}

/// The members that are taken: those that `columns` names, else all there are.
fn members(write: &Write, content: Option<&Content>) -> Vec<String> {
    let named = write.columns.iter().flatten();
    match (&write.columns, content) {
        (_, None) => Vec::new(),
        // Without a row nothing is set.
        (_, Some(content)) if content.count == 0 => Vec::new(),
        (Some(_), _) => named.map(|name| name.as_str().to_owned()).collect(),
        (None, Some(content)) => content.members.clone(),
    }
}

/// The texts as what they are bound as.
fn values(texts: Option<Vec<Option<&str>>>) -> Vec<Param> {
    let bound =
        |text: Option<&str>| text.map_or(Param::Null, |text| Param::Unknown(text.to_owned()));
    texts.into_iter().flatten().map(bound).collect()
}

/// How many rows the client wants touched.
fn demand(verb: Verb, wishes: &Wishes) -> Option<Demand> {
    let preferences = &wishes.preferences;
    if verb == Verb::Replace || wishes.media.shape == Shape::Object {
        return Some(Demand::One);
    }
    let most = preferences.max_affected.filter(|_| preferences.strict);
    let touches = matches!(verb, Verb::Update | Verb::Delete);
    most.filter(|_| touches).map(Demand::AtMost)
}

/// Whether what a client prefers of rows that are there already is heard.
pub(super) fn resolved(verb: Verb, resolution: Option<Resolution>) -> bool {
    verb == Verb::Insert && resolution.is_some()
}
