//! The first message of a session, and the wait until it is ready.

use bytes::BytesMut;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

use super::authenticate::Login;
use super::error::Cause;
use super::wire::{Wire, protocol, unexpected};

/// Identifies a backend to a `CancelRequest`.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct BackendKey {
    pub(super) process_id: i32,
    pub(super) secret: i32,
}

/// Says which database we want, as whom. Only parameters that every pooler passes on, and
/// `options` if somebody asked for them.
pub(super) async fn send(wire: &mut Wire, login: &Login<'_>) -> Result<(), Cause> {
    let mut parameters = vec![
        ("user", login.user),
        ("database", login.dbname),
        ("client_encoding", "UTF8"),
        ("application_name", login.options.application_name.as_str()),
    ];
    if let Some(options) = &login.options.options {
        parameters.push(("options", options));
    }
    let mut message = BytesMut::new();
    frontend::startup_message(parameters, &mut message)?;
    wire.send(&message).await
}

/// Reads up to `ReadyForQuery`.
pub(super) async fn finish(wire: &mut Wire) -> Result<BackendKey, Cause> {
    let mut key = BackendKey::default();
    loop {
        match wire.next().await? {
            Message::BackendKeyData(body) => {
                key = BackendKey {
                    process_id: body.process_id(),
                    secret: body.secret_key(),
                };
            }
            Message::ReadyForQuery(body) => {
                idle(body.status())?;
                return Ok(key);
            }
            _ => return Err(unexpected("the session to become ready")),
        }
    }
}

/// A session that begins inside somebody's transaction is not ours.
pub(super) fn idle(status: u8) -> Result<(), Cause> {
    match status {
        b'I' => Ok(()),
        _ => Err(protocol(&std::io::Error::other(
            "a new session is inside a transaction",
        ))),
    }
}
