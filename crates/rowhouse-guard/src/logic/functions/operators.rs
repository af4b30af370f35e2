//! Operators other than comparisons.

use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, Expr};

use crate::logic::computed::arithmetic;
use crate::logic::eval::{mysterious, unclear};
use crate::logic::frame::{Frame, Val};
use crate::logic::machine::{Eval, Machine, Stop};
use crate::logic::value::Value;

impl Machine<'_, '_> {
    /// An operator other than a comparison.
    pub(in crate::logic) fn operator(
        &mut self,
        left: Val,
        op: &BinaryOperator,
        right: Val,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let (left, right) = (self.force(left)?, self.force(right)?);
        if let BinaryOperator::PGCustomBinaryOperator(name) = op {
            return self.custom_operator(name, left, right, expr, frame);
        }
        if left.value == Value::Null || right.value == Value::Null {
            return Ok(Val::constant(Value::Null));
        }
        match op {
            BinaryOperator::Arrow
            | BinaryOperator::LongArrow
            | BinaryOperator::HashArrow
            | BinaryOperator::HashLongArrow
            | BinaryOperator::Question => self.json_operator(&left, op, &right, expr),
            BinaryOperator::PGLikeMatch
            | BinaryOperator::PGNotLikeMatch
            | BinaryOperator::PGILikeMatch
            | BinaryOperator::PGNotILikeMatch => {
                let negated = matches!(
                    op,
                    BinaryOperator::PGNotLikeMatch | BinaryOperator::PGNotILikeMatch
                );
                let folds = matches!(
                    op,
                    BinaryOperator::PGILikeMatch | BinaryOperator::PGNotILikeMatch
                );
                let origin = left.origin.with(right.origin);
                Ok(self.matches(&left.value, &right.value, negated, folds, origin, expr))
            }
            BinaryOperator::PGStartsWith => Ok(self.starts_with(&left, &right, expr)),
            BinaryOperator::StringConcat => Ok(self.concatenate(left, right, expr)),
            _ => self.arithmetic(left, op, right, expr),
        }
    }

    fn concatenate(&mut self, left: Val, right: Val, expr: &Expr) -> Val {
        let origin = left.origin.with(right.origin);
        let value = match (&left.value, left.value.text(), right.value.text()) {
            (Value::Document(leaf), ..) => {
                Value::Document(leaf.at(format!("|| {}", right.value.describe())))
            }
            (_, Some(left), Some(right)) => Value::Text(left + &right),
            _ => return unclear(expr, &[&Val { origin, ..left }]),
        };
        if origin.is_of_session_only() {
            self.remember(&[left, right], &value);
        }
        Val { value, origin }
    }

    fn arithmetic(&mut self, left: Val, op: &BinaryOperator, right: Val, expr: &Expr) -> Eval<Val> {
        let (Value::Int(a), Value::Int(b)) = (&left.value, &right.value) else {
            return Ok(unclear(expr, &[&left, &right]));
        };
        self.cases.near = true;
        let Some(result) = arithmetic(*a, op, *b) else {
            return Ok(unclear(expr, &[]));
        };
        let value = Value::Int(result.map_err(|()| Stop::Raised)?);
        let origin = left.origin.with(right.origin);
        let keeps_apart = matches!(op, BinaryOperator::Plus | BinaryOperator::Minus);
        if origin.is_of_session_only() && keeps_apart {
            self.remember(&[left, right], &value);
        }
        Ok(Val { value, origin })
    }

    fn custom_operator(
        &mut self,
        name: &[String],
        left: Val,
        right: Val,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let catalog = self.catalog();
        let found = match name {
            [schema, name] => {
                let (schema, name) = (schema.trim_matches('"'), name.trim_matches('"'));
                let mut operators = catalog.operators.iter();
                operators.find(|operator| operator.schema == schema && operator.name == name)
            }
            _ => None,
        };
        if let Some(function) = found.and_then(|found| catalog.function_by_oid(found.function)) {
            if function.name == "citexteq" || function.name == "citext_eq" {
                self.cases.near = true;
                let fold = |val: Val| Val {
                    value: val.value.text().map_or(val.value, Value::Folded),
                    origin: val.origin,
                };
                return self.equal(fold(left), fold(right), &expr.to_string());
            }
            return self.inline(function, vec![left, right], expr, frame);
        }
        Ok(mysterious(expr))
    }
}
