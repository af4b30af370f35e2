//! How many rows a write may touch: seen by the statement itself, which fails where they are
//! others, so that nothing stays written.

use std::fmt::Write;

use crate::plan::statement::{Given, Param, Statement};

/// How many rows a write may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Demand {
    /// One.
    One,
    /// No more than so many.
    AtMost(i64),
}

/// The columns that count: all rows, and where wanted those that were there already.
///
/// Where there are too many, the text of their number behind a word that only this request knows
/// is read as a number, which fails, and the server's message holds both.
pub(super) fn counts(
    statement: &mut Statement<'_>,
    demand: Option<Demand>,
    updates: bool,
) -> String {
    const COUNT: &str = "pg_catalog.count(*)";
    let mut counts = match demand {
        None => COUNT.to_owned(),
        Some(demand) => {
            let (operator, bound) = match demand {
                Demand::One => ("<>", 1),
                Demand::AtMost(most) => (">", most),
            };
            let bound = statement.bind(Param::Int8(bound));
            let word = statement.bind(Param::Given(Given::Word));
            format!(
                "CASE WHEN {COUNT} OPERATOR(pg_catalog.{operator}) {bound} \
                 THEN CAST(pg_catalog.concat({word}, {COUNT}) AS pg_catalog.int8) ELSE {COUNT} END"
            )
        }
    };
    if updates {
        let word = statement.bind(Param::Given(Given::Word));
        let _ = write!(counts, ", {}", counted(&word));
    }
    counts
}

/// How many rows of this statement were there already. The count stands behind the request's word,
/// so that what a function has left in the session is not taken for one.
fn counted(word: &str) -> String {
    let value = "pg_catalog.current_setting('rowhouse.updated', true)";
    format!(
        "CASE WHEN pg_catalog.starts_with({value}, {word}) \
         THEN CAST(pg_catalog.substr({value}, pg_catalog.length({word}) OPERATOR(pg_catalog.+) 1) AS pg_catalog.int8) \
         ELSE 0::pg_catalog.int8 END"
    )
}

/// A condition that is true, and counts. The setting ends with the statement's transaction.
pub(super) fn count_update(statement: &mut Statement<'_>) -> String {
    let word = statement.bind(Param::Given(Given::Word));
    format!(
        "pg_catalog.set_config('rowhouse.updated', pg_catalog.concat({word}, {} \
         OPERATOR(pg_catalog.+) 1::pg_catalog.int8), true) IS NOT NULL",
        counted(&word)
    )
}
