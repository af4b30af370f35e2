//! JSON strings, escaped as PostgreSQL's `escape_json` does.

use super::wire::{Malformed, malformed};

/// Writes `text` as a JSON string: `\b \f \n \r \t \" \\`, other characters below space as
/// `\u00xx` in lower case, and nothing else escaped.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_escaped(out, text.as_bytes());
    out.push(b'"');
}

/// A text value from the wire, as a JSON string.
pub(super) fn write_text(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    check_utf8(raw)?;
    out.reserve(raw.len() + 2);
    out.push(b'"');
    write_escaped(out, raw);
    out.push(b'"');
    Ok(())
}

/// A value that is JSON already.
pub(super) fn write_verbatim(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    check_utf8(raw)?;
    out.extend_from_slice(raw);
    Ok(())
}

/// A `jsonb` value: a version byte, then the server's own text.
pub(super) fn write_jsonb(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    match raw.split_first() {
        Some((1, text)) => write_verbatim(out, text),
        _ => Err(malformed("unknown jsonb version")),
    }
}

/// A database in `SQL_ASCII` can hold anything; an answer in JSON cannot.
fn check_utf8(raw: &[u8]) -> Result<(), Malformed> {
    match std::str::from_utf8(raw) {
        Ok(_) => Ok(()),
        Err(_) => Err(malformed("text is not UTF-8")),
    }
}

fn write_escaped(out: &mut Vec<u8>, mut text: &[u8]) {
    loop {
        let plain = plain_prefix(text);
        out.extend_from_slice(&text[..plain]);
        let Some(&byte) = text.get(plain) else { return };
        write_escape(out, byte);
        text = &text[plain + 1..];
    }
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        0x0c => b'f',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        _ => {
            out.extend_from_slice(b"\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// How many bytes need no escape, looked at eight at a time.
fn plain_prefix(text: &[u8]) -> usize {
    let mut plain = 0;
    let (words, _) = text.as_chunks::<8>();
    for word in words {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return plain + special.trailing_zeros() as usize / 8;
        }
        plain += 8;
    }
    let tail = &text[plain..];
    plain
        + tail
            .iter()
            .position(|&byte| is_special(byte))
            .unwrap_or(tail.len())
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The high bit of every byte that needs an escape; exact at least for the first such byte.
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero_in = |bytes: u64| bytes.wrapping_sub(ONES) & !bytes & HIGH;
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
    control | zero_in(word ^ (ONES * u64::from(b'"'))) | zero_in(word ^ (ONES * u64::from(b'\\')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        write_string(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_what_the_server_escapes_and_nothing_else() {
        assert_eq!(
            escaped("a\"b\\c/d\u{7f}é\u{2028}"),
            "\"a\\\"b\\\\c/d\u{7f}é\u{2028}\""
        );
        assert_eq!(
            escaped("\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}"),
            r#""\u0001\b\t\n\u000b\f\r\u001f""#
        );
    }

    #[test]
    fn every_byte_at_every_place_in_a_word() {
        for byte in 0..=0x7f_u8 {
            for place in 0..17 {
                let mut text = "x".repeat(17).into_bytes();
                text[place] = byte;
                let text = String::from_utf8(text).unwrap();
                let parsed: String = serde_json::from_str(&escaped(&text)).unwrap();
                assert_eq!(parsed, text);
            }
        }
    }

    #[test]
    fn text_that_is_not_utf8_is_refused() {
        assert!(write_text(&mut Vec::new(), b"\xff").is_err());
        assert!(write_jsonb(&mut Vec::new(), b"\x02{}").is_err());
    }
}
