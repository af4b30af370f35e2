//! The content of a write: rows, in one of the forms a client may send.
//!
//! Whatever the form, the rows become one JSON array of objects, which the server reads: numbers
//! keep every digit, and each value is read as its column's type reads text. Here it is only seen
//! that the content is sound, which members it has, and that no row names another tenant. The
//! values of a single row are kept one by one as well: the server takes those faster than JSON.

mod csv;
mod form;
mod json;

use std::fmt;

pub use json::Scalar;

/// A table has no more columns.
const MOST_MEMBERS: usize = 1600;

/// Wider rows are not taken apart value by value.
const MOST_BY_ONE: usize = 64;

/// No column has a longer name, in bytes.
const LONGEST_NAME: usize = 63;

/// Rows to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// A JSON array of objects.
    pub rows: String,
    /// How many there are.
    pub count: usize,
    /// The members that at least one row has.
    pub members: Vec<String>,
    /// Their values, in the same order, where there is one row.
    pub values: Vec<Scalar>,
    /// All rows have the same members.
    pub uniform: bool,
    /// A row has a value in the watched member that it may not have.
    pub foreign: bool,
}

/// The form of a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An object, or an array of objects.
    Json,
    /// Comma-separated lines, the first of which has the names.
    Csv,
    /// An HTML form: one row of texts.
    UrlEncoded,
}

/// Content that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// Not of the form that was announced; where.
    #[error("the content is not {form}: {reason}")]
    Malformed {
        /// What it should have been.
        form: &'static str,
        /// What was met, and where.
        reason: String,
    },
    /// Rows with other members than the first, where nothing says which are meant.
    #[error("not all objects have the same keys")]
    Uneven,
    /// Lines with more or fewer fields than the first.
    #[error("line {line} has {fields} fields, not {expected}")]
    UnevenLine {
        /// The line, from 1.
        line: usize,
        /// How many it has.
        fields: usize,
        /// How many the first one has.
        expected: usize,
    },
    /// More members than a table can have columns.
    #[error("the rows have more than {MOST_MEMBERS} keys")]
    TooWide,
    /// A key that no column can have, as its name is too long.
    #[error("no column has a name of more than {LONGEST_NAME} bytes: {0:?}")]
    LongName(String),
    /// A form nobody reads.
    #[error("content of the type {0} is not accepted")]
    Form(String),
}

/// A member to look at, and what its values may be.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// The member.
    pub member: &'a str,
    /// Whether it may be this.
    pub accepts: &'a dyn Fn(&Scalar) -> bool,
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&self.member).finish()
    }
}

impl Form {
    /// The form that a `Content-Type` announces; JSON where there is none.
    ///
    /// # Errors
    /// [`ContentError::Form`].
    pub fn of(content_type: Option<&str>) -> Result<Self, ContentError> {
        let Some(content_type) = content_type else {
            return Ok(Self::Json);
        };
        let name = content_type.split(';').next().unwrap_or_default().trim();
        match name.to_ascii_lowercase().as_str() {
            "" | "application/json" | "*/*" => Ok(Self::Json),
            "text/csv" => Ok(Self::Csv),
            "application/x-www-form-urlencoded" => Ok(Self::UrlEncoded),
            name if name.starts_with("application/vnd.pgrst.") => Ok(Self::Json),
            name => Err(ContentError::Form(name.to_owned())),
        }
    }
}

impl Content {
    /// Reads content of a form.
    ///
    /// # Errors
    /// [`ContentError`].
    pub fn parse(
        form: Form,
        content: &[u8],
        watch: Option<Watch<'_>>,
    ) -> Result<Self, ContentError> {
        let text = std::str::from_utf8(content).map_err(|error| ContentError::Malformed {
            form: "UTF-8",
            reason: format!("byte {} is none of a character", error.valid_up_to() + 1),
        })?;
        match form {
            Form::Json => json::parse(text, watch),
            Form::Csv => json::parse(&csv::to_json(text)?, watch),
            Form::UrlEncoded => json::parse(&form::to_json(text)?, watch),
        }
    }

    /// The texts of these members' values, `None` for a null, where there is one row that has all
    /// of them and each is a [`Scalar`] with a text.
    pub fn texts(&self, members: &[String]) -> Option<Vec<Option<&str>>> {
        let text = |member: &String| {
            let place = self.members.iter().position(|known| known == member)?;
            match self.values.get(place)? {
                Scalar::Null => Some(None),
                Scalar::Text(text) => Some(Some(text.as_str())),
                Scalar::Other => None,
            }
        };
        let few = members.len() <= MOST_BY_ONE && self.members.len() <= MOST_BY_ONE;
        let texts = members.iter().filter(|_| few).map(text);
        texts
            .collect::<Option<Vec<_>>>()
            .filter(|texts| !texts.is_empty())
    }

    /// Whether every row has the same members, or it is said which are meant.
    ///
    /// # Errors
    /// [`ContentError::Uneven`].
    pub fn check_even(&self, columns_given: bool) -> Result<(), ContentError> {
        if self.uniform || columns_given {
            Ok(())
        } else {
            Err(ContentError::Uneven)
        }
    }
}
