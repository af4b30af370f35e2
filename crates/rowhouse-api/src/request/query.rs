//! The query string of a read.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::filter::{Allowance, Condition, Filter, Group, is_test};
use super::key::{About, Key};
use super::name::Name;
use super::order::Order;
use super::page::PageCursor;
use super::select::Select;
use super::value::Place;

/// How much a client may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of the query string.
    pub query_bytes: usize,
    /// How deep relations may be embedded.
    pub depth: usize,
    /// How many filters there may be.
    pub filters: usize,
    /// How deep `and` and `or` may be nested.
    pub filter_depth: usize,
}

/// A read, as the client wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// What the objects hold; none where the client left it to the resource.
    pub select: Option<Select>,
    /// Which rows, of the rows themselves and of embedded ones.
    pub windows: Vec<Window>,
    /// Where the page before ended: the `cursor` of a `Link` header.
    pub cursor: Option<PageCursor>,
}

/// Which of the rows, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// The embedded relation it is for, from the outside in; empty for the rows themselves.
    pub path: Vec<Name>,
    /// What the rows must meet, all of it.
    pub conditions: Vec<Condition>,
    /// In which order.
    pub order: Option<Order>,
    /// How many at most.
    pub limit: Option<i64>,
    /// How many to pass over first.
    pub offset: Option<i64>,
}

impl Read {
    /// Reads a raw query string, without its question mark.
    ///
    /// # Errors
    /// [`RequestError`]: everything that is not understood is refused, nothing is passed over.
    pub fn parse(query: &str, bounds: Bounds) -> Result<Self, RequestError> {
        if query.len() > bounds.query_bytes {
            return Err(RequestError::TooLong(bounds.query_bytes));
        }
        let mut read = Self::default();
        let mut allowed = Allowance {
            depth: 0,
            deepest: bounds.filter_depth,
            filters: 0,
            most: bounds.filters,
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decoded(key)?, decoded(value)?);
            match &*key {
                "select" => read.select(&key, &value, bounds.depth)?,
                // A filter of a column of that name has a full stop behind its operator.
                "cursor" if !value.contains('.') => {
                    once(&mut read.cursor, &key, Some(PageCursor::parse(&value)?))?;
                }
                // They are about content. What is a filter is never passed over.
                "columns" | "on_conflict" if !is_test(&value) => {}
                _ => read.window_parameter(&key, &value, &mut allowed)?,
            }
        }
        Ok(read)
    }

    /// The window of the embedded relation at `path`, if the client gave one.
    pub fn window(&self, path: &[Name]) -> Option<&Window> {
        self.windows.iter().find(|window| window.path == path)
    }

    fn select(&mut self, key: &str, value: &str, depth: usize) -> Result<(), RequestError> {
        let select = Select::parse(key, value, depth)?;
        // As in PostgREST, an empty `select` is none.
        let select = Some(select).filter(|select| !select.items.is_empty());
        once(&mut self.select, key, select)
    }

    fn window_parameter(
        &mut self,
        key: &str,
        value: &str,
        allowed: &mut Allowance,
    ) -> Result<(), RequestError> {
        let Key { path, about } = Key::parse(key)?;
        let window = self.window_mut(path);
        match about {
            About::Order if value.is_empty() => Ok(()),
            About::Order => once(&mut window.order, key, Some(Order::parse(key, value)?)),
            About::Limit => once(&mut window.limit, key, Some(limit(key, value)?)),
            About::Offset => once(&mut window.offset, key, Some(count(key, value)?.max(0))),
            About::Group {
                negated,
                connective,
            } => {
                let mut cursor = Cursor::new(key, value);
                let group = Group::after(negated, connective, &mut cursor, allowed)?;
                // One parenthesis too many is common, and changes nothing.
                while cursor.eat(")") || cursor.eat(" ") {}
                cursor.end(expected::END)?;
                window.conditions.push(Condition::Group(group));
                Ok(())
            }
            About::Column(path) => {
                allowed.one_more()?;
                let mut cursor = Cursor::new(key, value);
                let filter = Filter::after(path, &mut cursor, Place::Parameter)?;
                cursor.end(expected::END)?;
                window.conditions.push(Condition::Filter(filter));
                Ok(())
            }
        }
    }

    fn window_mut(&mut self, path: Vec<Name>) -> &mut Window {
        let known = self.windows.iter().position(|window| window.path == path);
        let index = known.unwrap_or_else(|| {
            self.windows.push(Window {
                path,
                ..Window::default()
            });
            self.windows.len() - 1
        });
        &mut self.windows[index]
    }
}

pub(super) fn once<T>(
    slot: &mut Option<T>,
    key: &str,
    value: Option<T>,
) -> Result<(), RequestError> {
    if slot.is_some() {
        return Err(RequestError::Repeated(key.to_owned()));
    }
    *slot = value;
    Ok(())
}

fn limit(parameter: &str, value: &str) -> Result<i64, RequestError> {
    match count(parameter, value)? {
        ..0 => Err(RequestError::NegativeLimit),
        limit => Ok(limit),
    }
}

fn count(parameter: &str, value: &str) -> Result<i64, RequestError> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let count = value
        .parse::<i64>()
        .ok()
        .filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
    count.ok_or_else(|| RequestError::Count {
        parameter: parameter.to_owned(),
        value: value.to_owned(),
    })
}

/// Percent escapes and plus signs, as HTML forms and every client library write them.
pub(super) fn decoded(text: &str) -> Result<Cow<'_, str>, RequestError> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let broken = || RequestError::Encoding(text.chars().take(40).collect());
    let hex = |byte: Option<u8>| {
        byte.and_then(|b| char::from(b).to_digit(16))
            .ok_or_else(broken)
    };
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => (hex(bytes.next())? * 16 + hex(bytes.next())?) as u8,
            other => other,
        });
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        query_bytes: 200,
        depth: 3,
        filters: 4,
        filter_depth: 2,
    };

    fn parse(query: &str) -> Result<Read, RequestError> {
        Read::parse(query, BOUNDS)
    }

    fn refused(query: &str) -> String {
        parse(query).unwrap_err().to_string()
    }

    #[test]
    fn windows_belong_to_their_relation() {
        let read =
            parse("order=a.desc&items.order=title&items.limit=3&items.tags.offset=1&limit=9");
        let read = read.unwrap();
        let at = |names: &[&str]| {
            let path: Vec<Name> = names.iter().copied().map(Name::new).collect();
            read.window(&path).unwrap().clone()
        };
        assert_eq!(at(&[]).limit, Some(9));
        assert_eq!(at(&["items"]).order.unwrap().to_string(), "title");
        assert_eq!(at(&["items"]).limit, Some(3));
        assert_eq!(at(&["items", "tags"]).offset, Some(1));
    }

    #[test]
    fn escapes_are_decoded_once() {
        let read = parse("select=%22a%2Cb%22,c+d,%2525")
            .unwrap_err()
            .to_string();
        assert_eq!(
            read,
            "select, character 11: found '%', expected \"...\", field name (* or [a..z0..9_$]), \"*\" or \"count()\""
        );
        let read = parse("select=%22a%2Cb%22,c+d").unwrap();
        assert_eq!(read.select.unwrap().to_string(), "\"a,b\",c d");
        assert_eq!(
            refused("select=%f"),
            "the query string is not percent-encoded UTF-8 near \"%f\""
        );
        assert!(refused("select=%ff").contains("not percent-encoded UTF-8"));
    }

    #[test]
    fn nothing_is_passed_over() {
        assert_eq!(parse("columns=a&on_conflict=b,").unwrap(), Read::default());
        assert_eq!(parse("columns=eq.a").unwrap().windows.len(), 1);
        assert_eq!(
            refused("title=x"),
            "title, character 1: found 'x', expected \"not\" or operator (eq, gt, ...)"
        );
        assert_eq!(
            refused("selct=a"),
            "selct, character 1: found 'a', expected \"not\" or operator (eq, gt, ...)"
        );
        assert_eq!(
            refused("limit=1&limit=2"),
            "the parameter \"limit\" is given more than once"
        );
        assert_eq!(refused("limit=-1"), "limit is below zero");
        assert_eq!(parse("offset=-4").unwrap().windows[0].offset, Some(0));
        assert!(refused("limit=").starts_with("limit: \"\" is not a whole number"));
        assert!(refused("items.offset=+1").contains("is not a whole number"));
        assert!(refused("items..order=a").contains("expected field name"));
        assert_eq!(
            refused(&"&".repeat(201)),
            "the query string is longer than 200 bytes"
        );
        assert_eq!(
            refused("select=a(b(c(d(e))))"),
            "relations are embedded more than 3 deep"
        );
        assert_eq!(
            refused("a=eq.1&b=eq.2&or=(c.eq.3,d.eq.4,e.eq.5)"),
            "there are more than 4 filters"
        );
        assert_eq!(
            refused("or=(and(or(a.eq.1,b.eq.2)))"),
            "and and or are nested more than 2 deep"
        );
    }

    #[test]
    fn an_empty_select_is_none() {
        assert_eq!(parse("select=").unwrap(), Read::default());
        assert_eq!(parse("").unwrap(), Read::default());
    }
}
