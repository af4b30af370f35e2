//! The rows of a request, as they stand in a statement.

use rowhouse_catalog::quote_literal;

use crate::plan::statement::{Given, Param, Statement};
use crate::resource::{Resource, Target};

use super::Ask;

/// The rows, and the expressions of their columns.
pub(super) struct Rows {
    /// ` FROM` with the rows; nothing where the only row's values are parameters.
    pub(super) from: String,
    /// What is written to each column.
    pub(super) values: Vec<String>,
    /// What the request has for it: the same but for defaults.
    pub(super) given: Vec<String>,
}

impl Rows {
    /// The rows with these columns, by place; what a row leaves out is its default, or null.
    pub(super) fn new(
        statement: &mut Statement<'_>,
        resource: &Resource,
        places: &[usize],
        ask: &Ask<'_>,
    ) -> Self {
        if let Some(values) = one_by_one(statement, resource, places, ask) {
            return Self {
                from: String::new(),
                given: values.clone(),
                values,
            };
        }
        let rows = statement.bind(Param::Given(Given::Rows));
        let columns = || places.iter().map(|&place| &resource.writing.columns[place]);
        if places.is_empty() {
            return Self {
                from: format!(" FROM pg_catalog.json_array_elements({rows}) AS e(o)"),
                values: Vec::new(),
                given: Vec::new(),
            };
        }
        let typed: Vec<String> = columns()
            .map(|column| {
                // What a function reads, it gets as it is.
                let json = column.written().map(|_| "pg_catalog.json");
                format!("{} {}", column.sql, json.unwrap_or(&column.ty))
            })
            .collect();
        let typed = typed.join(", ");
        let given: Vec<String> = columns().map(value).collect();
        if !ask.defaults {
            return Self {
                from: format!(" FROM pg_catalog.json_to_recordset({rows}) AS r({typed})"),
                values: given.clone(),
                given,
            };
        }
        let values = columns().map(|column| match &column.default {
            None => value(column),
            Some(default) => format!(
                "CASE WHEN (e.o OPERATOR(pg_catalog.->) {}::pg_catalog.text) IS NULL \
                 THEN CAST(({default}) AS {}) ELSE {} END",
                quote_literal(&column.name),
                column.ty,
                value(column)
            ),
        });
        Self {
            values: values.collect(),
            given,
            from: format!(
                " FROM pg_catalog.json_array_elements({rows}) AS e(o) \
                 CROSS JOIN LATERAL pg_catalog.json_to_record(e.o) AS r({typed})"
            ),
        }
    }
}

/// A column's value in the row `r`. A null is given to the function too, as to that of any cast.
fn value(column: &Target) -> String {
    let plain = format!("r.{}", column.sql);
    column
        .written()
        .map_or_else(|| plain.clone(), |written| written.of(&plain))
}

/// The only row's values as parameters of their own: half the server's work of a small write is to take JSON apart.
fn one_by_one(
    statement: &mut Statement<'_>,
    resource: &Resource,
    places: &[usize],
    ask: &Ask<'_>,
) -> Option<Vec<String>> {
    let columns = || places.iter().map(|&place| &resource.writing.columns[place]);
    if !ask.texts || places.is_empty() || !columns().all(|column| column.reads_texts) {
        return None;
    }
    let members: Option<Vec<usize>> = columns()
        .map(|column| ask.members.iter().position(|name| *name == column.name))
        .collect();
    let bound = members?.into_iter().zip(columns()).map(|(member, column)| {
        let value = statement.bind(Param::Given(Given::Member(member)));
        format!("CAST({value} AS {})", column.ty)
    });
    Some(bound.collect())
}
