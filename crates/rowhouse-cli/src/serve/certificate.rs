//! The service's certificate, and the same again when its files have changed.

use std::path::PathBuf;
use std::time::Duration;

use rowhouse_api::server::Tls;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::File;
use crate::failure::Misuse;

/// How often to look whether the files have changed.
const EVERY: Duration = Duration::from_secs(2);

/// `--tls-certificate`, `--tls-key`.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Certificate {
    /// Speak TLS with this certificate and its chain, a PEM file [default: certificate under [serve.tls]]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_TLS_CERTIFICATE")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's key, a PEM file that other accounts cannot read [default: key under [serve.tls]]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_TLS_KEY")]
    tls_key: Option<PathBuf>,
}

/// Whether the file's certificate could be served with; whether there is one.
pub(crate) fn check(file: &File) -> Result<bool, Misuse> {
    let of_file = Certificate {
        tls_certificate: None,
        tls_key: None,
    };
    Ok(of_file.read(file)?.is_some())
}

impl Certificate {
    /// The certificate; none where none was named.
    pub(super) fn read(&self, file: &File) -> Result<Option<Tls>, Misuse> {
        let tls = &file.serve.tls;
        let named = |flag: &Option<PathBuf>, key: &Option<PathBuf>| {
            let flag = flag.clone().filter(|path| !path.as_os_str().is_empty());
            flag.or_else(|| key.clone())
        };
        let certificate = named(&self.tls_certificate, &tls.certificate);
        match (certificate, named(&self.tls_key, &tls.key)) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => Tls::read(certificate, key)
                .map(Some)
                .map_err(|error| Misuse::new(error.to_string()).hint(error.hint())),
            (Some(_), None) => Err(Misuse::new("the certificate's key is not named")
                .hint("name its file with --tls-key, or key under [serve.tls]")),
            (None, Some(_)) => Err(Misuse::new("there is a key for TLS, and no certificate")
                .hint("name its file with --tls-certificate, or certificate under [serve.tls]")),
        }
    }
}

/// Takes over what is in the files, when they change and on SIGHUP. Never ends. What cannot be used changes nothing: the
/// certificate there is stays in use.
pub(super) async fn follow(tls: Option<&Tls>) -> std::io::Result<()> {
    let Some(tls) = tls else {
        return std::future::pending().await;
    };
    let mut hangup = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = hangup.recv() => {}
        }
        match tls.reload() {
            Ok(false) => {}
            Ok(true) => {
                tracing::info!(
                    "the certificate in {} is new, and in use",
                    tls.certificate().display()
                );
            }
            Err(error) => {
                tracing::warn!("the certificate stays as it was: {error}; {}", error.hint());
            }
        }
    }
}
