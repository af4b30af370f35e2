//! `inet`, `cidr`, `macaddr` and `macaddr8`.

use super::hex::pair;
use super::wire::{Malformed, Wire, malformed};

/// An address as a JSON string; `cidr` shows its prefix even when it is the whole address.
pub(super) fn write_inet(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let (family, bits, is_cidr) = (wire.u8()?, wire.u8()?, wire.u8()?);
    let len = wire.u8()?;
    let address = wire.rest();
    if address.len() != usize::from(len) {
        return Err(malformed("address does not match its length"));
    }
    out.push(b'"');
    // The server's own family numbers, the same on every platform for IPv4 and IPv6.
    let whole = match (family, address.try_into(), address.try_into()) {
        (2, Ok(octets), _) => {
            write_v4(out, octets);
            32
        }
        (3, _, Ok(octets)) => {
            write_v6(out, octets);
            128
        }
        _ => return Err(malformed("unknown address family")),
    };
    if bits > whole {
        return Err(malformed("prefix longer than its address"));
    }
    if bits < whole || is_cidr != 0 {
        out.push(b'/');
        out.extend_from_slice(itoa::Buffer::new().format(bits).as_bytes());
    }
    out.push(b'"');
    Ok(())
}

fn write_v4(out: &mut Vec<u8>, octets: [u8; 4]) {
    for (index, octet) in octets.into_iter().enumerate() {
        if index > 0 {
            out.push(b'.');
        }
        out.extend_from_slice(itoa::Buffer::new().format(octet).as_bytes());
    }
}

/// IPv6 as PostgreSQL prints it: the first longest run of zeros as `::`, IPv4 in its tail when
/// the address is IPv4-compatible or IPv4-mapped.
fn write_v6(out: &mut Vec<u8>, octets: [u8; 16]) {
    let mut words = [0_u16; 8];
    for (word, pair) in words.iter_mut().zip(octets.as_chunks::<2>().0) {
        *word = u16::from_be_bytes(*pair);
    }
    let run = longest_zeros(&words);
    let mut index = 0;
    while index < words.len() {
        if index == run.start && !run.is_empty() {
            out.push(b':');
            index = run.end;
            continue;
        }
        if index > 0 {
            out.push(b':');
        }
        let mapped = run.len() == 5 && words[5] == 0xffff;
        if index == 6 && run.start == 0 && (run.len() == 6 || mapped) {
            write_v4(out, [octets[12], octets[13], octets[14], octets[15]]);
            return;
        }
        write_word(out, words[index]);
        index += 1;
    }
    if run.end == words.len() && !run.is_empty() {
        out.push(b':');
    }
}

fn longest_zeros(words: &[u16; 8]) -> std::ops::Range<usize> {
    let mut best = 0..0;
    let mut start = 0;
    for (index, &word) in words.iter().enumerate() {
        if word != 0 {
            start = index + 1;
        } else if index + 1 - start > best.len() {
            best = start..index + 1;
        }
    }
    if best.len() < 2 { 0..0 } else { best }
}

/// Lower-case hexadecimal without leading zeros.
fn write_word(out: &mut Vec<u8>, word: u16) {
    let [high, low] = word.to_be_bytes().map(pair);
    let digits = [high[0], high[1], low[0], low[1]];
    let skip = digits[..3]
        .iter()
        .take_while(|&&digit| digit == b'0')
        .count();
    out.extend_from_slice(&digits[skip..]);
}

/// A hardware address of `len` bytes as a JSON string.
pub(super) fn write_mac(out: &mut Vec<u8>, raw: &[u8], len: usize) -> Result<(), Malformed> {
    if raw.len() != len {
        return Err(malformed("hardware address of the wrong length"));
    }
    out.push(b'"');
    for (index, &byte) in raw.iter().enumerate() {
        if index > 0 {
            out.push(b':');
        }
        out.extend_from_slice(&pair(byte));
    }
    out.push(b'"');
    Ok(())
}
