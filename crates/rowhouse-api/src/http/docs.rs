//! The page at `/docs`, for people: it shows the description, and works without any other site.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, REFERRER_POLICY,
};
use http::{Response, header};

use super::body::Body;
use super::headers;

/// Nothing but the page's own files, and the service itself.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The file at a path below `/docs`, with its media type.
fn file(path: &str) -> Option<(&'static str, &'static str)> {
    match path {
        "/docs" | "/docs/" => Some((include_str!("docs/page.html"), "text/html; charset=utf-8")),
        "/docs/page.js" => Some((
            include_str!("docs/page.js"),
            "text/javascript; charset=utf-8",
        )),
        "/docs/page.css" => Some((include_str!("docs/page.css"), "text/css; charset=utf-8")),
        _ => None,
    }
}

/// The page, or one of its files.
pub(super) fn answer(path: &str) -> Option<Response<Body>> {
    let (content, media) = file(path)?;
    let mut response = Response::new(Body::shared(content.into()));
    let head: &mut HeaderMap = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    head.insert(CONTENT_SECURITY_POLICY, POLICY);
    head.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    head.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    head.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers::length(head, content.len());
    Some(response)
}
