//! The server's functions that are computed, on values that are known.

use sqlparser::ast::BinaryOperator;

use super::value::{Class, Value};

/// Arithmetic on whole numbers; none for other operators.
pub(super) fn arithmetic(left: i128, op: &BinaryOperator, right: i128) -> Option<Result<i128, ()>> {
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

/// Whether a text is like a pattern.
pub(super) fn is_like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|from| is_like(&text[from..], rest)),
        ['_', rest @ ..] => !text.is_empty() && is_like(&text[1..], rest),
        ['\\', letter, rest @ ..] | [letter, rest @ ..] => {
            text.first() == Some(letter) && is_like(&text[1..], rest)
        }
    }
}

/// The functions that are computed: none where it is not one of them.
#[expect(clippy::too_many_lines, reason = "one arm for each function")]
pub(super) fn compute(name: &str, values: &[&Value]) -> Result<Option<Value>, ()> {
    if matches!(name, "concat") {
        let texts: Vec<String> = values.iter().filter_map(|value| value.text()).collect();
        return Ok(Some(Value::Text(texts.concat())));
    }
    if name == "string_agg" {
        return Ok(values
            .first()
            .map(|&value| Value::List(vec![value.clone()])));
    }
    if values.contains(&&Value::Null) && is_computed(name) {
        return Ok(Some(Value::Null));
    }
    let text = |at: usize| values.get(at).and_then(|value| value.text());
    let number = |at: usize| match values.get(at) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    Ok(match (name, values.len()) {
        ("max" | "min" | "bool_or" | "bool_and" | "every" | "set_config" | "any_value", _) => {
            let at = usize::from(name == "set_config");
            values.get(at).map(|&value| value.clone())
        }
        ("count", _) => Some(Value::Int(1)),
        ("unnest", 1) => match values[0] {
            Value::List(_) => Some(values[0].clone()),
            _ => None,
        },
        ("lower", 1) => text(0).map(|text| Value::Text(text.to_lowercase())),
        ("upper", 1) => text(0).map(|text| Value::Text(text.to_uppercase())),
        ("btrim" | "both" | "trim", 1) => {
            text(0).map(|text| Value::Text(text.trim_matches(' ').into()))
        }
        ("ltrim" | "leading", 1) => {
            text(0).map(|text| Value::Text(text.trim_start_matches(' ').into()))
        }
        ("rtrim" | "trailing", 1) => {
            text(0).map(|text| Value::Text(text.trim_end_matches(' ').into()))
        }
        ("left", 2) => text(0).zip(number(1)).map(|(text, n)| {
            let count = text.chars().count() as i128;
            let keep = if n < 0 { (count + n).max(0) } else { n };
            Value::Text(text.chars().take(keep as usize).collect())
        }),
        ("right", 2) => text(0).zip(number(1)).map(|(text, n)| {
            let count = text.chars().count() as i128;
            let skip = if n < 0 { -n } else { (count - n).max(0) };
            Value::Text(text.chars().skip(skip as usize).collect())
        }),
        ("substr" | "substring", 2 | 3) => match (text(0), number(1)) {
            (Some(text), Some(from)) => {
                let end = match values.get(2) {
                    Some(Value::Int(length)) => from.saturating_add(*length),
                    Some(_) => return Ok(None),
                    None => i128::MAX,
                };
                let kept = text.chars().zip(1_i128..);
                let kept = kept.filter(|(_, at)| (from..end).contains(at));
                Some(Value::Text(kept.map(|(letter, _)| letter).collect()))
            }
            _ => None,
        },
        ("split_part", 3) => match (text(0), text(1), number(2)) {
            (Some(text), Some(separator), Some(at)) if !separator.is_empty() && at > 0 => {
                let part = text.split(separator.as_str()).nth(at as usize - 1);
                Some(Value::Text(part.unwrap_or_default().to_owned()))
            }
            _ => None,
        },
        ("replace", 3) => match (text(0), text(1), text(2)) {
            (Some(text), Some(from), Some(to)) if !from.is_empty() => {
                Some(Value::Text(text.replace(&from, &to)))
            }
            _ => None,
        },
        ("string_to_array", 2) => text(0).zip(text(1)).map(|(text, separator)| {
            let parts = text
                .split(separator.as_str())
                .map(|part| Value::Text(part.into()));
            Value::List(if text.is_empty() {
                Vec::new()
            } else {
                parts.collect()
            })
        }),
        ("starts_with", 2) => text(0)
            .zip(text(1))
            .map(|(text, prefix)| Value::Bool(text.starts_with(&prefix))),
        ("strpos", 2) => text(0).zip(text(1)).map(|(text, what)| {
            let at = text.find(&what).map_or(0, |at| at as i128 + 1);
            Value::Int(at)
        }),
        ("length" | "char_length" | "character_length", 1) => {
            text(0).map(|text| Value::Int(text.chars().count() as i128))
        }
        // Nobody finds two tenants with the same digest.
        ("md5", 1) => text(0).map(|text| Value::Text(format!("md5 of {text}"))),
        ("abs", 1) => number(0).map(|number| Value::Int(number.abs())),
        ("mod", 2) => match number(0).zip(number(1)) {
            Some((left, right)) => Some(Value::Int(left.checked_rem(right).ok_or(())?)),
            None => None,
        },
        ("text" | "varchar", 1) => values[0].cast(Class::Text).map_err(|_| ())?,
        _ => None,
    })
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

fn is_computed(name: &str) -> bool {
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
