//! A policy that lets everything through and sees what a wall would have stopped.
//!
//! Nothing in it is called for a row that is the tenant's own. The sub-selects are run at most once in a statement, and
//! the one that records only when the first row comes that is not: so a statement costs what it costs under the wall.
//! `last` is never run. It makes the condition dearer than a comparison, so that the application's own `WHERE tenant_id = …`
//! is asked first, and what that leaves out is not taken for lost.

use rowhouse_catalog::{Catalog, Column, Relation, quote_ident, quote_literal};

use super::super::columns::kinds;

/// The schema of what observes.
pub(super) const SCHEMA: &str = "rowhouse_observe";
/// What it says of a statement without a tenant; of rows it would not see; of rows it could not write.
const REASONS: [&str; 3] = ["no tenant", "rows lost", "row refused"];

/// The clauses of the policy; none for a tenant of a type that could not be read without failing.
pub(super) fn clauses(
    catalog: &Catalog,
    table: &Relation,
    column: &Column,
    setting: &str,
) -> Option<String> {
    let value = value(&kinds::base(catalog, column), setting)?;
    let name = quote_literal(&table.qualified_name());
    let own = quote_ident(&column.name);
    let condition = |reason: &str| {
        let record = |reason: &str| format!("{SCHEMA}.record({name}, {})", quote_literal(reason));
        format!(
            "(SELECT {value} IS NOT NULL OR {})\n        AND ({own} = (SELECT {value})\n            OR (SELECT {value} IS NULL OR {})\n            OR {SCHEMA}.last())",
            record(REASONS[0]),
            record(reason)
        )
    };
    Some(format!(
        "\n    USING ({})\n    WITH CHECK ({})",
        condition(REASONS[1]),
        condition(REASONS[2])
    ))
}

/// The tenant that is set, or null: whatever the setting holds, it never fails.
fn value(base: &str, setting: &str) -> Option<String> {
    let set = format!("current_setting({}, true)", quote_literal(setting));
    if base == "text" || base.starts_with("character") {
        return Some(format!("NULLIF({set}, '')"));
    }
    let number = matches!(base, "integer" | "bigint" | "smallint");
    match base {
        "uuid" => {
            let digits = "[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}";
            Some(format!(
                "CASE WHEN {set} ~ '^({digits}|\\{{{digits}\\}})$' THEN {set}::uuid END"
            ))
        }
        _ if number => Some(format!(
            "CASE WHEN {set} ~ '^[-+]?[0-9]{{1,18}}$' THEN {set}::bigint WHEN {set} ~ '^[-+]?[0-9]{{19}}$' THEN CASE WHEN {set}::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN {set}::bigint END END"
        )),
        _ => None,
    }
}
