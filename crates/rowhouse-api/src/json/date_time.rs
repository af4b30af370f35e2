//! Dates and times: ISO with a `T` in JSON, ISO with a space inside range texts.

use super::wire::{Malformed, Wire, malformed};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `2020-01-31T10:00:00+00:00`, as `to_json` prints.
    Json,
    /// `2020-01-31 10:00:00+00`, as the output function prints.
    Text,
}

/// A date without quotes.
pub(super) fn write_date(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let days = wire.i32()?;
    wire.end()?;
    match days {
        i32::MAX => out.extend_from_slice(b"infinity"),
        i32::MIN => out.extend_from_slice(b"-infinity"),
        _ => {
            if write_day(out, i64::from(days)) {
                out.extend_from_slice(b" BC");
            }
        }
    }
    Ok(())
}

/// A timestamp without quotes; `zoned` adds the offset of UTC.
pub(super) fn write_timestamp(
    out: &mut Vec<u8>,
    raw: &[u8],
    style: Style,
    zoned: bool,
) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let micros = wire.i64()?;
    wire.end()?;
    match micros {
        i64::MAX => out.extend_from_slice(b"infinity"),
        i64::MIN => out.extend_from_slice(b"-infinity"),
        _ => {
            let before_christ = write_day(out, micros.div_euclid(MICROS_PER_DAY));
            out.push(if style == Style::Json { b'T' } else { b' ' });
            write_clock(out, micros.rem_euclid(MICROS_PER_DAY) as u64);
            if zoned {
                out.extend_from_slice(if style == Style::Json {
                    b"+00:00"
                } else {
                    b"+00"
                });
            }
            if before_christ {
                out.extend_from_slice(b" BC");
            }
        }
    }
    Ok(())
}

/// A time of day without quotes.
pub(super) fn write_time(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let micros = wire.i64()?;
    wire.end()?;
    write_clock(out, time_of_day(micros)?);
    Ok(())
}

/// A time of day with its zone, without quotes.
pub(super) fn write_timetz(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let (micros, west) = (wire.i64()?, wire.i32()?);
    wire.end()?;
    write_clock(out, time_of_day(micros)?);
    // The wire counts seconds west of Greenwich, the text counts east.
    out.push(if west > 0 { b'-' } else { b'+' });
    let zone = west.unsigned_abs();
    if zone >= 100 * 3600 {
        return Err(malformed("zone out of range"));
    }
    out.extend_from_slice(&two(zone / 3600));
    let (minutes, seconds) = (zone / 60 % 60, zone % 60);
    if minutes != 0 || seconds != 0 {
        out.push(b':');
        out.extend_from_slice(&two(minutes));
    }
    if seconds != 0 {
        out.push(b':');
        out.extend_from_slice(&two(seconds));
    }
    Ok(())
}

/// `MM:SS` with the fraction trimmed; `micros` is less than an hour.
pub(super) fn write_seconds(out: &mut Vec<u8>, micros: u64) {
    let (seconds, fraction) = ((micros / 1_000_000) as u32, (micros % 1_000_000) as u32);
    out.extend_from_slice(&two(seconds / 60));
    out.push(b':');
    out.extend_from_slice(&two(seconds % 60));
    if fraction > 0 {
        out.push(b'.');
        out.extend_from_slice(&two(fraction / 10_000));
        out.extend_from_slice(&two(fraction / 100 % 100));
        out.extend_from_slice(&two(fraction % 100));
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
}

fn time_of_day(micros: i64) -> Result<u64, Malformed> {
    // 24:00:00 is a legal time.
    match micros {
        0..=MICROS_PER_DAY => Ok(micros as u64),
        _ => Err(malformed("time out of range")),
    }
}

fn write_clock(out: &mut Vec<u8>, micros: u64) {
    out.extend_from_slice(&two((micros / 3_600_000_000) as u32));
    out.push(b':');
    write_seconds(out, micros % 3_600_000_000);
}

/// Writes the day, counted from 2000-01-01, and says whether its year is before Christ.
fn write_day(out: &mut Vec<u8>, days: i64) -> bool {
    // Howard Hinnant's days-to-civil: eras of 400 years that begin on the first of March.
    let shifted = days + 730_425;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);

    let before_christ = year <= 0;
    let year = if before_christ { 1 - year } else { year };
    if year < 10_000 {
        out.extend_from_slice(&two((year / 100) as u32));
        out.extend_from_slice(&two((year % 100) as u32));
    } else {
        out.extend_from_slice(itoa::Buffer::new().format(year).as_bytes());
    }
    out.push(b'-');
    out.extend_from_slice(&two(month as u32));
    out.push(b'-');
    out.extend_from_slice(&two(day as u32));
    before_christ
}

fn two(number: u32) -> [u8; 2] {
    [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]
}
