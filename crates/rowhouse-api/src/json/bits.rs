//! `bit` and `varbit`: a count of bits, then the bytes that hold them.

use super::wire::{Malformed, Wire, malformed};

pub(super) fn write_bits(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let len = usize::try_from(wire.i32()?).map_err(|_| malformed("negative bit length"))?;
    let bytes = wire.rest();
    if bytes.len() != len.div_ceil(8) {
        return Err(malformed("bits do not match their length"));
    }
    out.push(b'"');
    for index in 0..len {
        let bit = bytes[index / 8] >> (7 - index % 8) & 1;
        out.push(b'0' + bit);
    }
    out.push(b'"');
    Ok(())
}
