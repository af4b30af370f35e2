//! Arrays as PostgreSQL reads them.

/// The text of an array of these values.
pub(super) fn array(values: &[String]) -> String {
    let mut text = String::from("{");
    for (index, value) in values.iter().enumerate() {
        text.push_str(if index == 0 { "\"" } else { ",\"" });
        for character in value.chars() {
            if matches!(character, '"' | '\\') {
                text.push('\\');
            }
            text.push(character);
        }
        text.push('"');
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_quoted() {
        let values = ["a", "", "b,}\"\\", "NULL"].map(str::to_owned);
        assert_eq!(array(&values), r#"{"a","","b,}\"\\","NULL"}"#);
        assert_eq!(array(&[]), "{}");
    }
}
