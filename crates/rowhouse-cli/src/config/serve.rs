//! `[serve]` of the file: where the service listens, and how patient it is.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use rowhouse_api::ApiOptions;
use rowhouse_api::config::Limits;
use rowhouse_api::server::ServerOptions;
use serde::{Deserialize, Deserializer, de};

use super::time;

/// What a head needs beside headers and query string: the rest of its first line, colons and ends of lines.
const HEAD_BESIDE: usize = 8 << 10;

/// A year, as browsers' own lists of such sites want it.
const HSTS: Duration = Duration::from_hours(365 * 24);

/// `[serve]`: what is absent has the server's default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Serve {
    /// The address; 127.0.0.1:8000 where absent.
    pub(crate) listen: Option<String>,
    /// Believe the identity header from other machines too.
    pub(crate) trust_header: bool,
    /// Do not start where something is withheld because it is open.
    pub(crate) strict: bool,
    /// How many threads answer; one per core where absent.
    pub(crate) workers: Option<NonZeroUsize>,
    /// How often to look whether the schema has changed.
    pub(crate) watch: Watch,
    /// The certificate; plain HTTP without one.
    pub(crate) tls: Tls,
    /// How long a client may take to send the head of a request.
    #[serde(deserialize_with = "time::optional")]
    head_timeout: Option<Duration>,
    /// How long its content may take, beside what its bytes take at the least rate.
    #[serde(deserialize_with = "time::optional")]
    body_timeout: Option<Duration>,
    /// The least rate of content, in bytes per second.
    body_rate: Option<NonZeroU32>,
    /// How long a client may take nothing of its answer.
    #[serde(deserialize_with = "time::optional")]
    write_timeout: Option<Duration>,
    /// How long it may be silent between requests.
    #[serde(deserialize_with = "time::optional")]
    idle_timeout: Option<Duration>,
    /// How long it may take to shake hands, with TLS.
    #[serde(deserialize_with = "time::optional")]
    handshake_timeout: Option<Duration>,
    /// The most bytes of headers.
    max_header_bytes: Option<NonZeroUsize>,
    /// The most headers.
    max_headers: Option<NonZeroUsize>,
    /// The most connections.
    max_connections: Option<NonZeroUsize>,
    /// How long /readyz says that the service is about to stop before it takes no more connections.
    #[serde(deserialize_with = "time::optional")]
    notice: Option<Duration>,
    /// How long requests under way have to finish when it stops.
    #[serde(deserialize_with = "time::optional")]
    drain: Option<Duration>,
}

/// `[serve.tls]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tls {
    /// The certificate and its chain.
    pub(crate) certificate: Option<PathBuf>,
    /// Its key.
    pub(crate) key: Option<PathBuf>,
    /// For how long browsers are to use nothing but https.
    hsts: Option<Hsts>,
}

/// `hsts` in `[serve.tls]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hsts(Option<Duration>);

impl Serve {
    /// How connections are treated.
    pub(crate) fn server(&self, limits: &Limits) -> ServerOptions {
        let mut options = ServerOptions::default();
        for (time, named) in [
            (&mut options.head, self.head_timeout),
            (&mut options.stall, self.write_timeout),
            (&mut options.idle, self.idle_timeout),
            (&mut options.handshake, self.handshake_timeout),
            (&mut options.notice, self.notice),
            (&mut options.drain, self.drain),
        ] {
            *time = named.unwrap_or(*time);
        }
        let most = self.api(limits.clone(), None);
        let head = most.header_bytes + limits.query_bytes + HEAD_BESIDE;
        options.head_bytes = options.head_bytes.max(head);
        options.headers = options.headers.max(most.header_count);
        options.connections = self.max_connections.unwrap_or(options.connections);
        options
    }

    /// How requests are. `tls` is the address where TLS is spoken. On a loopback address browsers are told nothing
    /// about https: what they remember of localhost holds for whatever else is tried there.
    pub(crate) fn api(&self, limits: Limits, tls: Option<SocketAddr>) -> ApiOptions {
        let mut options = ApiOptions::with_limits(limits);
        options.content_within = self.body_timeout.unwrap_or(options.content_within);
        options.content_rate = self.body_rate.unwrap_or(options.content_rate);
        options.stall = self.write_timeout.unwrap_or(options.stall);
        let bytes = self.max_header_bytes.map(NonZeroUsize::get);
        options.header_bytes = bytes.unwrap_or(options.header_bytes);
        let count = self.max_headers.map(NonZeroUsize::get);
        options.header_count = count.unwrap_or(options.header_count);
        options.https_only = tls.and_then(|address| match self.tls.hsts {
            Some(Hsts(said)) => said,
            None => (!address.ip().to_canonical().is_loopback()).then_some(HSTS),
        });
        options
    }
}

/// `watch` in `[serve]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watch {
    Every(Duration),
    Never,
}

impl Watch {
    pub(crate) fn period(self) -> Option<Duration> {
        match self {
            Self::Every(period) => Some(period),
            Self::Never => None,
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::Every(Duration::from_secs(5))
    }
}

impl<'de> Deserialize<'de> for Watch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match time::parse(&text) {
            _ if text == "never" => Ok(Self::Never),
            Some(period) => Ok(Self::Every(period)),
            None => Err(de::Error::custom(format!(
                "{text:?} is neither a time, such as \"5s\", nor \"never\""
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Hsts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match time::parse(&text) {
            _ if text == "never" => Ok(Self(None)),
            Some(time) => Ok(Self(Some(time))),
            None => Err(de::Error::custom(format!(
                "{text:?} is neither a time, such as \"8760h\", nor \"never\""
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(text: &str) -> Serve {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn every_bound_reaches_the_server() {
        let limits = Limits::default();
        let text = "head_timeout = '1s'\nbody_timeout = '2s'\nbody_rate = 3\nwrite_timeout = '4s'\n\
            idle_timeout = '5s'\nhandshake_timeout = '6s'\nmax_header_bytes = 70000\nmax_headers = 800\n\
            max_connections = 9\nnotice = '10s'\ndrain = '11s'";
        let server = serve(text).server(&limits);
        let s = Duration::from_secs;
        assert_eq!((server.head, server.stall), (s(1), s(4)));
        assert_eq!((server.idle, server.handshake), (s(5), s(6)));
        assert_eq!((server.notice, server.drain), (s(10), s(11)));
        assert_eq!((server.headers, server.connections.get()), (800, 9));
        assert!(server.head_bytes > 70_000 + limits.query_bytes);
        let api = serve(text).api(limits, None);
        assert_eq!((api.content_within, api.stall), (s(2), s(4)));
        assert_eq!((api.header_bytes, api.header_count), (70_000, 800));
        assert_eq!(api.content_rate.get(), 3);
    }

    #[test]
    fn browsers_are_told_of_https_where_it_is_spoken_to_the_world() {
        let told = |text: &str, address: Option<&str>| {
            let address = address.map(|address| address.parse().unwrap());
            let api = serve(text).api(Limits::default(), address);
            api.https_only
        };
        assert_eq!(told("", Some("0.0.0.0:443")), Some(HSTS));
        assert_eq!(told("", Some("127.0.0.1:443")), None);
        assert_eq!(told("", None), None);
        let hour = Some(Duration::from_hours(1));
        assert_eq!(told("tls.hsts = '1h'", Some("127.0.0.1:443")), hour);
        assert_eq!(told("tls.hsts = '1h'", None), None);
        assert_eq!(told("tls.hsts = 'never'", Some("0.0.0.0:443")), None);
    }
}
