//! The query string of a read.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::error::RequestError;
use super::name::Name;
use super::order::Order;
use super::select::Select;

/// How much a client may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of the query string.
    pub query_bytes: usize,
    /// How deep relations may be embedded.
    pub depth: usize,
}

/// A read, as the client wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// What the objects hold; none where the client left it to the resource.
    pub select: Option<Select>,
    /// Order and bounds, of the rows themselves and of embedded ones.
    pub windows: Vec<Window>,
}

/// Which of the rows, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Window {
    /// The embedded relation it is for, from the outside in; empty for the rows themselves.
    pub path: Vec<Name>,
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
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            read.parameter(&decoded(key)?, &decoded(value)?, bounds)?;
        }
        Ok(read)
    }

    /// The window of the embedded relation at `path`, if the client gave one.
    pub fn window(&self, path: &[Name]) -> Option<&Window> {
        self.windows.iter().find(|window| window.path == path)
    }

    fn parameter(&mut self, key: &str, value: &str, bounds: Bounds) -> Result<(), RequestError> {
        if key == "select" {
            let select = Select::parse(key, value, bounds.depth)?;
            // As in PostgREST, an empty `select` is none.
            let select = Some(select).filter(|select| !select.items.is_empty());
            return once(&mut self.select, key, select);
        }
        let (path, word) = key.rsplit_once('.').unwrap_or(("", key));
        if !matches!(word, "order" | "limit" | "offset") {
            return Err(RequestError::UnknownParameter(key.to_owned()));
        }
        let window = self.window_mut(embed_path(key, path)?);
        match word {
            "order" if value.is_empty() => Ok(()),
            "order" => once(&mut window.order, key, Some(Order::parse(key, value)?)),
            "limit" => once(&mut window.limit, key, Some(count(key, value)?)),
            _ => once(&mut window.offset, key, Some(count(key, value)?)),
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

fn once<T>(slot: &mut Option<T>, key: &str, value: Option<T>) -> Result<(), RequestError> {
    if slot.is_some() {
        return Err(RequestError::Repeated(key.to_owned()));
    }
    *slot = value;
    Ok(())
}

fn embed_path(parameter: &str, path: &str) -> Result<Vec<Name>, RequestError> {
    let mut names = Vec::new();
    if path.is_empty() {
        return Ok(names);
    }
    let mut cursor = Cursor::new(parameter, path);
    loop {
        names.push(cursor.name("an embedded relation")?);
        if !cursor.eat(".") {
            cursor.end("a full stop")?;
            return Ok(names);
        }
    }
}

fn count(parameter: &str, value: &str) -> Result<i64, RequestError> {
    let count = value
        .parse::<i64>()
        .ok()
        .filter(|_| value.bytes().all(|b| b.is_ascii_digit()));
    count.ok_or_else(|| RequestError::Count {
        parameter: parameter.to_owned(),
        value: value.to_owned(),
    })
}

/// Percent escapes and plus signs, as HTML forms and every client library write them.
fn decoded(text: &str) -> Result<Cow<'_, str>, RequestError> {
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
            "select, character 11: found '%', expected a column, a relation or *"
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
        assert_eq!(
            refused("title=eq.x"),
            "the parameter \"title\" is not understood"
        );
        assert_eq!(
            refused("selct=a"),
            "the parameter \"selct\" is not understood"
        );
        assert_eq!(
            refused("limit=1&limit=2"),
            "the parameter \"limit\" is given more than once"
        );
        assert!(refused("limit=-1").starts_with("limit: \"-1\" is not a whole number"));
        assert!(refused("limit=").starts_with("limit: \"\" is not a whole number"));
        assert!(refused("items.offset=+1").contains("is not a whole number"));
        assert!(refused("items..order=a").contains("expected an embedded relation"));
        assert_eq!(
            refused(&"&".repeat(201)),
            "the query string is longer than 200 bytes"
        );
        assert_eq!(
            refused("select=a(b(c(d(e))))"),
            "relations are embedded more than 3 deep"
        );
    }

    #[test]
    fn an_empty_select_is_none() {
        assert_eq!(parse("select=").unwrap(), Read::default());
        assert_eq!(parse("").unwrap(), Read::default());
    }
}
