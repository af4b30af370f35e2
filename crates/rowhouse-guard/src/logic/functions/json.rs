//! JSON: what is taken out of it, and objects that are built.

use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, Expr};

use crate::logic::eval::{mysterious, unclear};
use crate::logic::frame::{Frame, Origin, Val};
use crate::logic::machine::{Eval, Machine};
use crate::logic::value::{Leaf, Value};

impl Machine<'_, '_> {
    /// An operator that takes a part out of JSON, or asks whether it is there.
    pub(super) fn json_operator(
        &mut self,
        left: &Val,
        op: &BinaryOperator,
        right: &Val,
        expr: &Expr,
    ) -> Eval<Val> {
        let as_text = matches!(
            op,
            BinaryOperator::LongArrow | BinaryOperator::HashLongArrow
        );
        let value = match (&left.value, op, &right.value) {
            (
                Value::Object(fields),
                BinaryOperator::Arrow | BinaryOperator::LongArrow,
                Value::Text(key),
            ) => {
                let field = fields.iter().find(|(name, _)| name == key);
                return match field {
                    Some((_, val)) if as_text => self.cast(val.clone(), "text", expr),
                    Some((_, val)) => Ok(val.clone()),
                    None => Ok(Val::constant(Value::Null)),
                };
            }
            (Value::Object(_), BinaryOperator::HashArrow | BinaryOperator::HashLongArrow, keys) => {
                let val = within(left, &elements(keys));
                return if as_text {
                    self.cast(val, "text", expr)
                } else {
                    Ok(val)
                };
            }
            (Value::Object(fields), BinaryOperator::Question, Value::Text(key)) => {
                Value::Bool(fields.iter().any(|(name, _)| name == key))
            }
            (Value::Json(leaf), BinaryOperator::Arrow | BinaryOperator::LongArrow, key) => {
                let Some(key) = key.text() else {
                    return Ok(unclear(expr, &[left, right]));
                };
                part(leaf.at(key), as_text)
            }
            (
                Value::Json(leaf),
                BinaryOperator::HashArrow | BinaryOperator::HashLongArrow,
                keys,
            ) => {
                let mut leaf = leaf.clone();
                for key in elements(keys) {
                    leaf = leaf.at(key);
                }
                part(leaf, as_text)
            }
            // A list of tenants in JSON: one of them is asked for.
            (Value::Json(leaf), BinaryOperator::Question, key) => {
                let Some(key) = key.text() else {
                    return Ok(unclear(expr, &[left, right]));
                };
                let element = Val {
                    value: part(leaf.at("[]"), true),
                    origin: left.origin,
                };
                let element = self.force(element)?;
                Value::Bool(element.value.text().as_ref() == Some(&key))
            }
            _ => return Ok(unclear(expr, &[left, right])),
        };
        let origin = left.origin.with(right.origin);
        Ok(Val { value, origin })
    }

    pub(super) fn json_object(
        &mut self,
        given: &[&Expr],
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let mut fields = Vec::new();
        let mut origin = Origin::CONSTANT;
        for pair in given.chunks(2) {
            let [key, value] = pair else {
                return Ok(mysterious(expr));
            };
            let key = self.eval(key, frame)?;
            let key = self.force(key)?;
            let Some(key) = key.value.text() else {
                return Ok(mysterious(expr));
            };
            let value = self.eval(value, frame)?;
            origin = origin.with(value.origin);
            fields.push((key, value));
        }
        Ok(Val {
            value: Value::Object(fields),
            origin,
        })
    }
}

/// A part of JSON in the session, as text or as JSON.
fn part(leaf: Leaf, as_text: bool) -> Value {
    if as_text {
        Value::Leaf {
            leaf,
            missing_ok: true,
        }
    } else {
        Value::Json(leaf)
    }
}

/// What stands at a path in an object that was put together.
fn within(val: &Val, path: &[String]) -> Val {
    let Some((key, rest)) = path.split_first() else {
        return val.clone();
    };
    let found = match &val.value {
        Value::Object(fields) => fields.iter().find(|(name, _)| name == key),
        _ => None,
    };
    found.map_or_else(|| Val::constant(Value::Null), |(_, val)| within(val, rest))
}

/// The elements of a path such as `{a,b}`.
fn elements(path: &Value) -> Vec<String> {
    match path {
        Value::List(all) => all.iter().filter_map(Value::text).collect(),
        Value::Text(text) => text
            .trim_matches(['{', '}'])
            .split(',')
            .map(|part| part.trim().trim_matches('"').to_owned())
            .collect(),
        _ => Vec::new(),
    }
}

/// A part of JSON in the session, by the function that takes it out.
pub(super) fn path(name: &str, values: &[Val]) -> Option<Value> {
    let [
        Val {
            value: Value::Json(leaf),
            ..
        },
        keys @ ..,
    ] = values
    else {
        return None;
    };
    let mut leaf = leaf.clone();
    for key in keys {
        match &key.value {
            Value::List(keys) => {
                for key in keys {
                    leaf = leaf.at(key.text()?);
                }
            }
            key => leaf = leaf.at(key.text()?),
        }
    }
    match name {
        "json_extract_path_text" | "jsonb_extract_path_text" => Some(Value::Leaf {
            leaf,
            missing_ok: true,
        }),
        "json_extract_path" | "jsonb_extract_path" => Some(Value::Json(leaf)),
        _ => None,
    }
}
