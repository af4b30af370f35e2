//! Filters: `price=gte.10`, `not.in.(a,"b,c")`, `or=(a.eq.1,not.and(b.gt.2,c.is.null))`.

use std::fmt;

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::operator::{Comparison, Connective, Is, Quantifier, Search};
use super::path::Path;
use super::value::{self, Place};

/// A condition that rows must meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Of one column.
    Filter(Filter),
    /// Of several conditions.
    Group(Group),
}

/// Conditions joined by `and` or `or`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Whether rows must not meet it.
    pub negated: bool,
    /// How they are joined.
    pub connective: Connective,
    /// At least one.
    pub conditions: Vec<Condition>,
}

/// A condition of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The column, or what is found in it; or an embedded relation, for `is.null`.
    pub path: Path,
    /// Whether rows must not meet it.
    pub negated: bool,
    /// What is asked of it.
    pub test: Test,
}

/// What is asked of a column. Values are text, as the client wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A comparison; with a quantifier, `value` is an array's text: `{a,b}`.
    Compare {
        /// Which one.
        comparison: Comparison,
        /// For several values at once.
        quantifier: Option<Quantifier>,
        /// With what.
        value: String,
    },
    /// It is one of these.
    In(Vec<String>),
    /// It is null, or a truth value.
    Is(Is),
    /// Its words match a search.
    Search {
        /// How the text is read.
        search: Search,
        /// The text search configuration.
        language: Option<String>,
        /// What is searched for.
        value: String,
    },
}

/// How much of it there may be.
#[derive(Debug)]
pub(super) struct Allowance {
    pub(super) depth: usize,
    pub(super) deepest: usize,
    pub(super) filters: usize,
    pub(super) most: usize,
}

impl Allowance {
    pub(super) fn one_more(&mut self) -> Result<(), RequestError> {
        self.filters += 1;
        if self.filters > self.most {
            return Err(RequestError::TooManyFilters(self.most));
        }
        Ok(())
    }
}

impl Filter {
    /// The rest of a filter, behind its column.
    pub(super) fn after(
        path: Path,
        cursor: &mut Cursor<'_>,
        place: Place,
    ) -> Result<Self, RequestError> {
        let negated = cursor.eat("not.");
        let test = Test::parse(cursor, place)?;
        Ok(Self {
            path,
            negated,
            test,
        })
    }
}

/// Whether a parameter's value begins as a filter does.
pub(super) fn is_test(value: &str) -> bool {
    let mut cursor = Cursor::new("", value);
    cursor.eat("not.");
    let word = cursor.word();
    let known = matches!(word, "in" | "is")
        || Search::of_word(word).is_some()
        || Comparison::of_word(word).is_some();
    known && (cursor.starts_with(".") || cursor.starts_with("("))
}

impl Test {
    fn parse(cursor: &mut Cursor<'_>, place: Place) -> Result<Self, RequestError> {
        let unknown = cursor.error(expected::OPERATOR);
        let word = cursor.word();
        if let Some(search) = Search::of_word(word) {
            let language = if cursor.eat("(") {
                let language = cursor.until(&[')']).to_owned();
                cursor.expect(")", expected::CLOSING)?;
                Some(language)
            } else {
                None
            };
            cursor.expect(".", expected::DELIMITER)?;
            let value = value::single(cursor, place);
            return Ok(Self::Search {
                search,
                language,
                value,
            });
        }
        if let Some(comparison) = Comparison::of_word(word) {
            let quantifier = if comparison.is_quantifiable() {
                Quantifier::parse(cursor)
            } else {
                None
            };
            cursor.expect(".", expected::DELIMITER)?;
            let value = value::single(cursor, place);
            return Ok(Self::Compare {
                comparison,
                quantifier,
                value,
            });
        }
        match word {
            "in" => {
                cursor.expect(".", expected::DELIMITER)?;
                value::list(cursor).map(Self::In)
            }
            "is" => {
                cursor.expect(".", expected::DELIMITER)?;
                let wrong = cursor.error(expected::IS);
                Is::of_word(&cursor.word().to_ascii_lowercase())
                    .map(Self::Is)
                    .ok_or(wrong)
            }
            _ => Err(unknown),
        }
    }
}

impl Group {
    /// What stands between the parentheses of `or=(…)`; `negated` and `connective` were read.
    pub(super) fn after(
        negated: bool,
        connective: Connective,
        cursor: &mut Cursor<'_>,
        allowed: &mut Allowance,
    ) -> Result<Self, RequestError> {
        if allowed.depth >= allowed.deepest {
            return Err(RequestError::FiltersTooDeep(allowed.deepest));
        }
        allowed.depth += 1;
        cursor.skip_blanks();
        cursor.expect("(", expected::OPENING)?;
        let mut conditions = Vec::new();
        loop {
            cursor.skip_blanks();
            conditions.push(Condition::parse(cursor, allowed)?);
            cursor.skip_blanks();
            if !cursor.eat(",") {
                cursor.expect(")", expected::NEXT_OR_CLOSING)?;
                break;
            }
        }
        allowed.depth -= 1;
        Ok(Self {
            negated,
            connective,
            conditions,
        })
    }
}

impl Condition {
    fn parse(cursor: &mut Cursor<'_>, allowed: &mut Allowance) -> Result<Self, RequestError> {
        for (token, negated, connective) in [
            ("and", false, Connective::And),
            ("or", false, Connective::Or),
            ("not.and", true, Connective::And),
            ("not.or", true, Connective::Or),
        ] {
            // A column may have such a name; then a full stop follows.
            let mut ahead = cursor.clone();
            let is_word = ahead.eat(token);
            ahead.skip_blanks();
            if is_word && ahead.peek() == Some('(') {
                *cursor = ahead;
                return Group::after(negated, connective, cursor, allowed).map(Self::Group);
            }
        }
        allowed.one_more()?;
        let start = cursor.clone();
        let path = Path::parse(cursor, expected::CONDITION)?;
        if !cursor.eat(".") {
            return Err(not_a_filter(start, cursor));
        }
        let what = cursor.clone();
        let is_not = path.column.as_str() == "not" && start.starts_with("not.");
        let filter = Filter::after(path, cursor, Place::Tree);
        filter.map(Self::Filter).map_err(|error| {
            let connective = what.error(expected::CONNECTIVE);
            let at_once = error.position() == connective.position();
            if is_not && at_once { connective } else { error }
        })
    }
}

/// Why no filter follows: what begins as `and` or `or` was taken for one of them.
fn not_a_filter(mut start: Cursor<'_>, cursor: &Cursor<'_>) -> RequestError {
    start.eat("not.");
    if start.eat("and") || start.eat("or") {
        start.error(expected::OPENING)
    } else {
        cursor.error(expected::AFTER_FIELD)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filter(filter) => filter.fmt(f),
            Self::Group(group) => group.fmt(f),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "not." } else { "" };
        write!(f, "{not}{}(", self.connective)?;
        for (index, condition) in self.conditions.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{condition}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "not." } else { "" };
        write!(f, "{}.{not}{}", self.path, self.test)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare {
                comparison,
                quantifier,
                value,
            } => {
                write!(f, "{comparison}")?;
                if let Some(quantifier) = quantifier {
                    write!(f, "({quantifier})")?;
                }
                f.write_str(".")?;
                value::write_quoted(f, value)
            }
            Self::In(values) => {
                f.write_str("in.(")?;
                for (index, value) in values.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    value::write_quoted(f, value)?;
                }
                f.write_str(")")
            }
            Self::Is(is) => write!(f, "is.{is}"),
            Self::Search {
                search,
                language,
                value,
            } => {
                write!(f, "{search}")?;
                if let Some(language) = language {
                    write!(f, "({language})")?;
                }
                f.write_str(".")?;
                value::write_quoted(f, value)
            }
        }
    }
}
