//! Functions that take a table's rows by place, such as `INSERT INTO history SELECT OLD.*`: one more column breaks them.

use rowhouse_catalog::{Catalog, Function, Relation, quote_ident};

use crate::model::text_of;

/// A function that would break, by name.
pub(super) fn user(catalog: &Catalog, table: &Relation) -> Option<String> {
    let mut triggers = table.triggers.iter();
    let by_trigger = triggers.find_map(|trigger| {
        let function = catalog.function_by_oid(trigger.function)?;
        takes_row(function).then_some(function)
    });
    let mut functions = catalog.functions.iter();
    let found = by_trigger.or_else(|| functions.find(|function| takes_table(function, table)))?;
    Some(format!(
        "{}.{}",
        quote_ident(&found.schema),
        quote_ident(&found.name)
    ))
}

/// Whether a trigger's function spreads the row out, for something else than to compare it.
fn takes_row(function: &Function) -> bool {
    let text = text_of(function).to_lowercase();
    let text = text
        .replace("old.* is distinct from new.*", "")
        .replace("new.* is distinct from old.*", "");
    text.contains("old.*") || text.contains("new.*")
}

/// Whether a function's text spreads a table's rows out into what has columns of its own. A body that was parsed when it
/// was made has its columns already.
fn takes_table(function: &Function, table: &Relation) -> bool {
    if function.oid.is_builtin() || function.extension.is_some() || function.sql_body.is_some() {
        return false;
    }
    let text = text_of(function).to_lowercase();
    let spreads = ["select *", ".*", "returning *"]
        .iter()
        .any(|words| text.contains(words));
    let result = function.result.as_deref().unwrap_or_default();
    let own_columns =
        result.starts_with("TABLE(") || result == "record" || result == "SETOF record";
    let name = table.name.to_lowercase();
    let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    spreads
        && (own_columns || text.contains("insert into"))
        && (words.any(|word| word == name) || text.contains(&format!("\"{name}\"")))
}
