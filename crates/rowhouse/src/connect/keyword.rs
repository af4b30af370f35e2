//! `host=db port=5432 password='with blanks'`, by libpq's rules.

use std::iter::Peekable;
use std::str::Chars;

use super::options_error::OptionsError;
use super::settings::Settings;

/// Parses blank-separated `key = value` pairs.
pub(super) fn parse(text: &str) -> Result<Settings, OptionsError> {
    let mut settings = Settings::default();
    let mut chars = text.chars().peekable();
    loop {
        skip_blanks(&mut chars);
        if chars.peek().is_none() {
            return Ok(settings);
        }
        let key = read_key(&mut chars)?;
        skip_blanks(&mut chars);
        let value = match chars.next_if_eq(&'\'') {
            Some(_) => read_quoted(&mut chars)?,
            None => read_plain(&mut chars),
        };
        settings.set(&key, value)?;
    }
}

fn skip_blanks(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(char::is_ascii_whitespace).is_some() {}
}

/// Up to and past the `=`.
fn read_key(chars: &mut Peekable<Chars<'_>>) -> Result<String, OptionsError> {
    let mut key = String::new();
    while let Some(char) = chars.next_if(|char| *char != '=' && !char.is_ascii_whitespace()) {
        key.push(char);
    }
    skip_blanks(chars);
    if chars.next_if_eq(&'=').is_some() && !key.is_empty() {
        return Ok(key);
    }
    // What stands here may be the tail of an unquoted password, so it is not repeated.
    Err(OptionsError::syntax(
        "expected key=value; a value with blanks is written in single quotes",
    ))
}

fn read_quoted(chars: &mut Peekable<Chars<'_>>) -> Result<String, OptionsError> {
    let mut value = String::new();
    while let Some(char) = chars.next() {
        match char {
            '\'' => return Ok(value),
            '\\' => value.extend(chars.next()),
            _ => value.push(char),
        }
    }
    Err(OptionsError::syntax("a quoted value lacks its closing '"))
}

fn read_plain(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut value = String::new();
    while let Some(char) = chars.next_if(|char| !char.is_ascii_whitespace()) {
        if char == '\\' {
            value.extend(chars.next());
        } else {
            value.push(char);
        }
    }
    value
}
