//! TLS: what the options ask for, made ready, and the way from a TCP socket into it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::BytesMut;
use postgres_protocol::message::frontend;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::error::Cause;
use super::options::{ConnectOptions, RootCert};
use super::options_error::OptionsError;
use super::socket::Protection;
use super::stream::Stream;
use super::trust::Trust;
use super::words::{SslMode, SslNegotiation};

/// The application protocol PostgreSQL 17 and later insist on when TLS starts directly.
const ALPN: &[u8] = b"postgresql";

/// TLS as the options want it, with all files read.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    direct: bool,
}

impl Tls {
    /// Reads certificates and keys; they are read for every connection because they get renewed.
    pub(super) fn prepare(options: &ConnectOptions) -> Result<Self, OptionsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?
            .dangerous();
        let builder = match server_roots(options)? {
            Some(Roots::System) => {
                builder.with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
            }
            Some(Roots::File(roots)) => builder.with_custom_certificate_verifier(Arc::new(
                Trust::issued_by(roots, options.ssl_mode() == SslMode::VerifyFull, provider)?,
            )),
            None => builder.with_custom_certificate_verifier(Arc::new(Trust::anything(provider))),
        };
        let mut config = match own_certificate(options)? {
            Some((chain, key)) => builder.with_client_auth_cert(chain, key)?,
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self {
            config: Arc::new(config),
            direct: options.ssl_negotiation == SslNegotiation::Direct,
        })
    }

    /// Asks for TLS and shakes hands. A server that has none leaves the socket as it was, which
    /// is fine unless TLS is required.
    pub(super) async fn start(
        &self,
        mut socket: TcpStream,
        protection: &Protection,
    ) -> Result<Stream, Cause> {
        if !self.direct && !request(&mut socket).await? {
            return if protection.required {
                Err(Cause::NoTls(
                    "the server does not offer TLS, and sslmode requires it",
                ))
            } else {
                Ok(Stream::Tcp(socket))
            };
        }
        // A name that no certificate can hold: its address stands in where names are not checked,
        // and where they are, the check fails.
        let name = ServerName::try_from(protection.name.clone())
            .or_else(|_| socket.peer_addr().map(|peer| ServerName::from(peer.ip())))?;
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let stream = connector.connect(name, socket).await?;
        if self.direct && stream.get_ref().1.alpn_protocol() != Some(ALPN) {
            return Err(Cause::NoTls(
                "the server does not answer to sslnegotiation=direct",
            ));
        }
        Ok(Stream::Tls(Box::new(stream)))
    }
}

/// `SSLRequest`. The answer is one byte; more would be plain text smuggled in before the handshake,
/// and stays in the socket for the handshake to choke on.
async fn request(socket: &mut TcpStream) -> Result<bool, Cause> {
    let mut message = BytesMut::new();
    frontend::ssl_request(&mut message);
    socket.write_all(&message).await?;
    match socket.read_u8().await? {
        b'S' => Ok(true),
        b'N' => Ok(false),
        // Not shown: whoever wrote it has not shown who it is.
        b'E' => Err(Cause::NoTls(
            "the server answered the request for TLS with an error",
        )),
        _ => Err(Cause::Protocol(
            "the answer to the request for TLS is neither yes nor no".into(),
        )),
    }
}

enum Roots {
    System,
    File(Vec<CertificateDer<'static>>),
}

/// As in libpq: a root file that exists is used in every mode; the verifying modes need one.
fn server_roots(options: &ConnectOptions) -> Result<Option<Roots>, OptionsError> {
    let path = match &options.ssl_root_cert {
        Some(RootCert::System) => return Ok(Some(Roots::System)),
        Some(RootCert::File(path)) => Some(path.clone()),
        None => in_home("root.crt"),
    };
    let must_verify = matches!(options.ssl_mode(), SslMode::VerifyCa | SslMode::VerifyFull);
    let path = match path {
        Some(path) if path.exists() => path,
        path if must_verify => {
            return Err(OptionsError::File {
                key: "sslrootcert",
                path: path.unwrap_or_else(|| "~/.postgresql/root.crt".into()),
                source: io::Error::from(io::ErrorKind::NotFound),
            });
        }
        _ => return Ok(None),
    };
    let roots = certificates("sslrootcert", &path)?;
    Ok(Some(Roots::File(roots)))
}

/// Our certificate and key, if there are any.
fn own_certificate(
    options: &ConnectOptions,
) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>, OptionsError> {
    let cert = match (&options.ssl_cert, in_home("postgresql.crt")) {
        (Some(cert), _) => cert.clone(),
        (None, Some(cert)) if cert.exists() => cert,
        (None, _) => return Ok(None),
    };
    let chain = certificates("sslcert", &cert)?;
    let key = options
        .ssl_key
        .clone()
        .or_else(|| in_home("postgresql.key"))
        .unwrap_or_else(|| "~/.postgresql/postgresql.key".into());
    check_key_access(&key).map_err(|source| file("sslkey", &key, source))?;
    let private = PrivateKeyDer::from_pem_file(&key)
        .map_err(|error| file("sslkey", &key, pem_error(error)))?;
    Ok(Some((chain, private)))
}

/// libpq's rule: owned by us and closed to others, or owned by root and at most readable by group.
fn check_key_access(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path)?;
    let open = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    if metadata.mode() & open != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "others may access the private key",
        ));
    }
    Ok(())
}

fn certificates(
    key: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, OptionsError> {
    let certificates: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(file(
            key,
            path,
            io::Error::other("the file holds no PEM certificate"),
        )),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(file(key, path, pem_error(error))),
    }
}

fn pem_error(error: pem::Error) -> io::Error {
    match error {
        pem::Error::Io(error) => error,
        error => io::Error::other(error.to_string()),
    }
}

fn file(key: &'static str, path: &Path, source: io::Error) -> OptionsError {
    OptionsError::File {
        key,
        path: path.to_owned(),
        source,
    }
}

/// Where libpq keeps its defaults.
fn in_home(file: &str) -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".postgresql").join(file))
}
