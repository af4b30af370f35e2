//! The values of filters.

use std::fmt;

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;

/// Where a filter stands, which decides where its value ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a parameter of its own: the value is the rest of it, quotes and all.
    Parameter,
    /// Between the parentheses of a group: a comma or parenthesis ends a value that is not quoted.
    Tree,
}

/// A value.
pub(super) fn single(cursor: &mut Cursor<'_>, place: Place) -> String {
    match place {
        Place::Parameter => cursor.until(&[]).to_owned(),
        Place::Tree => quoted(cursor)
            .or_else(|| array(cursor))
            .unwrap_or_else(|| cursor.until(&[',', ')']).to_owned()),
    }
}

/// `(a,"b,c")`; of nothing at all, the empty list.
pub(super) fn list(cursor: &mut Cursor<'_>) -> Result<Vec<String>, RequestError> {
    cursor.skip_blanks();
    cursor.expect("(", expected::OPENING)?;
    cursor.skip_blanks();
    let mut values = Vec::new();
    loop {
        values.push(quoted(cursor).unwrap_or_else(|| cursor.until(&[',', ')']).to_owned()));
        if !cursor.eat(",") {
            break;
        }
    }
    cursor.expect(")", expected::NEXT_OR_CLOSING)?;
    cursor.skip_blanks();
    if values == [""] {
        values.clear();
    }
    Ok(values)
}

/// A quoted value, where nothing follows it but the end of its place.
fn quoted(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut ahead = cursor.clone();
    if !ahead.eat("\"") {
        return None;
    }
    let value = ahead.quoted()?;
    let ended = matches!(ahead.peek(), None | Some(',' | ')'));
    ended.then(|| {
        *cursor = ahead;
        value
    })
}

/// An array's text, braces and all.
fn array(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut ahead = cursor.clone();
    if !ahead.eat("{") {
        return None;
    }
    let inner = ahead.until(&['}']).to_owned();
    ahead.eat("}").then(|| {
        *cursor = ahead;
        format!("{{{inner}}}")
    })
}

/// Writes a value so that it is read as one wherever it stands.
pub(super) fn write_quoted(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    f.write_str("\"")?;
    for character in value.chars() {
        if matches!(character, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{character}")?;
    }
    f.write_str("\"")
}
