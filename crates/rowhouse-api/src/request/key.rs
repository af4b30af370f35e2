//! The names of parameters: what they are about, and of which relation.

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::name::Name;
use super::operator::Connective;
use super::path::Path;

/// A parameter's name, taken apart.
#[derive(Debug)]
pub(super) struct Key {
    /// The embedded relation it is for, from the outside in; empty for the rows themselves.
    pub(super) path: Vec<Name>,
    pub(super) about: About,
}

/// What a parameter is about.
#[derive(Debug)]
pub(super) enum About {
    Order,
    Limit,
    Offset,
    /// `and`, `or`, `not.and`, `not.or`.
    Group {
        negated: bool,
        connective: Connective,
    },
    /// A filter of a column.
    Column(Path),
}

impl Key {
    /// Names in quotes are never words.
    pub(super) fn parse(key: &str) -> Result<Self, RequestError> {
        let mut cursor = Cursor::new(key, key);
        let mut path = Vec::new();
        loop {
            let is_plain = !cursor.starts_with("\"");
            let name = cursor.name(expected::FIELD)?;
            if cursor.eat(".") {
                path.push((name, is_plain));
                continue;
            }
            let column = Path::after(name, &mut cursor)?;
            cursor.end("letter, digit, \"-\", \"->>\", \"->\", \".\" or end of input")?;
            let word = Some(column.column.as_str()).filter(|_| is_plain && column.steps.is_empty());
            let about = match word {
                Some("order") => About::Order,
                Some("limit") => About::Limit,
                Some("offset") => About::Offset,
                Some(word) if let Some(connective) = Connective::of_word(word) => {
                    let negated = path.pop_if(|(name, plain)| *plain && name.as_str() == "not");
                    About::Group {
                        negated: negated.is_some(),
                        connective,
                    }
                }
                _ => About::Column(column),
            };
            let path = path.into_iter().map(|(name, _)| name).collect();
            return Ok(Self { path, about });
        }
    }
}
