//! Casts and collations.

use std::rc::Rc;

use sqlparser::ast::{CastKind, Expr};

use super::{mysterious, unclear};
use crate::logic::frame::{Frame, Origin, Val};
use crate::logic::machine::{Eval, Machine, Stop};
use crate::logic::names::parts;
use crate::logic::value::{Class, Value};

impl Machine<'_, '_> {
    /// A value as another type, or under another collation.
    pub(super) fn conversion(&mut self, expr: &Expr, frame: &Rc<Frame>) -> Eval<Val> {
        match expr {
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
            Expr::Collate { expr, collation } => {
                let val = self.eval(expr, frame)?;
                self.collate(val, &parts(collation))
            }
            _ => Ok(mysterious(expr)),
        }
    }

    /// Under a collation that is not deterministic, texts are equal that are not the same.
    fn collate(&mut self, val: Val, collation: &[String]) -> Eval<Val> {
        let mut val = self.force(val)?;
        let folds = self
            .catalog()
            .collations
            .iter()
            .any(|known| !known.deterministic && Some(&known.name) == collation.last());
        if let (true, Value::Text(text)) = (folds, &val.value) {
            self.cases.near = true;
            val.value = Value::Folded(text.clone());
        }
        Ok(val)
    }

    /// A value as another type, lengths considered.
    pub(in crate::logic) fn cast(&mut self, val: Val, to: &str, expr: &Expr) -> Eval<Val> {
        let class = Class::of_name(self.catalog(), to);
        if class == Class::Array {
            return self.cast_array(val, to, expr);
        }
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

    /// An array, element by element; of a list in the session one that stands for all.
    fn cast_array(&mut self, val: Val, to: &str, expr: &Expr) -> Eval<Val> {
        let element = to.trim().trim_end_matches("[]").to_owned();
        let val = self.force(val)?;
        let all = match &val.value {
            Value::List(all) => all.clone(),
            Value::Document(leaf) => vec![Value::Leaf {
                leaf: leaf.at("{}"),
                missing_ok: true,
            }],
            Value::Text(text) => {
                let inner = text.trim().strip_prefix('{');
                let inner = inner.and_then(|text| text.strip_suffix('}'));
                let inner = inner.ok_or(Stop::Raised)?.trim();
                let parts = inner.split(',').filter(|part| !part.is_empty());
                let part = |part: &str| Value::Text(part.trim().trim_matches('"').to_owned());
                parts.map(part).collect()
            }
            Value::Null => return Ok(val),
            _ => return Ok(unclear(expr, &[&val])),
        };
        let mut list = Vec::new();
        for value in all {
            let one = Val {
                value,
                origin: val.origin,
            };
            list.push(self.cast(one, &element, expr)?.value);
        }
        Ok(Val {
            value: Value::List(list),
            origin: val.origin,
        })
    }
}

/// The length in a type such as `character varying(8)`.
fn length(name: &str) -> Option<usize> {
    let (_, rest) = name.split_once('(')?;
    rest.trim_end_matches(')').trim().parse().ok()
}
