//! One address, a listener for every worker.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;

use socket2::{Domain, Protocol, Socket, Type};

/// Connections that wait to be accepted, per worker.
const BACKLOG: i32 = 1024;

/// The service cannot listen at the address.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {}", why(.source))]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    source: io::Error,
}

impl BindError {
    /// Another address that may be free: the same with the next port.
    pub fn another(&self) -> SocketAddr {
        let port = self.address.port().checked_add(1).unwrap_or(8000);
        SocketAddr::new(self.address.ip(), port)
    }

    /// What to do.
    pub fn hint(&self) -> String {
        match self.source.kind() {
            io::ErrorKind::AddrInUse => format!(
                "stop the other program, or choose another address: --listen {0} or ROWHOUSE_LISTEN={0}",
                self.another()
            ),
            io::ErrorKind::PermissionDenied => {
                "ports below 1024 need privileges; choose another with --listen or ROWHOUSE_LISTEN".to_owned()
            }
            io::ErrorKind::AddrNotAvailable => {
                "no interface of this machine has that address; choose one with --listen or ROWHOUSE_LISTEN".to_owned()
            }
            _ => "choose an address with --listen or ROWHOUSE_LISTEN".to_owned(),
        }
    }
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there already".to_owned(),
        _ => error.to_string(),
    }
}

/// A listener for each of `workers`, at one address.
///
/// With `SO_REUSEPORT` the kernel deals connections out to the workers. It would also let another
/// process of ours share the port unseen, so the first socket binds without it, which fails when
/// anybody listens there, and allows company only once the address is its own.
pub(super) fn bind(
    address: SocketAddr,
    workers: NonZeroUsize,
) -> Result<Vec<TcpListener>, BindError> {
    all(address, workers.get()).map_err(|source| BindError { address, source })
}

#[cfg(target_os = "linux")]
fn all(address: SocketAddr, workers: usize) -> io::Result<Vec<TcpListener>> {
    let first = socket(address)?;
    first.bind(&address.into())?;
    if workers == 1 {
        return Ok(vec![listening(first)?]);
    }
    first.set_reuse_port(true)?;
    let first = listening(first)?;
    // The port is known now, even when 0 was asked for.
    let address = first.local_addr()?;
    let mut listeners = vec![first];
    for _ in 1..workers {
        let next = socket(address)?;
        next.set_reuse_port(true)?;
        next.bind(&address.into())?;
        listeners.push(listening(next)?);
    }
    Ok(listeners)
}

/// Elsewhere `SO_REUSEPORT` does not deal connections out: the workers share one queue.
#[cfg(not(target_os = "linux"))]
fn all(address: SocketAddr, workers: usize) -> io::Result<Vec<TcpListener>> {
    let first = socket(address)?;
    first.bind(&address.into())?;
    let first = listening(first)?;
    let mut listeners: Vec<TcpListener> = (1..workers)
        .map(|_| first.try_clone())
        .collect::<io::Result<_>>()?;
    listeners.push(first);
    Ok(listeners)
}

fn socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // Connections of a former process that are still winding down are no reason to wait.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn listening(socket: Socket) -> io::Result<TcpListener> {
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_suggested_is_not_what_is_taken() {
        for (taken, free) in [
            ("127.0.0.1:8001", "127.0.0.1:8002"),
            ("[::1]:65535", "[::1]:8000"),
        ] {
            let error = BindError {
                address: taken.parse().unwrap(),
                source: io::ErrorKind::AddrInUse.into(),
            };
            assert!(
                error.hint().contains(free) && !error.hint().contains(taken),
                "{}",
                error.hint()
            );
        }
    }
}
