//! Messages of the startup phase, read with distrust: nobody has proven anything yet.

use std::collections::HashMap;
use std::io;

use bytes::BytesMut;
use postgres_protocol::message::backend::{Header, Message, ParameterStatusBody};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::error::Cause;
use super::refusal::Refusal;
use super::stream::Stream;

/// No message before `ReadyForQuery` is longer. libpq accepts 2,000 bytes of authentication and
/// 30,000 of error text.
const LONGEST_MESSAGE: i32 = 64 * 1024;

/// All of a startup together; a server repeats itself no further than this.
const LONGEST_STARTUP: usize = 1024 * 1024;

/// A stream with the bytes that came too early and the parameters that came along.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) stream: Stream,
    pub(super) buffered: BytesMut,
    pub(super) parameters: HashMap<String, String>,
    received: usize,
}

impl Wire {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            buffered: BytesMut::with_capacity(8 * 1024),
            parameters: HashMap::new(),
            received: 0,
        }
    }

    /// Sends whole messages.
    pub(super) async fn send(&mut self, messages: &[u8]) -> Result<(), Cause> {
        self.stream.write_all(messages).await?;
        self.stream.flush().await?;
        Ok(())
    }

    /// The next message that asks for an answer or says how far we are. Errors become [`Cause`];
    /// notices are logged, parameters kept.
    pub(super) async fn next(&mut self) -> Result<Message, Cause> {
        loop {
            match self.read().await? {
                Message::ErrorResponse(body) => {
                    let refusal = Refusal::read(&body).map_err(|error| protocol(&error))?;
                    return Err(Cause::Server(Box::new(refusal)));
                }
                Message::NoticeResponse(_) => tracing::debug!("notice during startup"),
                Message::ParameterStatus(body) => self.keep(&body)?,
                message => return Ok(message),
            }
        }
    }

    fn keep(&mut self, body: &ParameterStatusBody) -> Result<(), Cause> {
        let name = body.name().map_err(|error| protocol(&error))?;
        // A name in another encoding, of a role say, is not worth the connection.
        let value = body.value().unwrap_or_default();
        self.parameters.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    async fn read(&mut self) -> Result<Message, Cause> {
        loop {
            let header = Header::parse(&self.buffered).map_err(|error| protocol(&error))?;
            if let Some(header) = header {
                // Checked before the parser reserves that much.
                if header.len() > LONGEST_MESSAGE {
                    return Err(Cause::Protocol(format!(
                        "a startup message of {} bytes",
                        header.len()
                    )));
                }
                if let Some(message) =
                    Message::parse(&mut self.buffered).map_err(|error| protocol(&error))?
                {
                    return Ok(message);
                }
            }
            if self.received > LONGEST_STARTUP {
                return Err(Cause::Protocol("a startup without end".to_owned()));
            }
            self.buffered.reserve(1024);
            let read = self.stream.read_buf(&mut self.buffered).await?;
            if read == 0 {
                return Err(Cause::Io(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    "the server closed the connection",
                )));
            }
            self.received += read;
        }
    }
}

/// A message that cannot be read.
pub(super) fn protocol(error: &io::Error) -> Cause {
    Cause::Protocol(error.to_string())
}

/// A message that does not belong here. What it was is left out: it may be anything.
pub(super) fn unexpected(expected: &str) -> Cause {
    Cause::Protocol(format!("expected {expected}, got another message"))
}
