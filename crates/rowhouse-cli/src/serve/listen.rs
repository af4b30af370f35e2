//! Where the service listens, and whether it may.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use anyhow::Context;

use crate::config::File;
use crate::failure::{Misuse, Obstacle};

const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// An address that may be listened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) address: SocketAddr,
    pub(crate) trust_header: bool,
}

impl Listen {
    /// The address: what was named, else the file's, else the default. Flags can only add trust.
    pub(crate) fn of(file: &File, named: Option<&str>, trust_header: bool) -> Result<Self, Misuse> {
        let named = named.filter(|text| !text.is_empty());
        let address = match named.or(file.serve.listen.as_deref()) {
            Some(text) => parse(text)?,
            None => DEFAULT,
        };
        let trust_header = trust_header || file.serve.trust_header;
        let header = &file.identity.header;
        if !address.ip().is_loopback() && !trust_header {
            return Err(Misuse::new(format!(
                "{address} can be reached from other machines, and whoever sends {header} is believed to be that tenant"
            ))
            .hint(format!(
                "listen on 127.0.0.1; or, if something in front of Rowhouse sets {header} and drops what clients send, say --trust-header"
            )));
        }
        Ok(Self {
            address,
            trust_header,
        })
    }

    /// Makes sure that nobody listens there, and puts a real port in the place of port 0.
    ///
    /// The workers share the port with `SO_REUSEPORT`, and so would another service of this account, each getting half
    /// of the requests. A socket without that option shows whether somebody is there.
    pub(crate) fn claim(self) -> anyhow::Result<Self> {
        let Self { address, .. } = self;
        match TcpListener::bind(address) {
            Ok(probe) => Ok(Self {
                address: probe.local_addr().context("the address cannot be read")?,
                ..self
            }),
            Err(error) => Err(Obstacle::new(
                match error.kind() {
                    ErrorKind::AddrInUse => {
                        format!("port {} on {} is taken", address.port(), address.ip())
                    }
                    _ => format!("cannot listen on {address}: {error}"),
                },
                format!(
                    "choose another address: --listen 127.0.0.1:{0}, ROWHOUSE_LISTEN, or `make start PORT={0}`; port 0 takes any that is free",
                    another(address.port())
                ),
            )
            .into()),
        }
    }
}

fn another(port: u16) -> u16 {
    if port < 1024 {
        8000
    } else {
        port.checked_add(1).unwrap_or(8000)
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
        assert!(
            of("nine", false)
                .unwrap_err()
                .to_string()
                .contains("\"nine\"")
        );
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
    }
}
