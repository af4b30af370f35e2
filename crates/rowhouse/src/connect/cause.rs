//! What a cause means for whoever waits for the connection: try again, or change something.

use std::io;

use rustls::CertificateError as Certificate;

use super::error::{AuthenticationError, Cause};

impl Cause {
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Io(error) => is_passing(error.kind()),
            Self::Server(refusal) => refusal.is_transient(),
            // A failover that is not through yet; a vault that is down.
            Self::Session { .. } | Self::Authentication(AuthenticationError::Source(_)) => true,
            Self::Tls(_) | Self::NoTls(_) | Self::Authentication(_) | Self::Protocol(_) => false,
        }
    }

    pub(super) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => {
                    Some("is PostgreSQL running there, and listening on this port?")
                }
                io::ErrorKind::PermissionDenied => {
                    Some("may this user enter the socket's directory?")
                }
                _ => None,
            },
            Self::Tls(rustls::Error::InvalidCertificate(error)) => Some(certificate_hint(error)),
            Self::Tls(_) => Some("the server must speak TLS 1.2 or later"),
            Self::NoTls(_) => Some("switch ssl on in postgresql.conf, or choose a weaker sslmode"),
            Self::Server(refusal) => refusal.hint(),
            Self::Authentication(error) => Some(error.hint()),
            Self::Protocol(_) => Some("is it PostgreSQL that listens there?"),
            Self::Session { .. } => Some("add the other servers to host, or ask for another kind"),
        }
    }
}

impl AuthenticationError {
    fn hint(&self) -> &'static str {
        match self {
            Self::NoPassword(_) => "give a password, set PGPASSWORD, or add a line to ~/.pgpass",
            Self::Source(_) => {
                "look at where the password is kept; every new connection asks there again"
            }
            Self::Unsupported(_) => "let pg_hba.conf ask for scram-sha-256",
            Self::Forbidden { .. } => "let pg_hba.conf ask for scram-sha-256, and use TLS",
            Self::Scram(_) => "make sure that this is your server before you try again",
        }
    }
}

/// Whether an error of the network or of a restarting server passes by itself.
fn is_passing(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        kind,
        // A unix socket is gone while its server restarts: not found.
        Kind::NotFound
            | Kind::ConnectionRefused
            | Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::NotConnected
            | Kind::BrokenPipe
            | Kind::UnexpectedEof
            | Kind::TimedOut
            | Kind::Interrupted
            | Kind::WouldBlock
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
    )
}

fn certificate_hint(error: &Certificate) -> &'static str {
    match error {
        Certificate::UnknownIssuer => {
            "give the authority that issued the certificate as sslrootcert"
        }
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            "connect by a name in the certificate's subject alternative names (its common name does not count), or use sslmode=verify-ca"
        }
        Certificate::Expired | Certificate::ExpiredContext { .. } => {
            "renew the server's certificate"
        }
        _ => "check the server's certificate and sslrootcert",
    }
}
