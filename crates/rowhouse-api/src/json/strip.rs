//! JSON without the members that are null.

/// Appends `json`, which must be valid, without members whose value is `null`; elements of arrays
/// stay, as with the server's `json_strip_nulls`.
pub fn write_without_nulls(out: &mut Vec<u8>, json: &[u8]) {
    let mut rest = json;
    value(out, &mut rest);
}

fn value(out: &mut Vec<u8>, rest: &mut &[u8]) {
    blanks(rest);
    match rest.first() {
        Some(b'{') => object(out, rest),
        Some(b'[') => array(out, rest),
        Some(b'"') => string(out, rest),
        _ => {
            let end = rest.iter().position(|b| b",]} \t\r\n".contains(b));
            copy(out, rest, end.unwrap_or(rest.len()));
        }
    }
}

fn object(out: &mut Vec<u8>, rest: &mut &[u8]) {
    skip(rest, 1);
    out.push(b'{');
    let start = out.len();
    loop {
        blanks(rest);
        match rest.first() {
            None | Some(b'}') => break,
            Some(b',') => skip(rest, 1),
            Some(_) => {
                let before = out.len();
                if before > start {
                    out.push(b',');
                }
                string(out, rest);
                blanks(rest);
                skip(rest, 1);
                out.push(b':');
                let here = out.len();
                value(out, rest);
                if &out[here..] == b"null" {
                    out.truncate(before);
                }
            }
        }
    }
    skip(rest, 1);
    out.push(b'}');
}

fn array(out: &mut Vec<u8>, rest: &mut &[u8]) {
    skip(rest, 1);
    out.push(b'[');
    loop {
        blanks(rest);
        match rest.first() {
            None | Some(b']') => break,
            Some(b',') => {
                skip(rest, 1);
                out.push(b',');
            }
            Some(_) => value(out, rest),
        }
    }
    skip(rest, 1);
    out.push(b']');
}

fn string(out: &mut Vec<u8>, rest: &mut &[u8]) {
    let mut escaped = true;
    let end = rest.iter().position(|&byte| {
        // The opening quote counts as escaped.
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    copy(out, rest, end.map_or(rest.len(), |end| end + 1));
}

fn copy(out: &mut Vec<u8>, rest: &mut &[u8], count: usize) {
    // At least one byte, so that what is not JSON ends too.
    let count = count.max(1).min(rest.len());
    out.extend_from_slice(&rest[..count]);
    skip(rest, count);
}

fn skip(rest: &mut &[u8], count: usize) {
    *rest = rest.get(count..).unwrap_or_default();
}

fn blanks(rest: &mut &[u8]) {
    *rest = rest.trim_ascii_start();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn stripped(json: &str) -> String {
        let mut out = Vec::new();
        write_without_nulls(&mut out, json.as_bytes());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn null_members_go_and_null_elements_stay() {
        let json = r#"{"a":null,"b": [null, {"c" : null}], "d":"x\"\\","e":{"f":null, "g":1.50}}"#;
        let expected = r#"{"b":[null,{}],"d":"x\"\\","e":{"g":1.50}}"#;
        assert_eq!(stripped(json), expected);
        assert_eq!(stripped("null"), "null");
    }

    fn without_nulls(value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let kept = members.into_iter().filter(|(_, value)| !value.is_null());
                kept.map(|(key, value)| (key, without_nulls(value)))
                    .collect()
            }
            Value::Array(elements) => elements.into_iter().map(without_nulls).collect(),
            other => other,
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..5)
                    .prop_map(|members| members.into_iter().collect::<Value>()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_a_parser_would_do_it(value in any_json()) {
            let found: Value = serde_json::from_str(&stripped(&value.to_string())).unwrap();
            prop_assert_eq!(found, without_nulls(value));
        }

        #[test]
        fn what_is_not_json_ends_too(text in any::<String>()) {
            write_without_nulls(&mut Vec::new(), text.as_bytes());
        }
    }
}
