//! What a client is told whose request has no tenant.

use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Response, StatusCode};

use super::body::TenantBody;

const GRPC: &str = "application/grpc";
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// Why a request has no tenant, as its client is told: a status and one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct TenantRejection {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    /// gRPC's status.
    code: u8,
    detail: String,
}

impl TenantRejection {
    fn new(status: StatusCode, slug: &'static str, title: &'static str, code: u8) -> Self {
        Self {
            status,
            slug,
            title,
            code,
            detail: String::new(),
        }
    }

    fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The request does not say whose it is: 400.
    pub fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "missing-tenant", "No tenant", 16).because(detail)
    }

    /// What it says cannot be a tenant: 400.
    pub fn invalid(detail: impl Into<String>) -> Self {
        let title = "Not a tenant id";
        Self::new(StatusCode::BAD_REQUEST, "invalid-tenant", title, 3).because(detail)
    }

    /// It does not prove who is asking: 401, with `WWW-Authenticate: Bearer`.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        let title = "Not authenticated";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", title, 16).because(detail)
    }

    /// Whoever asks may not act for the tenant: 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", 7).because(detail)
    }

    /// Nobody can tell now: 503.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "overloaded", "Try again", 14).because(detail)
    }

    /// The service was put together without the layer.
    #[cfg(feature = "axum")]
    pub(crate) fn no_layer() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, "internal", "Internal error", 13).because(
            "no rowhouse::axum::TenantLayer stands around this route: add .layer(TenantLayer::new(house, source)) behind it",
        )
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The problem document.
    pub(crate) fn document(&self) -> String {
        format!(
            r#"{{"type":"urn:rowhouse:problem:{}","title":"{}","status":{},"detail":{}}}"#,
            self.slug,
            self.title,
            self.status.as_u16(),
            quoted(&self.detail)
        )
    }

    pub(crate) fn headers(&self, headers: &mut HeaderMap) {
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, problem);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }

    /// The answer, in the form that the request's headers speak of.
    pub(super) fn answer<B>(&self, asked: &HeaderMap) -> Response<TenantBody<B>> {
        let media = asked.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if media.is_some_and(|media| media.starts_with(GRPC.as_bytes())) {
            let mut response = Response::new(TenantBody::refusal(String::new()));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC));
            headers.insert(GRPC_STATUS, HeaderValue::from(u16::from(self.code)));
            if let Ok(message) = HeaderValue::from_str(&percent_encoded(&self.detail)) {
                headers.insert(GRPC_MESSAGE, message);
            }
            return response;
        }
        let mut response = Response::new(TenantBody::refusal(self.document()));
        *response.status_mut() = self.status;
        self.headers(response.headers_mut());
        response
    }
}

/// A string of JSON.
fn quoted(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // Writing to a String cannot fail.
            '\0'..='\u{1f}' => drop(write!(out, "\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
    }
    out.push('"');
    out
}

/// As gRPC wants its messages.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b' '..=b'~' if byte != b'%' => out.push(char::from(byte)),
            _ => drop(write!(out, "%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_document() {
        let rejection = TenantRejection::invalid("a \"b\" \\ \n\u{1}é");
        let document: serde_json::Value = serde_json::from_str(&rejection.document()).unwrap();
        assert_eq!(document["detail"], "a \"b\" \\ \n\u{1}é");
        assert_eq!(document["status"], 400);
    }

    #[test]
    fn a_message_of_grpc_is_a_header() {
        let encoded = percent_encoded("50 %\né");
        assert_eq!(encoded, "50 %25%0A%C3%A9");
    }
}
