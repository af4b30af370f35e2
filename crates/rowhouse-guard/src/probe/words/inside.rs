//! Comparisons with what is inside a value: a field of a document, an element of a list.

use serde_json::{Map, Value};

use super::tokens::Token;
use super::{compared_with, skip};

/// Documents that pass a comparison of a field, where the column they are in was just named.
pub(super) fn documents(rest: &[Token]) -> Vec<String> {
    let mut rest = skip(rest, &[")"]);
    let mut path: Vec<String> = Vec::new();
    while let [Token::Sign(sign), Token::Text(key), ..] = rest {
        match sign.as_str() {
            "->" | "->>" => path.push(key.clone()),
            "#>" | "#>>" => {
                let keys = key.trim_matches(['{', '}']).split(',');
                path.extend(keys.map(|key| key.trim().to_owned()));
            }
            "?" => return vec![document(std::slice::from_ref(key), Value::Bool(true))],
            _ => break,
        }
        let after = &rest[2..];
        let is_truth = after
            .iter()
            .take(4)
            .any(|token| matches!(token, Token::Cast(cast) if cast == "boolean" || cast == "bool"));
        if is_truth {
            return vec![
                document(&path, Value::Bool(true)),
                document(&path, Value::Bool(false)),
            ];
        }
        rest = skip(after, &[")"]);
    }
    if path.is_empty() {
        return Vec::new();
    }
    let values = compared_with(rest);
    values
        .into_iter()
        .map(|value| document(&path, Value::String(value)))
        .collect()
}

/// The way into a document, where the column it is in was just named.
pub(super) fn way(rest: &[Token]) -> Vec<String> {
    let mut rest = skip(rest, &[")"]);
    let mut path = Vec::new();
    while let [Token::Sign(sign), Token::Text(key), ..] = rest {
        match sign.as_str() {
            "->" | "->>" => path.push(key.clone()),
            "#>" | "#>>" => {
                let keys = key.trim_matches(['{', '}']).split(',');
                path.extend(keys.map(|key| key.trim().to_owned()));
            }
            _ => break,
        }
        rest = skip(&rest[2..], &[")"]);
    }
    path
}

/// A document with this at the end of a way inside.
pub(in crate::probe) fn holding(path: &[String], text: &str) -> String {
    document(path, Value::String(text.to_owned()))
}

fn document(path: &[String], value: Value) -> String {
    let whole = path.iter().rev().fold(value, |inner, key| {
        let mut fields = Map::new();
        fields.insert(key.clone(), inner);
        Value::Object(fields)
    });
    whole.to_string()
}

/// All texts and numbers in a document.
pub(super) fn leaves(document: &str) -> Vec<String> {
    let mut open: Vec<Value> = serde_json::from_str(document).into_iter().collect();
    let mut found = Vec::new();
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.push(text),
            Value::Number(number) => found.push(number.to_string()),
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.into_iter().map(|(_, value)| value)),
            Value::Null | Value::Bool(_) => {}
        }
    }
    found
}

/// The column of `'text' = ANY (column)`, after the text.
pub(super) fn listed_in(rest: &[Token]) -> Option<String> {
    let rest = skip(rest, &[")"]);
    match rest {
        [
            Token::Sign(equals),
            Token::Word(any),
            Token::Sign(open),
            Token::Word(name),
            ..,
        ] if equals == "=" && (any == "any" || any == "all") && open == "(" => Some(name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn a_field_that_is_compared_makes_a_document() {
        let found = documents(&tokens("((data ->> 'kind'::text) = 'public'::text)")[3..]);
        assert_eq!(found, [r#"{"kind":"public"}"#]);
        let found = documents(&tokens("data #>> '{a,b}'::text[] = 'c'")[1..]);
        assert_eq!(found, [r#"{"a":{"b":"c"}}"#]);
        let found = documents(&tokens("((data -> 'open'::text))::boolean OR x = 'y'")[3..]);
        assert_eq!(found, [r#"{"open":true}"#, r#"{"open":false}"#]);
        assert_eq!(documents(&tokens("title = 'x'")[1..]), Vec::<String>::new());
    }

    #[test]
    fn an_element_that_is_looked_for_is_found() {
        let found = tokens("('public'::text = ANY (tags))");
        assert_eq!(listed_in(&found[2..]).as_deref(), Some("tags"));
    }
}
