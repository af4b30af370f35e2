//! Whole numbers.

use sqlparser::ast::BinaryOperator;

use super::Given;
use crate::logic::value::Value;

/// Arithmetic on whole numbers; none for other operators.
pub(in crate::logic) fn arithmetic(
    left: i128,
    op: &BinaryOperator,
    right: i128,
) -> Option<Result<i128, ()>> {
    let result = match op {
        BinaryOperator::Plus => left.checked_add(right),
        BinaryOperator::Minus => left.checked_sub(right),
        BinaryOperator::Multiply => left.checked_mul(right),
        BinaryOperator::Divide => left.checked_div(right),
        BinaryOperator::Modulo => left.checked_rem(right),
        _ => return None,
    };
    Some(result.ok_or(()))
}

pub(super) fn compute(name: &str, given: Given<'_>) -> Result<Option<Value>, ()> {
    match (name, given.0.len()) {
        ("abs", 1) => Ok(given.number(0).map(|number| Value::Int(number.abs()))),
        ("mod", 2) => match given.number(0).zip(given.number(1)) {
            Some((left, right)) => Ok(Some(Value::Int(left.checked_rem(right).ok_or(())?))),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}
