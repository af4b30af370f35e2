//! What went wrong, as a problem for the client and a line for the log.

use std::any::Any;
use std::error::Error as _;

use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;
use rowhouse::{Error, Wait};
use rowhouse_identity::{Class, Foreign, IdentityError};

use super::request_id::RequestId;
use crate::problem::{Kind, Problem};

/// The problem for an error of the library. The whole of it goes to the log, none of it to the client.
pub(super) fn of_library(error: &Error, id: &RequestId) -> Problem {
    let problem = translate(error);
    if problem.status().is_server_error() {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            cause = format!("{cause}: {error}");
            source = error.source();
        }
        let (status, hint) = (problem.status().as_u16(), error.hint());
        tracing::warn!(target: "rowhouse::http", request_id = id.as_str(), status, code = error.code(), hint, "{cause}");
    }
    problem
}

fn translate(error: &Error) -> Problem {
    match error {
        Error::Database(error) => {
            let (message, detail) = (error.message(), error.detail());
            let raised = Problem::raised(error.code(), message, detail, error.hint());
            // A place is given in what the service wrote, and in nothing that a function or trigger holds.
            let within = || {
                let unplaced = error.position().is_none();
                unplaced.then(|| Problem::within(error.code())).flatten()
            };
            raised
                .or_else(within)
                .unwrap_or_else(|| Problem::from_database(error.code(), error.constraint()))
        }
        Error::Lost { .. } | Error::Unavailable { .. } | Error::Connect(_) => {
            Problem::new(Kind::DatabaseUnavailable, "the database cannot be reached")
        }
        Error::Closed => Problem::new(Kind::DatabaseUnavailable, "the service is stopping"),
        Error::Timeout {
            wait: Wait::Exclusive,
            ..
        } => Problem::new(
            Kind::Overloaded,
            "too many large or slow requests are being answered",
        ),
        Error::Timeout {
            wait: Wait::Share, ..
        } => Problem::new(
            Kind::Overloaded,
            "too many large or slow requests of this tenant are being answered",
        )
        .hint("wait for those, or ask for less at a time"),
        Error::Timeout { .. } => Problem::new(
            Kind::Timeout,
            "the statement took longer than it is allowed",
        ),
        _ => Problem::internal(),
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        let kind = match error.class() {
            Class::NoTenant => Kind::MissingTenant,
            Class::BadTenant => Kind::InvalidTenant,
            Class::Unauthenticated => Kind::Unauthenticated,
            Class::BadToken => Kind::InvalidToken,
            Class::BadKey => Kind::InvalidApiKey,
            Class::Forbidden => Kind::NotForCaller,
            Class::Disagreement => Kind::Disagreement,
            Class::Unavailable => Kind::IdentityUnavailable,
            _ => Kind::Internal,
        };
        let mut problem = Self::new(kind, error.to_string());
        if let Some(hint) = error.hint() {
            problem = problem.hint(hint);
        }
        let challenge = error.challenge();
        match challenge.map(HeaderValue::try_from) {
            Some(Ok(challenge)) => problem.header(WWW_AUTHENTICATE, challenge),
            _ => problem,
        }
    }
}

impl From<Foreign> for Problem {
    fn from(foreign: Foreign) -> Self {
        Self::new(Kind::Misdirected, foreign.to_string()).hint(foreign.hint())
    }
}

/// What a panic said.
pub(super) fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no words)")
}
