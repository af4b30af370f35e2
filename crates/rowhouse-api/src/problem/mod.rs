//! Errors as clients see them: RFC 9457 problem documents.
//!
//! A [`Problem`] has a [`Kind`], which fixes its `type`, title and status and never changes its
//! meaning, and a detail for this one occurrence. What the database says goes to the log; a
//! client gets our own words, chosen by SQLSTATE ([`Problem::from_database`]).

mod database;
mod kind;
mod refusal;

pub use kind::Kind;

use crate::json::write_string;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One thing that went wrong, as told to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    detail: String,
    hint: Option<String>,
    candidates: Vec<String>,
    constraint: Option<String>,
}

impl Problem {
    /// A problem of this kind, with what happened this time.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            hint: None,
            candidates: Vec::new(),
            constraint: None,
        }
    }

    /// Adds what the client can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
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

    /// There is no resource of this name.
    pub fn unknown_resource(name: &str, nearest: Option<&str>) -> Self {
        let problem = Self::new(
            Kind::UnknownResource,
            format!("there is no resource {name:?}"),
        );
        match nearest {
            Some(nearest) => problem.hint(format!("perhaps {nearest:?} is meant")),
            None => problem,
        }
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
    pub fn status(&self) -> http::StatusCode {
        self.kind.status()
    }

    /// The document.
    pub fn to_json(&self, request_id: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        out.extend_from_slice(b"{\"type\":");
        write_string(&mut out, self.kind.uri());
        text_member(&mut out, "title", self.kind.title());
        out.extend_from_slice(format!(",\"status\":{}", self.status().as_u16()).as_bytes());
        text_member(&mut out, "detail", &self.detail);
        if let Some(hint) = &self.hint {
            text_member(&mut out, "hint", hint);
        }
        if let Some(constraint) = &self.constraint {
            text_member(&mut out, "constraint", constraint);
        }
        for (index, candidate) in self.candidates.iter().enumerate() {
            out.extend_from_slice(if index == 0 {
                b",\"candidates\":["
            } else {
                b","
            });
            write_string(&mut out, candidate);
        }
        if !self.candidates.is_empty() {
            out.push(b']');
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
             \"status\":400,\"detail\":\"the header X-tenant-id is missing\",\
             \"hint\":\"send X-tenant-id with the id of the tenant\",\"request_id\":\"r-1\"}"
        );
    }

    #[test]
    fn any_text_stays_json() {
        let problem = Problem::unknown_resource("a\"\u{1}é", Some("b"));
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json("\n")).unwrap();
        assert_eq!(json["detail"], "there is no resource \"a\\\"\\u{1}é\"");
        assert_eq!(json["status"], 404);
    }
}
