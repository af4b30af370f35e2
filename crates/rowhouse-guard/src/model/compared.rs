//! Which columns of a table a policy holds against the session.

use rowhouse_catalog::Relation;
use sqlparser::ast::{BinaryOperator, Expr, Ident, SetExpr};

use crate::logic::expression;

use super::columns::tenant_word;

/// The table's columns that a condition compares for equality with something that `carries` the tenant, as text.
pub(super) fn compared_columns(
    relation: &Relation,
    condition: &str,
    carries: &dyn Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(expr) = expression(condition) {
        let walk = Walk { relation, carries };
        walk.condition(&expr, &mut found);
    }
    found
}

struct Walk<'w> {
    relation: &'w Relation,
    carries: &'w dyn Fn(&str) -> bool,
}

impl Walk<'_> {
    fn condition(&self, expr: &Expr, found: &mut Vec<String>) {
        match expr {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            }
            | Expr::IsNotDistinctFrom(left, right)
            | Expr::AnyOp { left, right, .. } => {
                self.pair(left, right, found);
                self.pair(right, left, found);
            }
            Expr::BinaryOp { left, right, .. } => {
                self.condition(left, found);
                self.condition(right, found);
            }
            Expr::InList { expr, list, .. } => {
                for item in list {
                    self.pair(expr, item, found);
                    self.pair(item, expr, found);
                }
            }
            Expr::InSubquery { expr, subquery, .. } => {
                if let Some(column) = self.column(expr)
                    && (self.carries)(&subquery.to_string())
                {
                    found.push(column);
                }
            }
            Expr::Exists { subquery, .. } => {
                if (self.carries)(&subquery.to_string())
                    && let SetExpr::Select(select) = subquery.body.as_ref()
                    && let Some(selection) = &select.selection
                {
                    self.correlation(selection, found);
                }
            }
            Expr::Case {
                conditions,
                else_result,
                ..
            } => {
                for when in conditions {
                    self.condition(&when.condition, found);
                    self.condition(&when.result, found);
                }
                if let Some(otherwise) = else_result {
                    self.condition(otherwise, found);
                }
            }
            Expr::Nested(inner)
            | Expr::UnaryOp { expr: inner, .. }
            | Expr::IsTrue(inner)
            | Expr::IsNotFalse(inner) => self.condition(inner, found),
            _ => {}
        }
    }

    fn pair(&self, column: &Expr, other: &Expr, found: &mut Vec<String>) {
        if let Some(column) = self.column(column)
            && (self.carries)(&other.to_string())
        {
            found.push(column);
        }
    }

    /// In a look-up of who belongs to which tenant: the table's own column, if it is named after tenants.
    fn correlation(&self, expr: &Expr, found: &mut Vec<String>) {
        match expr {
            Expr::Nested(inner) => self.correlation(inner, found),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
                self.correlation(left, found);
                self.correlation(right, found);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => {
                let sides = [left, right].into_iter();
                let own = sides.filter_map(|side| match bare(side) {
                    Expr::CompoundIdentifier(names) => self.own(names),
                    _ => None,
                });
                found.extend(own.filter(|name| tenant_word(name).is_some()));
            }
            _ => {}
        }
    }

    fn column(&self, expr: &Expr) -> Option<String> {
        let name = match bare(expr) {
            Expr::Identifier(name) => folded(name),
            Expr::CompoundIdentifier(names) => return self.own(names),
            _ => return None,
        };
        self.relation
            .column(&name)
            .map(|column| column.name.clone())
    }

    fn own(&self, names: &[Ident]) -> Option<String> {
        let [.., table, column] = names else {
            return None;
        };
        let column = self.relation.column(&folded(column))?;
        (folded(table) == self.relation.name).then(|| column.name.clone())
    }
}

/// An expression without the parentheses and casts around it.
fn bare(mut expr: &Expr) -> &Expr {
    while let Expr::Nested(inner) | Expr::Cast { expr: inner, .. } = expr {
        expr = inner;
    }
    expr
}

fn folded(name: &Ident) -> String {
    if name.quote_style.is_some() {
        name.value.clone()
    } else {
        name.value.to_lowercase()
    }
}
