//! A place in a parameter's text.

use super::error::{Found, RequestError};
use super::name::{Name, is_plain};

#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    parameter: &'a str,
    text: &'a str,
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(parameter: &'a str, text: &'a str) -> Self {
        Self {
            parameter,
            text,
            rest: text,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn starts_with(&self, token: &str) -> bool {
        self.rest.starts_with(token)
    }

    /// Goes past `token` if it stands here.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(super) fn expect(
        &mut self,
        token: &str,
        expected: &'static str,
    ) -> Result<(), RequestError> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    pub(super) fn end(&self, expected: &'static str) -> Result<(), RequestError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    /// A name, plain or in double quotes.
    pub(super) fn name(&mut self, expected: &'static str) -> Result<Name, RequestError> {
        if self.eat("\"") {
            self.quoted_name()
        } else {
            self.plain_name(expected)
        }
    }

    /// A key of a JSON object, plain or in double quotes. A plain one may hold all but what goes on behind it.
    pub(super) fn key(&mut self, expected: &'static str) -> Result<Name, RequestError> {
        if self.eat("\"") {
            self.quoted_name()
        } else {
            self.bare(expected, |character| {
                !matches!(character, '(' | ')' | '-' | ':' | '.' | ',' | '>' | '\0')
            })
        }
    }

    /// A name without quotes: it may hold blanks and dashes, but not begin or end with one.
    pub(super) fn plain_name(&mut self, expected: &'static str) -> Result<Name, RequestError> {
        self.bare(expected, is_plain)
    }

    fn bare(
        &mut self,
        expected: &'static str,
        is_plain: impl Fn(char) -> bool,
    ) -> Result<Name, RequestError> {
        let mut end = 0;
        let mut chars = self.rest.char_indices().peekable();
        while let Some((at, character)) = chars.next() {
            let before_plain = chars.peek().is_some_and(|&(_, next)| is_plain(next));
            let within = !self.rest[..at].trim_start_matches(' ').is_empty();
            let dash = character == '-' && within && before_plain;
            if !is_plain(character) && !dash {
                break;
            }
            end = at + character.len_utf8();
        }
        let name = self.rest[..end].trim_matches(' ');
        if name.is_empty() {
            return Err(self.error(expected));
        }
        self.rest = &self.rest[end..];
        Ok(Name::new(name))
    }

    fn quoted_name(&mut self) -> Result<Name, RequestError> {
        let Some(name) = self.quoted() else {
            self.rest = "";
            return Err(self.error("a closing double quote"));
        };
        if name.is_empty() {
            return Err(self.error("a name between double quotes"));
        }
        if name.contains('\0') {
            return Err(self.error("a name without a zero byte"));
        }
        Ok(Name::new(name))
    }

    /// The text behind an opening double quote, up to the closing one; `\` escapes what follows.
    pub(super) fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.next()?),
                character => text.push(character),
            }
        }
    }

    /// A word of small and capital letters and underscores; empty where there is none.
    pub(super) fn word(&mut self) -> &'a str {
        let ends = |c: char| !c.is_ascii_alphabetic() && c != '_';
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// What stands before the first of these characters, or everything.
    pub(super) fn until(&mut self, stops: &[char]) -> &'a str {
        let end = self.rest.find(stops).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }

    /// A whole number where an index can stand; nothing is passed when it is something else.
    pub(super) fn index(&mut self) -> Option<i32> {
        let digits = self.rest.strip_prefix('-').unwrap_or(self.rest);
        let len = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let (number, after) = self.rest.split_at(self.rest.len() - digits.len() + len);
        // `->0key` is a key that begins with a digit.
        let ends = match after.chars().next() {
            None | Some('.' | ',' | ')' | ':') => true,
            Some('-') => after.starts_with("->"),
            Some(_) => false,
        };
        let index = number.parse().ok().filter(|_| ends)?;
        self.rest = after;
        Some(index)
    }

    /// No word stands here, although one could that begins as this one does: what differs from it was found.
    pub(super) fn error_within(&self, word: &str, expected: &'static str) -> RequestError {
        let mut error = self.error(expected);
        if let RequestError::Syntax { found, .. } = &mut error {
            let common = self.rest.chars().zip(word.chars());
            let same = common.take_while(|(ours, theirs)| ours == theirs).count();
            *found = self
                .rest
                .chars()
                .nth(same)
                .map_or(Found::End, Found::Character);
        }
        error
    }

    pub(super) fn error(&self, expected: &'static str) -> RequestError {
        let read = &self.text[..self.text.len() - self.rest.len()];
        RequestError::Syntax {
            parameter: self.parameter.to_owned(),
            text: self.text.to_owned(),
            position: read.chars().count() + 1,
            found: self.peek().map_or(Found::End, Found::Character),
            expected,
        }
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let character = chars.next();
        self.rest = chars.as_str();
        character
    }
}
