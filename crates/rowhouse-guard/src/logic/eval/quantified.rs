//! Comparisons with each element of a list: IN, ANY and ALL.

use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, Expr};

use super::comparison::compare;
use super::truth::known;
use super::unclear;
use crate::logic::frame::{Frame, Val};
use crate::logic::machine::{Eval, Machine};
use crate::logic::names::bare;
use crate::logic::value::Value;

impl Machine<'_, '_> {
    pub(super) fn any_equal(
        &mut self,
        left: &Expr,
        list: &[Expr],
        frame: &Rc<Frame>,
    ) -> Eval<Option<bool>> {
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

    pub(super) fn any(
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

    /// A comparison with each element of an array: true as soon as one decides it.
    pub(super) fn each(
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
            let compared = compare(&left, op, &element, expr);
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
}
