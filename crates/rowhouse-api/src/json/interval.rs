//! `interval` in PostgreSQL's own style: `1 year 2 mons -3 days +04:05:06.7`.

use super::date_time::write_seconds;
use super::wire::{Malformed, Wire};

/// The interval as a JSON string.
pub(super) fn write_interval(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let (micros, days, months) = (wire.i64()?, wire.i32()?, wire.i32()?);
    wire.end()?;
    out.push(b'"');
    match (micros, days, months) {
        // Infinite since PostgreSQL 17; before, a finite value nobody has.
        (i64::MAX, i32::MAX, i32::MAX) => out.extend_from_slice(b"infinity"),
        (i64::MIN, i32::MIN, i32::MIN) => out.extend_from_slice(b"-infinity"),
        _ => write_parts(out, micros, days, months),
    }
    out.push(b'"');
    Ok(())
}

fn write_parts(out: &mut Vec<u8>, micros: i64, days: i32, months: i32) {
    let mut parts = Parts {
        empty: true,
        after_negative: false,
    };
    parts.write(out, months / 12, "year");
    parts.write(out, months % 12, "mon");
    parts.write(out, days, "day");
    if !parts.empty && micros == 0 {
        return;
    }
    if !parts.empty {
        out.push(b' ');
    }
    if micros < 0 {
        out.push(b'-');
    } else if parts.after_negative {
        out.push(b'+');
    }
    let micros = micros.unsigned_abs();
    let hours = micros / 3_600_000_000;
    if hours < 10 {
        out.push(b'0');
    }
    out.extend_from_slice(itoa::Buffer::new().format(hours).as_bytes());
    out.push(b':');
    write_seconds(out, micros % 3_600_000_000);
}

struct Parts {
    empty: bool,
    /// A negative part makes the next one show its plus sign.
    after_negative: bool,
}

impl Parts {
    fn write(&mut self, out: &mut Vec<u8>, value: i32, unit: &str) {
        if value == 0 {
            return;
        }
        if !self.empty {
            out.push(b' ');
        }
        if self.after_negative && value > 0 {
            out.push(b'+');
        }
        out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        out.push(b' ');
        out.extend_from_slice(unit.as_bytes());
        if value != 1 {
            out.push(b's');
        }
        self.after_negative = value < 0;
        self.empty = false;
    }
}
