//! The handshake of TLS, in the connection's own task: who is slow about it holds up nobody.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::tls::Tls;
use super::wire::Wire;
use crate::problem::{Kind, MEDIA_TYPE, Problem};

/// The most tickets' and records' bytes that wait inside TLS for the client to take them. It is also
/// the least that a client has to take within the time for that.
const BUFFERED: usize = 16 << 10;

/// How long a client that speaks plain HTTP has to take its answer.
const SHORT: Duration = Duration::from_secs(2);

/// Shakes hands; none where the client does not, or takes too long.
pub(super) async fn begin(stream: TcpStream, tls: &Tls, within: Duration) -> Option<Wire> {
    let Ok(begun) = timeout(within, shake(stream, tls)).await else {
        tracing::debug!(target: "rowhouse::http", "a client took too long to shake hands");
        return None;
    };
    begun
}

async fn shake(stream: TcpStream, tls: &Tls) -> Option<Wire> {
    let mut first = [0];
    let count = stream.peek(&mut first).await.ok()?;
    // A method; no record of TLS begins with a letter.
    if count == 1 && first[0].is_ascii_alphabetic() {
        // Bounded on its own; the handshake's time is over this as well.
        let _ = timeout(SHORT, tell(stream)).await;
        return None;
    }
    let acceptor = TlsAcceptor::from(tls.config());
    let accepted = acceptor.accept_with(stream, |connection| {
        connection.set_buffer_limit(Some(BUFFERED));
    });
    match accepted.await {
        Ok(stream) => Some(Wire::Tls(Box::new(stream))),
        Err(error) => {
            tracing::debug!(target: "rowhouse::http", %error, "a handshake failed");
            None
        }
    }
}

/// Says in plain HTTP that this is no place for it.
async fn tell(mut stream: TcpStream) -> std::io::Result<()> {
    let problem = Problem::new(
        Kind::InvalidRequest,
        "this port speaks TLS, and the request came without",
    )
    .hint("use https:// instead of http://");
    let json = problem.to_json("-");
    let head = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        json.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&json).await?;
    stream.shutdown().await?;
    // Closing over bytes that nobody has read would take the answer away from the client.
    let mut passed_over = [0; 1024];
    while stream.read(&mut passed_over).await? > 0 {}
    Ok(())
}
