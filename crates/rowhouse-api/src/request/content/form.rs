//! An HTML form: one row of texts.

use super::ContentError;
use crate::json::write_string;
use crate::request::query::decoded;

/// The pairs as a JSON object.
pub(super) fn to_json(text: &str) -> Result<String, ContentError> {
    let malformed = |reason: &str| ContentError::Malformed {
        form: "a form",
        reason: reason.to_owned(),
    };
    let mut json = vec![b'{'];
    for pair in text.trim_end().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let encoding = |_| malformed("a percent escape is broken or not UTF-8");
        if json.len() > 1 {
            json.push(b',');
        }
        write_string(&mut json, &decoded(name).map_err(encoding)?);
        json.push(b':');
        write_string(&mut json, &decoded(value).map_err(encoding)?);
    }
    json.push(b'}');
    String::from_utf8(json).map_err(|_| malformed("it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_one_row() {
        assert_eq!(
            to_json("a=1+2&b%20c=%C3%A9&d").unwrap(),
            r#"{"a":"1 2","b c":"é","d":""}"#
        );
        assert!(to_json("a=%f").is_err());
    }
}
