//! A session that another client of the protocol takes over.
//!
//! Catalogs are read with a general client. Were it to connect by itself, there would be a second opinion on hosts,
//! passwords, TLS and authentication; so the session is made here, by the rules that lanes follow, and given away whole.
//! A general client wants to log in, though. It gets the answer that this server has given already.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::error::ConnectError;
use super::establish::{Connected, establish};
use super::options::ConnectOptions;
use super::stream::Stream;

/// An authenticated session, as the bytes that a client of the protocol reads and writes.
///
/// The client starts without TLS and as anybody: its `StartupMessage` is swallowed, and the answer tells what the server
/// said of the session that is there. It learns no key to cancel with.
pub struct Handover {
    stream: Stream,
    /// What the client reads before it reads from the server.
    greeting: BytesMut,
    startup: Startup,
}

/// How much of the client's `StartupMessage` is still to come.
#[derive(Debug)]
enum Startup {
    Length { bytes: [u8; 4], seen: usize },
    Rest(usize),
    Over,
}

impl ConnectOptions {
    /// Opens a session for a reader of catalogs or for administration: a client that looks after the database and never
    /// acts for a tenant. Nothing of this crate runs SQL on it, and nothing guards it.
    #[doc(hidden)]
    pub async fn hand_over(&self) -> Result<Handover, ConnectError> {
        Ok(Handover::of(establish(self).await?))
    }
}

impl Handover {
    fn of(connected: Connected) -> Self {
        let mut greeting = greeting(&connected.parameters);
        greeting.extend_from_slice(&connected.buffered);
        Self {
            stream: connected.stream,
            greeting,
            startup: Startup::Length {
                bytes: [0; 4],
                seen: 0,
            },
        }
    }
}

impl Startup {
    /// Swallows what of `buf` belongs to the message.
    fn swallow(&mut self, buf: &[u8]) -> io::Result<usize> {
        let taken = match self {
            Self::Length { bytes, seen } => {
                let taken = buf.len().min(bytes.len() - *seen);
                bytes[*seen..*seen + taken].copy_from_slice(&buf[..taken]);
                *seen += taken;
                if *seen == bytes.len() {
                    // The length counts itself.
                    let rest = i32::from_be_bytes(*bytes).checked_sub(4);
                    let rest = rest.and_then(|rest| usize::try_from(rest).ok());
                    *self = Self::Rest(rest.ok_or(io::ErrorKind::InvalidInput)?);
                }
                taken
            }
            Self::Rest(rest) => {
                let taken = buf.len().min(*rest);
                *rest -= taken;
                taken
            }
            Self::Over => 0,
        };
        if matches!(self, Self::Rest(0)) {
            *self = Self::Over;
        }
        Ok(taken)
    }
}

/// `AuthenticationOk`, the parameters, `ReadyForQuery`.
fn greeting(parameters: &HashMap<String, String>) -> BytesMut {
    let mut greeting = BytesMut::new();
    message(&mut greeting, b'R', &[&[0; 4]]);
    for (name, value) in parameters {
        let parts: [&[u8]; 4] = [name.as_bytes(), b"\0", value.as_bytes(), b"\0"];
        message(&mut greeting, b'S', &parts);
    }
    message(&mut greeting, b'Z', &[b"I"]);
    greeting
}

fn message(out: &mut BytesMut, tag: u8, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.put_u8(tag);
    out.put_u32(length as u32 + 4);
    for part in parts {
        out.put_slice(part);
    }
}

impl AsyncRead for Handover {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.greeting.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, buf);
        }
        let given = this.greeting.len().min(buf.remaining());
        buf.put_slice(&this.greeting[..given]);
        this.greeting.advance(given);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Handover {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match this.startup {
            Startup::Over => Pin::new(&mut this.stream).poll_write(cx, buf),
            _ => Poll::Ready(this.startup.swallow(buf)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handover").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_startup_message_is_swallowed_whole_and_nothing_after_it() {
        let mut text = BytesMut::new();
        postgres_protocol::message::frontend::startup_message([("user", "x")], &mut text).unwrap();
        let message = text.len();
        text.extend_from_slice(b"Q....");
        for step in 1..=text.len() {
            let mut startup = Startup::Length {
                bytes: [0; 4],
                seen: 0,
            };
            let mut swallowed = 0;
            while !matches!(startup, Startup::Over) {
                let end = text.len().min(swallowed + step);
                swallowed += startup.swallow(&text[swallowed..end]).unwrap();
            }
            assert_eq!(swallowed, message, "{step} bytes at a time");
        }
    }

    #[test]
    fn a_length_below_its_own_is_refused() {
        for length in [3, -1, i32::MIN] {
            let mut startup = Startup::Length {
                bytes: [0; 4],
                seen: 0,
            };
            assert!(startup.swallow(&length.to_be_bytes()).is_err(), "{length}");
        }
    }
}
