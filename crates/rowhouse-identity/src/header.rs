//! The tenant in a header.

use http::HeaderName;
use http::header::HeaderMap;
use rowhouse::{TenantId, TenantType};

use crate::{IdentityError, Origins, Peer, Proxies};

/// A header that holds the tenant's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderIdentity {
    name: HeaderName,
    /// As it was configured: header names are told to people in their spelling.
    spelling: Box<str>,
    kind: TenantType,
    trusted: bool,
    proxies: Proxies,
    origins: Origins,
}

/// Not a name of a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be the name of a header: letters, digits and hyphens make one")]
pub struct InvalidHeaderName(String);

impl HeaderIdentity {
    /// The header `name` holds a tenant's id of type `kind`.
    ///
    /// # Errors
    /// `name` cannot be a header's, or means something else to HTTP.
    pub fn new(name: &str, kind: TenantType) -> Result<Self, InvalidHeaderName> {
        let header: HeaderName = name
            .parse()
            .map_err(|_| InvalidHeaderName(name.to_owned()))?;
        if TAKEN.contains(&header.as_str()) {
            return Err(InvalidHeaderName(name.to_owned()));
        }
        Ok(Self {
            name: header,
            spelling: name.into(),
            kind,
            trusted: false,
            proxies: Proxies::default(),
            origins: Origins::default(),
        })
    }

    /// Whether whoever can reach the service is believed, because nobody but a gateway can, which
    /// sets the header and takes away what clients send. False unless said. Better is to say who the
    /// gateway is: [`HeaderIdentity::from_proxies`].
    #[must_use]
    pub fn trusted(mut self, trusted: bool) -> Self {
        self.trusted = trusted;
        self
    }

    /// Believes these proxies, which set the header and take away what clients send, and nobody else.
    #[must_use]
    pub fn from_proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Whether the header is believed from that peer. Where nobody has said anything, only this
    /// machine reaches the service, and is.
    pub fn is_believed_from(&self, peer: Peer) -> bool {
        self.trusted || self.proxies.is_empty() || self.proxies.contains(peer)
    }

    /// Whether the proxies are listed that may set it.
    pub fn has_proxies(&self) -> bool {
        !self.proxies.is_empty()
    }

    /// Whether everybody on this machine may set it, and so whatever a page makes a browser send.
    pub(crate) fn is_open(&self) -> bool {
        !self.trusted && self.proxies.is_empty()
    }

    /// Lets pages of these origins ask. They are believed like everybody who reaches the service:
    /// whoever opens one sends whatever tenant's id the page likes.
    #[must_use]
    pub fn origins_allowed(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// The other sites whose pages may ask.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Whether whoever can reach the service is believed.
    pub fn is_trusted(&self) -> bool {
        self.trusted
    }

    /// The header.
    pub fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The header as it was configured.
    pub fn spelling(&self) -> &str {
        &self.spelling
    }

    pub(crate) fn tenant(&self, headers: &HeaderMap) -> Result<TenantId, IdentityError> {
        let mut values = headers.get_all(&self.name).iter();
        let header = || self.spelling.clone();
        let value = values
            .next()
            .ok_or_else(|| IdentityError::Missing { header: header() })?;
        if values.next().is_some() {
            return Err(IdentityError::Repeated { header: header() });
        }
        let text = std::str::from_utf8(value.as_bytes())
            .map_err(|_| IdentityError::NotText { header: header() })?;
        TenantId::parse(self.kind, text).map_err(|source| IdentityError::Invalid {
            header: header(),
            source,
        })
    }
}

/// Headers whose values HTTP itself, or a proxy, decides.
const TAKEN: [&str; 11] = [
    "accept",
    "accept-encoding",
    "authorization",
    "cookie",
    "x-api-key",
    "connection",
    "content-length",
    "host",
    "origin",
    "transfer-encoding",
    "user-agent",
];

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn ask(values: &[&[u8]]) -> Result<TenantId, IdentityError> {
        let identity = HeaderIdentity::new("X-tenant-id", TenantType::Uuid).unwrap();
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-tenant-id", HeaderValue::from_bytes(value).unwrap());
        }
        identity.tenant(&headers)
    }

    #[test]
    fn the_header_is_named_as_it_was_configured() {
        assert_eq!(
            ask(&[]).unwrap_err().to_string(),
            "the header X-tenant-id is missing"
        );
        assert_eq!(
            ask(&[b"acme"]).unwrap_err().to_string(),
            "the header X-tenant-id is not a uuid: a uuid has 36 characters: 8-4-4-4-12 hexadecimal digits"
        );
        assert_eq!(
            ask(&[b"\xff"]).unwrap_err().to_string(),
            "the header X-tenant-id is not text in UTF-8"
        );
    }

    #[test]
    fn two_headers_are_refused_even_when_they_agree() {
        let id = b"7a245486-3fc8-47ec-b303-04fefe7a58ff";
        assert!(ask(&[id]).is_ok());
        assert!(matches!(
            ask(&[id, id]),
            Err(IdentityError::Repeated { .. })
        ));
    }

    #[test]
    fn a_list_in_one_header_is_not_a_tenant() {
        let list = b"7a245486-3fc8-47ec-b303-04fefe7a58ff, 7a245486-3fc8-47ec-b303-04fefe7a58ff";
        assert!(matches!(ask(&[list]), Err(IdentityError::Invalid { .. })));
    }

    #[test]
    fn names_with_a_meaning_of_their_own_are_refused() {
        for name in ["Host", "a b", "", "Origin"] {
            assert!(
                HeaderIdentity::new(name, TenantType::Text).is_err(),
                "{name}"
            );
        }
    }
}
