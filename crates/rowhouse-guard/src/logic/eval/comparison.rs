//! Comparisons of two values.

use std::cmp::Ordering;
use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, Expr};

use super::truth::{and, known};
use super::{fields, is_mystery, mysterious, unclear};
use crate::logic::frame::{Frame, Origin, Val};
use crate::logic::machine::{Eval, Machine, Stop};
use crate::logic::value::Value;

impl Machine<'_, '_> {
    /// A comparison that is not a plain operator.
    pub(super) fn comparison(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        match expr {
            Expr::IsDistinctFrom(left, right) => self.distinct(left, right, frame, expr, true),
            Expr::IsNotDistinctFrom(left, right) => self.distinct(left, right, frame, expr, false),
            Expr::Between {
                expr: inner,
                negated,
                low,
                high,
            } => {
                let low = self.binary(inner, &BinaryOperator::GtEq, low, expr, frame)?;
                let high = self.binary(inner, &BinaryOperator::LtEq, high, expr, frame)?;
                let both = and(self.truth(low)?, self.truth(high)?);
                Ok(Val::constant(known(both.map(|both| both != *negated))))
            }
            Expr::InList {
                expr: left,
                list,
                negated,
            } => {
                let found = self.any_equal(left, list, frame)?;
                Ok(Val::constant(known(found.map(|found| found != *negated))))
            }
            Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => self.any(left, compare_op, right, frame, expr),
            Expr::AllOp {
                left,
                compare_op,
                right,
            } => self.each(left, compare_op, right, frame, expr, false),
            _ => Ok(mysterious(expr)),
        }
    }

    /// One of the six comparison operators, rows field by field.
    pub(super) fn compare(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let (lefts, rights) = (fields(left), fields(right));
        if lefts.len() > 1 && lefts.len() == rights.len() && *op == BinaryOperator::Eq {
            let mut all = Some(true);
            for (left, right) in lefts.into_iter().zip(rights) {
                let equal = self.compare(left, op, right, expr, frame)?;
                all = and(all, self.truth(equal)?);
            }
            return Ok(Val::constant(known(all)));
        }
        let left = self.eval(left, frame)?;
        let right = self.eval(right, frame)?;
        let (left, right) = (self.force(left)?, self.force(right)?);
        let compared = compare(&left, op, &right, expr);
        let is_equal = match op {
            BinaryOperator::Eq => compared.value == Value::Bool(true),
            BinaryOperator::NotEq => compared.value == Value::Bool(false),
            _ => false,
        };
        if is_equal {
            self.note_equal(left.origin, right.origin);
        }
        Ok(compared)
    }

    fn distinct(
        &mut self,
        left: &Expr,
        right: &Expr,
        frame: &Rc<Frame>,
        expr: &Expr,
        distinct: bool,
    ) -> Eval<Val> {
        let left = self.eval(left, frame)?;
        let right = self.eval(right, frame)?;
        let (left, right) = (self.force(left)?, self.force(right)?);
        let equal = match (&left.value, &right.value) {
            (Value::Null, Value::Null) => true,
            (Value::Null, other) | (other, Value::Null)
                if !matches!(other, Value::Unclear { .. }) =>
            {
                false
            }
            (a, b) => match a.compare(b) {
                Some(order) => order.is_eq(),
                None => return Ok(unclear(expr, &[&left, &right])),
            },
        };
        if equal && left.value != Value::Null {
            self.note_equal(left.origin, right.origin);
        }
        Ok(Val::constant(Value::Bool(equal != distinct)))
    }

    /// Remembers what equality ties together.
    pub(in crate::logic) fn note_equal(&mut self, left: Origin, right: Origin) {
        match (left.place, right.place) {
            (Some(left), Some(right)) => self.run.links.push((left, right)),
            (Some(place), None) if right.is_of_session_only() => {
                self.run.of_session.insert(place);
            }
            (None, Some(place)) if left.is_of_session_only() => {
                self.run.of_session.insert(place);
            }
            _ => {}
        }
    }

    /// Equality of two values.
    pub(in crate::logic) fn equal(&mut self, left: Val, right: Val, sql: &str) -> Eval<Val> {
        let (left, right) = (self.force(left)?, self.force(right)?);
        if left.value == Value::Null || right.value == Value::Null {
            return Ok(Val::constant(Value::Null));
        }
        let origin = left.origin.with(right.origin);
        let value = match left.value.compare(&right.value) {
            Some(order) => Value::Bool(order == Ordering::Equal),
            None if is_unclear(&left) || is_unclear(&right) => Value::Unclear {
                sql: sql.to_owned(),
                mystery: is_mystery(&[&left, &right]),
            },
            None => return Err(Stop::Raised),
        };
        Ok(Val { value, origin })
    }
}

pub(super) fn compare(left: &Val, op: &BinaryOperator, right: &Val, expr: &Expr) -> Val {
    if left.value == Value::Null || right.value == Value::Null {
        return Val::constant(Value::Null);
    }
    let origin = left.origin.with(right.origin);
    let Some(order) = left.value.compare(&right.value) else {
        return unclear(expr, &[left, right]);
    };
    let value = match op {
        BinaryOperator::Eq => order.is_eq(),
        BinaryOperator::NotEq => order.is_ne(),
        BinaryOperator::Lt => order.is_lt(),
        BinaryOperator::LtEq => order.is_le(),
        BinaryOperator::Gt => order.is_gt(),
        _ => order.is_ge(),
    };
    Val {
        value: Value::Bool(value),
        origin,
    }
}

fn is_unclear(val: &Val) -> bool {
    matches!(
        val.value,
        Value::Unclear { .. }
            | Value::Json(_)
            | Value::Object(_)
            | Value::List(_)
            | Value::Document(_)
    )
}
