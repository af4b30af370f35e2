//! `CancelRequest`: asks a server, over a connection of its own, to cancel a session's statement.

use std::fmt;

use bytes::BytesMut;
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::clock::Clock;
use super::error::{ConnectError, Phase};
use super::hosts::Address;
use super::options::ConnectOptions;
use super::socket::{self, Protection};
use super::startup::BackendKey;

/// The session to cancel in: its very address, not its name, which may lead elsewhere by now.
#[derive(Clone)]
pub(crate) struct CancelTarget {
    address: Address,
    host: String,
    protection: Option<Protection>,
    key: BackendKey,
    options: ConnectOptions,
}

impl CancelTarget {
    /// `protection` is the one the session has; the key is as secret as the session.
    pub(super) fn new(
        address: Address,
        host: String,
        protection: Option<Protection>,
        key: BackendKey,
        options: &ConnectOptions,
    ) -> Self {
        Self {
            address,
            host,
            protection,
            key,
            options: options.clone(),
        }
    }
}

impl fmt::Debug for CancelTarget {
    /// Who holds the key can cancel, so it is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelTarget")
            .field("host", &self.host)
            .field("process_id", &self.key.process_id)
            .finish_non_exhaustive()
    }
}

/// Asks the server to cancel what runs in the session, and waits until it has dealt with that.
///
/// The server says nothing about it: success means that the signal was sent, if there was
/// anything to send it to.
pub(crate) async fn cancel(target: &CancelTarget) -> Result<(), ConnectError> {
    let clock = Clock::start(target.host.clone(), target.options.connect_timeout);
    let protection = target.protection.as_ref();
    let mut stream = socket::open(&target.address, protection, &target.options, &clock).await?;
    let request = async {
        let mut message = BytesMut::new();
        frontend::cancel_request(target.key.process_id, target.key.secret, &mut message);
        stream.write_all(&message).await?;
        stream.flush().await?;
        // The server closes once the signal is sent, without a TLS goodbye; any end will do.
        let mut nothing = [0; 64];
        while matches!(stream.read(&mut nothing).await, Ok(read) if read > 0) {}
        Ok(())
    };
    clock.run(Phase::Cancel, request).await
}
