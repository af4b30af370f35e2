//! Answers, and the problems that can come instead.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::problem::{Kind, MEDIA_TYPE};
use crate::resource::{Resource, Resources};

use super::reference;

/// The document of a problem.
pub(super) fn problem() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457, with the members that clients of PostgREST read.",
        "required": ["type", "title", "status", "detail", "code", "message", "details", "hint", "request_id"],
        "properties": {
            "type": {"type": "string", "enum": Kind::ALL.iter().map(|kind| kind.uri()).collect::<Vec<_>>()},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string", "description": "PostgREST's code, the server's SQLSTATE, or one of ours."},
            "message": {"type": "string"},
            "details": {},
            "hint": {"type": ["string", "null"]},
            "constraint": {"type": "string", "description": "The constraint that stands against it."},
            "request_id": {"type": "string"},
        },
    })
}

/// A response for every status that a problem can have, by status; and one for what functions of
/// the database raise with a status of their own.
pub(super) fn shared() -> Map<String, Value> {
    let content = || json!({MEDIA_TYPE: {"schema": reference("schemas", "problem")}});
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for kind in Kind::ALL {
        by_status
            .entry(kind.status().as_u16())
            .or_default()
            .push(kind.title());
    }
    let mut responses: Map<String, Value> = by_status
        .into_iter()
        .map(|(status, titles)| {
            let description = format!("{}.", titles.join("; "));
            (
                format!("problem-{status}"),
                json!({"description": description, "content": content()}),
            )
        })
        .collect();
    let raised = json!({
        "description": "What a function of the database raised, with a status of its choosing.",
        "content": content(),
    });
    responses.insert("raised".into(), raised);
    let unchanged = json!({"description": "It is as it was."});
    responses.insert("unchanged".into(), unchanged);
    responses
}

/// The headers of answers.
pub(super) fn headers() -> Value {
    let text =
        |description: &str| json!({"schema": {"type": "string"}, "description": description});
    json!({
        "content-range": text("Which rows these are, of how many: `0-14/52`, `*/0`; `*` where they were not counted."),
        "link": text("The next page: `<…>; rel=\"next\"`."),
        "etag": text("A tag of the answer, for `If-None-Match`."),
        "location": text("Where the one row is that was inserted."),
        "preference-applied": text("Which preferences were heard."),
        "request-id": text("By which the request is found in the service's log."),
    })
}

/// The headers of an answer, by their names there and here.
pub(super) fn with_headers(names: &[(&str, &str)]) -> Value {
    let all = names.iter().chain(&[("X-Request-Id", "request-id")]);
    let headers: Map<String, Value> = all
        .map(|(name, component)| ((*name).to_owned(), reference("headers", component)))
        .collect();
    headers.into()
}

/// Adds the problems that can come instead.
pub(super) fn or_problems(mut responses: Map<String, Value>, kinds: &[Kind]) -> Value {
    let always = [
        Kind::MissingTenant,
        Kind::Misdirected,
        Kind::UnknownResource,
        Kind::NotAcceptable,
        Kind::RequestTooLong,
        Kind::HeadTooLarge,
        Kind::Retry,
        Kind::Timeout,
        Kind::Internal,
    ];
    for kind in always.iter().chain(kinds) {
        let status = kind.status().as_u16();
        let name = format!("problem-{status}");
        responses.insert(status.to_string(), reference("responses", &name));
    }
    responses.insert("default".into(), reference("responses", "raised"));
    responses.into()
}

/// Rows in each of their forms.
pub(super) fn rows(row: &Value) -> Value {
    let list = json!({"type": "array", "items": row});
    json!({
        "application/json": {"schema": list},
        "application/vnd.pgrst.object+json": {"schema": row},
        "application/vnd.pgrst.array+json": {"schema": list},
        "text/csv": {"schema": {"type": "string"}},
    })
}

/// Adds the media types that aggregates of the database make of the rows; what stands in for JSON can be any.
pub(super) fn or_handled(mut forms: Value, resources: &Resources, resource: &Resource) -> Value {
    for handler in resources.handlers(resource, true) {
        let name = handler.media.name.as_str();
        let schema = match name {
            "application/json" => json!({}),
            _ => json!({"type": "string"}),
        };
        forms[name] = json!({"schema": schema});
    }
    forms
}
