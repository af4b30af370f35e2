//! PostgreSQL's errors in our own words.
//!
//! The server's message can hold rows (`Key (email)=(…) already exists`), policies and names of
//! things the client cannot see, so none of it is passed on, but what functions raise on purpose. Where `PostgREST` maps a class to 500
//! although trying again helps, 503 is sent, and 504 for a statement that took too long.

use http::StatusCode;

use super::{Kind, Problem};

impl Problem {
    /// The problem for an SQLSTATE, with the constraint it names, if it names one.
    pub fn from_database(sqlstate: &str, constraint: Option<&str>) -> Self {
        let (kind, detail) = meaning(sqlstate);
        let mut problem = Self::new(kind, detail).code(sqlstate.to_owned());
        if sqlstate.starts_with("23") {
            problem.more.constraint = constraint.map(str::to_owned);
        }
        problem
    }

    /// The problem for an SQLSTATE of an upsert that could never go through as it was asked for.
    pub(crate) fn of_upsert(sqlstate: &str) -> Option<Self> {
        let (kind, detail, hint) = match sqlstate {
            "21000" => (
                Kind::Conflict,
                "two rows of the content are the same row by their key; nothing was written",
                "send each row once",
            ),
            "42P10" => (
                Kind::InvalidRequest,
                "no unique constraint or index is of the columns that say whether a row is there",
                "name the columns of one by on_conflict",
            ),
            "55000" => (
                Kind::InvalidRequest,
                "the constraint that says whether a row is there is deferrable: it cannot decide that",
                "name the columns of another one by on_conflict",
            ),
            _ => return None,
        };
        let problem = Self::new(kind, detail).code(sqlstate.to_owned());
        Some(problem.hint(hint))
    }

    /// The problem for a name that a function or a view of the database has and the database has not: no reading of
    /// the schema mends that.
    pub(crate) fn within(sqlstate: &str) -> Option<Self> {
        let (status, detail) = match sqlstate {
            "42P01" => (
                StatusCode::NOT_FOUND,
                "a function of the database names a relation that is not there",
            ),
            "42703" => (
                StatusCode::BAD_REQUEST,
                "a function of the database names a column that is not there",
            ),
            _ => return None,
        };
        let mut problem = Self::new(Kind::InvalidRequest, detail).code(sqlstate.to_owned());
        problem.status = status;
        Some(problem.hint("the function's body has to be mended, or its search_path"))
    }

    /// The problem for an error that a function of the database raised on purpose, in its words:
    /// `RAISE` alone, or with `ERRCODE = 'PT404'` for the status 404, or with `'PGRST'` for all of
    /// the answer. None for other states.
    pub fn raised(
        sqlstate: &str,
        message: &str,
        detail: Option<&str>,
        hint: Option<&str>,
    ) -> Option<Self> {
        if sqlstate == "PGRST" {
            return Some(Self::demanded(message, detail));
        }
        let status = match sqlstate.strip_prefix("PT") {
            _ if sqlstate == "P0001" => StatusCode::BAD_REQUEST,
            Some(status) => {
                let status = status.parse().ok().filter(|status| *status >= 400);
                status
                    .and_then(|status: u16| StatusCode::from_u16(status).ok())
                    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            None => return None,
        };
        let mut problem = Self::new(Kind::Raised, message).code(sqlstate.to_owned());
        problem.status = status;
        problem.more.details = detail.map(Into::into);
        problem.more.hint = hint.map(str::to_owned);
        Some(problem)
    }
}

const UNEXPECTED: &str = "the request could not be answered; the service's log says why";

fn meaning(sqlstate: &str) -> (Kind, &'static str) {
    match sqlstate {
        "57014" => (
            Kind::Timeout,
            "the statement took longer than it is allowed",
        ),
        "55P03" => (
            Kind::Retry,
            "a row or table was locked for longer than the request may wait",
        ),
        "25006" => (Kind::MethodNotAllowed, "a read cannot change anything"),
        "42501" => (Kind::Forbidden, "the service's role may not do this"),
        // The catalog the service read is no longer the database's.
        "42P01" | "42703" => (
            Kind::Retry,
            "the database's schema has changed; the service reads it again",
        ),
        "42883" => (
            Kind::UnknownOperation,
            "there is no such operator or function for values of these types",
        ),
        "23505" => (
            Kind::Conflict,
            "another row has the same value where values must differ",
        ),
        "23503" => (
            Kind::Conflict,
            "a row it refers to, or that refers to it, stands against it",
        ),
        "23502" => (
            Kind::InvalidValue,
            "a value is missing where there must be one",
        ),
        "21000" | "42P17" | "53400" => (Kind::Internal, UNEXPECTED),
        "57P01" | "57P02" | "57P03" => {
            (Kind::DatabaseUnavailable, "the database cannot be reached")
        }
        _ => match sqlstate.get(..2).unwrap_or_default() {
            "22" => (Kind::InvalidValue, "a value does not fit its type"),
            "23" => (Kind::InvalidValue, "a value breaks a constraint"),
            "40" => (Kind::Retry, "the request met another transaction"),
            "53" => (Kind::Overloaded, "the database is out of resources"),
            "08" => (Kind::DatabaseUnavailable, "the database cannot be reached"),
            "28" | "0L" | "0P" => (Kind::Forbidden, "the database refuses the service's role"),
            "09" | "25" | "2D" | "38" | "39" | "3B" | "54" | "55" | "57" | "58" | "F0" | "HV"
            | "P0" | "RH" | "XX" => (Kind::Internal, UNEXPECTED),
            _ => (
                Kind::InvalidRequest,
                "the database cannot do this with these columns and values",
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn constraints_are_named_only_where_one_was_broken() {
        let json = |state| {
            let json = Problem::from_database(state, Some("items_title_key")).to_json("r");
            String::from_utf8(json).unwrap()
        };
        assert!(json("23505").contains("\"constraint\":\"items_title_key\""));
        assert!(!json("22P02").contains("items_title_key"));
        assert_eq!(Problem::from_database("57014", None).status(), 504);
    }

    #[test]
    fn what_is_raised_on_purpose_is_passed_on() {
        let raised = |state| Problem::raised(state, "no", Some("a"), Some("b"));
        let problem = raised("PT418").unwrap();
        assert_eq!(problem.status(), 418);
        let json = String::from_utf8(problem.to_json("r")).unwrap();
        assert!(
            json.contains(r#""code":"PT418","message":"no","details":"a","hint":"b""#),
            "{json}"
        );
        assert_eq!(raised("P0001").unwrap().status(), 400);
        for (state, status) in [("PTabc", 500), ("PT200", 500), ("PT999", 999)] {
            assert_eq!(raised(state).unwrap().status(), status, "{state}");
        }
        assert_eq!(raised("22P02"), None);
    }

    proptest! {
        #[test]
        fn every_state_has_a_meaning(state in any::<String>()) {
            let status = Problem::from_database(&state, None).status();
            prop_assert!(status.is_client_error() || status.is_server_error());
        }
    }
}
