//! Whether something is done already, asked of the catalogs.

use rowhouse_catalog::{qualified, quote_literal};

/// Whether a table has a constraint; the table as it stands in SQL, the constraint as in the catalogs.
pub(super) fn has_constraint(table: &str, constraint: &str) -> String {
    format!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {}::regclass AND conname = {})",
        quote_literal(table),
        quote_literal(constraint)
    )
}

/// Whether a constraint holds for all rows.
pub(super) fn is_validated(table: &str, constraint: &str) -> String {
    format!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {}::regclass AND conname = {} AND convalidated)",
        quote_literal(table),
        quote_literal(constraint)
    )
}

/// Whether there is an index that can be used.
pub(super) fn has_index(schema: &str, index: &str) -> String {
    index_is(schema, index, "indisvalid")
}

/// Whether there is an index that was not finished.
pub(super) fn has_broken_index(schema: &str, index: &str) -> String {
    index_is(schema, index, "NOT indisvalid")
}

/// Whether there is an index of this name, in whatever state.
pub(super) fn has_name(schema: &str, name: &str) -> String {
    format!(
        "SELECT to_regclass({}) IS NOT NULL",
        quote_literal(&qualified(schema, name))
    )
}

/// Whether an index is part of another.
pub(super) fn is_part(index: &str) -> String {
    format!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = to_regclass({}))",
        quote_literal(index)
    )
}

/// Whether a table has a column, and with a default where that is asked.
pub(super) fn has_column(table: &str, column: &str, with_default: bool) -> String {
    format!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {}::regclass AND attname = {} AND NOT attisdropped{})",
        quote_literal(table),
        quote_literal(column),
        if with_default { " AND atthasdef" } else { "" }
    )
}

/// Whether a foreign key has so many columns.
pub(super) fn has_key_of(table: &str, constraint: &str, columns: usize) -> String {
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {}::regclass AND conname = {} AND cardinality(conkey) = {columns})",
        quote_literal(table),
        quote_literal(constraint)
    )
}

/// Whether an index has so many keys.
pub(super) fn has_index_of(schema: &str, index: &str, keys: usize) -> String {
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass({}) AND indnkeyatts = {keys})",
        quote_literal(&qualified(schema, index))
    )
}

/// Statements that are run where a condition holds, for [`block`]: the way back of what may never have been done.
pub(super) fn when(condition: &str, statements: &[String]) -> String {
    format!(
        "IF {condition} THEN\n        {};\n    END IF;",
        statements.join(";\n        ")
    )
}

/// A statement that runs others. A name may hold whatever would end the text.
pub(super) fn block(body: &str) -> String {
    let mut tag = "rowhouse".to_owned();
    while body.contains(&format!("${tag}")) {
        tag.push('_');
    }
    format!("DO ${tag}$ BEGIN\n    {body}\nEND ${tag}$")
}

fn index_is(schema: &str, index: &str, what: &str) -> String {
    format!(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass({}) AND {what})",
        quote_literal(&qualified(schema, index))
    )
}
