//! The walk over hosts, their addresses and the ways in, until a session is ready.

use std::collections::HashMap;

use bytes::BytesMut;
use rand::seq::SliceRandom;

use super::authenticate::Login;
use super::cancel::CancelTarget;
use super::clock::Clock;
use super::error::{Cause, ConnectError, Phase};
use super::hosts::{Address, Host};
use super::options::ConnectOptions;
use super::options_error::OptionsError;
use super::session_attrs;
use super::socket::{self, Protection};
use super::startup;
use super::stream::Stream;
use super::tls::Tls;
use super::wire::Wire;
use super::words::{LoadBalanceHosts, SslMode, TargetSessionAttrs};

/// A session that is ready for queries.
#[derive(Debug)]
pub(crate) struct Connected {
    /// The socket.
    pub(crate) stream: Stream,
    /// Bytes that came after `ReadyForQuery`; usually none.
    pub(crate) buffered: BytesMut,
    /// The backend, 0 if the server kept it to itself.
    pub(crate) process_id: i32,
    /// What `ParameterStatus` said, `server_version` among it.
    pub(crate) parameters: HashMap<String, String>,
    /// How to cancel what runs in this session.
    pub(crate) target: CancelTarget,
}

/// Connects to the first server that will have us.
///
/// Hosts are tried in their order, each with all the addresses it has at this moment. A server's
/// verdict on who we are ends the walk; every other failure leads on to the next address.
pub(crate) async fn establish(options: &ConnectOptions) -> Result<Connected, ConnectError> {
    options.check()?;
    let user = match &options.user {
        Some(user) => user.clone(),
        None => whoami::username().map_err(|error| OptionsError::NoUser(error.into()))?,
    };
    let mut hosts = options.hosts.clone();
    if hosts.is_empty() {
        hosts.push(Host::local());
    }
    if options.load_balance_hosts == LoadBalanceHosts::Random {
        hosts.shuffle(&mut rand::rng());
    }
    let walk = Walk {
        options,
        hosts: &hosts,
        tls: prepare_tls(options, &hosts).await?,
        dbname: options.dbname.as_deref().unwrap_or(&user),
        user: &user,
    };
    match options.target_session_attrs {
        TargetSessionAttrs::PreferStandby => match walk.run(TargetSessionAttrs::Standby).await {
            Err(error) if !error.is_verdict() => walk.run(TargetSessionAttrs::Any).await,
            result => result,
        },
        attrs => walk.run(attrs).await,
    }
}

/// Certificates come from files, so off the thread that serves others.
async fn prepare_tls(
    options: &ConnectOptions,
    hosts: &[Host],
) -> Result<Option<Tls>, ConnectError> {
    if options.ssl_mode() == SslMode::Disable || !hosts.iter().any(Host::may_be_tcp) {
        return Ok(None);
    }
    let options = options.clone();
    match tokio::task::spawn_blocking(move || Tls::prepare(&options)).await {
        Ok(tls) => Ok(Some(tls?)),
        Err(error) => Err(OptionsError::Tls(rustls::Error::General(error.to_string())).into()),
    }
}

/// One round over all hosts.
struct Walk<'a> {
    options: &'a ConnectOptions,
    hosts: &'a [Host],
    tls: Option<Tls>,
    user: &'a str,
    dbname: &'a str,
}

impl Walk<'_> {
    async fn run(&self, attrs: TargetSessionAttrs) -> Result<Connected, ConnectError> {
        let mut failures = Vec::new();
        for host in self.hosts {
            let clock = Clock::start(host.to_string(), self.options.connect_timeout);
            let looked_up = clock.run(Phase::Resolve, async { Ok(host.addresses().await?) });
            let mut addresses = match looked_up.await {
                Ok(addresses) => addresses,
                Err(error) => {
                    failures.push(error);
                    continue;
                }
            };
            if self.options.load_balance_hosts == LoadBalanceHosts::Random {
                addresses.shuffle(&mut rand::rng());
            }
            for address in &addresses {
                match self.enter(host, address, attrs).await {
                    Ok(connected) => return Ok(connected),
                    Err(error) => {
                        let verdict = error.is_verdict();
                        failures.push(error);
                        if verdict {
                            return Err(together(failures));
                        }
                    }
                }
            }
        }
        Err(together(failures))
    }

    /// Tries one address in the ways `sslmode` allows.
    async fn enter(
        &self,
        host: &Host,
        address: &Address,
        attrs: TargetSessionAttrs,
    ) -> Result<Connected, ConnectError> {
        let clock = Clock::start(host.label(address), self.options.connect_timeout);
        let protection = self
            .tls
            .as_ref()
            .filter(|_| matches!(address, Address::Tcp(_)));
        let protection = protection.map(|tls| Protection {
            tls: tls.clone(),
            name: host.tls_name(),
            required: self.options.ssl_mode() != SslMode::Prefer,
        });
        let (first, second) = match self.options.ssl_mode() {
            SslMode::Allow => (None, protection.as_ref()),
            _ => (protection.as_ref(), None),
        };
        let error = match self.attempt(&clock, host, address, first, attrs).await {
            Err(error) if protection.is_some() && self.may_change(&error) => error,
            result => return result,
        };
        match self.attempt(&clock, host, address, second, attrs).await {
            Err(other) => Err(ConnectError::EveryAttempt(vec![error, other])),
            connected => connected,
        }
    }

    /// Whether the failure may be one of TLS, or of its absence, and the mode lets us do the other.
    /// Tighter than libpq, which also repeats a wrong password in the clear.
    fn may_change(&self, error: &ConnectError) -> bool {
        let ConnectError::Failed { phase, cause, .. } = error else {
            return false;
        };
        let refused = matches!(cause, Cause::Server(refusal) if refusal.is_way_in());
        match self.options.ssl_mode() {
            SslMode::Allow => refused,
            SslMode::Prefer => refused || *phase == Phase::Tls,
            _ => false,
        }
    }

    async fn attempt(
        &self,
        clock: &Clock,
        host: &Host,
        address: &Address,
        protection: Option<&Protection>,
        attrs: TargetSessionAttrs,
    ) -> Result<Connected, ConnectError> {
        let stream = socket::open(address, protection, self.options, clock).await?;
        // What the session got is what a CancelRequest must have.
        let protection = protection
            .filter(|_| matches!(stream, Stream::Tls(_)))
            .map(|had| Protection {
                required: true,
                ..had.clone()
            });
        let login = Login {
            options: self.options,
            host,
            user: self.user,
            dbname: self.dbname,
        };
        let mut wire = Wire::new(stream);
        let authenticated = async {
            startup::send(&mut wire, &login).await?;
            login.authenticate(&mut wire).await
        };
        clock.run(Phase::Authenticate, authenticated).await?;
        let key = clock
            .run(Phase::Startup, startup::finish(&mut wire))
            .await?;
        clock
            .run(Phase::SessionAttrs, session_attrs::check(&mut wire, attrs))
            .await?;
        let target = CancelTarget::new(
            address.clone(),
            clock.host.clone(),
            protection,
            key,
            self.options,
        );
        Ok(Connected {
            stream: wire.stream,
            buffered: wire.buffered,
            process_id: key.process_id,
            parameters: wire.parameters,
            target,
        })
    }
}

/// One failure speaks for itself, several are told together.
fn together(failures: Vec<ConnectError>) -> ConnectError {
    let mut all = Vec::new();
    for failure in failures {
        match failure {
            ConnectError::EveryAttempt(both) => all.extend(both),
            failure => all.push(failure),
        }
    }
    match all.pop() {
        Some(only) if all.is_empty() => only,
        last => {
            all.extend(last);
            ConnectError::EveryAttempt(all)
        }
    }
}
