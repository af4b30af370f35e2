//! What a function is told of its request, and says of its answer: the settings `request.method`, `request.path`,
//! `request.headers`, `request.cookies`, and `response.status`, `response.headers`.
//!
//! They are made for one statement: set or emptied before it, read behind it, within its transaction. A session that has
//! kept values of another tenant's call cannot hand them on.

use http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION,
};
use http::request::Parts;
use http::{Response, StatusCode};
use postgres_types::ToSql;
use rowhouse::Rows;
use serde_json::{Map, Value};

use super::body::Body;
use super::headers;
use crate::problem::{Kind, Problem};
use crate::resource::Minds;

/// Tells the request's head, and forgets what a session may have kept.
const TELL: &str = "SELECT pg_catalog.set_config('response.status', '', true), \
     pg_catalog.set_config('response.headers', '', true), \
     pg_catalog.set_config('request.method', $1::pg_catalog.text, true), \
     pg_catalog.set_config('request.path', $2::pg_catalog.text, true), \
     pg_catalog.set_config('request.headers', $3::pg_catalog.text, true)";
/// The same with its cookies.
const TELL_COOKIES: &str = "SELECT pg_catalog.set_config('response.status', '', true), \
     pg_catalog.set_config('response.headers', '', true), \
     pg_catalog.set_config('request.method', $1::pg_catalog.text, true), \
     pg_catalog.set_config('request.path', $2::pg_catalog.text, true), \
     pg_catalog.set_config('request.headers', $3::pg_catalog.text, true), \
     pg_catalog.set_config('request.cookies', $4::pg_catalog.text, true)";
/// Asks what the function has said.
pub(super) const ASK: &str = "SELECT pg_catalog.current_setting('response.status', true), \
     pg_catalog.current_setting('response.headers', true)";

/// A request's head, as a function is told it.
#[derive(Debug)]
pub(super) struct Heard {
    method: String,
    path: String,
    headers: String,
    /// Where a function asks for them.
    cookies: Option<String>,
}

impl Heard {
    /// The head, where it is told, without the headers that say who the caller is, which are `withheld`: whoever writes a function need
    /// not see what proves that. The service takes nobody's word from a cookie, so cookies hold nothing of that; they
    /// come only where a function asks for them, since they prove things to others.
    pub(super) fn of(head: &Parts, withheld: &[HeaderName], minds: Minds) -> Option<Self> {
        if minds == Minds::Nothing {
            return None;
        }
        let secret = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];
        let mut headers = Map::new();
        for name in head.headers.keys() {
            if secret.contains(name) || withheld.contains(name) {
                continue;
            }
            let values = head.headers.get_all(name).iter();
            let values: Vec<_> = values
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            headers.insert(name.as_str().to_owned(), values.join(", ").into());
        }
        let cookies = minds == Minds::Cookies;
        Some(Self {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            headers: Value::Object(headers).to_string(),
            cookies: cookies.then(|| Value::Object(self::cookies(&head.headers)).to_string()),
        })
    }

    /// The statement that tells it.
    pub(super) fn tell(&self) -> &'static str {
        if self.cookies.is_some() {
            TELL_COOKIES
        } else {
            TELL
        }
    }

    /// The parameters of that.
    pub(super) fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&self.method, &self.path, &self.headers];
        params.extend(
            self.cookies
                .iter()
                .map(|cookies| cookies as &(dyn ToSql + Sync)),
        );
        params
    }
}

/// The cookies by name. Of several with one name the first counts: it is the one of the longest path (RFC 6265, 5.4).
fn cookies(headers: &HeaderMap) -> Map<String, Value> {
    let mut cookies = Map::new();
    for header in headers.get_all(COOKIE) {
        for pair in header.as_bytes().split(|&byte| byte == b';') {
            let pair = String::from_utf8_lossy(pair);
            if let Some((name, value)) = pair.split_once('=') {
                let value = || value.trim().to_owned().into();
                cookies.entry(name.trim()).or_insert_with(value);
            }
        }
    }
    cookies
}

/// What a function has said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    status: Option<StatusCode>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Told {
    pub(super) fn read(rows: &Rows) -> Result<Self, Problem> {
        let mut values = rows.values().next().into_iter().flatten();
        let mut text = || {
            let value = values.next().flatten()?;
            std::str::from_utf8(value)
                .ok()
                .filter(|text| !text.is_empty())
        };
        let (status, headers) = (text(), text());
        Self::parse(status, headers)
    }

    fn parse(status: Option<&str>, headers: Option<&str>) -> Result<Self, Problem> {
        let wrong_status = || {
            let detail = "a function has set response.status to no status";
            Problem::new(Kind::Internal, detail)
                .code("PGRST112")
                .message("response.status guc must be a valid status code")
        };
        let wrong_headers = || {
            let detail = "a function has set response.headers to no list of headers";
            Problem::new(Kind::Internal, detail)
                .code("PGRST111")
                .message(
                    "response.headers guc must be a JSON array composed of objects with a single \
                     key and a string value",
                )
        };
        let status = status.map(|text| {
            let status = text.parse().ok().filter(|status| *status >= 200);
            status
                .and_then(|status: u16| StatusCode::from_u16(status).ok())
                .ok_or_else(wrong_status)
        });
        let mut told = Self {
            status: status.transpose()?,
            headers: Vec::new(),
        };
        let Some(text) = headers else {
            return Ok(told);
        };
        let list: Vec<Map<String, Value>> =
            serde_json::from_str(text).map_err(|_| wrong_headers())?;
        for object in list {
            let mut members = object.into_iter();
            let (Some((name, Value::String(value))), None) = (members.next(), members.next())
            else {
                return Err(wrong_headers());
            };
            told.headers
                .push(headers::header(&name, &value).ok_or_else(wrong_headers)?);
        }
        Ok(told)
    }

    /// The answer as the function wants it; the type of its content is the function's to say where it made that.
    pub(super) fn shape(self, mut response: Response<Body>, types_content: bool) -> Response<Body> {
        let is_type = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.contains('/'));
        let mut headers = self.headers.iter();
        let media = headers.find(|(name, value)| name == CONTENT_TYPE && is_type(value));
        if let (Some((_, media)), true) = (media, types_content) {
            response.headers_mut().insert(CONTENT_TYPE, media.clone());
        }
        headers::take(response.headers_mut(), self.headers);
        // What the client has already is not sent again, whatever it would have been answered with.
        let is_unchanged = response.status() == StatusCode::NOT_MODIFIED;
        if let Some(status) = self.status.filter(|_| !is_unchanged) {
            *response.status_mut() = status;
            if matches!(status.as_u16(), 204 | 304) {
                *response.body_mut() = Body::default();
                response.headers_mut().remove(CONTENT_LENGTH);
                response.headers_mut().remove(CONTENT_TYPE);
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_by_name() {
        let mut headers = HeaderMap::new();
        for line in ["a=1; b=\"x y\";c=d=e ; a=2", "none; é=ü"] {
            headers.append(COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let json = Value::Object(cookies(&headers)).to_string();
        assert_eq!(json, r#"{"a":"1","b":"\"x y\"","c":"d=e","é":"ü"}"#);
    }

    #[test]
    fn a_status_and_headers_or_what_is_wrong_with_them() {
        let told = Told::parse(Some("418"), Some(r#"[{"X-A":"b"},{"x-a":"c"}]"#)).unwrap();
        assert_eq!(told.status, Some(StatusCode::IM_A_TEAPOT));
        assert_eq!(told.headers.len(), 2);
        assert_eq!(Told::parse(None, None), Ok(Told::default()));
        for status in ["abc", "100", "42", "70000"] {
            assert!(Told::parse(Some(status), None).is_err(), "{status}");
        }
        for headers in [
            "{}",
            "[1]",
            r#"[{"a":"b","c":"d"}]"#,
            r#"[{"a":1}]"#,
            r#"[{"a b":"c"}]"#,
            r#"[{"a":"b\r\nc: d"}]"#,
            "[{}]",
        ] {
            assert!(Told::parse(None, Some(headers)).is_err(), "{headers}");
        }
    }
}
