//! Whether the service is alive, and whether it can work. Asked by whoever runs it, so neither a
//! tenant nor a particular host is wanted.

use http::Response;
use rowhouse::Rowhouse;

use super::body::Body;
use super::headers;
use crate::problem::{Kind, Problem};

/// The process runs and answers.
pub(super) fn alive() -> Response<Body> {
    good("{\"status\":\"alive\"}")
}

/// A connection to the database is open, and the service is not about to stop.
pub(super) fn ready(house: &Rowhouse, draining: bool) -> Result<Response<Body>, Problem> {
    if draining {
        let stopping = "the service is stopping: it finishes what is under way";
        return Err(Problem::new(Kind::Overloaded, stopping));
    }
    match house.trouble() {
        None => Ok(good("{\"status\":\"ready\"}")),
        Some(trouble) => {
            tracing::warn!(target: "rowhouse::http", trouble, "not ready");
            Err(Problem::new(Kind::DatabaseUnavailable, reason(&trouble)))
        }
    }
}

/// The kind of trouble; the log has the rest, with names of hosts and roles.
fn reason(trouble: &str) -> &'static str {
    let is = |words: &[&str]| words.iter().any(|word| trouble.contains(word));
    if is(&["bypass row security"]) {
        "the database role could get around row security, so no connection is kept"
    } else if is(&["password", "authentication", "28P01", "28000"]) {
        "the database refuses the service's login"
    } else if is(&["starting up", "shutting down", "57P0"]) {
        "the database is starting or stopping"
    } else {
        "no connection to the database is open"
    }
}

fn good(body: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::whole(body.into()));
    headers::not_kept(response.headers_mut(), headers::JSON);
    headers::length(response.headers_mut(), body.len());
    response
}
