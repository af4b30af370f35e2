//! The query string of a write: that of a read, and what only writes have.

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::name::Name;
use super::query::{Bounds, Read, decoded, once};

/// The parameters of a write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Write {
    /// Which rows are meant, and what of them is answered.
    pub read: Read,
    /// The members of the content that are taken; all of them where absent.
    pub columns: Option<Vec<Name>>,
    /// The columns by which a row is there already; the primary key where absent.
    pub on_conflict: Option<Vec<Name>>,
}

impl Write {
    /// Reads a query string.
    ///
    /// # Errors
    /// As for [`Read::parse`].
    pub fn parse(query: &str, bounds: Bounds) -> Result<Self, RequestError> {
        Self::with(query, bounds, true)
    }

    /// Reads the query string of a write without content: what is about that is passed over.
    ///
    /// # Errors
    /// As for [`Read::parse`].
    pub fn without_content(query: &str, bounds: Bounds) -> Result<Self, RequestError> {
        Self::with(query, bounds, false)
    }

    fn with(query: &str, bounds: Bounds, content: bool) -> Result<Self, RequestError> {
        if query.len() > bounds.query_bytes {
            return Err(RequestError::TooLong(bounds.query_bytes));
        }
        let mut write = Self::default();
        let mut others = Vec::new();
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let key = decoded(key)?;
            match &*key {
                "columns" if content => {
                    once(&mut write.columns, &key, names(&key, &decoded(value)?)?)?;
                }
                "on_conflict" if content => {
                    once(&mut write.on_conflict, &key, names(&key, &decoded(value)?)?)?;
                }
                _ => others.push(pair),
            }
        }
        write.read = Read::parse(&others.join("&"), bounds)?;
        Ok(write)
    }
}

/// Names with commas between them; none where there is nothing.
fn names(parameter: &str, text: &str) -> Result<Option<Vec<Name>>, RequestError> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut cursor = Cursor::new(parameter, text);
    let mut names = Vec::new();
    loop {
        cursor.skip_blanks();
        names.push(cursor.name(expected::FIELD)?);
        cursor.skip_blanks();
        if !cursor.eat(",") {
            break;
        }
    }
    cursor.end(expected::NEXT_OR_END)?;
    Ok(Some(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<Write, RequestError> {
        Write::parse(query, crate::config::Limits::default().bounds())
    }

    #[test]
    fn what_only_writes_have_is_set_apart() {
        let write = parse("columns=a,%22b%2Cc%22&id=eq.1&on_conflict=x&select=id").unwrap();
        let names = |names: &Option<Vec<Name>>| {
            let names = names.iter().flatten().map(Name::as_str);
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(names(&write.columns), ["a", "b,c"]);
        assert_eq!(names(&write.on_conflict), ["x"]);
        assert_eq!(write.read.windows[0].conditions.len(), 1);
        assert_eq!(parse("columns=").unwrap(), Write::default());
        assert_eq!(
            parse("columns=a,").unwrap_err().to_string(),
            "columns, character 3: found the end, expected field name (* or [a..z0..9_$])"
        );
        assert!(parse("columns=a&columns=b").is_err());
    }
}
