//! What may be done at a path.

use http::header::ALLOW;
use http::{HeaderValue, Method, Response};

use super::body::Body;
use super::headers;
use crate::problem::{Problem, quoted};
use crate::resource::reserved;

/// The methods of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Methods {
    /// What is only read: the service's own paths.
    Reads,
    /// A function.
    Call,
    /// A relation; which of them it has, the catalog knows.
    Rows,
}

impl Methods {
    pub(super) fn at(path: &str) -> Self {
        if path.starts_with("/rpc/") {
            return Self::Call;
        }
        let first = path.split('/').nth(1).unwrap_or_default();
        if first.is_empty() || reserved(first) {
            Self::Reads
        } else {
            Self::Rows
        }
    }

    /// As `Allow` lists them, in `PostgREST`'s order.
    pub(super) fn allow(self) -> &'static str {
        match self {
            Self::Reads => "OPTIONS,GET,HEAD",
            Self::Call => "OPTIONS,GET,HEAD,POST",
            Self::Rows => "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE",
        }
    }

    /// Whether it is one of them.
    pub(super) fn check(self, method: &Method) -> Result<(), Problem> {
        let allow = self.allow();
        if allow.split(',').any(|known| known == method.as_str()) {
            return Ok(());
        }
        let problem = Problem::method_not_allowed(method, allow);
        if self == Self::Call {
            let method = quoted(method.as_str());
            let message = format!("Cannot use the {method} method on RPC");
            return Err(problem.code("PGRST101").message(message));
        }
        Err(problem)
    }
}

/// What `OPTIONS` is answered with.
pub(super) fn options(allow: &str) -> Response<Body> {
    let mut response = Response::new(Body::default());
    let head = response.headers_mut();
    if let Ok(allow) = HeaderValue::from_str(allow) {
        head.insert(ALLOW, allow);
    }
    headers::nothing_kept(head);
    headers::length(head, 0);
    response
}

/// Whether the content that comes with the method means something.
pub(super) fn has_content(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_refused_with_those_there_are() {
        for (path, methods) in [
            ("/items", Methods::Rows),
            ("/items/", Methods::Rows),
            ("/", Methods::Reads),
            ("/healthz", Methods::Reads),
            ("/rpc/x", Methods::Call),
            ("/rpc", Methods::Reads),
        ] {
            assert_eq!(Methods::at(path), methods, "{path}");
        }
        let methods = Methods::at("/healthz");
        assert_eq!(methods.check(&Method::GET), Ok(()));
        let problem = methods.check(&Method::TRACE).unwrap_err();
        assert_eq!(problem.status(), 405);
        assert_eq!(problem.allow(), Some("OPTIONS,GET,HEAD"));
        // A name is no method because it is part of one.
        let part = Method::from_bytes(b"GE").unwrap();
        assert!(methods.check(&part).is_err());
    }
}
