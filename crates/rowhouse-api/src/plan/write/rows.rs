//! The rows of a request, as they stand in FROM.

use rowhouse_catalog::quote_literal;

use crate::plan::statement::{Given, Param, Statement};
use crate::resource::Resource;

/// The rows, and the expressions of their columns.
pub(super) struct Rows {
    pub(super) from: String,
    pub(super) values: Vec<String>,
}

impl Rows {
    /// The rows with these columns, by place; what a row leaves out is its default, or null.
    pub(super) fn new(
        statement: &mut Statement<'_>,
        resource: &Resource,
        places: &[usize],
        defaults: bool,
    ) -> Self {
        let rows = statement.bind(Param::Given(Given::Rows));
        let columns = || places.iter().map(|&place| &resource.writing.columns[place]);
        if places.is_empty() {
            return Self {
                from: format!("pg_catalog.json_array_elements({rows}) AS e(o)"),
                values: Vec::new(),
            };
        }
        let typed: Vec<String> = columns()
            .map(|column| format!("{} {}", column.sql, column.ty))
            .collect();
        let typed = typed.join(", ");
        if !defaults {
            return Self {
                from: format!("pg_catalog.json_to_recordset({rows}) AS r({typed})"),
                values: columns()
                    .map(|column| format!("r.{}", column.sql))
                    .collect(),
            };
        }
        let values = columns().map(|column| match &column.default {
            None => format!("r.{}", column.sql),
            Some(default) => format!(
                "CASE WHEN (e.o OPERATOR(pg_catalog.->) {}::pg_catalog.text) IS NULL \
                 THEN CAST(({default}) AS {}) ELSE r.{} END",
                quote_literal(&column.name),
                column.ty,
                column.sql
            ),
        });
        Self {
            values: values.collect(),
            from: format!(
                "pg_catalog.json_array_elements({rows}) AS e(o) \
                 CROSS JOIN LATERAL pg_catalog.json_to_record(e.o) AS r({typed})"
            ),
        }
    }
}
