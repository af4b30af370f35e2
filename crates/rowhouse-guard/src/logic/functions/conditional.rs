//! COALESCE and NULLIF.

use std::rc::Rc;

use sqlparser::ast::Expr;

use crate::logic::frame::{Frame, Val};
use crate::logic::machine::{Eval, Machine};
use crate::logic::value::Value;

impl Machine<'_, '_> {
    pub(super) fn coalesce(&mut self, given: &[&Expr], frame: &Rc<Frame>) -> Eval<Val> {
        for argument in given {
            let val = self.eval(argument, frame)?;
            let val = self.force(val)?;
            if let Value::Unclear { sql, mystery } = &val.value {
                if self.atom(&format!("{sql} IS NULL"), *mystery) != Some(true) {
                    return Ok(val);
                }
            } else if val.value != Value::Null {
                return Ok(val);
            }
        }
        Ok(Val::constant(Value::Null))
    }

    pub(super) fn nullif(
        &mut self,
        left: &Expr,
        right: &Expr,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let left = self.eval(left, frame)?;
        let left = self.force(left)?;
        let right = self.eval(right, frame)?;
        let equal = self.equal(left.clone(), right, &expr.to_string())?;
        Ok(match self.truth(equal)? {
            Some(true) => Val::constant(Value::Null),
            _ => left,
        })
    }
}
