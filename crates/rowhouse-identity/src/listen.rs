//! Where a service that believes a header may listen.

use std::net::{IpAddr, SocketAddr};

use crate::HeaderIdentity;

/// The service would believe a header from anybody who can reach the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "refusing to listen on {address}: tenants are told apart by the header {header}, \
     and everybody who reaches that address could send any tenant's id"
)]
pub struct UnsafeListen {
    address: SocketAddr,
    header: Box<str>,
}

impl UnsafeListen {
    /// What to do.
    pub fn hint(&self) -> String {
        format!(
            "listen on 127.0.0.1:{}; where a gateway sets {header} itself and removes what clients send, list its \
             address in `trusted_proxies` of [identity], or, when nobody else can reach the service, say so with \
             --trust-header",
            self.address.port(),
            header = self.header,
        )
    }
}

pub(crate) fn check(identity: &HeaderIdentity, address: SocketAddr) -> Result<(), UnsafeListen> {
    if !identity.is_open() || is_loopback(address.ip()) {
        return Ok(());
    }
    Err(UnsafeListen {
        address,
        header: identity.spelling().into(),
    })
}

/// Whether only this machine reaches the address.
pub(crate) fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rowhouse::TenantType;

    #[test]
    fn only_loopback_unless_trusted() {
        let header = HeaderIdentity::new("X-tenant-id", TenantType::Uuid).unwrap();
        for address in [
            "127.0.0.1:1",
            "127.9.9.9:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            check(&header, address.parse().unwrap()).unwrap();
        }
        for address in [
            "0.0.0.0:80",
            "[::]:80",
            "10.0.0.1:80",
            "[::ffff:10.0.0.1]:80",
        ] {
            let error = check(&header, address.parse().unwrap()).unwrap_err();
            assert!(error.to_string().contains(address), "{error}");
            assert!(error.hint().contains("--trust-header"));
            check(&header.clone().trusted(true), address.parse().unwrap()).unwrap();
        }
    }
}
