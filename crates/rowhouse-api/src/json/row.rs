//! Values strung into objects.

use postgres_types::Type;

use super::decoder::{Decoder, ServerFormat, write_value};
use super::text::write_string;
use super::wire::{Malformed, malformed};

/// What becomes of the next column, or columns, of a row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Column {
    /// One column, one member.
    Value {
        /// The member's name as JSON, with quotes and colon.
        key: Box<[u8]>,
        /// How its values are read.
        decoder: Decoder,
    },
    /// A boolean that says whether there is a row, then that row's columns: an object or `null`.
    Object {
        /// The member's name as JSON, with quotes and colon.
        key: Box<[u8]>,
        /// The object's members.
        columns: Vec<Column>,
    },
}

impl Column {
    /// A member `name` read by `decoder`.
    pub fn value(name: &str, decoder: Decoder) -> Self {
        Self::Value {
            key: json_key(name),
            decoder,
        }
    }

    /// A member `name` that is an object of `columns`, or `null`.
    pub fn object(name: &str, columns: Vec<Column>) -> Self {
        Self::Object {
            key: json_key(name),
            columns,
        }
    }

    /// The member's name.
    pub fn name(&self) -> String {
        let (Self::Value { key, .. } | Self::Object { key, .. }) = self;
        let name = key.strip_suffix(b":").unwrap_or(key);
        // Made by `json_key`, so it is a string.
        serde_json::from_slice(name).unwrap_or_default()
    }

    /// How many columns of the row this takes.
    pub fn width(&self) -> usize {
        match self {
            Self::Value { .. } => 1,
            Self::Object { columns, .. } => 1 + columns.iter().map(Self::width).sum::<usize>(),
        }
    }
}

/// Whether `actual`, by position, are what `columns` are made of.
pub(crate) fn fits(columns: &[Column], actual: &[rowhouse::Column], format: &ServerFormat) -> bool {
    let mut types = actual.iter().map(rowhouse::Column::type_);
    all_fit(columns, &mut types, format) && types.next().is_none()
}

fn all_fit(
    columns: &[Column],
    types: &mut dyn Iterator<Item = &Type>,
    format: &ServerFormat,
) -> bool {
    columns.iter().all(|column| match (column, types.next()) {
        (_, None) => false,
        (Column::Value { decoder, .. }, Some(ty)) => {
            Decoder::of(ty, format).as_ref() == Some(decoder)
        }
        (Column::Object { columns, .. }, Some(ty)) => {
            *ty == Type::BOOL && all_fit(columns, types, format)
        }
    })
}

/// Appends one row as an object; `values` are the row's binary columns from left to right.
///
/// # Errors
/// [`Malformed`] when a value is not of its column's type or the row is too short; `out` then
/// ends in a part of the row.
pub fn write_row<'a>(
    out: &mut Vec<u8>,
    columns: &[Column],
    values: impl IntoIterator<Item = Option<&'a [u8]>>,
) -> Result<(), Malformed> {
    write_object(out, columns, &mut values.into_iter())
}

fn write_object<'a, I: Iterator<Item = Option<&'a [u8]>>>(
    out: &mut Vec<u8>,
    columns: &[Column],
    values: &mut I,
) -> Result<(), Malformed> {
    let mut before = b'{';
    for column in columns {
        out.push(before);
        before = b',';
        let value = values.next().ok_or(malformed("row with too few columns"))?;
        match column {
            Column::Value { key, decoder } => {
                out.extend_from_slice(key);
                write_value(out, decoder, value)?;
            }
            Column::Object { key, columns } => {
                out.extend_from_slice(key);
                if value == Some(&[1]) {
                    write_object(out, columns, values)?;
                } else {
                    out.extend_from_slice(b"null");
                    for _ in 1..column.width() {
                        values.next().ok_or(malformed("row with too few columns"))?;
                    }
                }
            }
        }
    }
    if columns.is_empty() {
        out.push(b'{');
    }
    out.push(b'}');
    Ok(())
}

/// A name as a JSON string and a colon, escaped once for all rows.
pub(super) fn json_key(name: &str) -> Box<[u8]> {
    let mut key = Vec::with_capacity(name.len() + 3);
    write_string(&mut key, name);
    key.push(b':');
    key.into_boxed_slice()
}

#[cfg(test)]
mod tests {
    use postgres_types::Type;

    use super::*;
    use crate::json::ServerFormat;

    fn text(name: &str) -> Column {
        Column::value(
            name,
            Decoder::of(&Type::TEXT, &ServerFormat::default()).unwrap(),
        )
    }

    fn row(columns: &[Column], values: &[Option<&[u8]>]) -> Result<String, Malformed> {
        let mut out = Vec::new();
        write_row(&mut out, columns, values.iter().copied())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_related_row_is_an_object_or_null() {
        let columns = [
            text("a"),
            Column::object("b", vec![text("c"), text("d")]),
            text("\""),
        ];
        let there = [Some(&b"1"[..]), Some(&[1]), None, Some(b"2"), Some(b"3")];
        assert_eq!(
            row(&columns, &there).unwrap(),
            r#"{"a":"1","b":{"c":null,"d":"2"},"\"":"3"}"#
        );
        let gone = [Some(&b"1"[..]), Some(&[0]), None, None, Some(b"3")];
        assert_eq!(
            row(&columns, &gone).unwrap(),
            r#"{"a":"1","b":null,"\"":"3"}"#
        );
    }

    #[test]
    fn no_columns_and_too_few() {
        assert_eq!(row(&[], &[]).unwrap(), "{}");
        assert!(row(&[text("a")], &[]).is_err());
        assert!(row(&[Column::object("b", vec![text("c")])], &[Some(&[0])]).is_err());
    }
}
