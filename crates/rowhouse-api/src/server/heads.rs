//! Where the heads of requests begin in what a client sends, and what is escaped there.
//!
//! Clients of `PostgREST` write `?select=data->>a` as it stands, and hyper refuses such bytes in a
//! request's target with an answer that says nothing. So they are escaped before hyper reads them;
//! nothing else is touched, the content of requests least of all. How long that is, is hyper's to
//! say: no bytes after a head are handed on before it has read the head and told the service, so
//! that there is one opinion on where a message ends. Where it is not told by a length, or where
//! hyper sees something else than what was seen here, everything passes as it is from then on.

use bytes::{Buf, BytesMut};
use tokio::io::ReadBuf;

/// What the client sends, up to where it was handed on.
#[derive(Debug)]
pub(super) struct Heads {
    at: At,
    /// Came, and was not looked at.
    unread: BytesMut,
    /// Was looked at, and not handed on.
    ready: BytesMut,
}

/// What the next byte is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// The next head, or empty lines in front of it.
    Start,
    Method,
    Target,
    /// The rest of a head.
    Rest(Line),
    /// A head is complete; hyper has not said what follows.
    Asked,
    /// This much content, more than none.
    Content(u64),
    /// It is not known, and will not be.
    Unknown,
}

/// How much of a line there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Nothing,
    CarriageReturn,
    Something,
}

/// What hyper has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// No head since the last time.
    Nothing,
    /// A head, and content of this length after it.
    Length(u64),
    /// A head, and what ends in another way.
    Unknown,
}

impl Heads {
    /// Those of a new connection.
    pub(super) fn new() -> Self {
        Self {
            at: At::Start,
            unread: BytesMut::new(),
            ready: BytesMut::new(),
        }
    }

    /// Hyper reads again, and meanwhile was heard to say this.
    pub(super) fn heed(&mut self, told: Told) {
        self.at = match (self.at, told) {
            (At::Asked, Told::Length(0)) => At::Start,
            (At::Asked, Told::Length(length)) => At::Content(length),
            (At::Asked, _) | (_, Told::Length(_) | Told::Unknown) => At::Unknown,
            (at, Told::Nothing) => at,
        };
    }

    /// Hands on what came before; false where there is nothing.
    pub(super) fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        if self.ready.is_empty() {
            self.prepare();
        }
        let count = self.ready.len().min(buffer.remaining());
        buffer.put_slice(&self.ready[..count]);
        self.ready.advance(count);
        count > 0
    }

    /// Looks at what just came, which is the buffer from `from` on, and leaves there what may be
    /// handed on.
    pub(super) fn look(&mut self, buffer: &mut ReadBuf<'_>, from: usize) {
        let came = &buffer.filled()[from..];
        let count = self.at.walk(came);
        if count == came.len() {
            return;
        }
        self.unread.extend_from_slice(&came[count..]);
        buffer.set_filled(from + count);
        if count == 0 {
            // Nothing would mean the end.
            self.give(buffer);
        }
    }

    fn prepare(&mut self) {
        while !self.unread.is_empty() {
            let count = self.at.walk(&self.unread);
            self.ready.extend_from_slice(&self.unread[..count]);
            self.unread.advance(count);
            if self.at == At::Asked {
                break;
            }
            if let Some(&byte) = self.unread.first() {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                let [high, low] = [byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]);
                self.ready.extend_from_slice(&[b'%', high, low]);
                self.unread.advance(1);
            }
        }
        if self.unread.is_empty() {
            // The connection may be idle for long.
            self.unread = BytesMut::new();
        }
    }
}

impl At {
    /// Goes through what may be handed on as it is: to the end, to a byte that is to be escaped, or
    /// to the end of a head.
    fn walk(&mut self, bytes: &[u8]) -> usize {
        let mut count = 0;
        while let Some(&byte) = bytes.get(count) {
            match *self {
                Self::Asked => return count,
                Self::Unknown => return bytes.len(),
                Self::Content(length) => {
                    let left = (bytes.len() - count) as u64;
                    let taken = length.min(left);
                    count += taken as usize;
                    *self = match length - taken {
                        0 => Self::Start,
                        rest => Self::Content(rest),
                    };
                    continue;
                }
                Self::Start if !matches!(byte, b'\r' | b'\n') => {
                    *self = Self::Method;
                    continue;
                }
                Self::Method if byte == b' ' => *self = Self::Target,
                Self::Target if byte == b' ' => *self = Self::Rest(Line::Something),
                // No request line that hyper takes.
                Self::Method | Self::Target if matches!(byte, b'\r' | b'\n') => {
                    *self = Self::Unknown;
                }
                Self::Target if is_escaped(byte) => return count,
                Self::Start | Self::Method | Self::Target => {}
                Self::Rest(line) => {
                    *self = match (line, byte) {
                        (Line::Something, b'\n') => Self::Rest(Line::Nothing),
                        (_, b'\n') => Self::Asked,
                        (Line::Nothing, b'\r') => Self::Rest(Line::CarriageReturn),
                        _ => Self::Rest(Line::Something),
                    };
                }
            }
            count += 1;
        }
        count
    }
}

/// Whether a byte stands in no URI, but in what clients write for one. What could end a line or a
/// target is not among them.
fn is_escaped(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x80..
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What hyper gets, when it reads `size` bytes at a time of what comes in `pieces`, and is told
    /// of each head what comes after it.
    fn handed_on(pieces: &[&[u8]], size: usize, mut told: Vec<Told>) -> Vec<u8> {
        let mut heads = Heads::new();
        let mut got = Vec::new();
        let mut room = vec![0; size];
        let mut pieces = pieces.iter().flat_map(|piece| piece.chunks(size));
        told.reverse();
        loop {
            let word = match heads.at {
                At::Asked => told.pop().unwrap_or(Told::Nothing),
                _ => Told::Nothing,
            };
            heads.heed(word);
            let mut buffer = ReadBuf::new(&mut room);
            if !heads.give(&mut buffer) {
                let Some(piece) = pieces.next() else {
                    return got;
                };
                buffer.put_slice(piece);
                heads.look(&mut buffer, 0);
            }
            assert!(
                !buffer.filled().is_empty(),
                "hyper would take it for the end"
            );
            got.extend_from_slice(buffer.filled());
        }
    }

    #[test]
    fn only_targets_are_escaped() {
        let head = |target: &str| format!("GET {target} HTTP/1.1\r\nX: <a>\r\n\r\n");
        let (raw, escaped) = (
            head("/a?b=c->>d&é={`"),
            head("/a?b=c-%3E%3Ed&%C3%A9=%7B%60"),
        );
        let content = format!("\r\n\r\n{raw}");
        let sent = format!("\r\n{raw}{raw}{content}{raw}");
        let wanted = format!("\r\n{escaped}{escaped}{content}{escaped}");
        for size in [1, 2, 3, 7, 64, 4096] {
            let told = vec![Told::Length(0), Told::Length(content.len() as u64)];
            let got = handed_on(&[sent.as_bytes()], size, told);
            assert_eq!(String::from_utf8(got).unwrap(), wanted, "{size}");
        }
    }

    #[test]
    fn what_follows_is_not_touched_where_its_length_is_unknown() {
        let raw = "GET /> HTTP/1.1\n\n";
        let sent = raw.repeat(3);
        let wanted = format!("GET /%3E HTTP/1.1\n\n{raw}{raw}");
        for told in [vec![], vec![Told::Unknown], vec![Told::Nothing]] {
            let got = handed_on(&[sent.as_bytes()], 4096, told);
            assert_eq!(String::from_utf8(got).unwrap(), wanted);
        }
        let broken = "GET\r\n /> HTTP/1.1\r\n\r\n";
        assert_eq!(
            handed_on(&[broken.as_bytes()], 9, vec![]),
            broken.as_bytes()
        );
    }

    proptest! {
        #[test]
        fn no_byte_is_lost(bytes in any::<Vec<u8>>(), lengths in any::<Vec<u8>>(), size in 1_usize..40) {
            let told = lengths.iter().map(|length| Told::Length(u64::from(*length)));
            let got = handed_on(&[&bytes], size, told.collect());
            let escaped = bytes.iter().filter(|byte| is_escaped(**byte)).count();
            prop_assert!(got.len() >= bytes.len() && got.len() <= bytes.len() + 2 * escaped);
            let plain = |bytes: &[u8]| bytes.iter().filter(|byte| !is_escaped(**byte)).copied().collect::<Vec<_>>();
            if escaped == 0 {
                prop_assert_eq!(&got, &bytes);
            } else {
                let all_plain = plain(&bytes);
                let mut rest = all_plain.iter().peekable();
                for byte in plain(&got) {
                    if rest.peek() == Some(&&byte) {
                        rest.next();
                    }
                }
                prop_assert!(rest.next().is_none());
            }
        }
    }
}
