//! Truth in three values: AND, OR, and the tests with IS.

use std::rc::Rc;

use sqlparser::ast::Expr;

use super::mysterious;
use crate::logic::frame::{Frame, Val};
use crate::logic::machine::{Eval, Machine, Stop};
use crate::logic::value::{Class, Value};

impl Machine<'_, '_> {
    /// The truth of an expression.
    pub(in crate::logic) fn truth_of(
        &mut self,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Option<bool>> {
        let val = self.eval(expr, frame)?;
        self.truth(val)
    }

    pub(in crate::logic) fn truth(&mut self, val: Val) -> Eval<Option<bool>> {
        let val = self.force(val)?;
        match &val.value {
            Value::Null => Ok(None),
            Value::Bool(value) => Ok(Some(*value)),
            Value::Unclear { sql, mystery } => Ok(self.atom(sql, *mystery)),
            other => match other.cast(Class::Bool) {
                Ok(Some(Value::Bool(value))) => Ok(Some(value)),
                _ => Err(Stop::Raised),
            },
        }
    }

    pub(super) fn and(&mut self, left: &Expr, right: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        let left = self.truth_of(left, frame);
        if left == Ok(Some(false)) || left == Err(Stop::Pruned) {
            return left.map(|left| Val::constant(known(left)));
        }
        let right = self.truth_of(right, frame)?;
        // The server may look at the right side first.
        if right == Some(false) {
            return Ok(Val::constant(Value::Bool(false)));
        }
        Ok(Val::constant(known(and(left?, right))))
    }

    pub(super) fn or(&mut self, left: &Expr, right: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        let left = self.truth_of(left, frame);
        if left == Ok(Some(true)) || left == Err(Stop::Pruned) {
            return left.map(|left| Val::constant(known(left)));
        }
        let right = self.truth_of(right, frame)?;
        if right == Some(true) {
            return Ok(Val::constant(Value::Bool(true)));
        }
        let either = match (left?, right) {
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
        Ok(Val::constant(known(either)))
    }

    /// IS NULL, IS TRUE and the like.
    pub(super) fn truth_test(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        match expr {
            Expr::IsNull(inner) => self.is_null(inner, frame, true),
            Expr::IsNotNull(inner) => self.is_null(inner, frame, false),
            Expr::IsTrue(inner) => self.is_truth(inner, frame, &[Some(true)]),
            Expr::IsNotTrue(inner) => self.is_truth(inner, frame, &[Some(false), None]),
            Expr::IsFalse(inner) => self.is_truth(inner, frame, &[Some(false)]),
            Expr::IsNotFalse(inner) => self.is_truth(inner, frame, &[Some(true), None]),
            Expr::IsUnknown(inner) => self.is_truth(inner, frame, &[None]),
            Expr::IsNotUnknown(inner) => self.is_truth(inner, frame, &[Some(true), Some(false)]),
            _ => Ok(mysterious(expr)),
        }
    }

    fn is_null(&mut self, inner: &Expr, frame: &Rc<Frame>, wanted: bool) -> Eval<Val> {
        let val = self.eval(inner, frame)?;
        let val = self.force(val)?;
        if let Value::Unclear { sql, mystery } = &val.value {
            let words = if wanted { "IS NULL" } else { "IS NOT NULL" };
            let place = self.place(inner, frame);
            if place.is_some_and(|place| !self.is_nullable(place)) {
                return Ok(Val::constant(Value::Bool(!wanted)));
            }
            let value = Value::Unclear {
                sql: format!("{sql} {words}"),
                mystery: *mystery,
            };
            return Ok(Val {
                value,
                origin: val.origin,
            });
        }
        Ok(Val::constant(Value::Bool(
            (val.value == Value::Null) == wanted,
        )))
    }

    fn is_truth(&mut self, inner: &Expr, frame: &Rc<Frame>, wanted: &[Option<bool>]) -> Eval<Val> {
        let truth = self.truth_of(inner, frame)?;
        Ok(Val::constant(Value::Bool(wanted.contains(&truth))))
    }
}

pub(super) fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

pub(super) fn known(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}
