//! Names as clients write them.

use std::fmt;

/// A column, relation, alias or hint, as the client named it: not empty, without a zero byte.
///
/// It never becomes SQL; it is looked up among what the catalog holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes the name so that nothing else can be read from it.
    pub(super) fn write_quoted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                f.write_str("\\")?;
            }
            write!(f, "{character}")?;
        }
        f.write_str("\"")
    }

    fn needs_quotes(&self) -> bool {
        // Plain names are cut at their ends, and a dash stands between two other characters.
        let edge = |c: char| c == ' ' || c == '-';
        self.0.starts_with(edge)
            || self.0.ends_with(edge)
            || self.0.contains("--")
            || !self.0.chars().all(|c| c == '-' || is_plain(c))
    }
}

/// A character that needs no quotes.
pub(super) fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | ' ')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.needs_quotes() {
            self.write_quoted(f)
        } else {
            f.write_str(&self.0)
        }
    }
}
