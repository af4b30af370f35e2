//! Values that are written in hexadecimal: uuid and bytea.

use super::wire::{Malformed, malformed};

/// The two digits of every byte.
const PAIRS: [[u8; 2]; 256] = {
    let digits = *b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

pub(super) fn pair(byte: u8) -> [u8; 2] {
    PAIRS[usize::from(byte)]
}

/// A uuid with its quotes, put together on the stack and appended at once.
pub(super) fn write_uuid(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    const PLACES: [usize; 16] = [1, 3, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29, 31, 33, 35];
    let raw: &[u8; 16] = raw
        .try_into()
        .map_err(|_| malformed("a uuid has 16 bytes"))?;
    let mut text = *b"\"        -    -    -    -            \"";
    for (&byte, place) in raw.iter().zip(PLACES) {
        text[place..place + 2].copy_from_slice(&pair(byte));
    }
    out.extend_from_slice(&text);
    Ok(())
}

/// A bytea as `"\\x…"`.
pub(super) fn write_bytea(out: &mut Vec<u8>, raw: &[u8]) {
    out.reserve(raw.len() * 2 + 5);
    out.extend_from_slice(b"\"\\\\x");
    for &byte in raw {
        out.extend_from_slice(&pair(byte));
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_prints_in_lower_case() {
        let id = uuid::Uuid::from_u128(0x7a24_5486_3fc8_47ec_b303_04fe_fe7a_58ff);
        let mut out = Vec::new();
        write_uuid(&mut out, id.as_bytes()).unwrap();
        assert_eq!(out, format!("\"{id}\"").into_bytes());
        assert!(write_uuid(&mut out, &[0; 15]).is_err());
    }
}
