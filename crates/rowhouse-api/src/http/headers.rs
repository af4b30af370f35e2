//! The head of an answer.

use std::time::Duration;

use http::HeaderName;
use http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue,
    RETRY_AFTER, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
};

use crate::problem::Problem;
use crate::request::Media;

pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
pub(super) const CONTENT_PROFILE: HeaderName = HeaderName::from_static("content-profile");
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const PROBLEM: HeaderValue = HeaderValue::from_static(crate::problem::MEDIA_TYPE);
/// A tenant's rows may be kept by the one who asked, and asked about again before they are used.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const READS: HeaderValue = HeaderValue::from_static("OPTIONS,GET,HEAD");
const PROXY_STATUS: HeaderName = HeaderName::from_static("proxy-status");
const SOON: HeaderValue = HeaderValue::from_static("1");

/// `Vary`: everything that decides what an answer is.
pub(super) fn vary(identity: &[HeaderName]) -> HeaderValue {
    let names: Vec<&str> = identity
        .iter()
        .map(HeaderName::as_str)
        .chain(["accept-encoding"])
        .collect();
    // Header names are always a value.
    HeaderValue::from_str(&names.join(", ")).unwrap_or(HeaderValue::from_static("*"))
}

/// `Strict-Transport-Security`, for so long.
pub(super) fn https_only(time: Duration) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("max-age={}", time.as_secs())).ok()
}

/// What every answer says to browsers: that it is what it says it is, and nothing for other sites'
/// pages to embed. Pages that ask by CORS are not concerned by that.
pub(super) fn secure(headers: &mut HeaderMap, https_only: Option<&HeaderValue>) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, SAME_ORIGIN);
    if let Some(https_only) = https_only {
        headers.insert(STRICT_TRANSPORT_SECURITY, https_only.clone());
    }
}

/// Makes room for the headers of an answer, all at once.
pub(super) fn reserve(headers: &mut HeaderMap) {
    headers.reserve(14);
}

/// The headers of an answer with a tenant's rows.
pub(super) fn rows(headers: &mut HeaderMap, media: Media, vary: &HeaderValue) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    unchanged(headers, vary);
}

/// The headers of an answer that says the rows are as they were.
pub(super) fn unchanged(headers: &mut HeaderMap, vary: &HeaderValue) {
    headers.insert(CACHE_CONTROL, PRIVATE);
    headers.insert(VARY, vary.clone());
}

/// The headers of a problem document.
pub(super) fn problem(headers: &mut HeaderMap, problem: &Problem) {
    not_kept(headers, PROBLEM);
    // Where an answer has no content, of HEAD for instance, this says what went wrong (RFC 9209).
    let code = problem.code_of_client();
    let is_token = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_token && let Ok(status) = HeaderValue::try_from(format!("Rowhouse; error={code}")) {
        headers.insert(PROXY_STATUS, status);
    }
    match problem.status().as_u16() {
        405 => {
            let allow = problem
                .allow()
                .and_then(|allow| HeaderValue::from_str(allow).ok());
            headers.insert(ALLOW, allow.unwrap_or(READS));
        }
        // What is taken, as RFC 9110 has it.
        415 => drop(headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"))),
        503 => drop(headers.insert(RETRY_AFTER, SOON)),
        _ => {}
    }
}

/// The headers of an answer that nobody keeps.
pub(super) fn not_kept(headers: &mut HeaderMap, media_type: HeaderValue) {
    headers.insert(CONTENT_TYPE, media_type);
    headers.insert(CACHE_CONTROL, NO_STORE);
}

/// The headers of rows that were written.
pub(super) fn written(headers: &mut HeaderMap, media: Media, bytes: usize) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    length(headers, bytes);
}

/// The headers of an answer without content that nobody keeps.
pub(super) fn nothing_kept(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, NO_STORE);
}

pub(super) fn length(headers: &mut HeaderMap, bytes: usize) {
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
}

/// A header by its texts, where they are sound.
pub(crate) fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    Some((name, HeaderValue::from_str(value).ok()?))
}

/// What functions may not say: how the answer is framed, who may keep it, and what is the
/// service's to say.
const OURS: [&str; 17] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "content-length",
    "content-encoding",
    "content-type",
    "date",
    "cache-control",
    "vary",
    "etag",
    "age",
    "expires",
    "x-request-id",
];

/// Takes over headers that a function of the database has set; those that are the service's are
/// passed over.
pub(super) fn take(headers: &mut HeaderMap, set: Vec<(HeaderName, HeaderValue)>) {
    let mut before: Vec<HeaderName> = Vec::new();
    for (name, value) in set {
        let text = name.as_str();
        if OURS.contains(&text)
            || text.starts_with("access-control-")
            || text == "x-content-type-options"
        {
            continue;
        }
        // Of several with one name all come, instead of what was there before.
        if before.contains(&name) {
            headers.append(name, value);
        } else {
            headers.insert(name.clone(), value);
            before.push(name);
        }
    }
}
