//! Composite values as objects, keyed by their field names.

use super::decoder::{Shape, write_value_of};
use super::wire::{Malformed, Wire, malformed};

/// One field of a composite type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    /// The name as JSON, with quotes and colon.
    pub(super) key: Box<[u8]>,
    pub(super) oid: u32,
    pub(super) shape: Shape,
}

pub(super) fn write_composite(
    out: &mut Vec<u8>,
    raw: &[u8],
    fields: &[Field],
) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    if wire.u32()? as usize != fields.len() {
        return Err(malformed("composite with other fields"));
    }
    out.push(b'{');
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if wire.u32()? != field.oid {
            return Err(malformed("composite field of another type"));
        }
        out.extend_from_slice(&field.key);
        write_value_of(out, &field.shape, wire.counted()?)?;
    }
    out.push(b'}');
    wire.end()
}
