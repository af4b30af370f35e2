//! What a level puts out: members of an object, each with its SQL.

use crate::json::{self, Decoder};

use super::statement::{Param, Statement};

/// A member's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// The catalog's: its text, and the same as SQL.
    Catalog { name: String, sql: String },
    /// Written by the client: never part of the SQL text.
    Client(String),
}

/// A member of an answer's object.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: Key,
    pub(super) value: Value,
    /// It is computed over rows, not taken from one.
    pub(super) aggregate: bool,
}

#[derive(Debug)]
pub(super) enum Value {
    /// An expression, and how its binary form is read; none where the server has to print it.
    Expression {
        sql: String,
        decoder: Option<Decoder>,
    },
    /// The JSON that a function makes of a value. Rows are grouped by the value itself, and by what else it depends on:
    /// JSON has no equality.
    Represented { sql: String, groups: Vec<String> },
    /// The members of a related row, when `present` is true.
    Row {
        present: String,
        members: Vec<Member>,
    },
}

impl Key {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Catalog { name, .. } | Self::Client(name) => name,
        }
    }
}

impl Value {
    /// The value as one expression, put together by the server.
    pub(super) fn server_side(&self, statement: &mut Statement<'_>) -> String {
        match self {
            Self::Expression { sql, .. } | Self::Represented { sql, .. } => sql.clone(),
            Self::Row { present, members } => {
                let object = server_object(members, statement);
                format!("CASE WHEN {present} THEN {object} END")
            }
        }
    }
}

/// What rows are grouped by: every expression that is no aggregate.
pub(super) fn groups(members: &[Member]) -> Vec<&str> {
    let mut found = Vec::new();
    for member in members.iter().filter(|member| !member.aggregate) {
        match &member.value {
            Value::Expression { sql, .. } => found.push(sql.as_str()),
            Value::Represented { groups, .. } => found.extend(groups.iter().map(String::as_str)),
            Value::Row { present, members } => {
                found.push(present);
                found.extend(groups(members));
            }
        }
    }
    found
}

/// The members as texts on the wire, and their SQL. A truth value is `t` or `f`, as in the
/// server's own rows.
pub(super) fn text_columns(
    members: &[Member],
    statement: &mut Statement<'_>,
) -> (Vec<json::Column>, Vec<String>) {
    let columns = members.iter().map(|member| {
        let sql = member.value.server_side(statement);
        let text = match &member.value {
            Value::Expression {
                decoder: Some(decoder),
                ..
            } if decoder.is_bool() => format!("pg_catalog.left({}, 1)", text(&sql)),
            Value::Represented { .. } => unquoted(&sql),
            _ => text(&sql),
        };
        (
            json::Column::value(member.key.text(), Decoder::text()),
            text,
        )
    });
    columns.unzip()
}

fn text(sql: &str) -> String {
    format!("CAST({sql} AS pg_catalog.text)")
}

/// The text of a JSON value, which for a JSON string is what it holds.
pub(super) fn unquoted(sql: &str) -> String {
    format!("({sql} OPERATOR(pg_catalog.#>>) '{{}}')")
}

/// The members as columns on the wire, and their SQL.
pub(super) fn wire_columns(members: &[Member], list: &mut Vec<String>) -> Vec<json::Column> {
    let column = |member: &Member| match &member.value {
        Value::Expression {
            sql,
            decoder: Some(decoder),
        } => {
            list.push(sql.clone());
            json::Column::value(member.key.text(), decoder.clone())
        }
        Value::Expression { sql, decoder: None } => {
            list.push(format!("pg_catalog.to_json({sql})"));
            json::Column::value(member.key.text(), Decoder::verbatim())
        }
        Value::Represented { sql, .. } => {
            list.push(sql.clone());
            json::Column::value(member.key.text(), Decoder::verbatim())
        }
        Value::Row { present, members } => {
            list.push(present.clone());
            json::Column::object(member.key.text(), wire_columns(members, list))
        }
    };
    members.iter().map(column).collect()
}

/// The members as columns named by their keys, where the catalog knows all of the names; the
/// server turns such rows into objects faster than it builds them member by member.
pub(super) fn named_columns(members: &[Member]) -> Option<String> {
    let columns: Option<Vec<String>> = members
        .iter()
        .map(|member| match (&member.key, &member.value) {
            (
                Key::Catalog { sql: name, .. },
                Value::Expression { sql, .. } | Value::Represented { sql, .. },
            ) => Some(format!("{sql} AS {name}")),
            _ => None,
        })
        .collect();
    Some(columns?.join(", "))
}

/// The server's functions take at most 100 arguments, two for each member.
const MEMBERS_PER_CALL: usize = 50;

/// The members as one JSON value made by the server, over the level's own rows.
pub(super) fn server_object(members: &[Member], statement: &mut Statement<'_>) -> String {
    let mut calls = members.chunks(MEMBERS_PER_CALL).map(|members| {
        let arguments: Vec<String> = members
            .iter()
            .map(|member| {
                let key = statement.bind(Param::Text(member.key.text().to_owned()));
                format!("{key}, {}", member.value.server_side(statement))
            })
            .collect();
        format!("pg_catalog.json_build_object({})", arguments.join(", "))
    });
    let first = calls
        .next()
        .unwrap_or_else(|| "'{}'::pg_catalog.json".into());
    // Longer objects are joined as text, closing brace to opening brace.
    calls.fold(first, |object, call| {
        format!(
            "(pg_catalog.left({object}::pg_catalog.text, -1) || ',' \
             || pg_catalog.substr({call}::pg_catalog.text, 2))::pg_catalog.json"
        )
    })
}
