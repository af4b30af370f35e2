//! Why a connection could not be made: which host, in which phase, and what to do about it.

use std::fmt;
use std::io;
use std::time::Duration;

use super::options_error::OptionsError;
use super::refusal::Refusal;

/// The steps of a connection, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Looking the host's name up.
    Resolve,
    /// Opening the socket.
    Connect,
    /// Agreeing on TLS and checking certificates.
    Tls,
    /// Proving who we are, and the server that it knows us.
    Authenticate,
    /// Waiting for the session to become ready.
    Startup,
    /// Asking whether this is the kind of server we want.
    SessionAttrs,
    /// Asking the server to cancel a statement.
    Cancel,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "looking up its address",
            Self::Connect => "opening the socket",
            Self::Tls => "setting up TLS",
            Self::Authenticate => "authenticating",
            Self::Startup => "starting the session",
            Self::SessionAttrs => "checking target_session_attrs",
            Self::Cancel => "cancelling a statement",
        })
    }
}

/// A connection that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The description of the connection is wrong; no server was asked.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// A phase took longer than `connect_timeout`.
    #[error("{host}: timed out while {phase}, connect_timeout is {after:?}")]
    Timeout {
        /// The host, and its address where known.
        host: String,
        /// The phase that was running when time was up.
        phase: Phase,
        /// The time allowed for the whole attempt.
        after: Duration,
    },
    /// A phase failed.
    #[error("{host}: {cause} (while {phase})")]
    Failed {
        /// The host, and its address where known.
        host: String,
        /// The phase that failed.
        phase: Phase,
        /// Why.
        #[source]
        cause: Cause,
    },
    /// Every host, address and way in failed, each for its own reason.
    #[error("every attempt to connect failed: {}", list(.0))]
    EveryAttempt(Vec<ConnectError>),
}

/// Why a phase failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The socket, or the resolver.
    #[error("{0}")]
    Io(#[source] io::Error),
    /// The TLS handshake, or a certificate.
    #[error("{0}")]
    Tls(#[source] rustls::Error),
    /// TLS is required and cannot be had.
    #[error("{0}")]
    NoTls(&'static str),
    /// The server answered with an error.
    #[error("{0}")]
    Server(#[from] Box<Refusal>),
    /// We and the server do not agree on how to authenticate.
    #[error("{0}")]
    Authentication(#[from] AuthenticationError),
    /// The server does not speak the protocol.
    #[error("the server broke the protocol: {0}")]
    Protocol(String),
    /// The session is not of the kind `target_session_attrs` asks for.
    #[error("the session is {found}, target_session_attrs is {wanted}")]
    Session {
        /// What was asked for.
        wanted: super::TargetSessionAttrs,
        /// What the server is.
        found: &'static str,
    },
}

impl From<io::Error> for Cause {
    /// rustls reports its errors through the stream; they are told apart again here.
    fn from(error: io::Error) -> Self {
        match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        {
            Some(tls) => Self::Tls(tls.clone()),
            None => Self::Io(error),
        }
    }
}

/// An authentication that we broke off; a wrong password is the server's [`Cause::Server`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticationError {
    /// The server wants a password and none is to be found.
    #[error("the server asks for a password and there is none: {0}")]
    NoPassword(String),
    /// The password cannot be had from where it is kept.
    #[error("the server asks for a password, and it cannot be had: {0}")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server wants a method that Rowhouse does not speak.
    #[error("the server asks for {0} authentication, which is not supported")]
    Unsupported(&'static str),
    /// The server's method is weaker than what the options promise.
    #[error("the server asks for {method} authentication, but {rule}")]
    Forbidden {
        /// The method, in the words of `require_auth`.
        method: &'static str,
        /// The rule that forbids it.
        rule: &'static str,
    },
    /// The server could not prove that it knows the password, or sent a broken exchange.
    #[error("the server's part of SCRAM is wrong: {0}")]
    Scram(#[source] io::Error),
}

impl ConnectError {
    /// Whether trying again in a while may succeed with nothing changed on our side.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Options(_) => false,
            Self::Timeout { .. }
            | Self::Failed {
                phase: Phase::Resolve,
                ..
            } => true,
            Self::Failed { cause, .. } => cause.is_transient(),
            Self::EveryAttempt(failures) => failures.iter().any(Self::is_transient),
        }
    }

    /// The server's verdict on who we are: another host would say the same, and asking it would
    /// count as one more failed login.
    pub(super) fn is_verdict(&self) -> bool {
        match self {
            Self::Options(_) => true,
            Self::Timeout { .. } => false,
            Self::Failed { cause, .. } => match cause {
                Cause::Server(refusal) => refusal.is_verdict(),
                Cause::Authentication(_) => true,
                _ => false,
            },
            Self::EveryAttempt(failures) => failures.iter().any(Self::is_verdict),
        }
    }

    /// The next step, where there is one to name.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Options(error) => error.hint(),
            Self::Timeout {
                phase: Phase::Connect,
                ..
            } => Some("check host and port, and that no firewall drops the packets"),
            Self::Timeout {
                phase: Phase::Tls, ..
            } => Some("is it PostgreSQL that listens there? otherwise raise connect_timeout"),
            Self::Timeout { .. } => Some("raise connect_timeout if the server is only slow"),
            Self::Failed {
                phase: Phase::Resolve,
                ..
            } => Some("check the host's name and the resolver"),
            Self::Failed { cause, .. } => cause.hint(),
            Self::EveryAttempt(failures) => failures.iter().find_map(Self::hint),
        }
    }
}

fn list(failures: &[ConnectError]) -> String {
    let failures: Vec<String> = failures.iter().map(ToString::to_string).collect();
    failures.join("; ")
}
