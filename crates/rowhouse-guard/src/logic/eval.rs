//! The value of an expression in the world made up so far.

use std::cmp::Ordering;
use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, CaseWhen, CastKind, Expr, UnaryOperator, Value as Literal};

use super::frame::{Frame, Origin, Parameter, Val};
use super::machine::{Eval, Machine, Stop};
use super::names::{bare, folded, numbered, parts};
use super::value::{Class, Value};

/// The fields of a row expression; an ordinary expression is one field.
pub(super) fn fields(expr: &Expr) -> Vec<&Expr> {
    match bare(expr) {
        Expr::Tuple(fields) => fields.iter().collect(),
        Expr::Function(call) if parts(&call.name) == ["row"] => {
            super::functions::arguments(call).unwrap_or_default()
        }
        other => vec![other],
    }
}

fn known(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
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
            Expr::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr: inner,
                data_type,
                ..
            } => {
                let val = self.eval(inner, frame)?;
                self.cast(val, &data_type.to_string(), expr)
            }
            Expr::TypedString(typed) => {
                let val = self.literal(&typed.value.value, frame);
                self.cast(val, &typed.data_type.to_string(), expr)
            }
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, expr, frame),
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: inner,
            } => {
                let truth = self.truth_of(inner, frame)?;
                Ok(Val::constant(known(truth.map(|truth| !truth))))
            }
            Expr::UnaryOp {
                op: UnaryOperator::Minus,
                expr: inner,
            } => {
                let mut val = self.eval(inner, frame)?;
                match val.value {
                    Value::Int(number) => val.value = Value::Int(-number),
                    _ => return Ok(unclear(expr, &[&val])),
                }
                Ok(val)
            }
            Expr::IsNull(inner) => self.is_null(inner, frame, true),
            Expr::IsNotNull(inner) => self.is_null(inner, frame, false),
            Expr::IsTrue(inner) => self.is_truth(inner, frame, &[Some(true)]),
            Expr::IsNotTrue(inner) => self.is_truth(inner, frame, &[Some(false), None]),
            Expr::IsFalse(inner) => self.is_truth(inner, frame, &[Some(false)]),
            Expr::IsNotFalse(inner) => self.is_truth(inner, frame, &[Some(true), None]),
            Expr::IsUnknown(inner) => self.is_truth(inner, frame, &[None]),
            Expr::IsNotUnknown(inner) => self.is_truth(inner, frame, &[Some(true), Some(false)]),
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
            } => self.all(left, compare_op, right, frame, expr),
            Expr::InSubquery { negated, .. } | Expr::Exists { negated, .. } => {
                let mut positive = expr.clone();
                if let Expr::InSubquery { negated, .. } | Expr::Exists { negated, .. } =
                    &mut positive
                {
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
                Ok(Val::constant(Value::Bool(found != *negated)))
            }
            Expr::Subquery(query) => self.scalar(query, frame),
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
            Expr::Array(array) => {
                let mut all = Vec::new();
                let mut origin = Origin::CONSTANT;
                for element in &array.elem {
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
            Expr::Collate { expr, collation } => {
                let val = self.eval(expr, frame)?;
                let mut val = self.force(val)?;
                let name = parts(collation);
                let folds = self
                    .catalog()
                    .collations
                    .iter()
                    .any(|known| !known.deterministic && Some(&known.name) == name.last());
                if let (true, Value::Text(text)) = (folds, &val.value) {
                    self.cases.near = true;
                    val.value = Value::Folded(text.clone());
                }
                Ok(val)
            }
            Expr::Like {
                negated,
                expr: text,
                pattern,
                ..
            } => self.like(text, pattern, *negated, false, frame, expr),
            Expr::ILike {
                negated,
                expr: text,
                pattern,
                ..
            } => self.like(text, pattern, *negated, true, frame, expr),
            _ => self.by_function(expr, frame),
        }
    }

    /// The truth of an expression.
    pub(super) fn truth_of(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<Option<bool>> {
        let val = self.eval(expr, frame)?;
        self.truth(val)
    }

    pub(super) fn truth(&mut self, val: Val) -> Eval<Option<bool>> {
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

    /// A value as another type, lengths considered.
    pub(super) fn cast(&mut self, val: Val, to: &str, expr: &Expr) -> Eval<Val> {
        let class = Class::of_name(self.catalog(), to);
        self.cases.classes.insert(class);
        if class == Class::Text && !to.contains('(') && matches!(val.value, Value::Leaf { .. }) {
            return Ok(val);
        }
        let val = self.force(val)?;
        if let Value::Unclear { sql, mystery } = val.value {
            let sql = format!("({sql})::{to}");
            return Ok(Val {
                value: Value::Unclear { sql, mystery },
                origin: val.origin,
            });
        }
        let Some(mut value) = val.value.cast(class).map_err(|_| Stop::Raised)? else {
            return Ok(unclear(expr, &[&val]));
        };
        if matches!(class, Class::Folded | Class::Padded) {
            self.cases.near = true;
        }
        if let (Class::Text | Class::Padded, Some(length)) = (class, length(to)) {
            self.cases.near = true;
            if let Value::Text(text) | Value::Padded(text) = &mut value {
                *text = text.chars().take(length).collect();
            }
        }
        let keeps = length(to).is_none() && matches!(class, Class::Text | Class::Uuid | Class::Int);
        let place = val.origin.place.filter(|_| keeps);
        Ok(Val {
            value,
            origin: Origin {
                place,
                ..val.origin
            },
        })
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
            BinaryOperator::And => {
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
            BinaryOperator::Or => {
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
            BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq => {
                let (lefts, rights) = (fields(left), fields(right));
                if lefts.len() > 1 && lefts.len() == rights.len() && *op == BinaryOperator::Eq {
                    let mut all = Some(true);
                    for (left, right) in lefts.into_iter().zip(rights) {
                        let equal = self.binary(left, op, right, expr, frame)?;
                        all = and(all, self.truth(equal)?);
                    }
                    return Ok(Val::constant(known(all)));
                }
                let left = self.eval(left, frame)?;
                let right = self.eval(right, frame)?;
                let (left, right) = (self.force(left)?, self.force(right)?);
                let compared = self.compare(&left, op, &right, expr)?;
                if *op == BinaryOperator::Eq && compared.value == Value::Bool(true) {
                    self.note_equal(left.origin, right.origin);
                }
                Ok(compared)
            }
            _ => {
                let left = self.eval(left, frame)?;
                let right = self.eval(right, frame)?;
                self.operator(left, op, right, expr, frame)
            }
        }
    }

    /// Remembers what equality ties together.
    pub(super) fn note_equal(&mut self, left: Origin, right: Origin) {
        match (left.place, right.place) {
            (Some(left), Some(right)) => self.run.links.push((left, right)),
            (Some((row, _)), None) if right.is_of_session_only() => {
                self.run.of_session.insert(row);
            }
            (None, Some((row, _))) if left.is_of_session_only() => {
                self.run.of_session.insert(row);
            }
            _ => {}
        }
    }

    /// Equality of two values.
    pub(super) fn equal(&mut self, left: Val, right: Val, sql: &str) -> Eval<Val> {
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

    fn compare(&mut self, left: &Val, op: &BinaryOperator, right: &Val, expr: &Expr) -> Eval<Val> {
        if left.value == Value::Null || right.value == Value::Null {
            return Ok(Val::constant(Value::Null));
        }
        let origin = left.origin.with(right.origin);
        let Some(order) = left.value.compare(&right.value) else {
            return Ok(unclear(expr, &[left, right]));
        };
        let value = match op {
            BinaryOperator::Eq => order.is_eq(),
            BinaryOperator::NotEq => order.is_ne(),
            BinaryOperator::Lt => order.is_lt(),
            BinaryOperator::LtEq => order.is_le(),
            BinaryOperator::Gt => order.is_gt(),
            _ => order.is_ge(),
        };
        Ok(Val {
            value: Value::Bool(value),
            origin,
        })
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
        Ok(Val::constant(Value::Bool(equal != distinct)))
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

    fn any_equal(&mut self, left: &Expr, list: &[Expr], frame: &Rc<Frame>) -> Eval<Option<bool>> {
        let mut found = Some(false);
        for element in list {
            let equal = Expr::BinaryOp {
                left: Box::new(left.clone()),
                op: BinaryOperator::Eq,
                right: Box::new(element.clone()),
            };
            match self.truth_of(&equal, frame)? {
                Some(true) => return Ok(Some(true)),
                None => found = None,
                Some(false) => {}
            }
        }
        Ok(found)
    }

    fn any(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        frame: &Rc<Frame>,
        expr: &Expr,
    ) -> Eval<Val> {
        if let (Expr::Subquery(query), BinaryOperator::Eq) = (bare(right), op) {
            let among = Expr::InSubquery {
                expr: Box::new(left.clone()),
                subquery: query.clone(),
                negated: false,
            };
            return self.eval(&among, frame);
        }
        self.each(left, op, right, frame, expr, true)
    }

    fn all(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        frame: &Rc<Frame>,
        expr: &Expr,
    ) -> Eval<Val> {
        self.each(left, op, right, frame, expr, false)
    }

    /// A comparison with each element of an array: true as soon as one decides it.
    fn each(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        frame: &Rc<Frame>,
        expr: &Expr,
        decides: bool,
    ) -> Eval<Val> {
        let list = self.eval(right, frame)?;
        let list = self.force(list)?;
        let left = self.eval(left, frame)?;
        let left = self.force(left)?;
        let elements = match &list.value {
            Value::List(elements) => elements.clone(),
            Value::Null => return Ok(Val::constant(Value::Null)),
            _ => return Ok(unclear(expr, &[&left, &list])),
        };
        let mut result = Some(!decides);
        for element in elements {
            let element = Val {
                value: element,
                origin: list.origin,
            };
            let compared = self.compare(&left, op, &element, expr)?;
            match self.truth(compared)? {
                Some(truth) if truth == decides => {
                    return Ok(Val::constant(Value::Bool(decides)));
                }
                None => result = None,
                Some(_) => {}
            }
        }
        Ok(Val::constant(known(result)))
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

/// Whether what was not understood may have to do with whose rows they are.
pub(super) fn is_mystery(of: &[&Val]) -> bool {
    of.iter().any(|val| {
        val.origin.is_of_owner() || matches!(val.value, Value::Unclear { mystery: true, .. })
    })
}

fn is_unclear(val: &Val) -> bool {
    matches!(
        val.value,
        Value::Unclear { .. } | Value::Json(_) | Value::List(_) | Value::Document(_)
    )
}

fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// The length in a type such as `character varying(8)`.
fn length(name: &str) -> Option<usize> {
    let (_, rest) = name.split_once('(')?;
    rest.trim_end_matches(')').trim().parse().ok()
}
