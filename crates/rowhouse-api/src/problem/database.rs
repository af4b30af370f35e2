//! PostgreSQL's errors in our own words.
//!
//! The server's message can hold rows (`Key (email)=(…) already exists`), policies and names of
//! things the client cannot see, so none of it is passed on. Where `PostgREST` maps a class to 500
//! although trying again helps, 503 is sent, and 504 for a statement that took too long.

use super::{Kind, Problem};

impl Problem {
    /// The problem for an SQLSTATE, with the constraint it names, if it names one.
    pub fn from_database(sqlstate: &str, constraint: Option<&str>) -> Self {
        let (kind, detail) = meaning(sqlstate);
        let mut problem = Self::new(kind, detail);
        if sqlstate.starts_with("23") {
            problem.constraint = constraint.map(str::to_owned);
        }
        problem
    }
}

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
        "42P01" | "42703" | "42704" | "42883" | "42804" => (
            Kind::Retry,
            "the database's schema has changed; the service reads it again",
        ),
        "23505" => (
            Kind::Conflict,
            "another row has the same value where values must differ",
        ),
        "23503" => (
            Kind::Conflict,
            "a row it refers to, or that refers to it, stands against it",
        ),
        "23P01" => (Kind::Conflict, "another row excludes this one"),
        "23502" => (
            Kind::InvalidValue,
            "a value is missing where there must be one",
        ),
        _ => match sqlstate.get(..2).unwrap_or_default() {
            "22" => (Kind::InvalidValue, "a value does not fit its type"),
            "23" => (Kind::InvalidValue, "a value breaks a constraint"),
            "40" => (Kind::Retry, "the request met another transaction"),
            "53" => (Kind::Overloaded, "the database is out of resources"),
            "54" => (
                Kind::InvalidRequest,
                "the request is too complex for the database",
            ),
            "08" | "57" => (Kind::DatabaseUnavailable, "the database cannot be reached"),
            "28" | "0L" | "0P" => (Kind::Forbidden, "the database refuses the service's role"),
            _ => (
                Kind::Internal,
                "the request could not be answered; the service's log says why",
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

    proptest! {
        #[test]
        fn every_state_has_a_meaning(state in any::<String>()) {
            let status = Problem::from_database(&state, None).status();
            prop_assert!(status.is_client_error() || status.is_server_error());
        }
    }
}
