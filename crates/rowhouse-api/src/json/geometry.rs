//! Points, lines and what is made of them: floats between brackets.

use super::float::float8_text;
use super::wire::{Malformed, Wire, malformed};

/// A geometric type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Geometry {
    Point,
    Line,
    Segment,
    Box,
    Path,
    Polygon,
    Circle,
}

impl Geometry {
    pub(super) fn write(self, out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
        let mut wire = Wire::new(raw);
        out.push(b'"');
        match self {
            Self::Point => points(out, &mut wire, 1)?,
            Self::Box => points(out, &mut wire, 2)?,
            Self::Line => {
                out.push(b'{');
                float(out, &mut wire)?;
                out.push(b',');
                float(out, &mut wire)?;
                out.push(b',');
                float(out, &mut wire)?;
                out.push(b'}');
            }
            Self::Segment => {
                out.push(b'[');
                points(out, &mut wire, 2)?;
                out.push(b']');
            }
            Self::Path => {
                let [open, close] = if wire.u8()? == 0 { *b"[]" } else { *b"()" };
                out.push(open);
                counted_points(out, &mut wire)?;
                out.push(close);
            }
            Self::Polygon => {
                out.push(b'(');
                counted_points(out, &mut wire)?;
                out.push(b')');
            }
            Self::Circle => {
                out.push(b'<');
                points(out, &mut wire, 1)?;
                out.push(b',');
                float(out, &mut wire)?;
                out.push(b'>');
            }
        }
        out.push(b'"');
        wire.end()
    }
}

fn counted_points(out: &mut Vec<u8>, wire: &mut Wire<'_>) -> Result<(), Malformed> {
    let count = wire.i32()?;
    points(
        out,
        wire,
        usize::try_from(count).map_err(|_| malformed("negative point count"))?,
    )
}

fn points(out: &mut Vec<u8>, wire: &mut Wire<'_>, count: usize) -> Result<(), Malformed> {
    for index in 0..count {
        if index > 0 {
            out.push(b',');
        }
        out.push(b'(');
        float(out, wire)?;
        out.push(b',');
        float(out, wire)?;
        out.push(b')');
    }
    Ok(())
}

fn float(out: &mut Vec<u8>, wire: &mut Wire<'_>) -> Result<(), Malformed> {
    float8_text(out, wire.f64()?);
    Ok(())
}
