//! `select`: which columns, and which related rows inside of them.

use std::fmt;

use super::cursor::Cursor;
use super::error::RequestError;
use super::expected;
use super::name::Name;
use super::path::Path;

/// What an answer's objects hold, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Select {
    /// Empty for an embedded relation that is joined but not shown: `rel!inner()`.
    pub items: Vec<Item>,
}

/// One item of a `select`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `*`: every column.
    Star,
    /// A column, or something made of one.
    Field(Field),
    /// Related rows.
    Embed(Embed),
}

/// `alias:column->path::cast.function()::cast`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its key in the answer, where it is not the column's name.
    pub alias: Option<Name>,
    /// The column; none only for `count()`.
    pub path: Option<Path>,
    /// The type it is turned into, before it is aggregated.
    pub cast: Option<Name>,
    /// What is computed over the rows.
    pub aggregate: Option<Aggregate>,
}

/// An aggregate of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Which one.
    pub function: Function,
    /// The type its result is turned into.
    pub cast: Option<Name>,
}

/// The aggregates there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Function {
    Avg,
    Count,
    Max,
    Min,
    Sum,
}

/// `alias:relation!hint!inner(select)`, or spread into its parent: `...relation(select)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embed {
    /// Its key in the answer, where it is not the relation's name.
    pub alias: Option<Name>,
    /// The related relation, or the foreign key that leads to it.
    pub relation: Name,
    /// Which of several foreign keys: a constraint, a column or a junction.
    pub hint: Option<Name>,
    /// What becomes of rows that have no related row.
    pub join: Option<Join>,
    /// Its members become members of its parent.
    pub spread: bool,
    /// What its rows hold.
    pub select: Select,
}

/// What becomes of rows that have no related row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// They stay, with `null` or an empty array.
    Left,
    /// They go.
    Inner,
}

impl Function {
    const ALL: [(&str, Self); 5] = [
        ("avg()", Self::Avg),
        ("count()", Self::Count),
        ("max()", Self::Max),
        ("min()", Self::Min),
        ("sum()", Self::Sum),
    ];

    /// Its name, in requests and in SQL.
    pub fn word(self) -> &'static str {
        match self {
            Self::Avg => "avg",
            Self::Count => "count",
            Self::Max => "max",
            Self::Min => "min",
            Self::Sum => "sum",
        }
    }

    fn parse(cursor: &mut Cursor<'_>) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(word, _)| cursor.eat(word))
            .map(|(_, function)| function)
    }
}

impl Select {
    /// Whether nothing is shown: there are only relations that are joined, of which nothing is either.
    pub fn shows_nothing(&self) -> bool {
        let mut items = self.items.iter();
        items.all(|item| matches!(item, Item::Embed(embed) if embed.select.shows_nothing()))
    }

    /// Reads the text of the parameter `parameter`; `depth` is how deep relations may nest.
    ///
    /// # Errors
    /// [`RequestError::Syntax`] and [`RequestError::TooDeep`].
    pub fn parse(parameter: &str, text: &str, depth: usize) -> Result<Self, RequestError> {
        let mut cursor = Cursor::new(parameter, text);
        let select = Reader {
            cursor: &mut cursor,
            deepest: depth,
        }
        .select(0)?;
        cursor.end(expected::AFTER_ITEM)?;
        Ok(select)
    }
}

struct Reader<'c, 'a> {
    cursor: &'c mut Cursor<'a>,
    deepest: usize,
}

impl Reader<'_, '_> {
    fn select(&mut self, depth: usize) -> Result<Select, RequestError> {
        let mut items = Vec::new();
        self.cursor.skip_blanks();
        if self.cursor.peek().is_none_or(|next| next == ')') {
            return Ok(Select { items });
        }
        loop {
            self.cursor.skip_blanks();
            items.push(self.item(depth)?);
            self.cursor.skip_blanks();
            if !self.cursor.eat(",") {
                return Ok(Select { items });
            }
        }
    }

    fn item(&mut self, depth: usize) -> Result<Item, RequestError> {
        if self.cursor.eat("*") {
            return Ok(Item::Star);
        }
        if self.cursor.eat("...") || self.cursor.eat("..") {
            let relation = self.cursor.name(expected::FIELD)?;
            return self.embed(None, relation, true, depth).map(Item::Embed);
        }
        if let Some(count) = self.count(None)? {
            return Ok(Item::Field(count));
        }
        let name = self.cursor.name(expected::ITEM)?;
        if self.cursor.starts_with("::") || !self.cursor.eat(":") {
            return self.named(None, name, depth);
        }
        self.cursor.skip_blanks();
        if let Some(count) = self.count(Some(name.clone()))? {
            return Ok(Item::Field(count));
        }
        let aliased = self.cursor.name(expected::FIELD)?;
        self.named(Some(name), aliased, depth)
    }

    fn named(
        &mut self,
        alias: Option<Name>,
        name: Name,
        depth: usize,
    ) -> Result<Item, RequestError> {
        if matches!(self.cursor.peek(), Some('!' | '(')) {
            return self.embed(alias, name, false, depth).map(Item::Embed);
        }
        let path = Some(Path::after(name, self.cursor)?);
        let cast = self.cast()?;
        let aggregate = if self.cursor.eat(".") {
            let function = Function::parse(self.cursor);
            let function = function
                .ok_or_else(|| self.cursor.error("avg(), count(), max(), min() or sum()"))?;
            Some(Aggregate {
                function,
                cast: self.cast()?,
            })
        } else {
            None
        };
        Ok(Item::Field(Field {
            alias,
            path,
            cast,
            aggregate,
        }))
    }

    /// `count()` alone counts rows.
    fn count(&mut self, alias: Option<Name>) -> Result<Option<Field>, RequestError> {
        if !self.cursor.eat("count()") {
            return Ok(None);
        }
        let aggregate = Some(Aggregate {
            function: Function::Count,
            cast: self.cast()?,
        });
        Ok(Some(Field {
            alias,
            path: None,
            cast: None,
            aggregate,
        }))
    }

    fn cast(&mut self) -> Result<Option<Name>, RequestError> {
        if !self.cursor.eat("::") {
            return Ok(None);
        }
        self.cursor.plain_name("a type").map(Some)
    }

    fn embed(
        &mut self,
        alias: Option<Name>,
        relation: Name,
        spread: bool,
        depth: usize,
    ) -> Result<Embed, RequestError> {
        let (mut hint, mut join) = (None, None);
        while self.cursor.eat("!") {
            let quoted = self.cursor.starts_with("\"");
            let word = self.cursor.name(expected::FIELD)?;
            match word.as_str() {
                "inner" if !quoted && join.is_none() => join = Some(Join::Inner),
                "left" if !quoted && join.is_none() => join = Some(Join::Left),
                _ if hint.is_none() => hint = Some(word),
                _ => return Err(self.cursor.error("one hint and one of inner and left")),
            }
        }
        self.cursor.expect("(", expected::OPENING)?;
        if depth >= self.deepest {
            return Err(RequestError::TooDeep(self.deepest));
        }
        let select = self.select(depth + 1)?;
        self.cursor.expect(")", expected::NEXT_OR_CLOSING)?;
        Ok(Embed {
            alias,
            relation,
            hint,
            join,
            spread,
            select,
        })
    }
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.items.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match item {
                Item::Star => f.write_str("*")?,
                Item::Field(field) => field.fmt(f)?,
                Item::Embed(embed) => embed.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(alias) = &self.alias {
            write!(f, "{alias}:")?;
        }
        if let Some(path) = &self.path {
            write!(f, "{path}")?;
        }
        if let Some(cast) = &self.cast {
            write!(f, "::{cast}")?;
        }
        if let Some(Aggregate { function, cast }) = &self.aggregate {
            let dot = if self.path.is_some() { "." } else { "" };
            let word = Function::ALL.iter().find(|(_, named)| named == function);
            write!(f, "{dot}{}", word.map_or("", |(word, _)| word))?;
            if let Some(cast) = cast {
                write!(f, "::{cast}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Embed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(alias) = &self.alias {
            write!(f, "{alias}:")?;
        }
        if self.spread {
            f.write_str("...")?;
        }
        // `count()` without quotes counts rows.
        if self.relation.as_str() == "count" {
            self.relation.write_quoted(f)?;
        } else {
            self.relation.fmt(f)?;
        }
        if let Some(hint) = &self.hint {
            f.write_str("!")?;
            if matches!(hint.as_str(), "inner" | "left") {
                hint.write_quoted(f)?;
            } else {
                hint.fmt(f)?;
            }
        }
        match self.join {
            Some(Join::Inner) => f.write_str("!inner")?,
            Some(Join::Left) => f.write_str("!left")?,
            None => {}
        }
        write!(f, "({})", self.select)
    }
}
