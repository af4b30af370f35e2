//! Arrays.

use super::Given;
use crate::logic::value::Value;

pub(super) fn compute(name: &str, given: Given<'_>) -> Option<Value> {
    match (name, given.0) {
        // Which of the elements it is, is for the search to choose.
        ("unnest", [list @ Value::List(_)]) => Some((*list).clone()),
        ("string_to_array", [_, _]) => {
            let (text, separator) = given.text(0).zip(given.text(1))?;
            let parts = text.split(separator.as_str());
            let parts = parts.map(|part| Value::Text(part.into()));
            Some(Value::List(if text.is_empty() {
                Vec::new()
            } else {
                parts.collect()
            }))
        }
        _ => None,
    }
}
