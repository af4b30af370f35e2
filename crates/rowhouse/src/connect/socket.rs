//! Opening the socket, and TLS on it.

use std::io;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, UnixStream};

use super::clock::Clock;
use super::error::{ConnectError, Phase};
use super::hosts::Address;
use super::options::ConnectOptions;
use super::stream::Stream;
use super::tls::Tls;

/// The protection asked of a TCP connection.
#[derive(Debug, Clone)]
pub(super) struct Protection {
    pub(super) tls: Tls,
    /// The name to ask for, and to find in the certificate where the mode checks it.
    pub(super) name: String,
    /// Whether going on without is out of the question.
    pub(super) required: bool,
}

/// Connects to `address`, with TLS if there is a `protection` and a TCP connection to protect.
pub(super) async fn open(
    address: &Address,
    protection: Option<&Protection>,
    options: &ConnectOptions,
    clock: &Clock,
) -> Result<Stream, ConnectError> {
    let address = match address {
        Address::Unix(path) => {
            let connect = async { Ok(UnixStream::connect(path).await?) };
            return Ok(Stream::Unix(clock.run(Phase::Connect, connect).await?));
        }
        Address::Tcp(address) => address,
    };
    let connect = async {
        let socket = TcpStream::connect(address).await?;
        tune(&socket, options)?;
        Ok(socket)
    };
    let socket = clock.run(Phase::Connect, connect).await?;
    match protection {
        None => Ok(Stream::Tcp(socket)),
        Some(protection) => {
            clock
                .run(Phase::Tls, protection.tls.start(socket, protection))
                .await
        }
    }
}

fn tune(socket: &TcpStream, options: &ConnectOptions) -> io::Result<()> {
    // One-shots go out as one write; waiting to fill a packet would only delay them.
    socket.set_nodelay(true)?;
    let socket = SockRef::from(socket);
    let keepalives = &options.keepalives;
    if keepalives.enabled {
        let mut keepalive = TcpKeepalive::new();
        if let Some(idle) = keepalives.idle {
            keepalive = keepalive.with_time(idle);
        }
        if let Some(interval) = keepalives.interval {
            keepalive = keepalive.with_interval(interval);
        }
        if let Some(count) = keepalives.count {
            keepalive = keepalive.with_retries(count);
        }
        socket.set_tcp_keepalive(&keepalive)?;
    }
    #[cfg(target_os = "linux")]
    if options.tcp_user_timeout.is_some() {
        socket.set_tcp_user_timeout(options.tcp_user_timeout)?;
    }
    Ok(())
}
