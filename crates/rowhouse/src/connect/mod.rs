//! From the description of a database to an authenticated session that is ready for queries.
//!
//! The way of one connection: [`ConnectOptions`] name hosts (`hosts`), a host has addresses
//! (`socket`), an address may speak TLS (`tls`), the server asks who we are (`authenticate`), tells
//! its parameters (`startup`), and shows which kind of server it is (`session_attrs`).
//! `establish` walks that way until one server is left standing.
//!
//! Every step is a plain future that owns its socket: dropping it closes the connection and
//! leaves nothing behind.

mod authenticate;
mod backoff;
mod builder;
mod cancel;
mod cause;
mod channel_binding;
mod clock;
mod environment;
mod error;
mod establish;
mod handover;
mod hosts;
mod keys;
mod keyword;
mod options;
mod options_error;
mod parameters;
mod passfile;
mod refusal;
mod require_auth;
mod scram;
mod session_attrs;
mod settings;
mod socket;
mod startup;
mod stream;
mod tls;
mod trust;
mod uri;
mod wire;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use backoff::Backoff;
pub(crate) use cancel::{CancelTarget, cancel};
pub use error::{AuthenticationError, Cause, ConnectError, Phase};
pub(crate) use establish::{Connected, establish};
#[doc(hidden)]
pub use handover::Handover;
pub use options::{ConnectOptions, RootCert};
pub use options_error::OptionsError;
pub use refusal::Refusal;
pub(crate) use stream::Stream;
pub use words::{ChannelBinding, LoadBalanceHosts, SslMode, SslNegotiation, TargetSessionAttrs};
