//! JSON that says everything once.
//!
//! Of two members with one name most parsers keep the last, some the first: a token that means one
//! tenant to whoever issued it and another one here. So what repeats a name is refused, at any depth.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text is not an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    NotJson,
    NotObject,
    Repeated,
}

/// The object that `text` is.
pub(crate) fn object(text: &[u8]) -> Result<Map<String, Value>, Flaw> {
    match serde_json::from_slice::<Once>(text) {
        Ok(Once(Value::Object(object))) => Ok(object),
        Ok(_) => Err(Flaw::NotObject),
        Err(error) if error.is_data() && error.to_string().starts_with(REPEATED) => {
            Err(Flaw::Repeated)
        }
        Err(_) => Err(Flaw::NotJson),
    }
}

const REPEATED: &str = "a name is repeated";

/// A value in which no object repeats a name.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Once)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Once(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(de::Error::custom(REPEATED));
            }
            let Once(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_repeated_name_is_refused_at_any_depth_and_in_any_spelling() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"c":2,"b":1}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"tenant":1,"\u0074enant":2}"#,
        ] {
            assert_eq!(object(text.as_bytes()), Err(Flaw::Repeated), "{text}");
        }
        assert!(object(br#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#).is_ok());
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for text in [
            "",
            "{",
            "{} {}",
            "{\"a\":NaN}",
            "{'a':1}",
            "{\"a\":1,}",
            "\u{feff}{}",
        ] {
            assert_eq!(object(text.as_bytes()), Err(Flaw::NotJson), "{text}");
        }
        for text in ["[]", "1", "null", "\"a\""] {
            assert_eq!(object(text.as_bytes()), Err(Flaw::NotObject), "{text}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), Err(Flaw::NotJson));
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(object(deep.as_bytes()), Err(Flaw::NotJson));
    }

    proptest! {
        #[test]
        fn otherwise_it_is_read_as_serde_json_reads_it(text in r#"\{("[ab]":(1|-2|1\.5|null|true|"x"|\[\]|\{"a":2\})(,"[cd]":(3|\[1,\{\}\]))?)?\}"#) {
            let plain: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(Value::Object(object(text.as_bytes()).unwrap()), plain);
        }
    }
}
