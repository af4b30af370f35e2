//! [`ConnectOptions`]: which server, as whom, and under which promises.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::hosts::Host;
use super::require_auth::RequireAuth;
use super::words::{ChannelBinding, LoadBalanceHosts, SslMode, SslNegotiation, TargetSessionAttrs};

/// Everything needed to reach and enter a PostgreSQL database.
///
/// Parsed from a libpq URI or key=value string (`"postgres://app@db/app".parse()`), read from the
/// environment ([`ConnectOptions::from_env`]), or put together with the methods here. Parsing
/// fills what the text leaves open from the `PG*` variables, as libpq does.
#[derive(Clone)]
pub struct ConnectOptions {
    pub(super) hosts: Vec<Host>,
    pub(super) user: Option<String>,
    pub(super) password: Password,
    pub(super) passfile: Option<PathBuf>,
    pub(super) dbname: Option<String>,
    pub(super) options: Option<String>,
    pub(super) application_name: String,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) ssl_mode: Option<SslMode>,
    pub(super) ssl_root_cert: Option<RootCert>,
    pub(super) ssl_cert: Option<PathBuf>,
    pub(super) ssl_key: Option<PathBuf>,
    pub(super) ssl_negotiation: SslNegotiation,
    pub(super) channel_binding: ChannelBinding,
    pub(super) require_auth: Option<RequireAuth>,
    pub(super) target_session_attrs: TargetSessionAttrs,
    pub(super) load_balance_hosts: LoadBalanceHosts,
    pub(super) keepalives: Keepalives,
    pub(super) tcp_user_timeout: Option<Duration>,
}

/// Where the password comes from, before a password file is looked at.
#[derive(Clone, Default)]
pub(super) enum Password {
    #[default]
    Unset,
    Text(String),
    /// Asked on every connect, for passwords that rotate.
    Callback(Arc<dyn Fn() -> PasswordFuture + Send + Sync>),
    /// That of the description in a file, read on every connect.
    File(PathBuf),
}

/// A password that is on its way, or why it cannot be had.
pub(super) type PasswordFuture =
    Pin<Box<dyn Future<Output = Result<String, Box<dyn Error + Send + Sync>>> + Send>>;

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unset => "unset",
            Self::Text(_) => "hidden",
            Self::Callback(_) => "callback",
            Self::File(_) => "in a file",
        })
    }
}

/// Which certificate authorities are trusted (`sslrootcert`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootCert {
    /// Those the operating system trusts.
    System,
    /// Those in a PEM file.
    File(PathBuf),
}

impl RootCert {
    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "system" => Self::System,
            path => Self::File(path.into()),
        }
    }
}

/// TCP keepalive. `None` leaves a figure to the operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keepalives {
    pub(super) enabled: bool,
    pub(super) idle: Option<Duration>,
    pub(super) interval: Option<Duration>,
    pub(super) count: Option<u32>,
}

impl ConnectOptions {
    /// Defaults alone; nothing is read from the environment.
    ///
    /// They are libpq's with two differences, both for connections that live long: an attempt on
    /// one address ends after ten seconds, and keepalive starts after a minute of silence where
    /// systems usually wait two hours.
    pub fn new() -> Self {
        Self {
            hosts: Vec::new(),
            user: None,
            password: Password::Unset,
            passfile: None,
            dbname: None,
            options: None,
            application_name: "rowhouse".to_owned(),
            connect_timeout: Some(Duration::from_secs(10)),
            ssl_mode: None,
            ssl_root_cert: None,
            ssl_cert: None,
            ssl_key: None,
            ssl_negotiation: SslNegotiation::Postgres,
            channel_binding: ChannelBinding::Prefer,
            require_auth: None,
            target_session_attrs: TargetSessionAttrs::Any,
            load_balance_hosts: LoadBalanceHosts::Disable,
            keepalives: Keepalives {
                enabled: true,
                idle: Some(Duration::from_mins(1)),
                interval: None,
                count: None,
            },
            tcp_user_timeout: None,
        }
    }

    /// `role@host:port/database`, for people. It never holds the password.
    pub fn place(&self) -> String {
        let user = match &self.user {
            Some(user) => user.clone(),
            None => whoami::username().unwrap_or_else(|_| "?".to_owned()),
        };
        let hosts: Vec<String> = match self.hosts.as_slice() {
            [] => vec![Host::local().to_string()],
            hosts => hosts.iter().map(Host::to_string).collect(),
        };
        let dbname = self.dbname.as_ref().unwrap_or(&user);
        format!("{user}@{}/{dbname}", hosts.join(","))
    }

    /// The mode in force: as given, else what libpq would take.
    pub(super) fn ssl_mode(&self) -> SslMode {
        self.ssl_mode.unwrap_or(match self.ssl_root_cert {
            Some(RootCert::System) => SslMode::VerifyFull,
            _ => SslMode::Prefer,
        })
    }
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ConnectOptions {
    /// Everything but the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("hosts", &self.hosts)
            .field("user", &self.user)
            .field("password", &self.password)
            .field("dbname", &self.dbname)
            .field("application_name", &self.application_name)
            .field("connect_timeout", &self.connect_timeout)
            .field("sslmode", &self.ssl_mode())
            .field("sslrootcert", &self.ssl_root_cert)
            .field("channel_binding", &self.channel_binding)
            .field("target_session_attrs", &self.target_session_attrs)
            .field("load_balance_hosts", &self.load_balance_hosts)
            .finish_non_exhaustive()
    }
}
