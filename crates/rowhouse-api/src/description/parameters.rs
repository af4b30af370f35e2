//! Parameters: of the query string, and headers.

use std::fmt::Write;

use http::HeaderName;
use postgres_types::{Kind, Type};
use rowhouse::TenantType;
use serde_json::{Map, Value, json};

use crate::request::{Comparison, Search};
use crate::resource::{Column, Resource, Resources};

use super::reference;

/// Words of the query string, which no filter can have for a name.
const WORDS: [&str; 8] = [
    "select",
    "order",
    "limit",
    "offset",
    "cursor",
    "columns",
    "on_conflict",
    "and",
];

/// A name as it stands in a query string where it is no word and has no sign of the grammar.
const NAME: &str = r"[A-Za-z_][A-Za-z0-9_]*";

/// An idempotency key, as the service reads it.
const KEY: &str = r"[!#-+.-\[\]-~-]{1,255}";

/// The parameters that several paths share.
pub(super) fn shared(resources: &Resources, schema: &str) -> Map<String, Value> {
    let query = |name: &str, schema: Value, description: &str| json!({"name": name, "in": "query", "schema": schema, "description": description});
    let header = |name: &str, schema: Value, description: &str| json!({"name": name, "in": "header", "schema": schema, "description": description});
    let bound = || json!({"type": "integer", "minimum": 0, "maximum": i64::MAX});
    let schemas: Vec<&str> = resources.schemas().collect();
    let profile = || {
        let mut others = schemas.clone();
        others.retain(|other| *other == schema);
        json!({"type": "string", "enum": others})
    };
    let list = [
        (
            "limit",
            query("limit", bound(), "The most rows of the answer."),
        ),
        (
            "offset",
            query(
                "offset",
                json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX}),
                "How many rows are passed over first; none below zero.",
            ),
        ),
        (
            "range",
            header(
                "Range",
                json!({"type": "string"}),
                "The rows of the answer by their places, from 0: `0-14`, or `15-`. With `Range-Unit: items`.",
            ),
        ),
        (
            "if-none-match",
            header(
                "If-None-Match",
                json!({"type": "string"}),
                "The `ETag` of an answer that is here already: 304 when it still holds.",
            ),
        ),
        (
            "prefer",
            header(
                "Prefer",
                json!({"type": "string"}),
                "`count=exact` counts all rows, for `Content-Range`; `timezone=`; `handling=strict` refuses what is not understood.",
            ),
        ),
        (
            "prefer-insert",
            header(
                "Prefer",
                json!({"type": "string"}),
                "`return=representation`, `headers-only` or `minimal`; `resolution=merge-duplicates` or `ignore-duplicates`; `missing=default`; `count=exact`.",
            ),
        ),
        (
            "prefer-change",
            header(
                "Prefer",
                json!({"type": "string"}),
                "`return=representation` or `minimal`; `missing=default`; `count=exact`; `max-affected=` with `handling=strict`.",
            ),
        ),
        (
            "idempotency-key",
            header(
                "Idempotency-Key",
                json!({"type": "string", "pattern": format!("^(\"{KEY}\"|{KEY})$")}),
                "A key of the client's choosing, in double quotes: a request that is sent again under it is carried out once.",
            ),
        ),
        (
            "accept-profile",
            header("Accept-Profile", profile(), "The schema."),
        ),
        (
            "content-profile",
            header("Content-Profile", profile(), "The schema."),
        ),
    ];
    list.into_iter()
        .map(|(name, parameter)| (name.to_owned(), parameter))
        .collect()
}

/// The header that says whose rows a request is about.
pub(super) fn tenant(header: &HeaderName, kind: TenantType) -> Value {
    let schema = match kind {
        TenantType::Uuid => json!({"type": "string", "format": "uuid"}),
        TenantType::Integer => json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX}),
        _ => json!({"type": "string", "minLength": 1}),
    };
    json!({
        "name": header.as_str(), "in": "header", "required": true, "schema": schema,
        "description": "The tenant's id: whose rows the request is about.",
    })
}

/// What a read of rows takes.
pub(super) fn of_read(resource: &Resource) -> Vec<Value> {
    let mut list = vec![select(resource), order(resource)];
    list.extend(["limit", "offset"].map(|name| reference("parameters", name)));
    list.push(logic("or", resource));
    list.push(logic("and", resource));
    list.extend(filters(resource));
    list
}

/// `select`.
pub(super) fn select(resource: &Resource) -> Value {
    let related: Vec<String> = resource
        .links
        .iter()
        .filter_map(|link| link.keys.first())
        .map(|key| key.constraint.clone())
        .collect();
    let mut description =
        "The members of the answer's objects: columns, `alias:column`, `column::type`, \
         paths into JSON, and related rows in parentheses, `relation(column)`."
            .to_owned();
    if !related.is_empty() {
        let related = related.join(", ");
        let _ = write!(
            description,
            " Foreign keys lead to related rows: {related}."
        );
    }
    let names = names(&resource.columns);
    json!({
        "name": "select", "in": "query", "description": description,
        "schema": {"type": "string", "pattern": format!("^(({names}|\\*)(,({names}))*)?$")},
    })
}

/// `order`.
fn order(resource: &Resource) -> Value {
    let ordered: Vec<Column> = resource
        .columns
        .iter()
        .filter(|column| is_ordered(column))
        .cloned()
        .collect();
    let names = names(&ordered);
    let term = format!("({names})(\\.(asc|desc))?(\\.(nullsfirst|nullslast))?");
    json!({
        "name": "order", "in": "query",
        "description": "What the rows are ordered by: `column.desc.nullslast`, with commas between.",
        "schema": {"type": "string", "pattern": format!("^({term}(,{term})*)?$")},
    })
}

/// Whether values of the column's type have an order.
fn is_ordered(column: &Column) -> bool {
    let ty = column.ty.as_ref();
    ty.is_some_and(|ty| {
        matches!(ty.kind(), Kind::Simple | Kind::Enum(_))
            && !matches!(
                *ty,
                Type::JSON
                    | Type::XML
                    | Type::POINT
                    | Type::LINE
                    | Type::LSEG
                    | Type::BOX
                    | Type::PATH
                    | Type::POLYGON
                    | Type::CIRCLE
            )
    })
}

/// `or` and `and`.
fn logic(name: &str, resource: &Resource) -> Value {
    let condition = format!(r"({})\.(not\.)?is\.null", names(&resource.columns));
    json!({
        "name": name, "in": "query",
        "description": "Conditions in parentheses: `(a.eq.1,b.gt.2,not.and(c.is.null,d.lt.3))`.",
        "schema": {"type": "string", "pattern": format!(r"^\({condition}(,{condition})*\)$")},
    })
}

/// Filters, by column.
pub(super) fn filters(resource: &Resource) -> Vec<Value> {
    let is_plain = |column: &&Column| !WORDS.contains(&&*column.name) && column.name != "or";
    let columns = resource.columns.iter().filter(is_plain);
    columns
        .map(|column| {
            json!({
                "name": if is_bare(&column.name) { column.name.clone() } else { quoted(&column.name) },
                "in": "query",
                "description": format!("Which rows, by {}: an operator and a value, `eq.value`; `not.` before it turns it round.", column.name),
                "schema": {"type": "string", "pattern": pattern(column)},
            })
        })
        .collect()
}

/// The filters of a column: every operator for texts, what is sure to be understood for others. What a function reads
/// only the function knows.
fn pattern(column: &Column) -> String {
    let ty = column.ty.as_ref().filter(|_| column.filtered().is_none());
    let ty = ty.map(base);
    let is = r"is\.(null|not_null)";
    let compared = r"(eq|neq|gt|gte|lt|lte|isdistinct)";
    let of_values =
        |value: &str| format!(r"^(not\.)?({compared}\.{value}|in\.\({value}(,{value})*\)|{is})$");
    match ty {
        Some(Type::TEXT | Type::VARCHAR | Type::BPCHAR) => {
            let words: Vec<&str> = Comparison::ALL
                .iter()
                .map(|comparison| comparison.word())
                .filter(|word| {
                    [
                        "eq",
                        "neq",
                        "gt",
                        "gte",
                        "lt",
                        "lte",
                        "like",
                        "ilike",
                        "isdistinct",
                    ]
                    .contains(word)
                })
                .chain(
                    Search::ALL
                        .iter()
                        .map(|search| search.word())
                        .filter(|word| *word != "fts"),
                )
                .collect();
            format!(r"^(not\.)?(({})\.[A-Za-z0-9 ]*|{is})$", words.join("|"))
        }
        Some(Type::INT2) => of_values("-?[0-9]{1,4}"),
        Some(Type::INT4 | Type::INT8 | Type::NUMERIC | Type::FLOAT4 | Type::FLOAT8) => {
            of_values("-?[0-9]{1,9}")
        }
        Some(Type::UUID) => {
            of_values("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
        }
        Some(Type::BOOL) => {
            format!(r"^(not\.)?({compared}\.(true|false)|is\.(null|not_null|true|false|unknown))$")
        }
        Some(Type::DATE | Type::TIMESTAMP | Type::TIMESTAMPTZ) => {
            of_values("[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])")
        }
        Some(ty) => match ty.kind() {
            Kind::Enum(labels) if labels.iter().all(|label| is_bare(label)) => {
                of_values(&format!("({})", labels.join("|")))
            }
            _ => format!(r"^(not\.)?{is}$"),
        },
        None => format!(r"^(not\.)?{is}$"),
    }
}

fn base(ty: &Type) -> Type {
    match ty.kind() {
        Kind::Domain(base) => self::base(base),
        _ => ty.clone(),
    }
}

fn is_bare(name: &str) -> bool {
    let mut characters = name.chars();
    let first = characters.next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A name that is one whatever it holds.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The columns' names as alternatives of a pattern; those with signs of the grammar in quotes.
fn names(columns: &[Column]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| {
            if is_bare(&column.name) {
                column.name.clone()
            } else {
                escaped(&quoted(&column.name))
            }
        })
        .collect();
    if names.is_empty() {
        return NAME.to_owned();
    }
    names.join("|")
}

/// Text as a pattern that matches it alone.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if r"\^$.|?*+()[]{}/-".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_literally() {
        assert!(is_bare("tenant_id") && !is_bare("The Id") && !is_bare("1a") && !is_bare(""));
        assert_eq!(escaped(&quoted("a.b\"")), r#""a\.b\\"""#);
    }
}
