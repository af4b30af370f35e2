//! The service over TLS: real certificates, a real client, files that change.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, KeyPair};
use rowhouse_api::server::{Tls, TlsError};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{
    ClientConfig, HandshakeKind, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::service::{PAWNEE, Service, Setup};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder with `cert.pem` and `key.pem`.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> (Self, CertificateDer<'static>) {
        let files = Self(tempfile::tempdir().unwrap());
        let pair = pair();
        files.write(&pair.cert.pem(), &pair.signing_key);
        (files, pair.cert.der().clone())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts new files in place of the old ones, as certbot and Kubernetes do.
    fn write(&self, certificate: &str, key: &KeyPair) {
        for (name, text) in [("cert.pem", certificate), ("key.pem", &key.serialize_pem())] {
            let fresh = self.path("fresh");
            fs::write(&fresh, text).unwrap();
            fs::set_permissions(&fresh, Permissions::from_mode(0o600)).unwrap();
            fs::rename(&fresh, self.path(name)).unwrap();
        }
    }

    fn read(&self) -> Result<Tls, TlsError> {
        Tls::read(self.path("cert.pem"), self.path("key.pem"))
    }
}

fn pair() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap()
}

fn trusting(
    certificate: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    protocols: &[&str],
) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().into())
        .collect();
    TlsConnector::from(Arc::new(config))
}

async fn connect(
    service: &Service,
    certificate: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(service.address).await?;
    let connector = trusting(certificate, rustls::ALL_VERSIONS, &["h2", "http/1.1"]);
    let name = ServerName::try_from("localhost").unwrap();
    connector.connect(name, stream).await
}

/// The whole answer to one request.
async fn ask<S>(stream: &mut S, path: &str) -> String
where
    S: AsyncReadExt + AsyncWriteExt + Unpin,
{
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
    answer
}

async fn start(tls: &Tls) -> Service {
    let mut setup = Setup {
        tls: Some(tls.clone()),
        ..Setup::default()
    };
    setup.api.https_only = Some(Duration::from_hours(24));
    Service::start(setup).await
}

#[tokio::test]
async fn requests_are_answered_over_tls() {
    let (files, certificate) = Files::new();
    let service = start(&files.read().unwrap()).await;
    for (version, number) in [
        (&rustls::version::TLS12, ProtocolVersion::TLSv1_2),
        (&rustls::version::TLS13, ProtocolVersion::TLSv1_3),
    ] {
        let connector = trusting(&certificate, &[version], &["h2", "http/1.1"]);
        let stream = TcpStream::connect(service.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = connector.connect(name, stream).await.unwrap();
        let session = stream.get_ref().1;
        assert_eq!(session.protocol_version(), Some(number));
        assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
        let answer = ask(&mut stream, "/items/").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("\"art-fair\""), "{answer}");
        let says = "strict-transport-security: max-age=86400\r\n";
        assert!(answer.contains(says), "{answer}");
    }
    // Neither another protocol inside, nor a name that the certificate is not for.
    for (protocols, name) in [(&["h2"][..], "localhost"), (&["http/1.1"], "other.example")] {
        let stream = TcpStream::connect(service.address).await.unwrap();
        let connector = trusting(&certificate, rustls::ALL_VERSIONS, protocols);
        let name = ServerName::try_from(name).unwrap();
        assert!(connector.connect(name, stream).await.is_err());
    }
}

#[tokio::test]
async fn a_large_answer_comes_whole() {
    let (files, certificate) = Files::new();
    let service = Service::start(Setup {
        tls: Some(files.read().unwrap()),
        sql: include_str!("large.sql").into(),
        config: "",
        ..Setup::default()
    })
    .await;
    let mut stream = connect(&service, &certificate).await.unwrap();
    let answer = ask(&mut stream, "/logs").await;
    assert!(answer.starts_with("HTTP/1.1 200"));
    assert!(answer.ends_with("\r\n0\r\n\r\n"), "{} bytes", answer.len());
}

#[tokio::test]
async fn a_new_certificate_is_taken_over_and_a_bad_one_is_not() {
    let (files, old) = Files::new();
    let tls = files.read().unwrap();
    let service = start(&tls).await;
    let mut open = connect(&service, &old).await.unwrap();
    assert!(!tls.reload().unwrap(), "nothing has changed");

    let new = pair();
    files.write(&new.cert.pem(), &new.signing_key);
    assert!(tls.reload().unwrap());
    assert!(connect(&service, &old).await.is_err());
    let mut stream = connect(&service, new.cert.der()).await.unwrap();
    assert!(ask(&mut stream, "/items/").await.contains("\"art-fair\""));
    // What was open before is served on.
    assert!(ask(&mut open, "/items/").await.contains("\"art-fair\""));

    files.write(&pair().cert.pem(), &new.signing_key);
    let error = tls.reload().unwrap_err();
    assert!(matches!(error, TlsError::Mismatch { .. }), "{error}");
    fs::write(files.path("cert.pem"), "hunter2").unwrap();
    let error = tls.reload().unwrap_err().to_string();
    assert!(error.contains("cert.pem") && !error.contains("hunter2"));
    assert!(!tls.reload().unwrap(), "a bad file is told of once");
    fs::remove_file(files.path("cert.pem")).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Unreadable { .. })));
    assert!(connect(&service, new.cert.der()).await.is_ok());

    let newest = pair();
    files.write(&newest.cert.pem(), &newest.signing_key);
    assert!(tls.reload().unwrap());
    assert!(connect(&service, newest.cert.der()).await.is_ok());
}

#[tokio::test]
async fn a_session_goes_on_at_any_worker_until_the_certificate_is_new() {
    let (files, certificate) = Files::new();
    let tls = files.read().unwrap();
    let service = start(&tls).await;
    let new = pair();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    roots.add(new.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    // One that remembers its sessions.
    let connector = TlsConnector::from(Arc::new(config));
    let shake = async || {
        let stream = TcpStream::connect(service.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = connector.connect(name, stream).await.unwrap();
        assert!(ask(&mut stream, "/items/").await.contains("\"art-fair\""));
        stream.get_ref().1.handshake_kind().unwrap()
    };
    assert_eq!(shake().await, HandshakeKind::Full);
    for _ in 0..8 {
        assert_eq!(shake().await, HandshakeKind::Resumed);
    }
    files.write(&new.cert.pem(), &new.signing_key);
    assert!(tls.reload().unwrap());
    assert_eq!(shake().await, HandshakeKind::Full);
}

#[test]
fn what_cannot_be_served_with_is_named() {
    let (files, _) = Files::new();
    let key = files.path("key.pem");
    let says = |name: &str| {
        let error = files.read().unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert!(!error.hint().is_empty());
        error
    };
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(says("key.pem"), TlsError::Exposed(_)));
    fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    assert!(files.read().is_ok());

    files.write(&pair().cert.pem(), &pair().signing_key);
    assert!(matches!(says("key.pem"), TlsError::Mismatch { .. }));
    fs::write(&key, pair().cert.pem()).unwrap();
    assert!(matches!(says("key.pem"), TlsError::NoKey(_)));
    fs::remove_file(&key).unwrap();
    assert!(matches!(says("key.pem"), TlsError::Unreadable { .. }));
    fs::write(files.path("cert.pem"), "").unwrap();
    assert!(matches!(says("cert.pem"), TlsError::NoCertificate(_)));
    fs::remove_file(files.path("cert.pem")).unwrap();
    assert!(matches!(says("cert.pem"), TlsError::Unreadable { .. }));
}

#[tokio::test]
async fn who_does_not_shake_hands_holds_up_nobody_and_is_let_go() {
    let (files, certificate) = Files::new();
    let mut setup = Setup {
        tls: Some(files.read().unwrap()),
        ..Setup::default()
    };
    setup.server.handshake = Duration::from_secs(2);
    let service = Service::start(setup).await;
    let mut mute = Vec::new();
    for begins in [&b""[..], &b"\x16\x03\x01\x02\x00"[..]].repeat(10) {
        let mut stream = TcpStream::connect(service.address).await.unwrap();
        stream.write_all(begins).await.unwrap();
        mute.push(stream);
    }
    let mut stream = connect(&service, &certificate).await.unwrap();
    assert!(ask(&mut stream, "/items/").await.contains("\"art-fair\""));
    for mut stream in mute {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "still open");
    }
}

#[tokio::test]
async fn plain_requests_are_told_what_is_spoken_here() {
    let (files, _) = Files::new();
    let service = start(&files.read().unwrap()).await;
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    let answer = ask(&mut stream, "/items/").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("https://") && !answer.contains("art-fair"));
    // Neither HTTP nor TLS.
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    stream.write_all(&[0xff; 64]).await.unwrap();
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest))
        .await
        .unwrap();
    assert!(!rest.starts_with(b"HTTP"));
}

#[tokio::test]
async fn who_takes_nothing_is_cut_off_inside_tls_too() {
    let (files, certificate) = Files::new();
    let mut setup = Setup {
        tls: Some(files.read().unwrap()),
        sql: include_str!("large.sql").into(),
        config: "",
        ..Setup::default()
    };
    setup.server.stall = Duration::from_millis(500);
    let service = Service::start(setup).await;
    let mut stream = connect(&service, &certificate).await.unwrap();
    let ask = format!(
        "GET /logs?limit=5000 HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n"
    );
    stream.write_all(ask.repeat(10).as_bytes()).await.unwrap();
    let began = std::time::Instant::now();
    // More than the sockets hold is on its way. What is said next meets a closed socket at last.
    while stream.write_all(b" ").await.is_ok() && stream.flush().await.is_ok() {
        assert!(began.elapsed() < Duration::from_mins(1), "never cut off");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
