//! Requests that were refused before they reached the database.

use serde_json::{Value, json};

use super::quoted::Quoted;
use super::unwritten::of_write;
use super::{Kind, Problem};
use crate::plan::{Candidate, PlanError};
use crate::request::{Found, RequestError};

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        let error = error.quoted();
        let detail = error.to_string();
        let problem = |kind| Self::new(kind, detail.as_str());
        match error {
            RequestError::Syntax {
                parameter,
                text,
                position,
                found,
                expected,
            } => {
                let what = what_failed(&parameter);
                // As PostgREST's parser writes them.
                let found = match found {
                    Found::Character(character) if expected.ends_with("end of input") => {
                        format!("{character:?}")
                    }
                    Found::Character(character) => format!("{:?}", character.to_string()),
                    Found::End => "end of input".to_owned(),
                };
                let position = position + connective(&parameter).len();
                problem(Kind::InvalidRequest)
                    .message(format!(
                        "\"failed to parse {what} ({text})\" (line 1, column {position})"
                    ))
                    .details(format!("unexpected {found} expecting {expected}"))
            }
            RequestError::TooLong(_) => problem(Kind::RequestTooLong),
            RequestError::NegativeLimit => problem(Kind::UnsatisfiableRange)
                .message("Requested range not satisfiable")
                .details("Limit should be greater than or equal to zero."),
            RequestError::Range => problem(Kind::UnsatisfiableRange)
                .message("Requested range not satisfiable")
                .details(
                    "The lower boundary must be lower than or equal to the upper boundary in the \
                     Range header.",
                ),
            RequestError::Media(types) => problem(Kind::NotAcceptable)
                .message(format!("None of these media types are available: {types}")),
            RequestError::Preferences(invalid) => problem(Kind::InvalidRequest)
                .code("PGRST122")
                .message("Invalid preferences given with handling=strict")
                .details(format!("Invalid preferences: {invalid}")),
            _ => problem(Kind::InvalidRequest),
        }
    }
}

/// What a parameter's text should have been.
fn what_failed(parameter: &str) -> &'static str {
    match parameter.rsplit('.').next().unwrap_or_default() {
        "select" => "select parameter",
        "order" => "order",
        "and" | "or" => "logic tree",
        _ => "filter",
    }
}

/// The `and` or `or` of a parameter, which belongs to the text that `PostgREST` reads.
fn connective(parameter: &str) -> &str {
    let word = parameter.rsplit('.').next().unwrap_or_default();
    if matches!(word, "and" | "or") {
        word
    } else {
        ""
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        let error = error.quoted();
        if let Some(problem) = of_write(&error) {
            return problem;
        }
        let detail = error.to_string();
        if let Some(problem) = super::call::of_function(&error, &detail) {
            return problem;
        }
        let problem = |kind| Self::new(kind, detail.as_str());
        match error {
            PlanError::UnknownColumn {
                resource,
                column,
                nearest,
            } => {
                let problem = problem(Kind::UnknownColumn)
                    .message(format!("column {resource}.{column} does not exist"));
                match nearest {
                    Some(nearest) => problem.hint(format!(
                        "Perhaps you meant to reference the column \"{resource}.{nearest}\"."
                    )),
                    None => problem,
                }
            }
            PlanError::UnknownRelation {
                schema,
                resource,
                relation,
                hint,
                nearest,
            } => {
                let using = hint.map_or(String::new(), |hint| format!(" using the hint '{hint}'"));
                let problem = problem(Kind::UnknownRelationship)
                    .message(format!(
                        "Could not find a relationship between '{resource}' and '{relation}' in \
                         the schema cache"
                    ))
                    .details(format!(
                        "Searched for a foreign key relationship between '{resource}' and \
                         '{relation}'{using} in the schema '{schema}', but no matches were found."
                    ));
                match nearest {
                    Some(nearest) => problem.hint(format!(
                        "Perhaps you meant '{nearest}' instead of '{relation}'."
                    )),
                    None => problem,
                }
            }
            PlanError::Ambiguous {
                resource,
                relation,
                candidates,
            } => problem(Kind::AmbiguousRelationship)
                .message(format!(
                    "Could not embed because more than one relationship was found for \
                     '{resource}' and '{relation}'"
                ))
                .details(candidates.iter().map(described).collect::<Vec<Value>>())
                .hint(format!(
                    "Try changing '{relation}' to one of the following: {}. Find the desired \
                     relationship in the 'details' key.",
                    candidates
                        .iter()
                        .map(|candidate| format!("'{}'", candidate.written))
                        .collect::<Vec<_>>()
                        .join(", ")
                )),
            PlanError::Aggregates => problem(Kind::InvalidRequest)
                .code("PGRST123")
                .message("Use of aggregate functions is not allowed"),
            PlanError::NotToOne { resource, relation } => problem(Kind::InvalidRequest)
                .code("PGRST118")
                .message(format!("A related order on '{relation}' is not possible"))
                .details(format!(
                    "'{resource}' and '{relation}' do not form a many-to-one or one-to-one \
                     relationship"
                )),
            PlanError::NotEmbedded(relation) => problem(Kind::InvalidRequest)
                .code("PGRST108")
                .message(format!(
                    "'{relation}' is not an embedded resource in this request"
                ))
                .hint(format!(
                    "Verify that '{relation}' is included in the 'select' query parameter."
                )),
            PlanError::EmbeddedFilter(relation) => problem(Kind::InvalidRequest)
                .code("PGRST120")
                .message(format!(
                    "Bad operator on the '{relation}' embedded resource"
                ))
                .details("Only is null or not is null filters are allowed on embedded resources"),
            PlanError::Unnamed => problem(Kind::InvalidRequest).hint(
                "select columns of the relation itself, without aliases, paths and related rows",
            ),
            PlanError::UnknownType(_) => problem(Kind::InvalidRequest).code("42704"),
            _ => problem(Kind::InvalidRequest),
        }
    }
}

fn described(candidate: &Candidate) -> Value {
    json!({
        "cardinality": candidate.cardinality,
        "embedding": candidate.embedding,
        "relationship": candidate.relationship,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(problem: &Problem) -> Value {
        serde_json::from_slice(&problem.to_json("r")).unwrap()
    }

    #[test]
    fn candidates_and_hints_come_along() {
        let candidate = |name: &str| Candidate {
            written: format!("staff!{name}"),
            cardinality: "many-to-one",
            embedding: "orders with staff".into(),
            relationship: format!("{name} using orders(a) and staff(id)"),
        };
        let problem = Problem::from(PlanError::Ambiguous {
            resource: "orders".into(),
            relation: "staff".into(),
            candidates: vec![candidate("a"), candidate("b")],
        });
        assert_eq!(problem.status(), 300);
        let json = json(&problem);
        assert_eq!(json["code"], "PGRST201");
        assert_eq!(
            json["details"][1]["relationship"],
            "b using orders(a) and staff(id)"
        );
        assert_eq!(
            json["hint"],
            "Try changing 'staff' to one of the following: 'staff!a', 'staff!b'. Find the desired \
             relationship in the 'details' key."
        );
    }

    #[test]
    fn what_cannot_be_parsed_is_said_in_both_ways() {
        let bounds = crate::config::Limits::default().bounds();
        let error = crate::request::Read::parse("select=a(", bounds).unwrap_err();
        let json = json(&Problem::from(error));
        assert_eq!(json["code"], "PGRST100");
        assert_eq!(
            json["message"],
            "\"failed to parse select parameter (a()\" (line 1, column 3)"
        );
        assert_eq!(
            json["details"],
            "unexpected end of input expecting \",\" or \")\""
        );
        assert_eq!(Problem::from(RequestError::TooLong(9)).status(), 414);
    }
}
