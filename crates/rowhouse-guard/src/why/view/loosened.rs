//! Views written out in the queries that read them.
//!
//! Who looks for a row with all rows before their eyes must not be bound by what a view's owner sees, nor, where the reason is
//! looked for, by what a view under the view leaves out.

use rowhouse_catalog::{Catalog, RelationKind};
use sqlparser::ast::{Ident, Query, Select, SetExpr, TableAlias, TableFactor, TableWithJoins};

use super::from::{folded, named};
use crate::logic::{expression, query_of};
use crate::why::part::{flatten, words};

/// How deep views may stand on views.
const DEEPEST: usize = 16;

/// Writes views out in a query; none where one cannot be read. Loosely: without what only filters.
pub(super) fn write_out(
    catalog: &Catalog,
    query: &mut Query,
    loosely: bool,
    depth: usize,
) -> Option<()> {
    if let Some(with) = &mut query.with {
        for table in &mut with.cte_tables {
            write_out(catalog, &mut table.query, loosely, depth)?;
        }
    }
    body(catalog, &mut query.body, loosely, depth)
}

fn body(catalog: &Catalog, expr: &mut SetExpr, loosely: bool, depth: usize) -> Option<()> {
    match expr {
        SetExpr::Select(select) => {
            let is_simple = super::simple::select(select).is_ok();
            if loosely && is_simple {
                loosen(select);
            }
            tables(catalog, &mut select.from, loosely && is_simple, depth)
        }
        SetExpr::Query(query) => write_out(catalog, query, loosely, depth),
        SetExpr::SetOperation { left, right, .. } => {
            body(catalog, left, loosely, depth)?;
            body(catalog, right, loosely, depth)
        }
        _ => Some(()),
    }
}

/// Leaves what joins several items in WHERE, and nothing else.
fn loosen(select: &mut Select) {
    let Some(selection) = &select.selection else {
        return;
    };
    let mut aliases = Vec::new();
    for from in &select.from {
        collect(from, &mut aliases);
    }
    let mut conjuncts = Vec::new();
    flatten(selection, &mut conjuncts);
    conjuncts.retain(|conjunct| {
        let words = words(conjunct);
        aliases.iter().filter(|alias| words.contains(alias)).count() > 1
    });
    // Each was printed from a tree, so together they are one.
    let joining = conjuncts.join(" AND ");
    select.selection = (!joining.is_empty())
        .then(|| expression(&joining))
        .flatten();
}

fn collect(from: &TableWithJoins, found: &mut Vec<String>) {
    let factors =
        std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation));
    for factor in factors {
        match factor {
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => collect(table_with_joins, found),
            TableFactor::Table {
                alias: Some(alias), ..
            }
            | TableFactor::Function {
                alias: Some(alias), ..
            }
            | TableFactor::UNNEST {
                alias: Some(alias), ..
            }
            | TableFactor::Derived {
                alias: Some(alias), ..
            } => found.push(folded(&alias.name)),
            TableFactor::Table { name, .. } => found.extend(named(name).map(|name| name.1)),
            _ => {}
        }
    }
}

/// Writes views out in FROM.
pub(super) fn tables(
    catalog: &Catalog,
    from: &mut [TableWithJoins],
    loosely: bool,
    depth: usize,
) -> Option<()> {
    for table in from {
        factor(catalog, &mut table.relation, loosely, depth)?;
        for join in &mut table.joins {
            factor(catalog, &mut join.relation, loosely, depth)?;
        }
    }
    Some(())
}

fn factor(catalog: &Catalog, item: &mut TableFactor, loosely: bool, depth: usize) -> Option<()> {
    match item {
        TableFactor::NestedJoin {
            table_with_joins, ..
        } => tables(
            catalog,
            std::slice::from_mut(table_with_joins.as_mut()),
            loosely,
            depth,
        ),
        TableFactor::Derived { subquery, .. } => write_out(catalog, subquery, false, depth),
        TableFactor::Table {
            name,
            alias,
            args: None,
            ..
        } => {
            let (schema, relation) = named(name)?;
            let Some(view) = catalog.relation(&schema, &relation) else {
                return Some(());
            };
            if view.kind != RelationKind::View || view.is_system() {
                return Some(());
            }
            if depth >= DEEPEST {
                return None;
            }
            let mut query = query_of(view.definition.as_deref()?)?;
            write_out(catalog, &mut query, loosely, depth + 1)?;
            let mut alias = alias.take().unwrap_or_else(|| TableAlias {
                explicit: true,
                name: Ident::with_quote('"', &view.name),
                columns: Vec::new(),
                at: None,
            });
            // The columns of a view can have been given other names than its query has.
            if alias.columns.is_empty() {
                let columns = view.columns.iter();
                alias.columns = columns
                    .map(|column| sqlparser::ast::TableAliasColumnDef {
                        name: Ident::with_quote('"', &column.name),
                        data_type: None,
                    })
                    .collect();
            }
            *item = TableFactor::Derived {
                lateral: false,
                subquery: Box::new(query),
                alias: Some(alias),
                sample: None,
            };
            Some(())
        }
        _ => Some(()),
    }
}
