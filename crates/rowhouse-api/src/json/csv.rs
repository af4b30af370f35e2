//! Rows as comma-separated lines (RFC 4180), with a newline between them.

use super::row::Column;
use super::wire::{Malformed, malformed};

/// Appends the names of the columns.
pub fn write_csv_head(out: &mut Vec<u8>, columns: &[Column]) {
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_field(out, column.name().as_bytes());
    }
}

/// Appends one row of texts, on a line of its own; no value is nothing at all.
///
/// # Errors
/// [`Malformed`] when the row is too short.
pub fn write_csv_row<'a>(
    out: &mut Vec<u8>,
    columns: &[Column],
    values: impl IntoIterator<Item = Option<&'a [u8]>>,
) -> Result<(), Malformed> {
    let mut values = values.into_iter();
    out.push(b'\n');
    for index in 0..columns.len() {
        if index > 0 {
            out.push(b',');
        }
        let value = values.next().ok_or(malformed("row with too few columns"))?;
        if let Some(value) = value {
            write_field(out, value);
        }
    }
    Ok(())
}

fn write_field(out: &mut Vec<u8>, value: &[u8]) {
    let needs_quotes = value.is_empty()
        || value
            .iter()
            .any(|byte| b",\"\r\n".contains(byte) || byte.is_ascii_whitespace());
    if !needs_quotes {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    for &byte in value {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Decoder;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let columns = ["a", "b\"c", "d"].map(|name| Column::value(name, Decoder::text()));
        let mut out = Vec::new();
        write_csv_head(&mut out, &columns);
        let row: [Option<&[u8]>; 3] = [Some(b"1,2"), None, Some(b"")];
        write_csv_row(&mut out, &columns, row).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a,\"b\"\"c\",d\n\"1,2\",,\"\""
        );
        assert!(write_csv_row(&mut Vec::new(), &columns, [None]).is_err());
    }
}
