//! Rows become the content of an answer.

use rowhouse::Rows;

use super::plans::Ready;
use super::request_id::RequestId;
use crate::json::{
    Column, Malformed, write_csv_head, write_csv_row, write_row, write_value, write_without_nulls,
};
use crate::plan::Form;
use crate::problem::{Kind, Problem};
use crate::request::{Media, PageCursor, Shape};

/// Writes the rows of one answer, portion by portion.
#[derive(Debug)]
pub(super) struct Writer {
    media: Media,
    /// Each row is a value: that of its only column.
    values: bool,
    /// What is written is not in a list.
    alone: bool,
    /// How many rows were written.
    pub(super) rows: usize,
    /// How many there are, outside of the page too.
    pub(super) total: Option<i64>,
    /// How many of them were there before the write.
    pub(super) updates: Option<i64>,
}

impl Writer {
    pub(super) fn new(media: Media, form: Form) -> Self {
        Self {
            media,
            values: matches!(form, Form::Values | Form::Value),
            alone: matches!(form, Form::Row | Form::Value) || media.shape == Shape::Object,
            rows: 0,
            total: None,
            updates: None,
        }
    }

    /// What stands before the first row.
    pub(super) fn begin(&self, out: &mut Vec<u8>, ready: &Ready) {
        match self.media.shape {
            Shape::Csv => write_csv_head(out, &ready.plan.columns),
            _ if self.alone => {}
            _ => out.push(b'['),
        }
    }

    /// What stands behind the last one.
    pub(super) fn finish(&self, out: &mut Vec<u8>) {
        match self.media.shape {
            Shape::Csv => {}
            // A filter has left nothing of the only row there was.
            _ if self.alone && self.rows == 0 => out.extend_from_slice(b"null"),
            _ if self.alone => {}
            _ => out.push(b']'),
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
    ) -> Result<(), Malformed> {
        self.rows += 1;
        let columns = &ready.plan.columns;
        if self.media.shape == Shape::Csv {
            return write_csv_row(out, columns, values);
        }
        if self.rows > 1 {
            out.push(b',');
        }
        if !self.media.without_nulls {
            return self.object(out, columns, values);
        }
        let mut whole = Vec::new();
        self.object(&mut whole, columns, values)?;
        write_without_nulls(out, &whole);
        Ok(())
    }

    fn object<'a>(
        &self,
        out: &mut Vec<u8>,
        columns: &[Column],
        mut values: impl Iterator<Item = Option<&'a [u8]>>,
    ) -> Result<(), Malformed> {
        match columns {
            // What `select` has made of several columns is an object all the same.
            [Column::Value { decoder, .. }] if self.values => {
                write_value(out, decoder, values.next().flatten())
            }
            _ => write_row(out, columns, values),
        }
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
