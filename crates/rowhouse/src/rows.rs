//! Answers: rows kept as PostgreSQL sent them, read by the `postgres-types` traits when asked.

use std::fmt;
use std::sync::Arc;

use postgres_types::{FromSql, Type, WrongType};

use crate::error::{Error, Result};
use crate::row_buffer::RowBuffer;

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub(crate) name: Box<str>,
    pub(crate) type_: Type,
}

impl Column {
    /// Its name or alias.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its PostgreSQL type.
    pub fn type_(&self) -> &Type {
        &self.type_
    }
}

/// The rows of one answer in one buffer, columns in PostgreSQL's binary format. Cheap to clone.
#[derive(Clone)]
pub struct Rows {
    block: Arc<Block>,
    /// The first row of the block that is one of ours.
    from: usize,
}

struct Block {
    columns: Arc<[Column]>,
    data: Vec<u8>,
    /// Where each row ends in `data`.
    ends: Vec<u32>,
    affected: u64,
}

impl Rows {
    pub(crate) fn new(columns: Arc<[Column]>, buffer: RowBuffer, affected: u64) -> Self {
        let block = Arc::new(Block {
            columns,
            data: buffer.data,
            ends: buffer.ends,
            affected,
        });
        Self { block, from: 0 }
    }

    /// The rows from `index` on.
    pub(crate) fn tail(mut self, index: usize) -> Self {
        self.from += index.min(self.len());
        self
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.block.columns
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.block.ends.len() - self.from
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of rows that the command touched, as its completion tag says.
    pub fn affected(&self) -> u64 {
        self.block.affected
    }

    /// The size of the rows in bytes, as PostgreSQL sent them.
    pub fn bytes(&self) -> usize {
        self.block.data.len() - self.block.start(self.from)
    }

    /// The row at `index`.
    pub fn get(&self, index: usize) -> Option<Row> {
        (index < self.len()).then(|| self.row(index))
    }

    /// Every row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row> + '_ {
        (0..self.len()).map(|index| self.row(index))
    }

    fn row(&self, index: usize) -> Row {
        Row {
            block: Arc::clone(&self.block),
            index: self.from + index,
        }
    }

    /// Every row as its columns' binary values, without touching reference counts: for code that writes them on.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Values<'_>> {
        (self.from..self.block.ends.len()).map(|index| self.block.values(index))
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("columns", &self.columns())
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Block {
    fn values(&self, index: usize) -> Values<'_> {
        Values::new(&self.data[self.start(index)..self.ends[index] as usize])
    }

    /// Where the row at `index` begins: where the one before it ends.
    fn start(&self, index: usize) -> usize {
        index
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize)
    }
}

/// The binary values of one row, left to right; `None` is NULL.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    rest: &'a [u8],
}

impl<'a> Values<'a> {
    pub(crate) fn new(row: &'a [u8]) -> Self {
        Self { rest: row }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Option<&'a [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.rest.split_first_chunk::<4>()?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            self.rest = rest;
            return Some(None);
        };
        // Lengths were checked when the row came in.
        let (value, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Some(value))
    }
}

/// One row. It shares its answer's buffer and is cheap to clone.
#[derive(Clone)]
pub struct Row {
    block: Arc<Block>,
    index: usize,
}

impl Row {
    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.block.columns
    }

    /// The value of the column at `column`: its number from 0 or its name.
    ///
    /// # Errors
    /// [`Error::Column`] when there is no such column, or its value is not a `T`.
    pub fn try_get<'a, T: FromSql<'a>>(&'a self, column: impl ColumnIndex) -> Result<T> {
        let at = column.find(self.columns()).ok_or_else(|| Error::Column {
            column: column.to_string(),
            message: format!(
                "there is no such column; there are {}",
                self.columns()
                    .iter()
                    .map(Column::name)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        })?;
        let column = &self.block.columns[at];
        let failed = |message: String| Error::Column {
            column: column.name.to_string(),
            message,
        };
        if !T::accepts(&column.type_) {
            return Err(failed(
                WrongType::new::<T>(column.type_.clone()).to_string(),
            ));
        }
        let value = self.raw(at);
        T::from_sql_nullable(&column.type_, value).map_err(|error| failed(error.to_string()))
    }

    /// As [`Row::try_get`], for columns that the statement itself guarantees.
    ///
    /// # Panics
    /// When there is no such column, or its value is not a `T`.
    #[allow(
        clippy::panic,
        reason = "the panicking form of `try_get`, as indexing is of `get`"
    )]
    #[track_caller]
    pub fn get<'a, T: FromSql<'a>>(&'a self, column: impl ColumnIndex) -> T {
        match self.try_get(column) {
            Ok(value) => value,
            Err(error) => panic!("{error}"),
        }
    }

    /// The binary value of the column at `index`; `None` when it is NULL or there is no such column.
    pub fn raw(&self, index: usize) -> Option<&[u8]> {
        self.block.values(self.index).nth(index).flatten()
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values stay out: rows end up in logs through `{:?}`.
        f.debug_struct("Row")
            .field("columns", &self.columns())
            .finish_non_exhaustive()
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for usize {}
    impl Sealed for &str {}
}

/// A column's number from 0, or its name.
pub trait ColumnIndex: fmt::Display + sealed::Sealed {
    #[doc(hidden)]
    fn find(&self, columns: &[Column]) -> Option<usize>;
}

impl ColumnIndex for usize {
    fn find(&self, columns: &[Column]) -> Option<usize> {
        (*self < columns.len()).then_some(*self)
    }
}

impl ColumnIndex for &str {
    fn find(&self, columns: &[Column]) -> Option<usize> {
        columns.iter().position(|column| &*column.name == *self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_garbled_row_is_an_error(body in proptest::collection::vec(any::<u8>(), 0..60), expected in 0_usize..4) {
            let mut buffer = RowBuffer::default();
            let _ = buffer.push(&body, expected);
        }

        #[test]
        fn what_goes_in_comes_out(rows in proptest::collection::vec(
            proptest::collection::vec(proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)), 2), 0..5)) {
            let mut buffer = RowBuffer::default();
            for row in &rows {
                let mut body = 2_u16.to_be_bytes().to_vec();
                for value in row {
                    match value {
                        Some(value) => {
                            body.extend((value.len() as i32).to_be_bytes());
                            body.extend(value);
                        }
                        None => body.extend((-1_i32).to_be_bytes()),
                    }
                }
                buffer.push(&body, 2).unwrap();
            }
            let columns: Arc<[Column]> = ["a", "b"].map(|name| Column { name: name.into(), type_: Type::BYTEA }).into();
            let out = Rows::new(columns, buffer, 0);
            let back: Vec<Vec<Option<Vec<u8>>>> = out.iter().map(|row| vec![row.get(0), row.get("b")]).collect();
            prop_assert_eq!(&back, &rows);
            for from in 0..=rows.len() {
                let tail = out.clone().tail(from);
                let back: Vec<Vec<Option<Vec<u8>>>> = tail.iter().map(|row| vec![row.get(0), row.get("b")]).collect();
                prop_assert_eq!(&back[..], &rows[from..]);
                prop_assert_eq!(tail.values().len(), tail.len());
                prop_assert_eq!(tail.bytes() == 0, tail.is_empty());
            }
        }
    }
}
