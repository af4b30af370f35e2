//! SCRAM-SHA-256, and -PLUS where the TLS channel can be named.

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::sasl::{
    self, SCRAM_SHA_256, SCRAM_SHA_256_PLUS, ScramSha256,
};
use postgres_protocol::message::backend::{AuthenticationSaslBody, Message};
use postgres_protocol::message::frontend;

use super::channel_binding::tls_server_end_point;
use super::error::{AuthenticationError, Cause};
use super::wire::{Wire, protocol, unexpected};
use super::words::ChannelBinding;

/// Runs the exchange up to `AuthenticationOk`. It has succeeded only when the server has proven
/// that it knows the password too; `postgres-protocol` bounds the iterations it may ask for.
pub(super) async fn run(
    wire: &mut Wire,
    offer: &AuthenticationSaslBody,
    password: &str,
    binding: ChannelBinding,
) -> Result<(), Cause> {
    let (mechanism, binding) = choose(wire, offer, binding)?;
    let mut scram = ScramSha256::new(password.as_bytes(), binding);
    let mut message = BytesMut::new();
    frontend::sasl_initial_response(mechanism, scram.message(), &mut message)?;
    wire.send(&message).await?;

    let Message::AuthenticationSaslContinue(body) = wire.next().await? else {
        return Err(unexpected("the server's first SCRAM message"));
    };
    // Thousands of hashes, some milliseconds: other connections on this thread should not wait.
    let challenge = body.data().to_vec();
    let scram = tokio::task::spawn_blocking(move || scram.update(&challenge).map(|()| scram));
    let mut scram = scram
        .await
        .map_err(std::io::Error::other)?
        .map_err(AuthenticationError::Scram)?;
    message.clear();
    frontend::sasl_response(scram.message(), &mut message)?;
    wire.send(&message).await?;

    let Message::AuthenticationSaslFinal(body) = wire.next().await? else {
        return Err(unexpected("the server's proof that it knows the password"));
    };
    scram
        .finish(body.data())
        .map_err(AuthenticationError::Scram)?;
    match wire.next().await? {
        Message::AuthenticationOk => Ok(()),
        _ => Err(unexpected("the end of authentication")),
    }
}

/// The mechanism, and what we tell the server about channel binding.
fn choose(
    wire: &Wire,
    offer: &AuthenticationSaslBody,
    binding: ChannelBinding,
) -> Result<(&'static str, sasl::ChannelBinding), Cause> {
    let (mut plain, mut plus) = (false, false);
    let mut mechanisms = offer.mechanisms();
    while let Some(mechanism) = mechanisms.next().map_err(|error| protocol(&error))? {
        plain |= mechanism == SCRAM_SHA_256;
        plus |= mechanism == SCRAM_SHA_256_PLUS;
    }
    let channel = match binding {
        ChannelBinding::Disable => None,
        _ => wire.stream.certificate().and_then(tls_server_end_point),
    };
    match channel {
        Some(channel) if plus => {
            return Ok((
                SCRAM_SHA_256_PLUS,
                sasl::ChannelBinding::tls_server_end_point(channel),
            ));
        }
        _ if binding == ChannelBinding::Require => {
            return Err(Cause::Authentication(AuthenticationError::Forbidden {
                method: "scram-sha-256",
                rule: "channel_binding=require needs it bound to TLS",
            }));
        }
        // We could have and the server did not offer: said inside the exchange, so that a server
        // whose offer was tampered with notices.
        Some(_) if plain => return Ok((SCRAM_SHA_256, sasl::ChannelBinding::unrequested())),
        None if plain => return Ok((SCRAM_SHA_256, sasl::ChannelBinding::unsupported())),
        _ => {}
    }
    Err(Cause::Authentication(AuthenticationError::Unsupported(
        "an unknown SASL",
    )))
}
