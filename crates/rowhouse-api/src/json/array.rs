//! Arrays of any number of dimensions; lower bounds do not show in JSON.

use super::decoder::{Shape, write_value_of};
use super::wire::{Malformed, Wire, malformed};

/// PostgreSQL's own limit.
const MAX_DIMENSIONS: usize = 6;

/// The elements of an array type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Elements {
    pub(super) oid: u32,
    pub(super) shape: Shape,
}

impl Elements {
    pub(super) fn write(&self, out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
        let mut wire = Wire::new(raw);
        let count = wire.u32()? as usize;
        let _has_nulls = wire.u32()?;
        if wire.u32()? != self.oid {
            return Err(malformed("array of another element type"));
        }
        if count == 0 {
            out.extend_from_slice(b"[]");
            return wire.end();
        }
        let mut dimensions = [0_u32; MAX_DIMENSIONS];
        let dimensions = dimensions
            .get_mut(..count)
            .ok_or(malformed("too many dimensions"))?;
        for dimension in dimensions.iter_mut() {
            *dimension = wire.u32()?;
            let _lower_bound = wire.i32()?;
            // An empty dimension inside a big one would write without reading.
            if *dimension == 0 {
                return Err(malformed("empty dimension"));
            }
        }
        self.write_dimension(out, &mut wire, dimensions)?;
        wire.end()
    }

    fn write_dimension(
        &self,
        out: &mut Vec<u8>,
        wire: &mut Wire<'_>,
        dimensions: &[u32],
    ) -> Result<(), Malformed> {
        let Some((&len, inner)) = dimensions.split_first() else {
            return write_value_of(out, &self.shape, wire.counted()?);
        };
        out.push(b'[');
        for index in 0..len {
            if index > 0 {
                out.push(b',');
            }
            self.write_dimension(out, wire, inner)?;
        }
        out.push(b']');
        Ok(())
    }
}
