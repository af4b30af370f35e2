//! The output columns of a query, and their names.

use std::rc::Rc;

use sqlparser::ast::{
    Expr, Ident, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias,
};

use super::Output;
use crate::logic::frame::{Frame, Source};
use crate::logic::machine::Machine;
use crate::logic::names::{bare, folded, parts};

impl Machine<'_, '_> {
    pub(super) fn output_columns(
        &self,
        select: &Select,
        frame: &Rc<Frame>,
    ) -> Vec<(String, Rc<Expr>)> {
        let mut columns = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    columns.push((name_of(expr), Rc::new(expr.clone())));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    columns.push((folded(alias), Rc::new(expr.clone())));
                }
                SelectItem::Wildcard(_) => {
                    for (name, source) in &frame.sources {
                        columns.extend(self.columns_of(name, source));
                    }
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(of),
                    _,
                ) => {
                    let wanted = parts(of).pop();
                    for (name, source) in &frame.sources {
                        if Some(name) == wanted.as_ref() {
                            columns.extend(self.columns_of(name, source));
                        }
                    }
                }
                _ => {}
            }
        }
        columns
    }

    pub(super) fn columns_of(&self, name: &str, source: &Source) -> Vec<(String, Rc<Expr>)> {
        let names: Vec<String> = match source {
            Source::Row(row) => self
                .catalog()
                .relation_by_oid(self.run.rows[*row].relation)
                .map(|table| {
                    table
                        .columns
                        .iter()
                        .map(|column| column.name.clone())
                        .collect()
                })
                .unwrap_or_default(),
            Source::Derived(columns) => columns.iter().map(|(name, ..)| name.clone()).collect(),
            Source::Values(columns) => columns.iter().map(|(name, _)| name.clone()).collect(),
            Source::Nulls | Source::Unknown(_) => Vec::new(),
        };
        let reference = |column: String| {
            let expr = qualified_column(name, &column);
            (column, Rc::new(expr))
        };
        names.into_iter().map(reference).collect()
    }
}

pub(super) fn derived((columns, frame): Output, names: &[String]) -> Source {
    let columns = columns.into_iter().enumerate().map(|(at, (name, expr))| {
        let name = names.get(at).cloned().unwrap_or(name);
        (name, expr, Rc::clone(&frame))
    });
    Source::Derived(columns.collect())
}

pub(super) fn renamed(alias: Option<&TableAlias>) -> Vec<String> {
    let columns = alias.into_iter().flat_map(|alias| &alias.columns);
    columns.map(|column| folded(&column.name)).collect()
}

pub(super) fn qualified_column(table: &str, column: &str) -> Expr {
    Expr::CompoundIdentifier(vec![
        Ident::with_quote('"', table),
        Ident::with_quote('"', column),
    ])
}

pub(super) fn names_of(body: &SetExpr) -> Vec<String> {
    match body {
        SetExpr::Select(select) => select
            .projection
            .iter()
            .map(|item| match item {
                SelectItem::UnnamedExpr(expr) => name_of(expr),
                SelectItem::ExprWithAlias { alias, .. } => folded(alias),
                _ => String::new(),
            })
            .collect(),
        SetExpr::SetOperation { left, .. } => names_of(left),
        SetExpr::Query(query) => names_of(&query.body),
        _ => Vec::new(),
    }
}

/// The name the server gives an output column.
pub(super) fn name_of(expr: &Expr) -> String {
    match bare(expr) {
        Expr::Identifier(ident) => folded(ident),
        Expr::CompoundIdentifier(idents) => idents.last().map(folded).unwrap_or_default(),
        Expr::Function(call) => parts(&call.name).pop().unwrap_or_default(),
        Expr::Cast { expr, .. } => name_of(expr),
        _ => "?column?".into(),
    }
}
