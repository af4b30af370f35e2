//! Pages that begin where the one before ended, however many rows came before.

use crate::request::PageCursor;

use super::PlanError;
use super::level::Level;
use super::order::Ordering;
use super::statement::{Param, Statement};

/// The text of a row's value of a term, which a cursor will hold.
pub(super) fn sign(ordering: &Ordering) -> String {
    format!("CAST({} AS pg_catalog.text)", ordering.sql)
}

/// Bounds a level to the rows behind the one whose values `cursor` holds.
///
/// # Errors
/// [`PlanError::Cursor`] where it is not of this order, or rows cannot be told apart.
pub(super) fn go_on(
    statement: &mut Statement<'_>,
    level: &mut Level<'_>,
    orderings: &[Ordering],
    cursor: &PageCursor,
) -> Result<(), PlanError> {
    let can_tell = !level.grouped && !level.place.resource.key.is_empty();
    let condition = can_tell.then(|| after(statement, orderings, cursor));
    let condition = condition.flatten().ok_or(PlanError::Cursor)?;
    level.conditions.push(condition);
    Ok(())
}

/// The condition that a row comes after the one whose values `cursor` holds.
///
/// Rows are compared term by term; the first term bounds the whole once more, so that an index on
/// it is entered at the right place.
fn after(
    statement: &mut Statement<'_>,
    orderings: &[Ordering],
    PageCursor(values): &PageCursor,
) -> Option<String> {
    if orderings.len() != values.len() || orderings.is_empty() {
        return None;
    }
    let values: Vec<Option<String>> = values
        .iter()
        .map(|value| {
            let value = value.as_ref()?;
            Some(statement.bind(Param::Unknown(value.clone())))
        })
        .collect();
    let same_way = orderings
        .iter()
        .all(|ordering| ordering.descending == orderings[0].descending && !ordering.nullable);
    let whole: Option<Vec<&str>> = values.iter().map(Option::as_deref).collect();
    if let (true, Some(values)) = (same_way, whole) {
        let columns: Vec<&str> = orderings.iter().map(|o| o.sql.as_str()).collect();
        let operator = operator(&orderings[0]);
        let (columns, values) = (columns.join(", "), values.join(", "));
        return Some(format!("({columns}) {operator} ({values})"));
    }
    let mut condition = String::from("false");
    for (ordering, value) in orderings.iter().zip(&values).rev() {
        let sql = &ordering.sql;
        let (later, same) = match value {
            None if ordering.nulls_first => {
                (format!("{sql} IS NOT NULL"), format!("{sql} IS NULL"))
            }
            None => ("false".to_owned(), format!("{sql} IS NULL")),
            Some(value) => {
                let mut later = format!("{sql} {} {value}", operator(ordering));
                if ordering.nullable && !ordering.nulls_first {
                    later = format!("{later} OR {sql} IS NULL");
                }
                (later, format!("{sql} = {value}"))
            }
        };
        condition = format!("({later} OR {same} AND {condition})");
    }
    let first = &orderings[0];
    match &values[0] {
        Some(value) if first.nulls_first || !first.nullable => Some(format!(
            "{} {}= {value} AND {condition}",
            first.sql,
            operator(first)
        )),
        _ => Some(condition),
    }
}

fn operator(ordering: &Ordering) -> &'static str {
    if ordering.descending { "<" } else { ">" }
}
