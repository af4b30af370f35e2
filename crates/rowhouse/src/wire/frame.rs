//! Backend messages as frames: one tag byte, a length, a body (PostgreSQL manual, "Message Formats").

use bytes::BytesMut;
use postgres_protocol::message::backend::Message;

use crate::database_error::DatabaseError;
use crate::error::{Error, Result};

/// The largest message taken from a server: PostgreSQL cannot send a row past 1 GiB.
pub(crate) const MAX_FRAME: usize = 1 << 30;

/// The length of the whole frame at the start of `buffer`, when its header is there.
///
/// # Errors
/// A length that no server sends: the stream is not PostgreSQL's, or we lost our place in it.
pub(crate) fn frame_length(buffer: &[u8]) -> Result<Option<usize>> {
    let Some(header) = buffer.first_chunk::<5>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]) as usize;
    if !(4..=MAX_FRAME).contains(&length) || !header[0].is_ascii_graphic() {
        return Err(Error::protocol(format!(
            "a message of tag {:#04x} and length {length}",
            header[0]
        )));
    }
    Ok(Some(length + 1))
}

/// The first whole frame of `buffer`: its tag, its body, and how many bytes it takes in all.
pub(crate) fn first_frame(buffer: &[u8]) -> Result<Option<(u8, &[u8], usize)>> {
    Ok(match frame_length(buffer)? {
        Some(length) if buffer.len() >= length => Some((buffer[0], &buffer[5..length], length)),
        _ => None,
    })
}

/// The whole message in `postgres-protocol`'s form, for the rare ones that need taking apart.
pub(crate) fn message(tag: u8, body: &[u8]) -> Result<Message> {
    let mut whole = BytesMut::with_capacity(body.len() + 5);
    whole.extend_from_slice(&[tag]);
    whole.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
    whole.extend_from_slice(body);
    match Message::parse(&mut whole) {
        Ok(Some(message)) => Ok(message),
        Ok(None) => Err(Error::protocol("a message cut short")),
        Err(error) => Err(Error::protocol(format!(
            "a malformed message {:?}: {error}",
            char::from(tag)
        ))),
    }
}

/// The error in an ErrorResponse's body.
pub(crate) fn database_error(body: &[u8]) -> Result<DatabaseError> {
    match message(b'E', body)? {
        Message::ErrorResponse(body) => Ok(DatabaseError::parse(&body)),
        _ => Err(Error::protocol("an ErrorResponse that is none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn garbage_never_panics_and_never_asks_for_more_than_a_frame(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut rest = &bytes[..];
            while let Ok(Some((tag, body, length))) = first_frame(rest) {
                prop_assert_eq!(body.len() + 5, length);
                let _ = message(tag, body);
                let _ = database_error(body);
                rest = &rest[length..];
            }
        }
    }
}
