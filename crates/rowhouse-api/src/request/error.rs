//! Why a request was not understood, for the client who wrote it.

use std::fmt;

/// A request that is not understood; always the client's to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A parameter's text is not in its grammar.
    #[error("{parameter}, character {position}: found {found}, expected {expected}")]
    Syntax {
        /// The parameter it was read from.
        parameter: String,
        /// The whole text.
        text: String,
        /// Where reading stopped: characters of the decoded text, from 1.
        position: usize,
        /// What stood there.
        found: Found,
        /// What could have stood there.
        expected: &'static str,
    },
    /// A parameter that can be given once was given twice.
    #[error("the parameter {0:?} is given more than once")]
    Repeated(String),
    /// Not a whole number of rows.
    #[error("{parameter}: {value:?} is not a whole number")]
    Count {
        /// `limit` or `offset`, with its path.
        parameter: String,
        /// What was given.
        value: String,
    },
    /// A limit below zero.
    #[error("limit is below zero")]
    NegativeLimit,
    /// A range of rows that ends before it begins.
    #[error("the range ends before it begins")]
    Range,
    /// None of the accepted media types can be had.
    #[error("none of these media types are available: {0}")]
    Media(String),
    /// Preferences that are not understood, from a client that wants to know.
    #[error("invalid preferences: {0}")]
    Preferences(String),
    /// Not what the `Link` of a page said.
    #[error("the cursor is not one of a Link header for this order")]
    Cursor,
    /// A broken percent escape, or bytes that are not UTF-8.
    #[error("the query string is not percent-encoded UTF-8 near {0:?}")]
    Encoding(String),
    /// The query string passes the configured length.
    #[error("the query string is longer than {0} bytes")]
    TooLong(usize),
    /// Embedded relations are nested deeper than configured.
    #[error("relations are embedded more than {0} deep")]
    TooDeep(usize),
    /// More filters than configured.
    #[error("there are more than {0} filters")]
    TooManyFilters(usize),
    /// `and` and `or` are nested deeper than configured.
    #[error("and and or are nested more than {0} deep")]
    FiltersTooDeep(usize),
}

impl RequestError {
    /// Where reading stopped, where it was the text of a parameter.
    pub(super) fn position(&self) -> Option<usize> {
        match self {
            Self::Syntax { position, .. } => Some(*position),
            _ => None,
        }
    }
}

/// What a parser met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A character.
    Character(char),
    /// The end of the text.
    End,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character(character) => write!(f, "{character:?}"),
            Self::End => f.write_str("the end"),
        }
    }
}
