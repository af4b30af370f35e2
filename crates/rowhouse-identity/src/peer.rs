//! Who is at the other end of the socket, and which of them are proxies of ours.

use std::net::IpAddr;
use std::str::FromStr;

/// Who is at the other end of the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peer {
    /// A machine.
    Address(IpAddr),
    /// A process of this machine, over a Unix socket.
    Unix,
    /// Nobody has said.
    Unknown,
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        Self::Address(address)
    }
}

/// Proxies whose headers are believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxies {
    networks: Vec<Network>,
    unix: bool,
}

/// Not a proxy's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not the address of a proxy: write 10.1.2.3, a network as 10.0.0.0/8 or fd00::/8, or \"unix\""
)]
pub struct InvalidProxy(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Proxies {
    /// Proxies by their addresses and networks; `unix` for whoever comes over a Unix socket.
    ///
    /// # Errors
    /// One of them is neither.
    pub fn new<'a>(list: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidProxy> {
        let mut proxies = Self::default();
        for text in list {
            if text == "unix" {
                proxies.unix = true;
            } else {
                proxies.networks.push(text.parse()?);
            }
        }
        Ok(proxies)
    }

    /// Whether none is listed.
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty() && !self.unix
    }

    /// Whether the peer is one of them.
    pub fn contains(&self, peer: Peer) -> bool {
        match peer {
            // A socket for both families shows an IPv4 address as part of an IPv6 one.
            Peer::Address(address) => {
                let address = address.to_canonical();
                self.networks.iter().any(|network| network.has(address))
            }
            Peer::Unix => self.unix,
            Peer::Unknown => false,
        }
    }
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        let (network, address, width) = match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => (
                u128::from(network.to_bits()),
                u128::from(address.to_bits()),
                32,
            ),
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits(), address.to_bits(), 128)
            }
            _ => return false,
        };
        let rest = width - u32::from(self.prefix);
        // A shift by the whole width is none in Rust, where all bits are to go.
        (network ^ address).checked_shr(rest).unwrap_or(0) == 0
    }
}

impl FromStr for Network {
    type Err = InvalidProxy;

    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        let invalid = || InvalidProxy(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                let plain = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
                let prefix: u8 = prefix.parse().map_err(|_| invalid())?;
                (address, plain.then_some(prefix).ok_or_else(invalid)?.into())
            }
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let width = |address: IpAddr| if address.is_ipv4() { 32 } else { 128 };
        let mut prefix = prefix.unwrap_or(width(address));
        if prefix > width(address) {
            return Err(invalid());
        }
        let canonical = address.to_canonical();
        if canonical.is_ipv4() && address.is_ipv6() {
            prefix = prefix.checked_sub(96).ok_or_else(invalid)?;
        }
        let network = Self {
            address: canonical,
            prefix,
        };
        // Bits behind the prefix are a mistake: 10.1.2.3/8 may mean either.
        let host_bits = match canonical {
            IpAddr::V4(v4) => u128::from(v4.to_bits()).checked_shl(96 + u32::from(prefix)),
            IpAddr::V6(v6) => v6.to_bits().checked_shl(u32::from(prefix)),
        };
        if host_bits.unwrap_or(0) != 0 {
            return Err(invalid());
        }
        Ok(network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(list: &[&str], address: &str) -> bool {
        let proxies = Proxies::new(list.iter().copied()).unwrap();
        proxies.contains(address.parse::<IpAddr>().unwrap().into())
    }

    #[test]
    fn an_address_is_in_its_network() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("10.1.2.3/32", "::ffff:10.1.2.3", "::ffff:10.1.2.4"),
            ("192.168.4.0/22", "192.168.7.255", "192.168.8.0"),
            ("::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"),
            ("fd00::/8", "fd12::1", "fe80::1"),
            ("::1", "::1", "::2"),
            ("::1", "::1", "0.0.0.1"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("::/0", "fd00::1", "203.0.113.9"),
        ] {
            assert!(listed(&[network], inside), "{network} {inside}");
            assert!(!listed(&[network], outside), "{network} {outside}");
        }
        assert!(!listed(&[], "127.0.0.1"));
        assert!(listed(&["10.0.0.0/8", "127.0.0.1"], "127.0.0.1"));
    }

    #[test]
    fn a_socket_of_this_machine_is_listed_by_name() {
        let with = Proxies::new(["unix"]).unwrap();
        assert!(with.contains(Peer::Unix) && !with.is_empty());
        assert!(!with.contains(Peer::Unknown));
        let without = Proxies::new(["0.0.0.0/0", "::/0"]).unwrap();
        assert!(!without.contains(Peer::Unix) && !without.contains(Peer::Unknown));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.1.0.0/8",
            "fd00::/129",
            "fd00::1/8",
            "proxy.example",
            "10.0.0.0/8/8",
            "::ffff:10.0.0.0/95",
            "10.0.0",
        ] {
            assert!(Proxies::new([text]).is_err(), "{text}");
        }
    }
}
