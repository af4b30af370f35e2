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
    is_bound_or_random(context, table, columns) || is_counter(table, columns)
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

/// A number that the server counts, alone. What is written in its place is noted by the rule `key-can-be-chosen`.
pub(crate) fn is_counter(table: &Relation, columns: &[i16]) -> bool {
    let [number] = columns else {
        return false;
    };
    table.column_at(*number).is_some_and(|column| {
        let default = column.default.as_deref().unwrap_or_default();
        let is_number = matches!(
            column.formatted_type.as_str(),
            "integer" | "bigint" | "smallint" | "numeric"
        );
        column.identity.is_some()
            || default.contains("nextval(")
            // Numbered by the application: as much a surrogate as one that the server numbers.
            || is_number && column.name.eq_ignore_ascii_case("id")
    })
}
