//! Calls of functions that were refused before they reached the database.

use super::quoted::Quoted;
use super::{Kind, Problem};
use crate::plan::PlanError;
use crate::request::CallError;

/// The problem for a call that means no function, or several.
pub(super) fn of_function(error: &PlanError, detail: &str) -> Option<Problem> {
    match error {
        PlanError::UnknownFunction {
            schema,
            function,
            names,
            whole,
            nearest,
        } => {
            let (message, details) = not_found(schema, function, names, *whole);
            let problem = Problem::new(Kind::UnknownFunction, detail)
                .message(message)
                .details(details);
            Some(match nearest {
                Some(nearest) => {
                    problem.hint(format!("Perhaps you meant to call the function {nearest}"))
                }
                None => problem,
            })
        }
        PlanError::AmbiguousFunction { candidates } => Some(
            Problem::new(Kind::AmbiguousFunction, detail)
                .message(format!(
                    "Could not choose the best candidate function between: {}",
                    candidates.join(", ")
                ))
                .hint(
                    "Try renaming the parameters or the function itself in the database so \
                     function overloading can be resolved",
                ),
        ),
        _ => None,
    }
}

/// `PostgREST`'s words for a function that is not there: message and details.
fn not_found(
    schema: &str,
    function: &str,
    names: &[String],
    whole: Option<&str>,
) -> (String, String) {
    let list = names.join(", ");
    let (called, with) = match (whole, names.len()) {
        (Some("text" | "xml" | "bytea"), _) => (String::new(), None),
        (_, 0) => (
            " without parameters".to_owned(),
            Some(" without parameters".to_owned()),
        ),
        (_, 1) => (format!("({list})"), Some(format!(" with parameter {list}"))),
        _ => (
            format!("({list})"),
            Some(format!(" with parameters {list}")),
        ),
    };
    let unnamed = whole.map(|ty| format!(" with a single unnamed {ty} parameter"));
    let with = match (with, unnamed) {
        (Some(with), Some(unnamed)) => format!("{with} or{unnamed}"),
        (with, unnamed) => with.or(unnamed).unwrap_or_default(),
    };
    (
        format!("Could not find the function {schema}.{function}{called} in the schema cache"),
        format!(
            "Searched for the function {schema}.{function}{with}, but no matches were found in \
             the schema cache."
        ),
    )
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        let error = error.quoted();
        let detail = error.to_string();
        match error {
            CallError::Request(error) => error.into(),
            CallError::Media(media) => Self::new(Kind::InvalidContent, detail)
                .message(format!("Content-Type not acceptable: {media}")),
            CallError::Malformed { form: "JSON", .. } => {
                Self::new(Kind::InvalidContent, detail).message("Empty or invalid json")
            }
            CallError::Malformed { .. } | CallError::TooMany => {
                Self::new(Kind::InvalidContent, detail)
            }
        }
    }
}
