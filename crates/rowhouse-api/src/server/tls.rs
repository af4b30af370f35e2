//! The service's certificate and key, and the same again when their files have changed.

use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::{self, Ticketer};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};

/// What is spoken inside; a client that insists on something else is told so by the handshake.
const ALPN: &[u8] = b"http/1.1";

/// A certificate and its key, both PEM files. Cheap to clone; all clones see a new certificate.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    /// The files that were looked at last, good or bad.
    seen: [Mark; 2],
}

/// By which a file that was put in place of another is told.
type Mark = Option<(u64, i64, i64, (i64, i64), u64)>;

/// A certificate or key that cannot be served with. It names the file, and repeats nothing of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Every account of this machine may read the key.
    #[error("{} holds the key of the certificate, and can be read by other accounts of this machine", .0.display())]
    Exposed(PathBuf),
    /// The file holds no certificate, or something that is none.
    #[error("{} holds no certificate in PEM form", .0.display())]
    NoCertificate(PathBuf),
    /// The file holds no key, or an encrypted one.
    #[error("{} holds no unencrypted private key in PEM form", .0.display())]
    NoKey(PathBuf),
    /// They do not belong together.
    #[error("the key in {} is not that of the certificate in {}", key.display(), certificate.display())]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// rustls cannot use them.
    #[error("cannot serve with the certificate in {} and its key: {source}", certificate.display())]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// What rustls says.
        source: rustls::Error,
    },
}

impl TlsError {
    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Exposed(_) => {
                "chmod 600 it (or 640, for a group); for a Kubernetes secret, set defaultMode: 0440 and fsGroup"
            }
            Self::NoCertificate(_) => {
                "the file begins with the service's own certificate; those of its authorities follow"
            }
            Self::NoKey(_) => "take the passphrase off with `openssl pkey -in KEY -out PLAIN`",
            Self::Mismatch { .. } => {
                "the service's own certificate is the first in its file, in front of those of its authorities"
            }
            _ => {
                "name the files with certificate and key under [serve.tls], or --tls-certificate and --tls-key"
            }
        }
    }
}

impl Tls {
    /// Reads a certificate, with the chain up to its authority, and its key.
    ///
    /// # Errors
    /// A file cannot be read or used, they do not belong together, or others may read the key.
    pub fn read(
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Result<Self, TlsError> {
        let (certificate, key) = (certificate.into(), key.into());
        // The look comes first: what is put there while they are read is a change.
        let seen = [mark(&certificate), mark(&key)];
        let config = config(&certificate, &key)?;
        Ok(Self(Arc::new(Inner {
            certificate,
            key,
            current: Mutex::new(Current { config, seen }),
        })))
    }

    /// Takes over what is in the files, if they have changed; whether they had. Connections that are
    /// open stay as they are.
    ///
    /// # Errors
    /// As for [`read`](Self::read); the old pair stays in use, and the bad one is not looked at again
    /// until it changes.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let inner = &*self.0;
        let found = [mark(&inner.certificate), mark(&inner.key)];
        {
            let mut current = self.current();
            if current.seen == found {
                return Ok(false);
            }
            current.seen = found;
        }
        let config = config(&inner.certificate, &inner.key)?;
        self.current().config = config;
        Ok(true)
    }

    /// Where the certificate is.
    pub fn certificate(&self) -> &Path {
        &self.0.certificate
    }

    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current().config)
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        self.0
            .current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("certificate", &self.0.certificate)
            .field("key", &self.0.key)
            .finish_non_exhaustive()
    }
}

/// Tickets and sessions are of one certificate: with a new one, clients shake hands anew.
fn config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = chain(certificate)?;
    let private = private(key)?;
    let unusable = |source| match source {
        rustls::Error::InconsistentKeys(_) => TlsError::Mismatch {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        },
        source => TlsError::Unusable {
            certificate: certificate.to_owned(),
            source,
        },
    };
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(chain, private)
        })
        .map_err(unusable)?;
    config.alpn_protocols = vec![ALPN.to_vec()];
    // Workers share it, so that a session is known to whichever the client meets next. Early data,
    // which anybody could send again, stays off.
    config.ticketer = Ticketer::new().map_err(unusable)?;
    Ok(Arc::new(config))
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        Err(pem::Error::Io(source)) => Err(unreadable(path, source)),
        _ => Err(TlsError::NoCertificate(path.to_owned())),
    }
}

fn private(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    let metadata = fs::metadata(path).map_err(|source| unreadable(path, source))?;
    if metadata.permissions().mode() & 0o007 != 0 {
        return Err(TlsError::Exposed(path.to_owned()));
    }
    PrivateKeyDer::from_pem_file(path).map_err(|error| match error {
        pem::Error::Io(source) => unreadable(path, source),
        _ => TlsError::NoKey(path.to_owned()),
    })
}

fn unreadable(path: &Path, source: io::Error) -> TlsError {
    TlsError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

fn mark(path: &Path) -> Mark {
    // Who may read it counts too.
    let of = |file: Metadata| {
        let changed = (file.ctime(), file.ctime_nsec());
        (
            file.ino(),
            file.mtime(),
            file.mtime_nsec(),
            changed,
            file.len(),
        )
    };
    fs::metadata(path).ok().map(of)
}
