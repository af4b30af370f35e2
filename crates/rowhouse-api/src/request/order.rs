//! `order`: `title.desc.nullslast,owner(name)`.

use std::fmt;

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::name::Name;
use super::path::Path;

/// The order of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The first decides first.
    pub terms: Vec<Term>,
}

/// One thing rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// An embedded to-one relation whose column it is.
    pub relation: Option<Name>,
    /// The column.
    pub path: Path,
    /// Upwards unless said otherwise.
    pub direction: Option<Direction>,
    /// Where nulls go; unless said otherwise they count as the largest.
    pub nulls: Option<Nulls>,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// Where nulls go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}

impl Order {
    /// Reads the text of the parameter `parameter`.
    ///
    /// # Errors
    /// [`RequestError::Syntax`].
    pub fn parse(parameter: &str, text: &str) -> Result<Self, RequestError> {
        let mut cursor = Cursor::new(parameter, text);
        let mut terms = Vec::new();
        loop {
            cursor.skip_blanks();
            terms.push(Term::parse(&mut cursor)?);
            cursor.skip_blanks();
            if !cursor.eat(",") {
                let last = terms.last();
                cursor.end(if last.is_some_and(|term| term.nulls.is_some()) {
                    expected::NEXT_OR_END
                } else {
                    expected::AFTER_TERM
                })?;
                return Ok(Self { terms });
            }
        }
    }
}

impl Term {
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, RequestError> {
        let name = cursor.name(expected::FIELD)?;
        let (relation, path) = if cursor.eat("(") {
            let path = Path::parse(cursor, expected::FIELD)?;
            cursor.expect(")", expected::CLOSING)?;
            (Some(name), path)
        } else {
            (None, Path::after(name, cursor)?)
        };
        let direction = if cursor.eat(".asc") {
            Some(Direction::Asc)
        } else if cursor.eat(".desc") {
            Some(Direction::Desc)
        } else {
            None
        };
        let nulls = if cursor.eat(".nullsfirst") {
            Some(Nulls::First)
        } else if cursor.eat(".nullslast") {
            Some(Nulls::Last)
        } else {
            None
        };
        if nulls.is_none() && cursor.starts_with(".") {
            return Err(unknown_word(cursor, direction.is_some()));
        }
        Ok(Self {
            relation,
            path,
            direction,
            nulls,
        })
    }
}

/// Behind a full stop: the first character that is not as in the first word that could stand there.
fn unknown_word(cursor: &mut Cursor<'_>, directed: bool) -> RequestError {
    cursor.eat(".");
    let (word, expected) = if directed {
        ("nullsfirst", expected::NULLS)
    } else {
        ("asc", expected::DIRECTION)
    };
    cursor.error_within(word, expected)
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (
            index,
            Term {
                relation,
                path,
                direction,
                nulls,
            },
        ) in self.terms.iter().enumerate()
        {
            if index > 0 {
                f.write_str(",")?;
            }
            match relation {
                Some(relation) => write!(f, "{relation}({path})")?,
                None => write!(f, "{path}")?,
            }
            f.write_str(match direction {
                Some(Direction::Asc) => ".asc",
                Some(Direction::Desc) => ".desc",
                None => "",
            })?;
            f.write_str(match nulls {
                Some(Nulls::First) => ".nullsfirst",
                Some(Nulls::Last) => ".nullslast",
                None => "",
            })?;
        }
        Ok(())
    }
}
