//! Ranges and multiranges: the text of the range, as a JSON string.

use super::date_time::{Style, write_date, write_timestamp};
use super::numeric::write_numeric_text;
use super::wire::{Malformed, Wire, malformed};

const EMPTY: u8 = 0x01;
const LOWER_INCLUSIVE: u8 = 0x02;
const UPPER_INCLUSIVE: u8 = 0x04;
const LOWER_INFINITE: u8 = 0x08;
const UPPER_INFINITE: u8 = 0x10;

/// The types a range is decoded over; their texts need quotes only for a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Int4,
    Int8,
    Numeric,
    Date,
    Timestamp,
    TimestampTz,
}

pub(super) fn write_range(out: &mut Vec<u8>, raw: &[u8], bound: Bound) -> Result<(), Malformed> {
    out.push(b'"');
    write_text(out, raw, bound)?;
    out.push(b'"');
    Ok(())
}

pub(super) fn write_multirange(
    out: &mut Vec<u8>,
    raw: &[u8],
    bound: Bound,
) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    out.extend_from_slice(b"\"{");
    for index in 0..wire.u32()? {
        if index > 0 {
            out.push(b',');
        }
        let range = wire
            .counted()?
            .ok_or(malformed("null range in a multirange"))?;
        write_text(out, range, bound)?;
    }
    out.extend_from_slice(b"}\"");
    wire.end()
}

fn write_text(out: &mut Vec<u8>, raw: &[u8], bound: Bound) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let flags = wire.u8()?;
    if flags & EMPTY != 0 {
        out.extend_from_slice(b"empty");
        return wire.end();
    }
    out.push(if flags & LOWER_INCLUSIVE != 0 {
        b'['
    } else {
        b'('
    });
    if flags & LOWER_INFINITE == 0 {
        write_bound(out, &mut wire, bound)?;
    }
    out.push(b',');
    if flags & UPPER_INFINITE == 0 {
        write_bound(out, &mut wire, bound)?;
    }
    out.push(if flags & UPPER_INCLUSIVE != 0 {
        b']'
    } else {
        b')'
    });
    wire.end()
}

fn write_bound(out: &mut Vec<u8>, wire: &mut Wire<'_>, bound: Bound) -> Result<(), Malformed> {
    let raw = wire.counted()?.ok_or(malformed("null bound in a range"))?;
    let start = out.len();
    match bound {
        Bound::Int4 => super::decoder::write_int4(out, raw)?,
        Bound::Int8 => super::decoder::write_int8(out, raw)?,
        Bound::Numeric => write_numeric_text(out, raw)?,
        Bound::Date => write_date(out, raw)?,
        Bound::Timestamp => write_timestamp(out, raw, Style::Text, false)?,
        Bound::TimestampTz => write_timestamp(out, raw, Style::Text, true)?,
    }
    if out[start..].contains(&b' ') {
        // The range quotes the bound, JSON escapes the quotes.
        let end = out.len();
        out.extend_from_slice(b"\\\"\\\"");
        out.copy_within(start..end, start + 2);
        out[start..start + 2].copy_from_slice(b"\\\"");
        out[end + 2..end + 4].copy_from_slice(b"\\\"");
    }
    Ok(())
}
