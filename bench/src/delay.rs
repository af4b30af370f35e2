//! A network that takes time: a proxy in front of PostgreSQL that holds every byte back, each way.
//!
//! Blocking threads and not timers: a runtime's timer has a granularity of a millisecond, which is what is measured.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Listens on a free port of the loopback and forwards to the socket at `upstream`, `delay` later each way.
pub(crate) fn start(upstream: PathBuf, delay: Duration) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let _ = join(client, &upstream, delay);
        }
    });
    Ok(address)
}

fn join(client: TcpStream, upstream: &PathBuf, delay: Duration) -> Result<()> {
    client.set_nodelay(true)?;
    let server = UnixStream::connect(upstream)?;
    let (from_client, to_client) = (client.try_clone()?, client);
    let (from_server, to_server) = (server.try_clone()?, server);
    late(from_client, to_server.try_clone()?, delay, move || {
        let _ = to_server.shutdown(std::net::Shutdown::Write);
    });
    late(from_server, to_client.try_clone()?, delay, move || {
        let _ = to_client.shutdown(std::net::Shutdown::Both);
    });
    Ok(())
}

fn late(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    delay: Duration,
    end: impl FnOnce() + Send + 'static,
) {
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if sender
                .send((Instant::now() + delay, buffer[..read].to_vec()))
                .is_err()
            {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in receiver {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        end();
    });
}
