//! A server that says what a test wants it to say.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::connect::options::ConnectOptions;
use crate::connect::words::SslMode;

/// Serves every connection with `act`, for as long as the test's runtime lives.
pub(super) async fn listen<F>(act: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(act(socket));
        }
    });
    address
}

/// Serves every connection by reading the startup message, sending `bytes` and holding the line.
pub(super) async fn say(bytes: Vec<u8>) -> SocketAddr {
    listen(move |mut socket| {
        let bytes = bytes.clone();
        async move {
            startup(&mut socket).await;
            let _ = socket.write_all(&bytes).await;
            hold(socket).await;
        }
    })
    .await
}

/// A port where nobody listens: bound, so that nobody else gets it, and never listened on.
pub(super) fn nobody() -> (socket2::Socket, u16) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket
        .bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())
        .unwrap();
    let port = socket.local_addr().unwrap().as_socket().unwrap().port();
    (socket, port)
}

/// Reads one message without a tag: a startup, a request for TLS or for cancellation.
pub(super) async fn startup(socket: &mut TcpStream) -> Vec<u8> {
    let length = socket.read_i32().await.unwrap();
    let mut body = vec![0; length as usize - 4];
    socket.read_exact(&mut body).await.unwrap();
    body
}

/// Keeps the connection until the client closes it.
pub(super) async fn hold(mut socket: TcpStream) {
    let mut rest = [0; 512];
    while matches!(socket.read(&mut rest).await, Ok(read) if read > 0) {}
}

/// Options that lead to `address`, without TLS.
pub(super) fn options(address: SocketAddr) -> ConnectOptions {
    ConnectOptions::new()
        .host(address.ip().to_string(), address.port())
        .user("app")
        .password("secret")
        .sslmode(SslMode::Disable)
}

/// TLS with a certificate that the impostor made for itself.
pub(super) fn acceptor(protocols: Vec<Vec<u8>>) -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = protocols;
    TlsAcceptor::from(Arc::new(config))
}

/// A message of the server.
pub(super) fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = i32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[tag][..], &length, body].concat()
}

pub(super) fn authentication(kind: i32, rest: &[u8]) -> Vec<u8> {
    message(b'R', &[&kind.to_be_bytes(), rest].concat())
}

pub(super) fn error(code: &str) -> Vec<u8> {
    message(b'E', format!("SFATAL\0C{code}\0Mno\0\0").as_bytes())
}

/// Everything from `AuthenticationOk` to `ReadyForQuery`.
pub(super) fn welcome() -> Vec<u8> {
    [
        authentication(0, &[]),
        message(b'S', b"server_version\x0015.0\0"),
        message(b'K', &[0, 0, 0, 7, 0, 0, 0, 9]),
        message(b'Z', b"I"),
    ]
    .concat()
}
