//! Writes that were refused before they reached the database.

use super::quoted::Quoted;
use super::{Kind, Problem};
use crate::plan::PlanError;
use crate::request::ContentError;

impl From<ContentError> for Problem {
    fn from(error: ContentError) -> Self {
        let error = error.quoted();
        let problem = Self::new(Kind::InvalidContent, error.to_string());
        match &error {
            ContentError::Malformed { form: "JSON", .. } => {
                problem.message("Empty or invalid json")
            }
            ContentError::Uneven => problem
                .message("All object keys must match")
                .hint("say by `columns` which keys are meant"),
            ContentError::UnevenLine { .. } => {
                problem.message("All lines must have same number of fields")
            }
            ContentError::LongName(_) => {
                Self::new(Kind::UnknownColumn, error.to_string()).code("PGRST204")
            }
            ContentError::Form(name) => {
                problem.message(format!("Content-Type not acceptable: {name}"))
            }
            _ => problem,
        }
    }
}

/// The problem for what only a write is refused for.
pub(super) fn of_write(error: &PlanError) -> Option<Problem> {
    let detail = error.to_string();
    let problem = |kind| Problem::new(kind, detail.as_str());
    Some(match error {
        PlanError::UnknownTarget {
            resource,
            column,
            nearest,
        } => {
            let problem = problem(Kind::UnknownColumn)
                .code("PGRST204")
                .message(format!(
                    "Could not find the '{column}' column of '{resource}' in the schema cache"
                ));
            match nearest {
                Some(nearest) => problem.hint(format!("Perhaps you meant '{nearest}'")),
                None => problem,
            }
        }
        PlanError::Generated { .. } => problem(Kind::InvalidValue)
            .code("428C9")
            .hint("leave it out"),
        PlanError::Denied { .. } => problem(Kind::Forbidden),
        PlanError::Unreadable(name) => {
            problem(Kind::Forbidden).message(format!("permission denied for table {name}"))
        }
        PlanError::Unfiltered(name) => problem(Kind::Unfiltered).hint(format!(
            "name the rows by a filter; `unfiltered = true` of [api.resource.{name}] allows all"
        )),
        PlanError::PutFilters => Problem::new(Kind::MethodNotAllowed, detail.as_str())
            .code("PGRST105")
            .message("Filters must include all and only primary key columns with 'eq' operators"),
        PlanError::NoMerge(_) => problem(Kind::InvalidRequest)
            .hint("use the table, a security_invoker view, or one WITH CASCADED CHECK OPTION"),
        PlanError::BoundedPut => problem(Kind::InvalidRequest)
            .code("PGRST114")
            .message("limit/offset querystring parameters are not allowed for PUT"),
        PlanError::PutMismatch => Problem::put_mismatch(),
        PlanError::UnorderedLimit => problem(Kind::InvalidRequest)
            .code("PGRST109")
            .message("A 'limit' was applied without an explicit 'order'")
            .hint("Apply an 'order' using unique column(s)"),
        _ => return None,
    })
}
