//! Errors as clients see them: RFC 9457 problem documents.
//!
//! The document has the members that clients of `PostgREST` read too: `code`, `message`, `details`
//! and `hint`, in its words where programs look for them.
//!
//! A [`Problem`] has a [`Kind`], which fixes its `type`, title and status and never changes its
//! meaning, and a detail for this one occurrence. What the database says goes to the log; a
//! client gets our own words, chosen by SQLSTATE ([`Problem::from_database`]).

mod call;
mod database;
mod demanded;
mod kind;
mod quoted;
mod refusal;
mod unwritten;

pub use kind::Kind;

use std::borrow::Cow;

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::json::write_string;
pub(crate) use quoted::quoted;
use quoted::whole;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One thing that went wrong, as told to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    status: StatusCode,
    code: Cow<'static, str>,
    detail: String,
    more: Box<More>,
}

/// What only some problems have to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct More {
    /// The detail in `PostgREST`'s words, where programs look for those.
    message: Option<String>,
    details: Option<Value>,
    hint: Option<String>,
    constraint: Option<String>,
    /// Headers that the answer has, most of them because a function of the database wants it.
    headers: Vec<(HeaderName, HeaderValue)>,
    /// How many rows there are, where too many were to be passed over.
    rows: Option<i64>,
    /// The methods there are, where another was used.
    allow: Option<String>,
}

impl Problem {
    /// A problem of this kind, with what happened this time.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            status: kind.status(),
            code: Cow::Borrowed(kind.code()),
            detail: detail.into(),
            more: Box::default(),
        }
    }

    /// Adds what the client can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.more.hint = Some(hint.into());
        self
    }

    /// Under another code than its kind's.
    #[must_use]
    pub(crate) fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = code.into();
        self
    }

    /// What clients tell problems apart by: `PostgREST`'s code, or PostgreSQL's.
    pub(crate) fn code_of_client(&self) -> &str {
        &self.code
    }

    /// Adds the words that clients of `PostgREST` look for.
    #[must_use]
    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.more.message = Some(message.into());
        self
    }

    /// Adds particulars.
    #[must_use]
    pub(crate) fn details(mut self, details: impl Into<Value>) -> Self {
        self.more.details = Some(details.into());
        self
    }

    /// Adds a header that the answer has.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more.headers.push((name, value));
        self
    }

    /// The request names no tenant.
    pub fn missing_tenant(header: &str) -> Self {
        Self::new(
            Kind::MissingTenant,
            format!("the header {header} is missing"),
        )
        .hint(format!("send {header} with the id of the tenant"))
    }

    /// The request names a tenant that cannot be one; `why` completes "the header … ".
    pub fn invalid_tenant(header: &str, why: &str) -> Self {
        Self::new(Kind::InvalidTenant, format!("the header {header} {why}"))
    }

    /// There is no resource of this name in the schema.
    pub fn unknown_resource(schema: &str, name: &str, nearest: Option<&str>) -> Self {
        let (schema, name) = (quoted(schema), quoted(name));
        let problem = Self::new(
            Kind::UnknownResource,
            format!("there is no resource {name:?}"),
        )
        .message(format!(
            "Could not find the table '{schema}.{name}' in the schema cache"
        ));
        match nearest {
            Some(nearest) => {
                problem.hint(format!("Perhaps you meant the table '{schema}.{nearest}'"))
            }
            None => problem,
        }
    }

    /// No resource can have this path.
    pub fn unknown_path() -> Self {
        Self::new(Kind::UnknownResource, "there is nothing at this path")
            .code("PGRST125")
            .message("Invalid path specified in request URL")
    }

    /// The schema is not served.
    pub fn unknown_schema<'a>(name: &str, served: impl Iterator<Item = &'a str>) -> Self {
        let served: Vec<&str> = served.collect();
        let name = quoted(name);
        Self::new(
            Kind::UnknownSchema,
            format!("the schema {name:?} is not served"),
        )
        .message(format!("Invalid schema: {name}"))
        .hint(format!(
            "Only the following schemas are exposed: {}",
            served.join(", ")
        ))
    }

    /// One row was asked for, and there are so many.
    pub fn not_singular(rows: usize) -> Self {
        Self::new(Kind::NotSingular, format!("there are {rows} rows, not one"))
            .message("Cannot coerce the result to a single JSON object")
            .details(format!("The result contains {rows} rows"))
    }

    /// More rows were to be passed over than there are.
    pub fn out_of_range(offset: i64, rows: i64) -> Self {
        let mut problem = Self::new(
            Kind::UnsatisfiableRange,
            format!("there are only {rows} rows, not {offset} to pass over"),
        )
        .message("Requested range not satisfiable")
        .details(format!(
            "An offset of {offset} was requested, but there are only {rows} rows."
        ));
        problem.more.rows = Some(rows);
        problem
    }

    /// The method is none of those that `allow` lists.
    pub fn method_not_allowed(method: &Method, allow: &str) -> Self {
        let method = quoted(method.as_str());
        Self::new(
            Kind::MethodNotAllowed,
            format!(
                "{method} is not understood here: use one of {}",
                allow.replace(',', ", ")
            ),
        )
        .message(format!("Unsupported HTTP method: {method}"))
        .allowing(allow)
    }

    /// Adds the methods there are.
    #[must_use]
    pub(crate) fn allowing(mut self, allow: &str) -> Self {
        self.more.allow = Some(allow.to_owned());
        self
    }

    /// A row of another tenant was to be written.
    pub fn foreign_tenant(column: &str) -> Self {
        let detail = format!("{column:?} names another tenant; nothing was written");
        Self::new(Kind::ForeignTenant, detail).hint("leave it out: it is filled")
    }

    /// So many rows would have been touched; nothing was written.
    pub fn too_many_rows(rows: i64) -> Self {
        let detail = format!("{rows} rows would have been touched; nothing was written");
        Self::new(Kind::TooManyRows, detail)
            .message("Query result exceeds max-affected preference constraint")
            .details(format!("The query affects {rows} rows"))
    }

    /// The row of a PUT is not the one its URL names.
    pub fn put_mismatch() -> Self {
        Self::new(
            Kind::InvalidRequest,
            "the content's primary key is not the URL's, or it is not one row",
        )
        .code("PGRST115")
        .message("Payload values do not match URL in primary key column(s)")
    }

    /// The content is longer than so many bytes.
    pub fn content_too_large(most: u64) -> Self {
        let detail = format!("the content is longer than {most} bytes");
        Self::new(Kind::ContentTooLarge, detail)
    }

    /// The methods there are, where another was used.
    pub(crate) fn allow(&self) -> Option<&str> {
        self.more.allow.as_deref()
    }

    /// Headers that a function of the database wants the answer to have.
    pub(crate) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.more.headers
    }

    /// How many rows there are, where that was the problem.
    pub(crate) fn rows(&self) -> Option<i64> {
        self.more.rows
    }

    /// Something that is ours to mend. The log has the rest, under the request's id.
    pub fn internal() -> Self {
        Self::new(
            Kind::Internal,
            "the request could not be answered; the service's log says why",
        )
    }

    /// What kind of problem it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened this time.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The document: members of RFC 9457, and those that clients of `PostgREST` read.
    pub fn to_json(&self, request_id: &str) -> Vec<u8> {
        // What a function raises on purpose is all said.
        let whole = |text| match self.kind {
            Kind::Raised => Cow::Borrowed(text),
            _ => whole(text),
        };
        let mut out = Vec::with_capacity(384);
        out.extend_from_slice(b"{\"type\":");
        write_string(&mut out, self.kind.uri());
        text_member(&mut out, "title", self.kind.title());
        out.extend_from_slice(format!(",\"status\":{}", self.status.as_u16()).as_bytes());
        text_member(&mut out, "detail", &whole(&self.detail));
        text_member(&mut out, "code", &self.code);
        text_member(
            &mut out,
            "message",
            &whole(self.more.message.as_deref().unwrap_or(&self.detail)),
        );
        match &self.more.details {
            Some(details) => out.extend_from_slice(format!(",\"details\":{details}").as_bytes()),
            None => out.extend_from_slice(b",\"details\":null"),
        }
        match &self.more.hint {
            Some(hint) => text_member(&mut out, "hint", &whole(hint)),
            None => out.extend_from_slice(b",\"hint\":null"),
        }
        if let Some(constraint) = &self.more.constraint {
            text_member(&mut out, "constraint", constraint);
        }
        text_member(&mut out, "request_id", request_id);
        out.push(b'}');
        out
    }
}

fn text_member(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(b',');
    write_string(out, name);
    out.push(b':');
    write_string(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_what_is_missing() {
        let json = Problem::missing_tenant("X-tenant-id").to_json("r-1");
        assert_eq!(
            String::from_utf8(json).unwrap(),
            "{\"type\":\"urn:rowhouse:problem:missing-tenant\",\"title\":\"No tenant\",\
             \"status\":400,\"detail\":\"the header X-tenant-id is missing\",\"code\":\"RH001\",\
             \"message\":\"the header X-tenant-id is missing\",\"details\":null,\
             \"hint\":\"send X-tenant-id with the id of the tenant\",\"request_id\":\"r-1\"}"
        );
    }

    #[test]
    fn any_text_stays_json() {
        let problem = Problem::unknown_resource("s", "a\"\u{1}é", Some("b"));
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json("\n")).unwrap();
        assert_eq!(json["detail"], "there is no resource \"a\\\"\\u{1}é\"");
        assert_eq!(json["status"], 404);
        assert_eq!(json["hint"], "Perhaps you meant the table 's.b'");
    }
}
