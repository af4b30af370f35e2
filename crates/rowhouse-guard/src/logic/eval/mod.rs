//! The value of an expression in the world made up so far.

mod comparison;
mod conversion;
mod quantified;
mod truth;

use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, CaseWhen, Expr, UnaryOperator, Value as Literal};

use super::frame::{Frame, Origin, Parameter, Val};
use super::functions::arguments;
use super::machine::{Eval, Machine, Stop};
use super::names::{bare, folded, numbered, parts};
use super::value::Value;
use truth::known;

/// The fields of a row expression; an ordinary expression is one field.
pub(super) fn fields(expr: &Expr) -> Vec<&Expr> {
    match bare(expr) {
        Expr::Tuple(fields) => fields.iter().collect(),
        Expr::Function(call) if parts(&call.name) == ["row"] => arguments(call).unwrap_or_default(),
        other => vec![other],
    }
}

impl Machine<'_, '_> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        self.pay()?;
        match expr {
            Expr::Nested(inner) => self.eval(inner, frame),
            Expr::Identifier(ident) => self.read(&[folded(ident)], frame, &expr.to_string()),
            Expr::CompoundIdentifier(idents) => {
                let names: Vec<String> = idents.iter().map(folded).collect();
                self.read(&names, frame, &expr.to_string())
            }
            Expr::Value(literal) => Ok(self.literal(&literal.value, frame)),
            Expr::Array(array) => self.array(&array.elem, frame),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, expr, frame),
            Expr::UnaryOp { op, expr: inner } => self.unary(*op, inner, expr, frame),
            Expr::Subquery(query) => self.scalar(query, frame),
            Expr::InSubquery { negated, .. } | Expr::Exists { negated, .. } => {
                self.exists(expr, *negated, frame)
            }
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(
                operand.as_deref(),
                conditions,
                else_result.as_deref(),
                frame,
            ),
            Expr::Cast { .. } | Expr::TypedString(_) | Expr::Collate { .. } => {
                self.conversion(expr, frame)
            }
            Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_) => self.truth_test(expr, frame),
            Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::Between { .. }
            | Expr::InList { .. }
            | Expr::AnyOp { .. }
            | Expr::AllOp { .. } => self.comparison(expr, frame),
            Expr::Like { .. } | Expr::ILike { .. } => self.like(expr, frame),
            _ => self.by_function(expr, frame),
        }
    }

    fn literal(&mut self, literal: &Literal, frame: &Rc<Frame>) -> Val {
        let value = match literal {
            Literal::Number(digits, _) => digits.parse().map_or_else(
                |_| Value::Unclear {
                    sql: digits.clone(),
                    mystery: false,
                },
                |number| {
                    self.cases.ints.insert(number);
                    Value::Int(number)
                },
            ),
            Literal::Boolean(value) => Value::Bool(*value),
            Literal::Null => Value::Null,
            Literal::Placeholder(name) => match numbered(name, frame) {
                Some(Parameter {
                    free: Some(place), ..
                }) => return self.read_column(*place),
                Some(parameter) => return parameter.value.clone(),
                None => Value::Unclear {
                    sql: name.clone(),
                    mystery: true,
                },
            },
            other => match other.clone().into_string() {
                Some(text) => {
                    self.cases.texts.insert(text.clone());
                    Value::Text(text)
                }
                None => Value::Unclear {
                    sql: other.to_string(),
                    mystery: false,
                },
            },
        };
        Val::constant(value)
    }

    fn array(&mut self, elements: &[Expr], frame: &Rc<Frame>) -> Eval<Val> {
        let mut all = Vec::new();
        let mut origin = Origin::CONSTANT;
        for element in elements {
            let val = self.eval(element, frame)?;
            let val = self.force(val)?;
            origin = origin.with(val.origin);
            all.push(val.value);
        }
        Ok(Val {
            value: Value::List(all),
            origin,
        })
    }

    fn unary(
        &mut self,
        op: UnaryOperator,
        inner: &Expr,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        match op {
            UnaryOperator::Not => {
                let truth = self.truth_of(inner, frame)?;
                Ok(Val::constant(known(truth.map(|truth| !truth))))
            }
            UnaryOperator::Minus => {
                let mut val = self.eval(inner, frame)?;
                match val.value {
                    Value::Int(number) => val.value = Value::Int(-number),
                    _ => return Ok(unclear(expr, &[&val])),
                }
                Ok(val)
            }
            _ => Ok(mysterious(expr)),
        }
    }

    fn binary(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        match op {
            BinaryOperator::And => self.and(left, right, frame),
            BinaryOperator::Or => self.or(left, right, frame),
            BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq => self.compare(left, op, right, expr, frame),
            _ => {
                let left = self.eval(left, frame)?;
                let right = self.eval(right, frame)?;
                self.operator(left, op, right, expr, frame)
            }
        }
    }

    /// IN or EXISTS with a sub-select.
    fn exists(&mut self, expr: &Expr, negated: bool, frame: &Rc<Frame>) -> Eval<Val> {
        let mut positive = expr.clone();
        if let Expr::InSubquery { negated, .. } | Expr::Exists { negated, .. } = &mut positive {
            *negated = false;
        }
        // Where it is not so needs no witness.
        let found = if self.choices.choose(2) == 0 {
            false
        } else if self.require(&positive, frame)? {
            true
        } else {
            return Err(Stop::Pruned);
        };
        Ok(Val::constant(Value::Bool(found != negated)))
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[CaseWhen],
        otherwise: Option<&Expr>,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        for when in conditions {
            let condition = match operand {
                Some(operand) => Expr::BinaryOp {
                    left: Box::new(operand.clone()),
                    op: BinaryOperator::Eq,
                    right: Box::new(when.condition.clone()),
                },
                None => when.condition.clone(),
            };
            if self.truth_of(&condition, frame)? == Some(true) {
                return self.eval(&when.result, frame);
            }
        }
        match otherwise {
            Some(result) => self.eval(result, frame),
            None => Ok(Val::constant(Value::Null)),
        }
    }
}

/// The value of something that was not understood.
pub(super) fn unclear(expr: &Expr, of: &[&Val]) -> Val {
    let origin = of
        .iter()
        .fold(Origin::CONSTANT, |all, val| all.with(val.origin));
    Val {
        value: Value::Unclear {
            sql: expr.to_string(),
            mystery: is_mystery(of),
        },
        origin,
    }
}

/// A value nothing is known about.
pub(super) fn mysterious(expr: &Expr) -> Val {
    Val::constant(Value::Unclear {
        sql: expr.to_string(),
        mystery: true,
    })
}

/// Whether what was not understood may have to do with whose rows they are.
pub(super) fn is_mystery(of: &[&Val]) -> bool {
    of.iter().any(|val| {
        val.origin.is_of_owner() || matches!(val.value, Value::Unclear { mystery: true, .. })
    })
}
