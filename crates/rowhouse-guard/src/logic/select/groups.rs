//! What a row of the output tells of other rows: sums over groups, and windows.

use std::rc::Rc;

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, NamedWindowExpr, Select, SelectItem, Value as Literal,
    WindowSpec, WindowType,
};

use crate::logic::frame::Frame;
use crate::logic::functions::arguments;
use crate::logic::machine::{Eval, Machine};
use crate::logic::names::{bare, folded};
use crate::logic::run::Place;

impl Machine<'_, '_> {
    /// What HAVING says of the columns that are grouped by holds for every row of a group.
    pub(super) fn having(&mut self, select: &Select, frame: &Rc<Frame>) -> Eval<bool> {
        let mut open: Vec<&Expr> = select.having.iter().collect();
        while let Some(condition) = open.pop() {
            let Expr::BinaryOp { left, op, right } = bare(condition) else {
                continue;
            };
            let is_plain = self
                .place(left, frame)
                .or(self.place(right, frame))
                .is_some();
            match op {
                BinaryOperator::And => open.extend([&**left, &**right]),
                BinaryOperator::Eq if is_plain && !self.require(condition, frame)? => {
                    return Ok(false);
                }
                _ => {}
            }
        }
        Ok(true)
    }

    /// Takes one of the sets that ROLLUP, CUBE or GROUPING SETS group by; the columns that are not in it are null, so that
    /// nothing outside the query tells whose the rows are that were summed up.
    pub(super) fn sum_up(
        &mut self,
        select: &Select,
        frame: &Rc<Frame>,
        columns: &mut [(String, Rc<Expr>)],
    ) {
        let GroupByExpr::Expressions(all, _) = &select.group_by else {
            return;
        };
        for expr in all {
            let (among, sets): (Vec<&Expr>, Vec<Vec<&Expr>>) = match expr {
                Expr::Rollup(parts) => {
                    let levels = (0..=parts.len()).map(|level| parts[..level].iter().flatten());
                    let levels = levels.map(Iterator::collect).collect();
                    (parts.iter().flatten().collect(), levels)
                }
                // Of all combinations, those that leave out the most say the most.
                Expr::Cube(parts) => {
                    let mut sets: Vec<Vec<&Expr>> =
                        parts.iter().map(|part| part.iter().collect()).collect();
                    sets.push(Vec::new());
                    sets.push(parts.iter().flatten().collect());
                    (parts.iter().flatten().collect(), sets)
                }
                Expr::GroupingSets(sets) => {
                    let sets: Vec<Vec<&Expr>> =
                        sets.iter().map(|set| set.iter().collect()).collect();
                    (sets.concat(), sets)
                }
                _ => continue,
            };
            if sets.is_empty() {
                continue;
            }
            let kept = &sets[self.choices.choose(sets.len())];
            let places = |all: &[&Expr]| -> Vec<Place> {
                all.iter()
                    .filter_map(|expr| self.place(expr, frame))
                    .collect()
            };
            let (among, kept) = (places(&among), places(kept));
            for (_, column) in columns.iter_mut() {
                let place = self.place(column, frame);
                if place.is_some_and(|place| among.contains(&place) && !kept.contains(&place)) {
                    *column = Rc::new(Expr::Value(Literal::Null.into()));
                }
            }
        }
    }

    /// Whether a window spans rows of several tenants, of which one row's rank or running total tells.
    pub(super) fn looks_beyond(&self, select: &Select, frame: &Rc<Frame>) -> bool {
        let mut windows = Vec::new();
        for item in &select.projection {
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                windows_in(expr, &mut windows);
            }
        }
        windows.into_iter().any(|window| {
            let parts = partition(window, select);
            !parts.iter().any(|expr| {
                let place = self.place(expr, frame);
                place.is_some_and(|place| self.keeps_apart(place))
            })
        })
    }

    /// Whether rows that agree in a column belong to one tenant: it says whose they are, or names one row of a tenant.
    fn keeps_apart(&self, place: Place) -> bool {
        let (row, column) = place;
        let relation = self.catalog().relation_by_oid(self.run.rows[row].relation);
        self.says_whose(place)
            || relation.is_some_and(|table| {
                let keys = table.primary_key.iter().chain(&table.unique);
                let references = table.foreign_keys.iter().any(|key| {
                    key.columns.contains(&column) && self.owner_of(key.referenced).is_some()
                });
                references || keys.into_iter().any(|key| key.columns == [column])
            })
    }
}

/// The windows that an expression looks through.
fn windows_in<'e>(expr: &'e Expr, found: &mut Vec<&'e WindowType>) {
    match bare(expr) {
        Expr::Function(call) => {
            found.extend(&call.over);
            for argument in arguments(call).unwrap_or_default() {
                windows_in(argument, found);
            }
        }
        Expr::Cast { expr, .. } | Expr::UnaryOp { expr, .. } => windows_in(expr, found),
        Expr::BinaryOp { left, right, .. } => {
            windows_in(left, found);
            windows_in(right, found);
        }
        Expr::Case {
            conditions,
            else_result,
            ..
        } => {
            for when in conditions {
                windows_in(&when.condition, found);
                windows_in(&when.result, found);
            }
            if let Some(result) = else_result {
                windows_in(result, found);
            }
        }
        _ => {}
    }
}

/// What a window is partitioned by, its own words and those of the window it is based on.
fn partition<'s>(window: &'s WindowType, select: &'s Select) -> Vec<&'s Expr> {
    let mut found: Vec<&Expr> = Vec::new();
    let mut take = |spec: &'s WindowSpec| {
        found.extend(&spec.partition_by);
        spec.window_name.as_ref()
    };
    let mut next = match window {
        WindowType::WindowSpec(spec) => take(spec),
        WindowType::NamedWindow(name) => Some(name),
    };
    // Names do not go round in circles, but who knows.
    for _ in 0..=select.named_window.len() {
        let Some(name) = next else {
            break;
        };
        let mut defined = select.named_window.iter();
        let defined = defined.find(|defined| folded(&defined.0) == folded(name));
        next = match defined.map(|defined| &defined.1) {
            Some(NamedWindowExpr::WindowSpec(spec)) => take(spec),
            Some(NamedWindowExpr::NamedWindow(name)) => Some(name),
            None => None,
        };
    }
    found
}
