//! Rows become the content of an answer.

use rowhouse::Rows;

use super::plans::Ready;
use super::request_id::RequestId;
use crate::json::{write_csv_head, write_csv_row, write_row, write_without_nulls};
use crate::problem::{Kind, Problem};
use crate::request::{Media, PageCursor, Shape};

/// Writes the rows of one answer, portion by portion.
#[derive(Debug)]
pub(super) struct Writer {
    media: Media,
    /// How many rows were written.
    pub(super) rows: usize,
    /// How many there are, outside of the page too.
    pub(super) total: Option<i64>,
    /// How many of them were there before the write.
    pub(super) updates: Option<i64>,
}

impl Writer {
    pub(super) fn new(media: Media) -> Self {
        Self {
            media,
            rows: 0,
            total: None,
            updates: None,
        }
    }

    /// What stands before the first row.
    pub(super) fn begin(&self, out: &mut Vec<u8>, ready: &Ready) {
        match self.media.shape {
            Shape::Array => out.push(b'['),
            Shape::Object => {}
            Shape::Csv => write_csv_head(out, &ready.plan.columns),
        }
    }

    /// What stands behind the last one.
    pub(super) fn end(&self) -> &'static [u8] {
        match self.media.shape {
            Shape::Array => b"]",
            Shape::Object | Shape::Csv => b"",
        }
    }

    /// Appends rows; gives the cursor behind the last one, where the plan asks for it.
    pub(super) fn write(
        &mut self,
        out: &mut Vec<u8>,
        ready: &Ready,
        rows: &Rows,
        id: &RequestId,
    ) -> Result<Option<String>, Problem> {
        ready.check(rows.columns()).inspect_err(|_| {
            tracing::warn!(target: "rowhouse::http", request_id = id.as_str(), "a column is not of the type the catalog said");
        })?;
        let mut last = None;
        for mut values in rows.values() {
            if ready.plan.counted {
                self.total = number(values.next().flatten());
                if ready.plan.updates {
                    self.updates = number(values.next().flatten());
                }
                if values.next().flatten().is_none() {
                    break;
                }
            }
            self.row(out, ready, &mut values).map_err(|error| {
                // Most likely a type has changed since the catalog was read: `ALTER TYPE … ADD ATTRIBUTE` keeps its OID.
                tracing::error!(target: "rowhouse::http", request_id = id.as_str(), %error, "a value cannot be read");
                Problem::new(
                    Kind::Retry,
                    "the database's schema has changed; the service reads it again",
                )
            })?;
            last = Some(values);
        }
        Ok(last.and_then(|values| cursor(ready.plan.place, values)))
    }

    fn row<'a>(
        &mut self,
        out: &mut Vec<u8>,
        ready: &Ready,
        values: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Result<(), crate::json::Malformed> {
        self.rows += 1;
        let columns = &ready.plan.columns;
        if self.media.shape == Shape::Csv {
            return write_csv_row(out, columns, values);
        }
        if self.rows > 1 {
            out.push(b',');
        }
        if !self.media.without_nulls {
            return write_row(out, columns, values);
        }
        let mut whole = Vec::new();
        write_row(&mut whole, columns, values)?;
        write_without_nulls(out, &whole);
        Ok(())
    }
}

/// An `int8` from the wire.
pub(super) fn number(value: Option<&[u8]>) -> Option<i64> {
    value?.try_into().ok().map(i64::from_be_bytes)
}

/// What is left of a row says where it stands.
fn cursor<'a>(place: usize, values: impl Iterator<Item = Option<&'a [u8]>>) -> Option<String> {
    if place == 0 {
        return None;
    }
    let texts: Vec<Option<&str>> = values
        .map(|value| value.map(std::str::from_utf8).transpose())
        .collect::<Result<_, _>>()
        .ok()?;
    PageCursor::encode(texts)
}
