//! Requests that were refused before they reached the database.

use super::{Kind, Problem};
use crate::plan::PlanError;
use crate::request::RequestError;

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        let kind = match error {
            RequestError::TooLong(_) => Kind::RequestTooLong,
            _ => Kind::InvalidRequest,
        };
        let problem = Self::new(kind, error.to_string());
        match error {
            RequestError::UnknownParameter(_) => problem.hint(
                "select, order, limit and offset are understood, \
                 the last three also behind an embedded relation: items.order",
            ),
            _ => problem,
        }
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        let kind = match error {
            PlanError::UnknownColumn { .. } => Kind::UnknownColumn,
            PlanError::UnknownRelation { .. } => Kind::UnknownRelationship,
            PlanError::Ambiguous { .. } => Kind::AmbiguousRelationship,
            _ => Kind::InvalidRequest,
        };
        let mut problem = Self::new(kind, error.to_string());
        problem.hint = error.hint();
        if let PlanError::Ambiguous { candidates, .. } = error {
            problem.candidates = candidates;
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_and_hints_come_along() {
        let ambiguous = PlanError::Ambiguous {
            resource: "orders".into(),
            relation: "staff".into(),
            candidates: vec!["staff!a".into(), "staff!b".into()],
        };
        let problem = Problem::from(ambiguous);
        assert_eq!(problem.status(), 300);
        let json: serde_json::Value = serde_json::from_slice(&problem.to_json("r")).unwrap();
        assert_eq!(
            json["candidates"],
            serde_json::json!(["staff!a", "staff!b"])
        );
        assert_eq!(json["hint"], "write one of staff!a, staff!b");
        let refused = Problem::from(RequestError::UnknownParameter("title".into()));
        assert_eq!(
            refused.detail(),
            "the parameter \"title\" is not understood"
        );
        assert_eq!(Problem::from(RequestError::TooLong(9)).status(), 414);
    }
}
