//! Who is the tenant of a request.
//!
//! An [`Identity`] reads a request's head and names the [`Caller`], or says in a typed
//! [`IdentityError`] why it cannot. There is one source now, a header that somebody in front has
//! set ([`HeaderIdentity`]); tokens and keys become further variants.
//!
//! A header is only as good as whoever sets it. Unless it is [trusted](HeaderIdentity::trusted),
//! the service listens on loopback alone ([`Identity::check_listen`]) and turns away what a web
//! page elsewhere makes a browser send ([`Identity::check_origin`]).

mod header;
mod listen;
mod origin;
mod origins;

pub use header::{HeaderIdentity, InvalidHeaderName};
pub use listen::UnsafeListen;
pub use origin::Foreign;
pub use origins::{InvalidOrigin, Origins};

use std::net::SocketAddr;

use http::{HeaderName, Uri, header::HeaderMap};
use rowhouse::{TenantId, TenantIdError};

/// Whom a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// Whose rows it is about.
    pub tenant: TenantId,
}

/// Where a request says who it comes from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Identity {
    /// In a header.
    Header(HeaderIdentity),
}

/// Why a request does not say whom it comes from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The header is not there.
    #[error("the header {header} is missing")]
    Missing {
        /// Its name.
        header: Box<str>,
    },
    /// The header is there more than once: whoever added which, they do not agree.
    #[error("the header {header} is given more than once")]
    Repeated {
        /// Its name.
        header: Box<str>,
    },
    /// The header's value cannot be a tenant's id.
    #[error("the header {header} is {source}")]
    Invalid {
        /// Its name.
        header: Box<str>,
        /// Why not.
        source: TenantIdError,
    },
    /// The header's value is not UTF-8.
    #[error("the header {header} is not text in UTF-8")]
    NotText {
        /// Its name.
        header: Box<str>,
    },
}

impl Identity {
    /// The caller of the request with these headers.
    ///
    /// # Errors
    /// [`IdentityError`], which names the header.
    pub fn caller(&self, headers: &HeaderMap) -> Result<Caller, IdentityError> {
        match self {
            Self::Header(header) => header.tenant(headers).map(|tenant| Caller { tenant }),
        }
    }

    /// The headers that decide who the caller is, for `Vary`.
    pub fn headers(&self) -> &[HeaderName] {
        match self {
            Self::Header(header) => std::slice::from_ref(header.name()),
        }
    }

    /// Whether the service may listen at `address`.
    ///
    /// # Errors
    /// [`UnsafeListen`] says why not, and what to do.
    pub fn check_listen(&self, address: SocketAddr) -> Result<(), UnsafeListen> {
        match self {
            Self::Header(header) => listen::check(header, address),
        }
    }

    /// The other sites whose pages may ask.
    pub fn origins(&self) -> &Origins {
        match self {
            Self::Header(header) => header.origins(),
        }
    }

    /// Whether the request was meant for this service and not made by a foreign page.
    ///
    /// # Errors
    /// [`Foreign`] says what gave it away.
    #[inline]
    pub fn check_origin(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Foreign> {
        match self {
            Self::Header(header) if header.is_trusted() => Ok(()),
            Self::Header(header) => origin::check(uri, headers, header.origins()),
        }
    }
}

impl From<HeaderIdentity> for Identity {
    fn from(header: HeaderIdentity) -> Self {
        Self::Header(header)
    }
}
