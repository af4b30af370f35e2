//! Which columns of a table a policy holds against the session.

use rowhouse_catalog::Relation;
use sqlparser::ast::{BinaryOperator, Expr, Ident, Select, SelectItem, SetExpr, TableFactor};

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

/// The column of a table, the relation as it is written and its column that a condition looks the row up by:
/// `EXISTS (SELECT … FROM documents d WHERE d.id = blocks.document_id)` or `document_id IN (SELECT id FROM documents)`.
pub(super) fn looked_up(relation: &Relation, condition: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    if let Some(expr) = expression(condition) {
        let walk = Walk {
            relation,
            carries: &|_| false,
        };
        walk.look_ups(&expr, &mut found);
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

    fn look_ups(&self, expr: &Expr, found: &mut Vec<(String, String, String)>) {
        match expr {
            // What shows a row where no foreign parent is found says as much about whose it is.
            Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } => {
                self.look_ups(inner, found);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And | BinaryOperator::Or,
                right,
            } => {
                self.look_ups(left, found);
                self.look_ups(right, found);
            }
            Expr::InSubquery { expr, subquery, .. } => {
                if let Some(column) = self.column(expr)
                    && let SetExpr::Select(select) = subquery.body.as_ref()
                    && let [SelectItem::UnnamedExpr(key)] = &select.projection[..]
                    && let Some((table, _)) = only_table(select)
                    && let Some(key) = last_name(key)
                {
                    found.push((column, table, key));
                }
            }
            Expr::Exists { subquery, .. } => {
                if let SetExpr::Select(select) = subquery.body.as_ref()
                    && let Some((table, alias)) = only_table(select)
                    && let Some(selection) = &select.selection
                {
                    self.equalities(selection, &(table, alias), found);
                }
            }
            _ => {}
        }
    }

    fn equalities(
        &self,
        expr: &Expr,
        parent: &(String, String),
        found: &mut Vec<(String, String, String)>,
    ) {
        match expr {
            Expr::Nested(inner) => self.equalities(inner, parent, found),
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
                self.equalities(left, parent, found);
                self.equalities(right, parent, found);
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => {
                for (own, other) in [(left, right), (right, left)] {
                    if let Expr::CompoundIdentifier(own) = bare(own)
                        && let Some(own) = self.own(own)
                        && let Expr::CompoundIdentifier(names) = bare(other)
                        && let [.., table, key] = &names[..]
                        && folded(table) == parent.1
                    {
                        found.push((own, parent.0.clone(), folded(key)));
                    }
                }
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

/// The one table a sub-select reads, and what it is called there.
fn only_table(select: &Select) -> Option<(String, String)> {
    let [from] = &select.from[..] else {
        return None;
    };
    let TableFactor::Table { name, alias, .. } = &from.relation else {
        return None;
    };
    let table = folded(name.0.last()?.as_ident()?);
    let alias = alias.as_ref().map(|alias| folded(&alias.name));
    from.joins
        .is_empty()
        .then(|| (table.clone(), alias.unwrap_or(table)))
}

fn last_name(expr: &Expr) -> Option<String> {
    match bare(expr) {
        Expr::Identifier(name) => Some(folded(name)),
        Expr::CompoundIdentifier(names) => names.last().map(folded),
        _ => None,
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
