//! The servers to try, and the addresses they have right now.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::options_error::OptionsError;

/// PostgreSQL's port.
const DEFAULT_PORT: u16 = 5432;

/// Where servers put their socket: Debian's place, then upstream's.
const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// One server to try. Without a name and an address it is the one on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// A DNS name, an address, or the directory of a unix socket.
    pub(super) name: Option<String>,
    /// Connects here instead of looking the name up.
    pub(super) address: Option<IpAddr>,
    pub(super) port: u16,
}

/// Where to connect: a host's socket, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Host {
    pub(super) fn named(name: String, port: u16) -> Self {
        Self {
            name: Some(name).filter(|name| !name.is_empty()),
            address: None,
            port,
        }
    }

    /// The server on this machine.
    pub(super) fn local() -> Self {
        Self::named(String::new(), DEFAULT_PORT)
    }

    /// The directory of its socket, if that is how it is reached.
    fn socket_directory(&self) -> Option<&Path> {
        match (&self.name, self.address) {
            (_, Some(_)) => None,
            (Some(name), None) => name.starts_with('/').then_some(Path::new(name)),
            // Where nothing listens on a socket, `localhost` is what can still answer.
            (None, None) => SOCKET_DIRECTORIES
                .iter()
                .map(Path::new)
                .find(|directory| directory.join(self.socket_file()).exists()),
        }
    }

    fn socket_file(&self) -> String {
        format!(".s.PGSQL.{}", self.port)
    }

    /// Whether TCP, and with it TLS, can be the way to it. Without a name that may change from one
    /// look at the socket directories to the next, so there it always can.
    pub(super) fn may_be_tcp(&self) -> bool {
        self.address.is_some() || !self.name.as_ref().is_some_and(|name| name.starts_with('/'))
    }

    /// Its addresses, looked up anew: after a failover the name may point elsewhere.
    pub(super) async fn addresses(&self) -> io::Result<Vec<Address>> {
        if let Some(address) = self.address {
            return Ok(vec![Address::Tcp((address, self.port).into())]);
        }
        if let Some(directory) = self.socket_directory() {
            return Ok(vec![Address::Unix(directory.join(self.socket_file()))]);
        }
        let name = self.tls_name();
        let found = tokio::net::lookup_host((name.as_str(), self.port)).await?;
        let addresses: Vec<Address> = found.map(Address::Tcp).collect();
        if addresses.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                "the name has no address",
            ));
        }
        Ok(addresses)
    }

    /// What a certificate must say.
    pub(super) fn tls_name(&self) -> String {
        match (&self.name, self.address) {
            (Some(name), _) if !name.starts_with('/') => name.clone(),
            (_, Some(address)) => address.to_string(),
            _ => "localhost".to_owned(),
        }
    }

    /// What a password file calls it; the socket in its usual place is `localhost` there.
    pub(super) fn passfile_name(&self) -> String {
        match (&self.name, self.address) {
            (Some(name), _) if !SOCKET_DIRECTORIES.contains(&name.as_str()) => name.clone(),
            (None, Some(address)) => address.to_string(),
            _ => "localhost".to_owned(),
        }
    }

    /// For errors: the host as written, and the address if that says more.
    pub(super) fn label(&self, address: &Address) -> String {
        match (address, &self.name) {
            (Address::Tcp(address), Some(name)) if *name != address.ip().to_string() => {
                format!("{name} ({address})")
            }
            (address, _) => address.to_string(),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}",
            self.name.as_deref().unwrap_or("localhost"),
            self.port
        )
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

/// Puts the comma-separated lists of `host`, `hostaddr` and `port` together.
pub(super) fn from_lists(
    names: Option<&str>,
    addresses: Option<&str>,
    ports: Option<&str>,
) -> Result<Vec<Host>, OptionsError> {
    let names: Option<Vec<&str>> = names.map(|list| list.split(',').collect());
    let addresses: Option<Vec<&str>> = addresses.map(|list| list.split(',').collect());
    let ports: Vec<&str> = ports
        .map(|list| list.split(',').collect())
        .unwrap_or_default();
    let count = addresses.as_ref().or(names.as_ref()).map_or(1, Vec::len);
    if names.as_ref().is_some_and(|names| names.len() != count) {
        return Err(OptionsError::conflict(
            "host and hostaddr list different numbers of servers",
        ));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(OptionsError::conflict(format!(
            "port lists {} ports for {count} hosts; give one, or one for each",
            ports.len()
        )));
    }
    (0..count)
        .map(|index| {
            let item = |list: &Option<Vec<&str>>| {
                list.as_ref()
                    .map(|list| list[index].trim().to_owned())
                    .filter(|item| !item.is_empty())
            };
            let port = if ports.len() == 1 {
                ports[0]
            } else {
                ports.get(index).copied().unwrap_or_default()
            };
            Ok(Host {
                name: item(&names),
                address: item(&addresses)
                    .map(|address| parse_address(&address))
                    .transpose()?,
                port: parse_port(port.trim())?,
            })
        })
        .collect()
}

fn parse_address(text: &str) -> Result<IpAddr, OptionsError> {
    text.parse()
        .map_err(|_| OptionsError::value("hostaddr", text, "an IPv4 or IPv6 address"))
}

fn parse_port(text: &str) -> Result<u16, OptionsError> {
    match text {
        "" => Ok(DEFAULT_PORT),
        _ => text
            .parse()
            .ok()
            .filter(|port| *port > 0)
            .ok_or_else(|| OptionsError::value("port", text, "a number from 1 to 65535")),
    }
}
