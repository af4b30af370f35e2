//! The server's functions that are computed, on values that are known.

mod list;
mod number;
mod text;

use super::value::{Class, Value};
pub(super) use number::arithmetic;

/// The values a function is given.
#[derive(Clone, Copy)]
struct Given<'v>(&'v [&'v Value]);

impl Given<'_> {
    fn text(self, at: usize) -> Option<String> {
        self.0.get(at).and_then(|value| value.text())
    }

    fn number(self, at: usize) -> Option<i128> {
        match self.0.get(at) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }
}

/// What a function comes to: none where it is not one that is computed.
pub(super) fn compute(name: &str, values: &[&Value]) -> Result<Option<Value>, ()> {
    if is_strict(name) && values.contains(&&Value::Null) {
        return Ok(Some(Value::Null));
    }
    let given = Given(values);
    match (name, values) {
        // A row stands for all that are aggregated.
        ("max" | "min" | "bool_or" | "bool_and" | "every" | "any_value", [first, ..])
        | ("set_config", [_, first, ..]) => Ok(Some((*first).clone())),
        ("string_agg", [first, ..]) => Ok(Some(Value::List(vec![(*first).clone()]))),
        ("count", _) => Ok(Some(Value::Int(1))),
        ("text" | "varchar", [value]) => value.cast(Class::Text).map_err(|_| ()),
        ("string_to_array" | "unnest", _) => Ok(list::compute(name, given)),
        ("abs" | "mod", _) => number::compute(name, given),
        _ => Ok(text::compute(name, given)),
    }
}

/// Whether a function of the session's tenant gives different values for different tenants.
pub(super) fn keeps_apart(name: &str) -> bool {
    matches!(
        name,
        "concat"
            | "md5"
            | "string_to_array"
            | "unnest"
            | "max"
            | "min"
            | "any_value"
            | "text"
            | "varchar"
    )
}

/// Whether a function of NULL is NULL.
fn is_strict(name: &str) -> bool {
    matches!(
        name,
        "lower"
            | "jsonb_extract_path_text"
            | "json_extract_path_text"
            | "jsonb_extract_path"
            | "json_extract_path"
            | "upper"
            | "btrim"
            | "both"
            | "trim"
            | "ltrim"
            | "leading"
            | "rtrim"
            | "trailing"
            | "left"
            | "right"
            | "substr"
            | "substring"
            | "split_part"
            | "replace"
            | "string_to_array"
            | "starts_with"
            | "strpos"
            | "length"
            | "char_length"
            | "character_length"
            | "md5"
            | "abs"
            | "mod"
            | "unnest"
            | "text"
            | "varchar"
    )
}
