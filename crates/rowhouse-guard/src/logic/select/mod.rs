//! A row of a query's output: its tables' rows are made up so that its conditions hold.

mod columns;
mod from;
mod function;
mod groups;
mod join;
mod relation;
mod with;

use std::rc::Rc;

use sqlparser::ast::{Expr, Query, Select, SelectItem, SetExpr, SetOperator};

use super::frame::{Frame, Val};
use super::machine::{Eval, Machine, Stop};
use super::value::Value;
use columns::{name_of, names_of};
pub(super) use with::{with_tables, written};

/// Nothing nests deeper than this: the server would run out of stack.
pub(super) const DEPTH_LIMIT: usize = 24;

/// The output columns of a row, each an expression in the frame beside.
pub(super) type Output = (Vec<(String, Rc<Expr>)>, Rc<Frame>);

impl Machine<'_, '_> {
    /// One row of the query's output, if there is one in some world this run is on the way to.
    pub(super) fn witness(&mut self, query: &Query, frame: &Rc<Frame>) -> Eval<Option<Output>> {
        if frame.depth > DEPTH_LIMIT {
            return Err(Stop::Raised);
        }
        self.pay()?;
        self.witness_of(&query.body, with_tables(query, frame.inner()))
    }

    fn witness_of(&mut self, body: &SetExpr, frame: Frame) -> Eval<Option<Output>> {
        match body {
            SetExpr::Select(select) => self.select(select, frame),
            SetExpr::Query(query) => self.witness(query, &Rc::new(frame)),
            SetExpr::SetOperation {
                left, op, right, ..
            } => match op {
                SetOperator::Union if self.choices.choose(2) == 1 => {
                    // The names are those of the left side.
                    let found = self.witness_of(right, frame)?;
                    Ok(found.map(|(mut columns, inner)| {
                        for ((name, _), known) in columns.iter_mut().zip(names_of(left)) {
                            *name = known;
                        }
                        (columns, inner)
                    }))
                }
                SetOperator::Intersect => {
                    let Some(first) = self.witness_of(left, frame.clone())? else {
                        return Ok(None);
                    };
                    let Some(second) = self.witness_of(right, frame)? else {
                        return Ok(None);
                    };
                    let same = self.require_same_output(&first, &second)?;
                    Ok(same.then_some(first))
                }
                _ => self.witness_of(left, frame),
            },
            SetExpr::Values(values) if !values.rows.is_empty() => {
                let row = &values.rows[self.choices.choose(values.rows.len())];
                let columns = row.iter().enumerate();
                let columns =
                    columns.map(|(at, expr)| (format!("column{}", at + 1), Rc::new(expr.clone())));
                Ok(Some((columns.collect(), Rc::new(frame))))
            }
            _ => Ok(None),
        }
    }

    /// The same for a query in FROM, whose output is filtered outside of it.
    pub(super) fn witness_inside(
        &mut self,
        query: &Query,
        frame: &Rc<Frame>,
    ) -> Eval<Option<Output>> {
        self.inside = true;
        let found = self.witness(query, frame);
        self.inside = false;
        found
    }

    fn select(&mut self, select: &Select, frame: Frame) -> Eval<Option<Output>> {
        let inside = std::mem::take(&mut self.inside);
        let Some(rows) = self.rows(select, frame.clone())? else {
            return Ok(None);
        };
        if !self.having(select, &rows)? {
            return Ok(None);
        }
        let mut columns = self.output_columns(select, &rows);
        if inside {
            self.sum_up(select, &rows, &mut columns);
            // A filter outside does not hold for the other rows a window spans.
            if self.looks_beyond(select, &rows) && self.rows(select, frame)?.is_none() {
                return Ok(None);
            }
        }
        Ok(Some((columns, rows)))
    }

    /// A row of each table of a query, such that its conditions hold.
    fn rows(&mut self, select: &Select, mut frame: Frame) -> Eval<Option<Rc<Frame>>> {
        for table in &select.from {
            if !self.add_tables(table, &mut frame)? {
                return Ok(None);
            }
        }
        let frame = Rc::new(frame);
        if let Some(condition) = &select.selection {
            let was = std::mem::replace(&mut self.in_condition, true);
            let holds = self.require(condition, &frame);
            self.in_condition = was;
            if !holds? {
                return Ok(None);
            }
        }
        Ok(Some(frame))
    }

    /// The value of a sub-select in an expression.
    pub(super) fn scalar(&mut self, query: &Query, frame: &Rc<Frame>) -> Eval<Val> {
        let has_tables = match query.body.as_ref() {
            SetExpr::Select(select) => !select.from.is_empty(),
            _ => true,
        };
        if has_tables && self.choices.choose(2) == 1 {
            let counts = match query.body.as_ref() {
                SetExpr::Select(select) => select.projection.first().is_some_and(|item| {
                    matches!(item, SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }
                        if name_of(expr) == "count")
                }),
                _ => false,
            };
            let value = if counts { Value::Int(0) } else { Value::Null };
            return Ok(Val::constant(value));
        }
        match self.witness(query, frame)? {
            Some((columns, inner)) => match columns.first() {
                Some((_, expr)) => self.eval(expr, &inner),
                None => Ok(Val::constant(Value::Null)),
            },
            None if has_tables => Err(Stop::Pruned),
            None => Ok(Val::constant(Value::Null)),
        }
    }
}
