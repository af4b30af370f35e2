//! Whether the values of a key can be guessed, and whether a key stays within one tenant.

use rowhouse_catalog::Privilege::{Insert, Update};
use rowhouse_catalog::{Column, Relation, quote_ident};

use crate::RowOwner;
use crate::context::Context;

/// The names of columns as they stand in SQL.
pub(crate) fn column_names(table: &Relation, numbers: &[i16]) -> Vec<String> {
    let columns = numbers.iter().filter_map(|&number| table.column_at(number));
    columns.map(|column| quote_ident(&column.name)).collect()
}

/// A key within the rows of one tenant, or one whose values nobody can guess, tells nothing about others.
pub(crate) fn is_harmless(context: &Context<'_>, table: &Relation, columns: &[i16]) -> bool {
    is_bound_or_random(context, table, columns) || surrogate(table, columns).is_some()
}

/// A key within the rows of one tenant, or one that is drawn by lot: what one tenant writes never meets another's.
pub(crate) fn is_bound_or_random(context: &Context<'_>, table: &Relation, columns: &[i16]) -> bool {
    columns.iter().any(|&number| {
        is_tenant(context, table, number)
            || is_scoped_by_parent(context, table, number)
            || table
                .column_at(number)
                .is_none_or(|column| is_unguessable(context, column))
    })
}

/// Whether the app role can put values of its own into all of these columns, or change one of them.
pub(crate) fn can_probe(context: &Context<'_>, table: &Relation, columns: &[i16]) -> bool {
    context.personas.iter().any(|persona| {
        if persona.privileges(table).is_empty() {
            return false;
        }
        let may = |number: &i16, privilege| {
            let column = table.column_at(*number);
            column.is_some_and(|column| persona.access.column(table, column).has(privilege))
        };
        !columns.is_empty()
            && (columns.iter().all(|number| may(number, Insert))
                || columns.iter().any(|number| may(number, Update)))
    })
}

fn is_tenant(context: &Context<'_>, table: &Relation, number: i16) -> bool {
    context.model.tenant_column(table.oid) == Some(number)
}

/// It references a row of a tenant: then the rest of the key is told apart within that row only.
fn is_scoped_by_parent(context: &Context<'_>, table: &Relation, number: i16) -> bool {
    table.foreign_keys.iter().any(|key| {
        key.columns.contains(&number)
            && key.referenced != table.oid
            && context.model.row_owner(key.referenced).is_some()
    }) || matches!(
        context.model.row_owner(table.oid),
        Some(RowOwner::Parent { columns, .. }) if columns.contains(&number)
    )
}

/// Whether a column is named after something that only those know who were told.
pub(crate) fn is_secret(column: &str) -> bool {
    const SECRETS: [&str; 9] = [
        "api_key",
        "apikey",
        "token",
        "hash",
        "secret",
        "digest",
        "nonce",
        "checksum",
        "fingerprint",
    ];
    let column = column.to_ascii_lowercase();
    SECRETS.iter().any(|word| column.contains(word))
}

/// Random by its type, its default or its purpose.
fn is_unguessable(context: &Context<'_>, column: &Column) -> bool {
    const RANDOM: [&str; 6] = [
        "gen_random",
        "uuid_generate",
        "uuidv",
        "gen_ulid",
        "nanoid",
        "random_bytes",
    ];
    let default = column.default.as_deref().unwrap_or_default();
    let name = column.name.to_ascii_lowercase();
    let is_uuid = column.formatted_type == "uuid"
        || context.catalog.type_of(column.type_oid).is_some_and(|data_type| {
            matches!(&data_type.shape, rowhouse_catalog::Shape::Domain(domain) if domain.formatted_base == "uuid")
        });
    // As wide as a uuid in words, and named as a key.
    let is_uuid_in_words = matches!(
        column.formatted_type.as_str(),
        "character varying(36)" | "character(36)"
    ) && name.ends_with("id");
    is_uuid
        || is_uuid_in_words
        || RANDOM.iter().any(|function| default.contains(function))
        || is_secret(&name)
}

/// What is made up to tell rows apart: a number that is counted over all tenants, or the key that the application or a
/// function gives. What is written in its place is noted by the rule `key-can-be-chosen`.
pub(crate) fn surrogate<'t>(table: &'t Relation, columns: &[i16]) -> Option<&'t Column> {
    let mut columns = columns.iter().filter_map(|&number| table.column_at(number));
    columns.find(|column| {
        let default = column.default.as_deref().unwrap_or_default();
        let primary = table.primary_key.as_ref();
        let is_primary = primary.is_some_and(|key| key.columns.contains(&column.number));
        // Numbered by the application: as much a surrogate as one that the server numbers.
        let is_called_id = column.name.eq_ignore_ascii_case("id")
            && (is_number(column) || is_primary && is_text(column));
        column.identity.is_some()
            || default.contains("nextval(")
            || is_primary && is_made_up(default)
            || is_called_id
    })
}

pub(crate) fn is_number(column: &Column) -> bool {
    matches!(
        column.formatted_type.as_str(),
        "integer" | "bigint" | "smallint" | "numeric"
    )
}

fn is_text(column: &Column) -> bool {
    column.formatted_type == "text" || column.formatted_type.starts_with("character varying")
}

/// A default that a function makes anew for each row, other than from the clock or the session.
fn is_made_up(default: &str) -> bool {
    const KNOWN: [&str; 8] = [
        "now",
        "clock_timestamp",
        "statement_timestamp",
        "transaction_timestamp",
        "current_setting",
        "nullif",
        "coalesce",
        "to_char",
    ];
    let calls = default.split('(').rev().skip(1).map(|before| {
        let name = before.rsplit(|sign: char| !sign.is_alphanumeric() && sign != '_');
        name.into_iter()
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    });
    calls
        .into_iter()
        .any(|name| !name.is_empty() && !KNOWN.contains(&name.as_str()))
}
