//! A column, and the way into it where it holds JSON: `data->items->0->>name`.

use std::fmt;

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::name::Name;

/// A column with the steps into its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The column.
    pub column: Name,
    /// From the outside in; mostly none.
    pub steps: Vec<Step>,
}

/// One step into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where to.
    pub to: Target,
    /// `->>`: the result is text instead of JSON.
    pub as_text: bool,
}

/// A member of an object or an element of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The member of this name.
    Key(Name),
    /// The element at this place; negative counts from the end.
    Index(i32),
}

impl Path {
    pub(super) fn parse(
        cursor: &mut Cursor<'_>,
        expected: &'static str,
    ) -> Result<Self, RequestError> {
        let column = cursor.name(expected)?;
        Self::after(column, cursor)
    }

    /// The rest of a path whose column has been read.
    pub(super) fn after(column: Name, cursor: &mut Cursor<'_>) -> Result<Self, RequestError> {
        let mut steps = Vec::new();
        loop {
            let as_text = cursor.eat("->>");
            if !as_text && !cursor.eat("->") {
                return Ok(Self { column, steps });
            }
            let to = match cursor.index() {
                Some(index) => Target::Index(index),
                None => Target::Key(cursor.key(expected::KEY)?),
            };
            steps.push(Step { to, as_text });
        }
    }

    /// What the path is called in an answer: its last key, else its column.
    pub fn label(&self) -> &Name {
        let mut keys = self.steps.iter().rev().filter_map(|step| match &step.to {
            Target::Key(key) => Some(key),
            Target::Index(_) => None,
        });
        keys.next().unwrap_or(&self.column)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.column)?;
        for Step { to, as_text } in &self.steps {
            f.write_str(if *as_text { "->>" } else { "->" })?;
            match to {
                Target::Index(index) => write!(f, "{index}")?,
                // Digits without quotes would be an index.
                Target::Key(key) if key.as_str().bytes().all(|b| b.is_ascii_digit()) => {
                    key.write_quoted(f)?;
                }
                Target::Key(key) => write!(f, "{key}")?,
            }
        }
        Ok(())
    }
}
