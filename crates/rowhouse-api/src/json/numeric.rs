//! `numeric`: base-10000 digits, printed in full with the scale kept.

use super::wire::{Malformed, Wire, malformed};

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

/// The number as JSON: NaN and the infinities are strings.
pub(super) fn write_numeric(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    match special(raw)? {
        Some(word) => {
            out.push(b'"');
            out.extend_from_slice(word);
            out.push(b'"');
            Ok(())
        }
        None => write_digits(out, raw),
    }
}

/// The number as its output function prints it.
pub(super) fn write_numeric_text(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    match special(raw)? {
        Some(word) => {
            out.extend_from_slice(word);
            Ok(())
        }
        None => write_digits(out, raw),
    }
}

fn special(raw: &[u8]) -> Result<Option<&'static [u8]>, Malformed> {
    let mut wire = Wire::new(raw);
    wire.take(4)?;
    match wire.u16()? {
        0 | NEGATIVE => Ok(None),
        NAN => Ok(Some(b"NaN")),
        INFINITY => Ok(Some(b"Infinity")),
        NEGATIVE_INFINITY => Ok(Some(b"-Infinity")),
        _ => Err(malformed("unknown numeric sign")),
    }
}

fn write_digits(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let count = usize::from(wire.u16()?);
    let weight = i32::from(wire.i16()?);
    let sign = wire.u16()?;
    let scale = usize::from(wire.u16()? & 0x3FFF);
    let digits = wire.rest();
    if digits.len() != count * 2 {
        return Err(malformed("numeric digits do not match their count"));
    }
    // Digits outside of what was sent are zeros.
    let digit = |place: i32| -> Result<u16, Malformed> {
        let Ok(place) = usize::try_from(place) else {
            return Ok(0);
        };
        let Some(pair) = digits.as_chunks::<2>().0.get(place) else {
            return Ok(0);
        };
        let digit = u16::from_be_bytes(*pair);
        if digit < 10_000 {
            Ok(digit)
        } else {
            Err(malformed("numeric digit past 9999"))
        }
    };

    if sign == NEGATIVE {
        out.push(b'-');
    }
    let start = out.len();
    for place in 0..=weight {
        let digit = digit(place)?;
        if out.len() > start {
            out.extend_from_slice(&four(digit));
        } else if digit > 0 {
            out.extend_from_slice(itoa::Buffer::new().format(digit).as_bytes());
        }
    }
    if out.len() == start {
        out.push(b'0');
    }
    if scale > 0 {
        out.push(b'.');
        let end = out.len() + scale;
        let mut place = weight + 1;
        while out.len() < end {
            let four = four(digit(place)?);
            out.extend_from_slice(&four[..four.len().min(end - out.len())]);
            place += 1;
        }
    }
    Ok(())
}

fn four(digit: u16) -> [u8; 4] {
    [digit / 1000, digit / 100 % 10, digit / 10 % 10, digit % 10].map(|d| b'0' + d as u8)
}
