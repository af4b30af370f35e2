//! `sslmode` and channel binding at a real server.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::server::Server;
use crate::connect::error::{Cause, ConnectError, Phase};
use crate::connect::options::{ConnectOptions, RootCert};
use crate::connect::stream::Stream;
use crate::connect::words::{ChannelBinding, SslMode};
use crate::connect::{cancel, establish};

async fn encrypted(options: &ConnectOptions) -> bool {
    let connected = establish(options)
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    matches!(connected.stream, Stream::Tls(_))
}

async fn certificate_error(options: &ConnectOptions) -> rustls::CertificateError {
    match establish(options).await.unwrap_err() {
        ConnectError::Failed {
            phase: Phase::Tls,
            cause: Cause::Tls(rustls::Error::InvalidCertificate(error)),
            ..
        } => error,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn each_mode_keeps_its_promise() {
    let server = Server::start(&[]).await;
    let plain = |mode| server.tcp("scram").sslmode(mode);
    assert!(!encrypted(&plain(SslMode::Disable)).await);
    assert!(!encrypted(&plain(SslMode::Allow)).await);
    assert!(encrypted(&plain(SslMode::Prefer)).await);
    assert!(encrypted(&plain(SslMode::Require)).await);
    for mode in [SslMode::Require, SslMode::VerifyCa, SslMode::VerifyFull] {
        assert!(encrypted(&server.tls("scram", mode)).await, "{mode}");
    }
    assert!(
        encrypted(&server.tcp("tls_only").sslmode(SslMode::Allow)).await,
        "refused without, so with"
    );
    assert!(!encrypted(&server.tcp("plain_only").sslmode(SslMode::Prefer)).await);
    let error = establish(&server.tcp("plain_only").sslmode(SslMode::Require))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("28000"), "{error}");

    let stranger = |mode| plain(mode).sslrootcert(RootCert::File(server.file("other.crt")));
    for mode in [SslMode::Require, SslMode::VerifyCa, SslMode::VerifyFull] {
        assert_eq!(
            certificate_error(&stranger(mode)).await,
            rustls::CertificateError::UnknownIssuer
        );
    }
    assert!(
        !encrypted(&stranger(SslMode::Prefer)).await,
        "libpq goes on without, too"
    );

    let missing = plain(SslMode::VerifyCa).sslrootcert(RootCert::File("/nonexistent".into()));
    assert!(matches!(
        establish(&missing).await.unwrap_err(),
        ConnectError::Options(_)
    ));
    let system = plain(SslMode::VerifyFull).sslrootcert(RootCert::System);
    // Not by its issuer where the system has roots, not at all where it has none.
    let error = establish(&system).await.unwrap_err();
    assert!(!error.is_transient(), "{error}");
    assert!(matches!(
        establish(&server.unix("trusted").sslmode(SslMode::Require))
            .await
            .unwrap()
            .stream,
        Stream::Unix(_)
    ));
}

#[tokio::test]
async fn the_name_counts_only_in_full_verification() {
    let server = Server::start(&[]).await;
    let by_address = |mode| ConnectOptions {
        hosts: ConnectOptions::new().host("127.0.0.1", server.port).hosts,
        ..server.tls("scram", mode)
    };
    assert!(encrypted(&by_address(SslMode::VerifyCa)).await);
    assert!(matches!(
        certificate_error(&by_address(SslMode::VerifyFull)).await,
        rustls::CertificateError::NotValidForNameContext { .. }
    ));

    // A server's own certificate as root file, as self-signed servers have it.
    let own = server.file("server.crt");
    let pinned = |mode| {
        server
            .tls("scram", mode)
            .sslrootcert(RootCert::File(own.clone()))
    };
    assert!(encrypted(&pinned(SslMode::VerifyFull)).await);
    assert!(
        encrypted(&ConnectOptions {
            hosts: by_address(SslMode::VerifyCa).hosts,
            ..pinned(SslMode::VerifyCa)
        })
        .await
    );
    let elsewhere = ConnectOptions {
        hosts: by_address(SslMode::VerifyCa).hosts,
        ..pinned(SslMode::VerifyFull)
    };
    certificate_error(&elsewhere).await;
}

#[tokio::test]
async fn scram_is_bound_to_the_channel() {
    let server = Server::start(&[]).await;
    for binding in [
        ChannelBinding::Disable,
        ChannelBinding::Prefer,
        ChannelBinding::Require,
    ] {
        // With require, the exchange is refused by us unless it is SCRAM-SHA-256-PLUS.
        let options = server
            .tls("scram", SslMode::VerifyFull)
            .channel_binding(binding);
        assert!(encrypted(&options).await, "{binding}");
    }
    for weaker in [
        server.tcp("scram"),
        server.tls("md5", SslMode::Require),
        server.tls("clear", SslMode::Require),
        server.unix("trusted"),
    ] {
        let error = establish(&weaker.channel_binding(ChannelBinding::Require))
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("channel_binding=require"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let server = Server::start(&[]).await;
    let certified = server
        .tls("certified", SslMode::VerifyFull)
        .sslcert(server.file("certified.crt"), server.file("certified.key"));
    let connected = establish(&certified).await.unwrap();
    cancel(&connected.target).await.unwrap();
    let without = establish(&server.tls("certified", SslMode::VerifyFull))
        .await
        .unwrap_err();
    assert!(without.to_string().contains("28000"), "{without}");

    fs::set_permissions(
        server.file("certified.key"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    let error = establish(&certified).await.unwrap_err();
    assert!(error.to_string().contains("others may access"), "{error}");
}
