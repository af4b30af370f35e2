//! Who the callers are: sources in order.

mod builder;
mod resolve;

pub use builder::{IdentityBuilder, InvalidSources};

use std::net::SocketAddr;
use std::sync::Arc;

use http::header::HeaderMap;
use http::{HeaderName, Uri};
use rowhouse::{Tenant, TenantId};

use crate::api_key::ApiKeyIdentity;
use crate::membership::Membership;
use crate::settings::ClaimSettings;
use crate::token::TokenIdentity;
use crate::{Foreign, HeaderIdentity, IdentityError, Origins, Peer, UnsafeListen, listen, origin};

/// Whom a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// Whose rows it is about.
    pub tenant: TenantId,
    /// Who asks, where that is known: a token's subject, or `api-key:` and the id of a key.
    pub subject: Option<Arc<str>>,
    /// The values of [`Identity::settings`]; none at all where no token says anything.
    pub settings: Option<Arc<[Arc<str>]>>,
}

impl Caller {
    /// Somebody of whom nothing but the tenant is known.
    pub fn of(tenant: TenantId) -> Self {
        Self {
            tenant,
            subject: None,
            settings: None,
        }
    }
}

/// Where a request may say who it comes from.
#[derive(Debug)]
#[non_exhaustive]
pub enum Source {
    /// In a signed token.
    Token(TokenIdentity),
    /// By an API key.
    ApiKey(ApiKeyIdentity),
    /// In a header that somebody in front sets.
    Header(HeaderIdentity),
}

/// Who the callers are: sources in order. The first that says something names the caller; all that
/// say something must agree.
#[derive(Debug, Clone)]
pub struct Identity(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    sources: Vec<Source>,
    /// Says which of a token's tenants is meant; not believed for itself.
    chooser: Option<HeaderIdentity>,
    settings: ClaimSettings,
    membership: Option<Membership>,
    origins: Origins,
    headers: Vec<HeaderName>,
    taken: &'static str,
}

impl Identity {
    /// An identity to be put together.
    pub fn builder() -> IdentityBuilder {
        IdentityBuilder::default()
    }

    /// The same with caches of its own where they are asked with every request.
    #[must_use]
    pub fn for_worker(&self) -> Self {
        let Inner {
            sources,
            chooser,
            settings,
            membership,
            origins,
            headers,
            taken,
        } = &*self.0;
        let sources = sources.iter().map(|source| match source {
            Source::Token(token) => Source::Token(token.for_worker()),
            Source::ApiKey(keys) => Source::ApiKey(keys.for_worker()),
            Source::Header(header) => Source::Header(header.clone()),
        });
        Self(Arc::new(Inner {
            sources: sources.collect(),
            chooser: chooser.clone(),
            settings: settings.clone(),
            membership: membership.as_ref().map(Membership::for_worker),
            origins: origins.clone(),
            headers: headers.clone(),
            taken,
        }))
    }

    /// Asks for what is published elsewhere, so that the first request need not wait.
    pub async fn prepare(&self) {
        for source in &self.0.sources {
            if let Source::Token(token) = source {
                token.keys().prepare().await;
            }
        }
    }

    /// The caller of the request with these headers. Nothing is waited for but keys of tokens and
    /// API keys that are not known yet.
    ///
    /// # Errors
    /// [`IdentityError`] says what is missing or not believed.
    pub async fn caller(&self, headers: &HeaderMap, peer: Peer) -> Result<Caller, IdentityError> {
        if let Ok(caller) = self.at_once(headers, peer)? {
            return Ok(caller);
        }
        Box::pin(self.ask(headers, peer)).await
    }

    /// The header that says which of a token's tenants is meant.
    pub fn chooser(&self) -> Option<&HeaderIdentity> {
        self.0.chooser.as_ref()
    }

    /// Whether the caller may act for the tenant now, in whose scope the database is asked.
    ///
    /// # Errors
    /// It may not, or nobody can say.
    pub async fn check_membership(
        &self,
        caller: &Caller,
        tenant: impl FnOnce() -> Tenant,
    ) -> Result<(), IdentityError> {
        match &self.0.membership {
            None => Ok(()),
            Some(membership) => membership.check(caller, tenant).await,
        }
    }

    /// The settings that tokens' claims fill, by name and in the order of [`Caller::settings`].
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.0.settings.names()
    }

    /// The headers that decide who the caller is, for `Vary`.
    pub fn headers(&self) -> &[HeaderName] {
        &self.0.headers
    }

    /// The sources.
    pub fn sources(&self) -> &[Source] {
        &self.0.sources
    }

    fn header_source(&self) -> Option<&HeaderIdentity> {
        self.0.sources.iter().find_map(|source| match source {
            Source::Header(header) => Some(header),
            _ => None,
        })
    }

    /// Whether the service may listen at `address`.
    ///
    /// # Errors
    /// [`UnsafeListen`] says why not, and what to do.
    pub fn check_listen(&self, address: SocketAddr) -> Result<(), UnsafeListen> {
        match self.header_source() {
            Some(header) => listen::check(header, address),
            None => Ok(()),
        }
    }

    /// The other sites whose pages may ask.
    pub fn origins(&self) -> &Origins {
        &self.0.origins
    }

    /// Whether the request was meant for this service and not made by a foreign page. Tokens and keys
    /// are no page's to send; a header that everybody on this machine may set is.
    ///
    /// # Errors
    /// [`Foreign`] says what gave it away.
    #[inline]
    pub fn check_origin(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Foreign> {
        match self.header_source() {
            Some(header) if header.is_open() => origin::check(uri, headers, &self.0.origins),
            _ => Ok(()),
        }
    }
}

impl From<HeaderIdentity> for Identity {
    fn from(header: HeaderIdentity) -> Self {
        Self(Arc::new(Inner {
            headers: vec![header.name().clone()],
            origins: header.origins().clone(),
            sources: vec![Source::Header(header)],
            chooser: None,
            settings: ClaimSettings::default(),
            membership: None,
            taken: "",
        }))
    }
}
