//! Making a condition true: what it forces is taken over instead of being guessed.

use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, Expr, Function, FunctionArguments, Query, UnaryOperator};

use super::eval::fields;
use super::frame::{Frame, Val};
use super::machine::{Eval, Machine, Stop};
use super::names::{bare, parts};
use super::run::Place;
use super::select::Output;
use super::value::{Class, Value};

impl Machine<'_, '_> {
    /// Whether the condition is true in some world this run is on the way to.
    pub(super) fn require(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<bool> {
        match bare(expr) {
            Expr::BinaryOp { left, op, right } => match op {
                BinaryOperator::And => {
                    Ok(self.require(left, frame)? && self.require(right, frame)?)
                }
                BinaryOperator::Or => {
                    let branch = [left, right][self.choices.choose(2)];
                    self.require(branch, frame)
                }
                BinaryOperator::Eq => self.require_equal(left, right, frame, false),
                _ => self.require_value(expr, frame),
            },
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: inner,
            } => self.require_not(inner, frame),
            Expr::IsNotDistinctFrom(left, right) => self.require_equal(left, right, frame, true),
            Expr::IsTrue(inner) => self.require(inner, frame),
            Expr::InList {
                expr: left,
                list,
                negated: false,
            } if !list.is_empty() => {
                let way = self.choices.choose(list.len());
                self.require_equal(left, &list[way], frame, false)
            }
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => self.require_any(left, right, frame),
            Expr::InSubquery {
                expr: left,
                subquery,
                negated: false,
            } => self.require_among(left, subquery, frame),
            Expr::Exists {
                subquery,
                negated: false,
            } => Ok(self.witness(subquery, frame)?.is_some()),
            Expr::Case {
                operand: None,
                conditions,
                else_result,
                ..
            } => {
                for when in conditions {
                    if self.truth_of(&when.condition, frame)? == Some(true) {
                        return self.require(&when.result, frame);
                    }
                }
                match else_result {
                    Some(result) => self.require(result, frame),
                    None => Ok(false),
                }
            }
            _ => self.require_value(expr, frame),
        }
    }

    /// Whether the condition is false: the server writes IS NOT DISTINCT FROM as the negation of its opposite.
    fn require_not(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<bool> {
        match bare(expr) {
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: inner,
            } => self.require(inner, frame),
            Expr::IsDistinctFrom(left, right) => self.require_equal(left, right, frame, true),
            Expr::BinaryOp { left, op, right } => match op {
                BinaryOperator::Or => {
                    Ok(self.require_not(left, frame)? && self.require_not(right, frame)?)
                }
                BinaryOperator::And => {
                    let branch = [left, right][self.choices.choose(2)];
                    self.require_not(branch, frame)
                }
                BinaryOperator::NotEq => self.require_equal(left, right, frame, false),
                _ => Ok(self.truth_of(expr, frame)? == Some(false)),
            },
            _ => Ok(self.truth_of(expr, frame)? == Some(false)),
        }
    }

    fn require_value(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<bool> {
        if let Some(place) = self.place(expr, frame)
            && self.class_of(place) == Class::Bool
            && self.run.column(place).is_none()
        {
            self.run.set(place, Value::Bool(true));
            return Ok(true);
        }
        let val = self.eval(expr, frame)?;
        self.require_val(val)
    }

    fn require_val(&mut self, val: Val) -> Eval<bool> {
        let val = self.force(val)?;
        if let Value::Unclear { sql, mystery } = &val.value
            && !self.run.atoms.contains_key(sql)
        {
            self.run.atoms.insert(sql.clone(), Some(true));
            let notes = if *mystery {
                &mut self.run.mysteries
            } else {
                &mut self.run.given
            };
            notes.insert(sql.clone());
            return Ok(true);
        }
        Ok(self.truth(val)? == Some(true))
    }

    fn require_any(&mut self, left: &Expr, right: &Expr, frame: &Rc<Frame>) -> Eval<bool> {
        match bare(right) {
            Expr::Subquery(query) => self.require_among(left, query, frame),
            Expr::Function(call) if array_of(call).is_some() => match array_of(call) {
                Some(query) => self.require_among(left, query, frame),
                None => Ok(false),
            },
            Expr::Array(array) if !array.elem.is_empty() => {
                let way = self.choices.choose(array.elem.len());
                self.require_equal(left, &array.elem[way], frame, false)
            }
            _ => {
                let list = self.eval(right, frame)?;
                self.require_element(left, list, frame)
            }
        }
    }

    /// That an expression is among the output of a sub-select, or in the array it gives.
    fn require_among(&mut self, left: &Expr, query: &Query, frame: &Rc<Frame>) -> Eval<bool> {
        let Some((output, inner)) = self.witness(query, frame)? else {
            return Ok(false);
        };
        let lefts = fields(left);
        if lefts.len() != output.len() {
            return Err(Stop::Raised);
        }
        for (left, (_, right)) in lefts.into_iter().zip(&output) {
            let right = aggregated(right);
            let places = (self.place(left, frame), self.place(right, &inner));
            let is_true = match places {
                (Some(left), Some(right)) => self.require_same(left, right, false)?,
                (None, Some(place)) => {
                    let val = self.eval(left, frame)?;
                    self.require_place(place, val, false)?
                }
                (_, None) => {
                    let val = self.eval(right, &inner)?;
                    self.require_element(left, val, frame)?
                }
            };
            if !is_true {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// That two rows of output are the same, column by column, as INTERSECT asks.
    pub(super) fn require_same_output(&mut self, left: &Output, right: &Output) -> Eval<bool> {
        let ((lefts, left_frame), (rights, right_frame)) = (left, right);
        if lefts.len() != rights.len() {
            return Err(Stop::Raised);
        }
        for ((_, left), (_, right)) in lefts.iter().zip(rights) {
            let places = (self.place(left, left_frame), self.place(right, right_frame));
            let is_true = match places {
                (Some(left), Some(right)) => self.require_same(left, right, true)?,
                (Some(place), None) => {
                    let val = self.eval(right, right_frame)?;
                    self.require_place(place, val, true)?
                }
                (None, Some(place)) => {
                    let val = self.eval(left, left_frame)?;
                    self.require_place(place, val, true)?
                }
                (None, None) => {
                    let left = self.eval(left, left_frame)?;
                    let right = self.eval(right, right_frame)?;
                    self.require_same_values(left, right, "a column of INTERSECT")?
                }
            };
            if !is_true {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// That two values are the same, nulls too.
    fn require_same_values(&mut self, left: Val, right: Val, sql: &str) -> Eval<bool> {
        let (left, right) = (self.force(left)?, self.force(right)?);
        if left.value == Value::Null && right.value == Value::Null {
            return Ok(true);
        }
        let equal = self.equal(left, right, sql)?;
        self.require_val(equal)
    }

    fn require_element(&mut self, left: &Expr, list: Val, frame: &Rc<Frame>) -> Eval<bool> {
        let list = self.force(list)?;
        let element = match &list.value {
            Value::List(all) if all.is_empty() => return Ok(false),
            Value::List(all) => Val {
                value: all[self.choices.choose(all.len())].clone(),
                origin: list.origin,
            },
            _ => list,
        };
        if let Some(place) = self.place(left, frame) {
            return self.require_place(place, element, false);
        }
        let left = self.eval(left, frame)?;
        let equal = self.equal(left, element, "an element")?;
        self.require_val(equal)
    }

    fn require_equal(
        &mut self,
        left: &Expr,
        right: &Expr,
        frame: &Rc<Frame>,
        nulls_too: bool,
    ) -> Eval<bool> {
        let (lefts, rights) = (fields(left), fields(right));
        if lefts.len() > 1 && lefts.len() == rights.len() {
            for (left, right) in lefts.into_iter().zip(rights) {
                if !self.require_equal(left, right, frame, nulls_too)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        match (self.place(left, frame), self.place(right, frame)) {
            (Some(left), Some(right)) => self.require_same(left, right, nulls_too),
            (Some(place), None) => {
                let val = self.eval(right, frame)?;
                self.require_place(place, val, nulls_too)
            }
            (None, Some(place)) => {
                let val = self.eval(left, frame)?;
                self.require_place(place, val, nulls_too)
            }
            (None, None) => {
                let op = if nulls_too {
                    "IS NOT DISTINCT FROM"
                } else {
                    "="
                };
                let sql = format!("{left} {op} {right}");
                let left = self.eval(left, frame)?;
                let right = self.eval(right, frame)?;
                if nulls_too {
                    return self.require_same_values(left, right, &sql);
                }
                let equal = self.equal(left, right, &sql)?;
                self.require_val(equal)
            }
        }
    }

    /// That two columns are equal.
    fn require_same(&mut self, left: Place, right: Place, nulls_too: bool) -> Eval<bool> {
        let (known, open) = if self.run.column(right).is_some() {
            (right, left)
        } else {
            (left, right)
        };
        let val = self.read_column(known);
        self.require_place(open, val, nulls_too)
    }

    /// That a column has a value: if nothing is known of it yet, it takes it.
    pub(super) fn require_place(&mut self, place: Place, val: Val, nulls_too: bool) -> Eval<bool> {
        let val = self.force(val)?;
        let class = self.class_of(place);
        self.cases.classes.insert(class);
        if val.value == Value::Null {
            if !nulls_too || !self.is_nullable(place) {
                return Ok(false);
            }
            if self.run.column(place).is_none() {
                self.run.set(place, Value::Null);
            }
            return Ok(self.run.column(place) == Some(&Value::Null));
        }
        let name = self.column_name(place);
        if let Value::Unclear { sql, .. } = &val.value {
            let mystery = self.is_mystery(&val, place);
            let sql = format!("{name} = {sql}");
            return self.require_val(Val {
                value: Value::Unclear { sql, mystery },
                origin: val.origin,
            });
        }
        // Several texts are equal to one without regard to case: those are tried one by one.
        let takes = !matches!(class, Class::Folded | Class::Padded)
            && !matches!(val.value, Value::Folded(_) | Value::Padded(_));
        if takes && self.run.column(place).is_none() {
            if matches!(val.value, Value::Document(_)) {
                return Ok(false);
            }
            if let Some(value) = val.value.cast(class).map_err(|_| Stop::Raised)? {
                self.run.set(place, value);
            }
        } else if !takes {
            self.cases.near = true;
        }
        let column = self.read_column(place);
        let (left, right) = (column.origin, val.origin);
        let sql = format!("{name} = {}", val.value.describe());
        let equal = self.equal(column, val, &sql)?;
        let is_true = self.require_val(equal)?;
        if is_true {
            self.note_equal(left, right);
        }
        Ok(is_true)
    }

    fn is_mystery(&self, val: &Val, place: Place) -> bool {
        let mystery = matches!(val.value, Value::Unclear { mystery: true, .. });
        mystery || self.says_whose(place)
    }
}

/// The sub-select of `ARRAY(SELECT …)`.
fn array_of(call: &Function) -> Option<&Query> {
    match &call.args {
        FunctionArguments::Subquery(query) if parts(&call.name) == ["array"] => Some(query),
        _ => None,
    }
}

/// What `array_agg(…)` collects.
fn aggregated(expr: &Expr) -> &Expr {
    match bare(expr) {
        Expr::Function(call)
            if parts(&call.name)
                .last()
                .is_some_and(|name| name == "array_agg") =>
        {
            match super::functions::arguments(call).as_deref() {
                Some([of]) => of,
                _ => expr,
            }
        }
        _ => expr,
    }
}
