//! Rows while they come in, checked as they do.

use crate::error::{Error, Result};
use crate::rows::Values;

/// The rows of one answer so far.
#[derive(Debug, Default)]
pub(crate) struct RowBuffer {
    pub(crate) data: Vec<u8>,
    /// Where each row ends in `data`.
    pub(crate) ends: Vec<u32>,
}

impl RowBuffer {
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.data.reserve(bytes);
    }

    pub(crate) fn bytes(&self) -> usize {
        self.data.len()
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The first value of the column at `column` that is not NULL.
    pub(crate) fn first_value(&self, column: usize) -> Option<&[u8]> {
        let mut start = 0;
        self.ends.iter().find_map(|end| {
            let row = &self.data[start..*end as usize];
            start = *end as usize;
            Values::new(row).nth(column).flatten()
        })
    }

    /// Takes the body of a DataRow: a count of columns, then each as length and value. `expected`: the described count.
    pub(crate) fn push(&mut self, body: &[u8], expected: usize) -> Result<()> {
        let malformed = || Error::protocol("a DataRow whose lengths do not add up");
        let (count, mut rest) = body.split_first_chunk::<2>().ok_or_else(malformed)?;
        let values = rest;
        if usize::from(u16::from_be_bytes(*count)) != expected {
            return Err(Error::protocol(
                "a DataRow with another number of columns than described",
            ));
        }
        for _ in 0..expected {
            let (length, after) = rest.split_first_chunk::<4>().ok_or_else(malformed)?;
            let length = i32::from_be_bytes(*length);
            rest = match usize::try_from(length) {
                Ok(length) => after.split_at_checked(length).ok_or_else(malformed)?.1,
                Err(_) if length == -1 => after,
                Err(_) => return Err(malformed()),
            };
        }
        if !rest.is_empty() {
            return Err(malformed());
        }
        let end = u32::try_from(self.data.len() + values.len())
            .map_err(|_| Error::protocol("an answer past 4 GiB"))?;
        self.data.extend_from_slice(values);
        self.ends.push(end);
        Ok(())
    }
}
