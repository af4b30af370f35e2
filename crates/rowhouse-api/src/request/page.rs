//! Where a page of rows ended, as the `cursor` of a `Link` header says it.
//!
//! A cursor holds the last row's values of what rows are ordered by, nothing else: which columns
//! those are, the request says again. It is not signed, because it cannot say more than filters
//! can: its values are bind parameters in the tenant's own scope.

use super::error::RequestError;

/// The values of the last row's order terms, as text; none for null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageCursor(pub Vec<Option<String>>);

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Before a value that is there.
const VALUE: char = '\u{1}';
/// Before one that is null.
const NULL: char = '\u{2}';

impl PageCursor {
    pub(super) fn parse(text: &str) -> Result<Self, RequestError> {
        let bytes = decoded(text).ok_or(RequestError::Cursor)?;
        let text = String::from_utf8(bytes).map_err(|_| RequestError::Cursor)?;
        let mut values = Vec::new();
        let mut rest = text.as_str();
        while let Some(kind) = rest.chars().next() {
            let value = &rest[kind.len_utf8()..];
            let end = value.find([VALUE, NULL]).unwrap_or(value.len());
            values.push(match kind {
                VALUE => Some(value[..end].to_owned()),
                NULL if end == 0 => None,
                _ => return Err(RequestError::Cursor),
            });
            rest = &value[end..];
        }
        if values.is_empty() {
            return Err(RequestError::Cursor);
        }
        Ok(Self(values))
    }

    /// The text to put behind `cursor=`. Nothing where a value holds a character that a cursor
    /// cannot carry.
    pub fn encode<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> Option<String> {
        let mut text = String::new();
        for value in values {
            match value {
                Some(value) if value.contains([VALUE, NULL]) => return None,
                Some(value) => {
                    text.push(VALUE);
                    text.push_str(value);
                }
                None => text.push(NULL),
            }
        }
        Some(encoded(text.as_bytes()))
    }
}

/// Base64 for URLs, without padding.
fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..=chunk.len() {
            text.push(char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for digit in chunk {
            let value = DIGITS.iter().position(|known| known == digit)?;
            bits = bits << 6 | u32::try_from(value).ok()?;
        }
        bits <<= 6 * (4 - chunk.len());
        let [_, decoded @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(decoded.get(..chunk.len().checked_sub(1)?)?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "A", "AA", "AUE=", "AmE", "%%%"] {
            assert_eq!(PageCursor::parse(text), Err(RequestError::Cursor), "{text}");
        }
        assert_eq!(PageCursor::encode([Some("\u{1}")]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn cursors_are_read_back(values in prop::collection::vec(prop::option::of("[^\u{1}\u{2}]{0,9}"), 1..5)) {
            let text = PageCursor::encode(values.iter().map(Option::as_deref)).unwrap();
            prop_assert!(!text.contains('.'));
            prop_assert_eq!(PageCursor::parse(&text).unwrap(), PageCursor(values));
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = PageCursor::parse(&text);
        }
    }
}
