//! Filters as conditions of a WHERE or ON.
//!
//! A value is bound as text without a type: the operator gives it the column's, as the server does
//! with a literal, and what does not fit it the server refuses. Where a cast reads the texts of a
//! column's type, its function is given the text, and the column is compared with the result.

use postgres_types::Type;

use crate::request::{
    Comparison, Condition, Connective, Filter, Group, Is, Quantifier, Search, Test,
};
use crate::resource::Conversion;

use super::PlanError;
use super::array::array;
use super::expression::{self, Operand};
use super::place::Place;
use super::statement::{Param, Statement};

/// The condition that a row at `place` meets what the client asks.
pub(super) fn condition(
    statement: &mut Statement<'_>,
    place: &Place<'_>,
    condition: &Condition,
) -> Result<String, PlanError> {
    match condition {
        Condition::Filter(filter) => self::filter(statement, place, filter),
        Condition::Group(group) => self::group(statement, place, group),
    }
}

fn group(
    statement: &mut Statement<'_>,
    place: &Place<'_>,
    group: &Group,
) -> Result<String, PlanError> {
    let conditions = group.conditions.iter();
    let conditions: Vec<String> = conditions
        .map(|inner| condition(statement, place, inner))
        .collect::<Result<_, _>>()?;
    let connective = match group.connective {
        Connective::And => " AND ",
        Connective::Or => " OR ",
    };
    let not = if group.negated { "NOT " } else { "" };
    Ok(format!("{not}({})", conditions.join(connective)))
}

fn filter(
    statement: &mut Statement<'_>,
    place: &Place<'_>,
    filter: &Filter,
) -> Result<String, PlanError> {
    if let Some(condition) = of_embedded(place, filter)? {
        return Ok(condition);
    }
    let operand = expression::path(statement, place, &filter.path)?;
    let is_whole = filter.path.steps.is_empty();
    let filtered = operand.column.filtered().filter(|_| is_whole);
    let test = test(statement, &operand, &filter.test, filtered);
    Ok(if filter.negated {
        format!("NOT ({test})")
    } else {
        test
    })
}

/// `relation=is.null`: whether there are related rows.
fn of_embedded(place: &Place<'_>, filter: &Filter) -> Result<Option<String>, PlanError> {
    let Some(embedded) = place.embedded(&filter.path.column) else {
        return Ok(None);
    };
    let negated = match filter.test {
        _ if !filter.path.steps.is_empty() => return Ok(None),
        Test::Is(Is::Null) => filter.negated,
        Test::Is(Is::NotNull) => !filter.negated,
        _ if place.resource.field(embedded.name.as_str()).is_some() => return Ok(None),
        _ => {
            return Err(PlanError::EmbeddedFilter(embedded.name.as_str().to_owned()));
        }
    };
    let not = if negated { "" } else { "NOT " };
    Ok(Some(format!("{not}{}", embedded.exists)))
}

fn test(
    statement: &mut Statement<'_>,
    operand: &Operand<'_>,
    test: &Test,
    filtered: Option<&Conversion>,
) -> String {
    let sql = &operand.sql;
    match test {
        Test::Compare {
            comparison,
            quantifier,
            value,
        } => {
            let operator = operator(*comparison);
            // A pattern is no value of the column's.
            if let Some(filtered) = filtered.filter(|_| !comparison.is_pattern()) {
                let value = read(statement, filtered, value.clone(), quantifier.is_some());
                return match quantifier {
                    None => format!("{sql} {operator} {value}"),
                    Some(Quantifier::Any) => format!("{sql} {operator} ANY ({value})"),
                    Some(Quantifier::All) => format!("{sql} {operator} ALL ({value})"),
                };
            }
            let value = if comparison.has_wildcard() {
                value.replace('*', "%")
            } else {
                value.clone()
            };
            let value = statement.bind(Param::Unknown(value));
            match quantifier {
                None => format!("{sql} {operator} {value}"),
                Some(Quantifier::Any) => format!("{sql} {operator} ANY ({value})"),
                Some(Quantifier::All) => format!("{sql} {operator} ALL ({value})"),
            }
        }
        Test::In(values) => {
            let values = array(values);
            let values = match filtered {
                Some(filtered) => read(statement, filtered, values, true),
                None => statement.bind(Param::Unknown(values)),
            };
            format!("{sql} = ANY ({values})")
        }
        Test::Is(is) => format!("{sql} IS {}", self::is(*is)),
        Test::Search {
            search,
            language,
            value,
        } => {
            let language = language.as_ref().map(|language| {
                let language = statement.bind(Param::Unknown(language.clone()));
                format!("{language}::pg_catalog.regconfig, ")
            });
            let language = language.unwrap_or_default();
            let words = if operand.ty == Some(Type::TS_VECTOR) {
                sql.clone()
            } else {
                format!("pg_catalog.to_tsvector({language}{sql})")
            };
            let function = match search {
                Search::Query => "to_tsquery",
                Search::Plain => "plainto_tsquery",
                Search::Phrase => "phraseto_tsquery",
                Search::Web => "websearch_to_tsquery",
            };
            let value = statement.bind(Param::Text(value.clone()));
            format!("{words} OPERATOR(pg_catalog.@@) pg_catalog.{function}({language}{value})")
        }
    }
}

/// A text that a function reads as a value, or an array's text as an array of such.
fn read(
    statement: &mut Statement<'_>,
    filtered: &Conversion,
    text: String,
    is_array: bool,
) -> String {
    if is_array {
        let texts = statement.bind(Param::Unknown(text));
        filtered.each(&format!("CAST({texts} AS pg_catalog.text[])"))
    } else {
        let text = statement.bind(Param::Text(text));
        filtered.once(&text)
    }
}

/// Extensions bring operators of these names for their own types, so their schema is left open.
fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Like => "~~",
        Comparison::LikeAnyCase => "~~*",
        Comparison::Match => "~",
        Comparison::MatchAnyCase => "~*",
        Comparison::Contains => "@>",
        Comparison::ContainedIn => "<@",
        Comparison::Overlaps => "&&",
        Comparison::StrictlyLeft => "<<",
        Comparison::StrictlyRight => ">>",
        Comparison::NotRightOf => "&<",
        Comparison::NotLeftOf => "&>",
        Comparison::Adjacent => "-|-",
        Comparison::IsDistinct => "IS DISTINCT FROM",
    }
}

fn is(is: Is) -> &'static str {
    match is {
        Is::Null => "NULL",
        Is::NotNull => "NOT NULL",
        Is::True => "TRUE",
        Is::False => "FALSE",
        Is::Unknown => "UNKNOWN",
    }
}
