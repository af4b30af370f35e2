//! Texts that are like a pattern, or start with another.

use std::rc::Rc;

use sqlparser::ast::Expr;

use crate::logic::eval::{mysterious, unclear};
use crate::logic::frame::{Frame, Origin, Val};
use crate::logic::machine::{Eval, Machine};
use crate::logic::value::Value;

impl Machine<'_, '_> {
    /// LIKE and ILIKE.
    pub(in crate::logic) fn like(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        let (Expr::Like {
            negated,
            expr: text,
            pattern,
            ..
        }
        | Expr::ILike {
            negated,
            expr: text,
            pattern,
            ..
        }) = expr
        else {
            return Ok(mysterious(expr));
        };
        let folds = matches!(expr, Expr::ILike { .. });
        let text = self.eval(text, frame)?;
        let text = self.force(text)?;
        let pattern = self.eval(pattern, frame)?;
        let pattern = self.force(pattern)?;
        let origin = text.origin.with(pattern.origin);
        Ok(self.matches(&text.value, &pattern.value, *negated, folds, origin, expr))
    }

    pub(super) fn matches(
        &mut self,
        text: &Value,
        pattern: &Value,
        negated: bool,
        folds: bool,
        origin: Origin,
        expr: &Expr,
    ) -> Val {
        self.cases.near = true;
        if *text == Value::Null || *pattern == Value::Null {
            return Val::constant(Value::Null);
        }
        let (Some(mut text), Some(mut pattern)) = (text.text(), pattern.text()) else {
            let value = Value::Null;
            return unclear(expr, &[&Val { value, origin }]);
        };
        if folds {
            text = text.to_lowercase();
            pattern = pattern.to_lowercase();
        }
        let text: Vec<char> = text.chars().collect();
        let pattern: Vec<char> = pattern.chars().collect();
        Val {
            value: Value::Bool(is_like(&text, &pattern) != negated),
            origin,
        }
    }

    pub(super) fn starts_with(&mut self, text: &Val, prefix: &Val, expr: &Expr) -> Val {
        self.cases.near = true;
        match (text.value.text(), prefix.value.text()) {
            (Some(whole), Some(start)) => Val {
                value: Value::Bool(whole.starts_with(&start)),
                origin: text.origin.with(prefix.origin),
            },
            _ => unclear(expr, &[text, prefix]),
        }
    }
}

/// Whether a text is like a pattern.
fn is_like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|from| is_like(&text[from..], rest)),
        ['_', rest @ ..] => !text.is_empty() && is_like(&text[1..], rest),
        ['\\', letter, rest @ ..] | [letter, rest @ ..] => {
            text.first() == Some(letter) && is_like(&text[1..], rest)
        }
    }
}
