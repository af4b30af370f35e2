//! Putting [`ConnectOptions`] together by hand, one option after the other.

use std::error::Error;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::hosts::Host;
use super::options::{ConnectOptions, Password, RootCert};
use super::options_error::OptionsError;
use super::words::{ChannelBinding, LoadBalanceHosts, SslMode, SslNegotiation, TargetSessionAttrs};

impl ConnectOptions {
    /// Adds a host to try: a name, an address, or the directory of a unix socket (`/…`).
    #[must_use]
    pub fn host(mut self, host: impl Into<String>, port: u16) -> Self {
        self.hosts.push(Host::named(host.into(), port));
        self
    }

    /// Adds a host whose address is known: no lookup, and certificates are checked against `host`.
    #[must_use]
    pub fn host_at(mut self, host: impl Into<String>, address: IpAddr, port: u16) -> Self {
        self.hosts.push(Host {
            address: Some(address),
            ..Host::named(host.into(), port)
        });
        self
    }

    /// The role to log in as; without one, the operating system's user.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The password.
    #[must_use]
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Password::Text(password.into());
        self
    }

    /// A password that is asked for at every new connection whose server wants one, for passwords
    /// that rotate: from a file, a vault, a cloud's token service.
    ///
    /// The callback runs on the connecting task, within the time for connecting, and should not
    /// block. Where it fails, so does that connection, and the next one asks again.
    ///
    /// ```
    /// # use rowhouse::ConnectOptions;
    /// # fn demo() -> Result<(), Box<dyn std::error::Error>> {
    /// let options: ConnectOptions = "postgres://app@db.example.com/app".parse()?;
    /// let options = options.password_with(|| async {
    ///     # async fn token() -> Result<String, std::io::Error> { Ok(String::new()) }
    ///     let token = token().await?;
    ///     Ok(token)
    /// });
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn password_with<F>(mut self, password: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        self.password = Password::Callback(Arc::new(move || Box::pin(password())));
        self
    }

    /// Looked at when there is no password; `~/.pgpass` unless given.
    #[must_use]
    pub fn passfile(mut self, path: impl Into<PathBuf>) -> Self {
        self.passfile = Some(path.into());
        self
    }

    /// The database; without one, it is named like the user.
    #[must_use]
    pub fn dbname(mut self, dbname: impl Into<String>) -> Self {
        self.dbname = Some(dbname.into());
        self
    }

    /// Server settings in the form `-c name=value`. Poolers may refuse them.
    #[must_use]
    pub fn options(mut self, options: impl Into<String>) -> Self {
        self.options = Some(options.into());
        self
    }

    /// What `pg_stat_activity` shows; `rowhouse` unless given.
    #[must_use]
    pub fn application_name(mut self, name: impl Into<String>) -> Self {
        self.application_name = name.into();
        self
    }

    /// Bounds each name lookup and each attempt on one address; `None` waits as long as it takes.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How much TLS.
    #[must_use]
    pub fn sslmode(mut self, mode: SslMode) -> Self {
        self.ssl_mode = Some(mode);
        self
    }

    /// Which authorities may vouch for the server; `~/.postgresql/root.crt` if that exists.
    #[must_use]
    pub fn sslrootcert(mut self, roots: RootCert) -> Self {
        self.ssl_root_cert = Some(roots);
        self
    }

    /// Our own certificate and its key, both PEM files.
    #[must_use]
    pub fn sslcert(mut self, cert: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.ssl_cert = Some(cert.into());
        self.ssl_key = Some(key.into());
        self
    }

    /// How TLS begins.
    #[must_use]
    pub fn sslnegotiation(mut self, negotiation: SslNegotiation) -> Self {
        self.ssl_negotiation = negotiation;
        self
    }

    /// Whether SCRAM is bound to the TLS channel.
    #[must_use]
    pub fn channel_binding(mut self, binding: ChannelBinding) -> Self {
        self.channel_binding = binding;
        self
    }

    /// Which kind of server is acceptable.
    #[must_use]
    pub fn target_session_attrs(mut self, attrs: TargetSessionAttrs) -> Self {
        self.target_session_attrs = attrs;
        self
    }

    /// In which order hosts are tried.
    #[must_use]
    pub fn load_balance_hosts(mut self, order: LoadBalanceHosts) -> Self {
        self.load_balance_hosts = order;
        self
    }

    /// The ways in which the server may authenticate us, in libpq's words:
    /// `scram-sha-256,none`, or with `!` those in which it may not.
    ///
    /// # Errors
    /// When a word is none of `none`, `password`, `md5`, `scram-sha-256`.
    pub fn require_auth(mut self, methods: &str) -> Result<Self, OptionsError> {
        self.require_auth = Some(methods.parse()?);
        Ok(self)
    }

    /// Asks a silent peer for a sign of life after `idle`; `None` never does.
    #[must_use]
    pub fn keepalives(mut self, idle: Option<Duration>) -> Self {
        self.keepalives.enabled = idle.is_some();
        self.keepalives.idle = idle;
        self
    }

    /// Gives a connection up when sent bytes stay unacknowledged for so long; Linux only.
    #[must_use]
    pub fn tcp_user_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.tcp_user_timeout = timeout;
        self
    }
}
