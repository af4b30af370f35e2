//! A call of a function: `/rpc/add?a=1&b=2`, or the same arguments as content.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::filter::is_test;
use super::query::{Bounds, Read, decoded};

/// A function of `PostgreSQL` has no more arguments, whoever built the server as it is built.
const MOST_ARGUMENTS: usize = 100;

/// A call, as the client wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What is asked of the rows that come back.
    pub read: Read,
    /// What the function is given.
    pub given: Arguments,
    /// All of it is in the query string, and `cursor` is no argument: a link can lead to the next
    /// page.
    pub linked: bool,
}

/// What a function is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arguments {
    /// Texts by name: of a query string, or of a form.
    Texts {
        /// Each name once, with its values in their order.
        arguments: Vec<(String, Vec<String>)>,
        /// They were sent as content.
        posted: bool,
    },
    /// JSON.
    Json {
        /// The names of an object's members, each once, as far as they are wanted; none where it
        /// is something else.
        members: Option<Vec<String>>,
        /// The whole of it.
        text: String,
    },
    /// Content for the only argument of a function.
    Text(String),
    /// The same, XML.
    Xml(String),
    /// The same, as bytes.
    Bytes(Vec<u8>),
}

/// The content of a call that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The query string.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The media type is none that is taken.
    #[error("the media type {0:?} is not taken")]
    Media(String),
    /// The content is not what its media type says.
    #[error("the content is not {form}: {reason}")]
    Malformed {
        /// What it should be.
        form: &'static str,
        /// Where it is not.
        reason: String,
    },
    /// A form with more arguments than a function can have.
    #[error("the form has more than {MOST_ARGUMENTS} arguments")]
    TooMany,
}

impl Call {
    /// Reads a query string that holds arguments beside what is asked of the rows; `cursor` is one
    /// of them where a function takes it.
    ///
    /// # Errors
    /// As for [`Read::parse`].
    pub fn of_query(query: &str, bounds: Bounds, takes_cursor: bool) -> Result<Self, RequestError> {
        if query.len() > bounds.query_bytes {
            return Err(RequestError::TooLong(bounds.query_bytes));
        }
        let mut arguments = Vec::new();
        let mut others = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(key)?, decoded(value)?);
            if is_argument(&name, &value) && (takes_cursor || name != "cursor") {
                add(&mut arguments, &name, &value);
            } else {
                others.push(pair);
            }
        }
        Ok(Self {
            read: Read::parse(&others.join("&"), bounds)?,
            given: Arguments::Texts {
                arguments,
                posted: false,
            },
            linked: !takes_cursor,
        })
    }

    /// Reads a query string and the content with the arguments; `media` is the content's type.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn of_content(
        query: &str,
        media: Option<&str>,
        content: &[u8],
        bounds: Bounds,
    ) -> Result<Self, CallError> {
        if query.len() > bounds.query_bytes {
            return Err(RequestError::TooLong(bounds.query_bytes).into());
        }
        let mut columns = None;
        let mut others = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.strip_prefix("columns=") {
                Some(value) if columns.is_none() => columns = Some(names(&decoded(value)?)?),
                Some(_) => return Err(RequestError::Repeated("columns".into()).into()),
                None => others.push(pair),
            }
        }
        let read = Read::parse(&others.join("&"), bounds)?;
        let mut given = Arguments::of_content(media, content)?;
        if let (Some(columns), Arguments::Json { members, .. }) = (columns, &mut given)
            && let Some(members) = members
        {
            *members = columns;
        }
        Ok(Self {
            read,
            given,
            linked: false,
        })
    }
}

impl Arguments {
    fn of_content(media: Option<&str>, content: &[u8]) -> Result<Self, CallError> {
        let media = media.unwrap_or("application/json");
        let name = media.split(';').next().unwrap_or_default().trim();
        match name.to_ascii_lowercase().as_str() {
            "application/octet-stream" => Ok(Self::Bytes(content.to_vec())),
            "text/plain" => Ok(Self::Text(text(content)?.to_owned())),
            "text/xml" | "application/xml" => Ok(Self::Xml(text(content)?.to_owned())),
            "application/x-www-form-urlencoded" => {
                let mut arguments = Vec::new();
                for pair in text(content)?.split('&').filter(|pair| !pair.is_empty()) {
                    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                    add(&mut arguments, &decoded(key)?, &decoded(value)?);
                    // Each is looked for among all there are.
                    if arguments.len() > MOST_ARGUMENTS {
                        return Err(CallError::TooMany);
                    }
                }
                Ok(Self::Texts {
                    arguments,
                    posted: true,
                })
            }
            "application/json" | "*/*" | "" => Self::of_json(content),
            other if other.ends_with("+json") => Self::of_json(content),
            _ => Err(CallError::Media(name.to_owned())),
        }
    }

    /// No content is the empty object, as with a function without arguments.
    fn of_json(content: &[u8]) -> Result<Self, CallError> {
        let text = text(content)?.trim();
        let text = if text.is_empty() { "{}" } else { text };
        let malformed = |error: serde_json::Error| CallError::Malformed {
            form: "JSON",
            reason: error.to_string(),
        };
        let members = if text.starts_with('{') {
            let Members(members) = serde_json::from_str(text).map_err(malformed)?;
            Some(members.into_iter().collect())
        } else {
            serde_json::from_str::<IgnoredAny>(text).map_err(malformed)?;
            None
        };
        Ok(Self::Json {
            members,
            text: text.to_owned(),
        })
    }

    /// The names by which a function is looked for.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Texts { arguments, .. } => {
                arguments.iter().map(|(name, _)| name.as_str()).collect()
            }
            Self::Json { members, .. } => members.iter().flatten().map(String::as_str).collect(),
            Self::Text(_) | Self::Xml(_) | Self::Bytes(_) => Vec::new(),
        }
    }
}

/// The names of an object's members; their values are passed over.
struct Members(BTreeSet<String>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, IgnoredAny)) = map.next_entry()? {
            names.insert(name);
        }
        Ok(Members(names))
    }
}

/// Whether a parameter is an argument: as in `PostgREST`, what is neither a word of its own nor has
/// a filter for a value.
fn is_argument(name: &str, value: &str) -> bool {
    names_argument(name) && !is_test(value)
}

/// Whether an argument of this name can be given in a query string.
pub(crate) fn names_argument(name: &str) -> bool {
    let own = [
        "select",
        "order",
        "limit",
        "offset",
        "and",
        "or",
        "columns",
        "on_conflict",
    ];
    !own.contains(&name) && !name.contains(['.', '"']) && !name.contains("->")
}

fn add(arguments: &mut Vec<(String, Vec<String>)>, name: &str, value: &str) {
    match arguments.iter_mut().find(|(known, _)| known == name) {
        Some((_, values)) => values.push(value.to_owned()),
        None => arguments.push((name.to_owned(), vec![value.to_owned()])),
    }
}

/// Names with commas between them.
fn names(text: &str) -> Result<Vec<String>, RequestError> {
    let mut cursor = Cursor::new("columns", text);
    let mut names = Vec::new();
    loop {
        cursor.skip_blanks();
        let name = cursor.name("an argument")?.as_str().to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
        cursor.skip_blanks();
        if !cursor.eat(",") {
            break;
        }
    }
    cursor.end(expected::NEXT_OR_END)?;
    Ok(names)
}

fn text(content: &[u8]) -> Result<&str, CallError> {
    std::str::from_utf8(content).map_err(|error| CallError::Malformed {
        form: "UTF-8",
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds() -> Bounds {
        crate::config::Limits::default().bounds()
    }

    #[test]
    fn filters_and_words_are_told_from_arguments() {
        let query = "a=1&b=&a=x%26y&id=eq.3&select=id&limit=2&items.title=eq.x&n=not.in.(1)&t=isle";
        let call = Call::of_query(query, bounds(), false).unwrap();
        let texts = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        let arguments = vec![
            ("a".to_owned(), texts(&["1", "x&y"])),
            ("b".to_owned(), texts(&[""])),
            ("t".to_owned(), texts(&["isle"])),
        ];
        assert_eq!(
            call.given,
            Arguments::Texts {
                arguments,
                posted: false
            }
        );
        assert_eq!(call.read.windows[0].conditions.len(), 2);
        assert_eq!(call.read.windows.len(), 2);
    }

    #[test]
    fn a_form_has_no_more_arguments_than_a_function() {
        let form = Some("application/x-www-form-urlencoded");
        let of = |count: usize| {
            let pairs: Vec<String> = (0..count).map(|n| format!("a{n}=1&a{n}=2")).collect();
            let content = pairs.join("&");
            Call::of_content("", form, content.as_bytes(), bounds()).map(|call| call.given)
        };
        assert_eq!(of(MOST_ARGUMENTS).unwrap().names().len(), MOST_ARGUMENTS);
        assert_eq!(of(MOST_ARGUMENTS + 1), Err(CallError::TooMany));
        // Looked for among each other, they would keep a worker from everybody else for minutes.
        assert_eq!(of(500_000), Err(CallError::TooMany));
    }

    #[test]
    fn members_are_arguments_and_columns_choose_among_them() {
        let of = |query, content: &str| {
            Call::of_content(query, None, content.as_bytes(), bounds()).map(|call| call.given)
        };
        let names = |given: &Arguments| given.names().join(",");
        assert_eq!(names(&of("", r#"{"b":1,"a":[{}],"b":2}"#).unwrap()), "a,b");
        assert_eq!(names(&of("columns=a", r#"{"b":1,"a":2}"#).unwrap()), "a");
        assert_eq!(names(&of("", " ").unwrap()), "");
        assert!(matches!(
            of("", "[1]"),
            Ok(Arguments::Json { members: None, .. })
        ));
        for broken in ["{", "{\"a\":}", "nul", "{\"a\":1}x", "\u{feff}{}"] {
            assert!(of("", broken).is_err(), "{broken}");
        }
        let refused = Call::of_content("", Some("image/png"), b"", bounds()).unwrap_err();
        assert_eq!(refused, CallError::Media("image/png".into()));
    }

    #[test]
    fn a_form_has_texts_and_other_content_is_whole() {
        let of = |media, content: &[u8]| Arguments::of_content(Some(media), content);
        let form = of("application/x-www-form-urlencoded", b"a=1+2&a=%33&b=eq.1").unwrap();
        assert_eq!(form.names(), ["a", "b"]);
        assert_eq!(
            of("text/plain; charset=utf-8", b"x"),
            Ok(Arguments::Text("x".into()))
        );
        assert!(of("text/plain", b"\xff").is_err());
        assert_eq!(
            of("application/octet-stream", b"\xff"),
            Ok(Arguments::Bytes(vec![255]))
        );
    }
}
