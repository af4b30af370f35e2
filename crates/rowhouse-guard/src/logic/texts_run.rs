//! Functions of the server that run a text or read a table by its name, such as `query_to_xml` and `ts_stat`.

use super::body::arguments;
use super::dynamic::literal;
use super::lexer::{Kind, tokens};

/// They run the query in their first argument.
const RUN_A_QUERY: [&str; 7] = [
    "query_to_xml",
    "query_to_xml_and_xmlschema",
    "ts_stat",
    "crosstab",
    "crosstab2",
    "crosstab3",
    "crosstab4",
];

/// They read the table that their first argument names.
const READ_A_TABLE: [&str; 2] = ["table_to_xml", "table_to_xml_and_xmlschema"];

/// They read all there is.
const READ_ALL: [&str; 4] = [
    "schema_to_xml",
    "schema_to_xml_and_xmlschema",
    "database_to_xml",
    "database_to_xml_and_xmlschema",
];

/// What a call makes the server run.
pub(super) enum Run {
    /// This statement.
    Statement(String),
    /// Nobody knows before it is called; the call.
    Anything(String),
}

/// What the calls in a statement make the server run besides the statement itself.
pub(super) fn texts_run(sql: &str) -> Vec<Run> {
    let all = tokens(sql);
    let mut found = Vec::new();
    for (at, token) in all.iter().enumerate() {
        if token.kind != Kind::Word || !all.get(at + 1).is_some_and(|next| next.is(sql, "(")) {
            continue;
        }
        let is_of = |names: &[&str]| names.iter().any(|name| token.is(sql, name));
        let (runs, reads) = (is_of(&RUN_A_QUERY), is_of(&READ_A_TABLE));
        if !runs && !reads && !is_of(&READ_ALL) {
            continue;
        }
        let given = arguments(sql, &all[at + 1..]);
        let first = given.first().map(String::as_str).unwrap_or_default();
        found.push(match constant(first) {
            Some(query) if runs => Run::Statement(query),
            Some(table) if reads => Run::Statement(format!("SELECT * FROM {table}")),
            _ => Run::Anything(format!("{}({})", token.of(sql), given.join(", "))),
        });
    }
    found
}

/// What a constant says, whether or not it comes with its type: `'items'::regclass`.
fn constant(text: &str) -> Option<String> {
    let all = tokens(text);
    let is_typed = all.get(1).is_none_or(|next| next.is(text, ":"));
    let first = all
        .first()
        .filter(|first| is_typed && first.kind == Kind::Text)?;
    literal(first.of(text))
}
