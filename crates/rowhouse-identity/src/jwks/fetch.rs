//! One question to a source of keys: `GET`, over TLS unless it is on this machine.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::url::JwksUrl;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 << 10;

/// Why a source of keys gave none.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// It did not answer in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// No connection, or it broke.
    #[error("no connection: {0}")]
    Connect(#[from] io::Error),
    /// TLS cannot be had.
    #[error("no TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// What came was no HTTP.
    #[error("no answer in HTTP: {0}")]
    Http(#[from] hyper::Error),
    /// It says that they are somewhere else.
    #[error("it answers {0}: redirects are not followed, name the address itself")]
    Redirect(StatusCode),
    /// It has none.
    #[error("it answers {0}")]
    Status(StatusCode),
    /// More than any set of keys is.
    #[error("the answer is longer than {LONGEST} bytes, or broke off")]
    Body,
    /// The address cannot be asked for.
    #[error("the address cannot be asked for")]
    Address,
}

/// What is at the address.
pub(super) async fn get(url: &JwksUrl, patience: Duration) -> Result<Bytes, FetchError> {
    timeout(patience, Box::pin(connect_and_ask(url)))
        .await
        .map_err(|_| FetchError::Timeout(patience))?
}

async fn connect_and_ask(url: &JwksUrl) -> Result<Bytes, FetchError> {
    let socket = TcpStream::connect((url.host.as_str(), url.port)).await?;
    if !url.tls {
        return ask(url, socket).await;
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let name = ServerName::try_from(url.host.clone()).map_err(|_| FetchError::Address)?;
    let connector = TlsConnector::from(Arc::new(config));
    ask(url, connector.connect(name, socket).await?).await
}

async fn ask<S>(url: &JwksUrl, socket: S) -> Result<Bytes, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(64 << 10)
        .handshake(TokioIo::new(socket))
        .await?;
    let request = Request::get(&url.path)
        .header(HOST, &url.authority)
        .header(ACCEPT, "application/jwk-set+json, application/json")
        .header(USER_AGENT, concat!("rowhouse/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|_| FetchError::Address)?;
    let answer = async {
        let response = sender.send_request(request).await?;
        let status = response.status();
        if status.is_redirection() {
            return Err(FetchError::Redirect(status));
        }
        if status != StatusCode::OK {
            return Err(FetchError::Status(status));
        }
        let body = Limited::new(response.into_body(), LONGEST).collect().await;
        Ok(body.map_err(|_| FetchError::Body)?.to_bytes())
    };
    let mut connection = std::pin::pin!(connection);
    let mut answer = std::pin::pin!(answer);
    // The connection is driven until the answer is there, and dropped with it.
    tokio::select! {
        answer = &mut answer => return answer,
        ended = &mut connection => ended?,
    }
    answer.await
}
