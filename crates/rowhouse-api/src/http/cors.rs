//! CORS: what tells a browser that pages of another site may read an answer.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::{HeaderName, Method, Response, StatusCode};
use rowhouse_identity::Identity;

use super::body::Body;
use super::headers;

const METHODS: HeaderValue =
    HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
/// What a page may read of an answer's head, besides what it always may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "content-encoding, content-location, content-profile, content-range, etag, \
     idempotent-replayed, link, location, preference-applied, proxy-status, \
     retry-after, x-request-id",
);
/// What a page may send, besides the identity.
const SENT: &str = "accept, accept-profile, authorization, content-profile, content-type, \
    idempotency-key, if-none-match, prefer, range, range-unit, x-client-info, x-request-id";
/// For how long a browser need not ask again, in seconds.
const HOUR: HeaderValue = HeaderValue::from_static("3600");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// The origin of a request, where its pages may ask.
fn allowed<'h>(identity: &Identity, request: &'h HeaderMap) -> Option<&'h HeaderValue> {
    let mut origins = request.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) if identity.origins().allows(origin) => Some(origin),
        _ => None,
    }
}

/// The answer to a browser that asks before a request, whether a page may make it; nothing where
/// this is no such question, or the page may not.
pub(super) fn preflight(
    identity: &Identity,
    method: &Method,
    request: &HeaderMap,
) -> Option<Response<Body>> {
    if *method != Method::OPTIONS || !request.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    allowed(identity, request)?;
    let names = identity.headers().iter().map(HeaderName::as_str);
    let names = names.filter(|name| *name != "authorization");
    let sent: Vec<&str> = names.chain([SENT]).collect();
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let head = response.headers_mut();
    headers::nothing_kept(head);
    head.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    if let Ok(sent) = HeaderValue::from_str(&sent.join(", ")) {
        head.insert(ACCESS_CONTROL_ALLOW_HEADERS, sent);
    }
    head.insert(ACCESS_CONTROL_MAX_AGE, HOUR);
    Some(response)
}

/// Says in an answer who may read it. Where some may, all answers vary with who asked.
pub(super) fn mark(identity: &Identity, request: &HeaderMap, answer: &mut HeaderMap) {
    let origins = identity.origins();
    if origins.is_empty() {
        return;
    }
    if !origins.is_any() {
        let varies = answer.get(VARY).and_then(|value| value.to_str().ok());
        let varies = varies.map_or("origin".to_owned(), |varies| format!("{varies}, origin"));
        if let Ok(varies) = HeaderValue::from_str(&varies) {
            answer.insert(VARY, varies);
        }
    }
    if let Some(origin) = allowed(identity, request) {
        let origin = if origins.is_any() {
            ANY
        } else {
            origin.clone()
        };
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
