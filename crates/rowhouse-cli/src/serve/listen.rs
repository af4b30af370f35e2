//! Where the service listens, and whom it believes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;

use rowhouse_api::server::Server;
use rowhouse_identity::{HeaderIdentity, Identity};

use crate::config::{File, SourceName};
use crate::failure::{Misuse, Obstacle};
use crate::identity;
use crate::terminal;

const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// An address that may be listened on by a service with that identity.
#[derive(Debug, Clone)]
pub(crate) struct Listen {
    pub(crate) address: SocketAddr,
    /// The header, and whom it is believed from.
    pub(crate) header: HeaderIdentity,
}

impl Listen {
    /// The address: what was named, else the file's, else the default. A flag can only add trust.
    pub(crate) fn of(file: &File, named: Option<&str>, trust_header: bool) -> Result<Self, Misuse> {
        let named = named.filter(|text| !text.is_empty());
        let address = match named.or(file.serve.listen.as_deref()) {
            Some(text) => parse(text)?,
            None => DEFAULT,
        };
        let header = identity::header(file, trust_header)?;
        if file.identity.sources().contains(&SourceName::Header) {
            Identity::from(header.clone())
                .check_listen(address)
                .map_err(|error| Misuse::new(error.to_string()).hint(error.hint()))?;
        }
        Ok(Self { address, header })
    }

    /// Other machines' requests pass in plain text, where nobody has said that something in front speaks TLS.
    pub(crate) fn warn_where_plain(&self, tls: bool) {
        if self.is_open() && !tls {
            terminal::warning(format!(
                "{} is reached by other machines without TLS: whoever is on the way reads tokens and rows; give --tls-certificate \
                 and --tls-key",
                self.address
            ));
        }
    }

    fn is_open(&self) -> bool {
        !self.address.ip().to_canonical().is_loopback() && !self.header.is_trusted()
    }

    /// Takes the address, so that nobody else can. Clients wait until the service runs.
    pub(crate) fn bind(&self, workers: NonZeroUsize) -> Result<Server, Obstacle> {
        Server::bind(self.address, workers).map_err(|error| {
            let port = error.another().port();
            let hint = format!("{} (with make: `make start PORT={port}`)", error.hint());
            Obstacle::new(error.to_string(), hint)
        })
    }
}

fn parse(text: &str) -> Result<SocketAddr, Misuse> {
    let full = match text.rsplit_once(':') {
        None => format!("127.0.0.1:{text}"),
        Some(("" | "localhost", port)) => format!("127.0.0.1:{port}"),
        Some(_) => text.to_owned(),
    };
    full.parse().map_err(|_| {
        Misuse::new(format!("{text:?} is not an address to listen on"))
            .hint("write it as 127.0.0.1:8000 or [::1]:8000, or give the port alone")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, trust: bool) -> Result<Listen, Misuse> {
        Listen::of(&File::default(), Some(text), trust)
    }

    #[test]
    fn an_address_is_read_in_its_usual_forms() {
        for (text, address) in [
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("9000", "127.0.0.1:9000"),
            (":9000", "127.0.0.1:9000"),
            ("localhost:0", "127.0.0.1:0"),
            ("[::1]:8000", "[::1]:8000"),
            ("", "127.0.0.1:8000"),
        ] {
            assert_eq!(of(text, false).unwrap().address.to_string(), address);
        }
        let error = of("nine", false).unwrap_err();
        assert!(error.to_string().contains("\"nine\""));
    }

    #[test]
    fn other_machines_are_kept_out_unless_the_header_is_trusted() {
        let error = of("0.0.0.0:8000", false).unwrap_err();
        assert!(error.to_string().contains("X-tenant-id"));
        assert!(error.way_out().unwrap().contains("--trust-header"));
        assert!(of("0.0.0.0:8000", true).is_ok());
        let mut file = File::default();
        file.serve.trust_header = true;
        assert!(Listen::of(&file, Some("0.0.0.0:8000"), false).is_ok());
        file.identity.trusted_proxies = vec!["10.0.0.0/8".into()];
        let both = Listen::of(&file, Some("0.0.0.0:8000"), false).unwrap_err();
        assert!(both.to_string().contains("trusted_proxies"), "{both}");
        file.serve.trust_header = false;
        assert!(Listen::of(&file, Some("0.0.0.0:8000"), false).is_ok());
    }

    #[test]
    fn plain_text_for_other_machines_is_warned_of_unless_something_is_in_front() {
        let open = |address: &str, trust| {
            let mut listen = of("127.0.0.1:0", trust).unwrap();
            listen.address = address.parse().unwrap();
            listen.is_open()
        };
        assert!(open("0.0.0.0:80", false) && open("[::]:80", false));
        assert!(!open("0.0.0.0:80", true));
        assert!(!open("127.0.0.1:80", false) && !open("[::1]:80", false));
    }
}
