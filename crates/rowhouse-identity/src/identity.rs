//! From a request's head to its caller.

use std::net::SocketAddr;
use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderMap};
use http::{HeaderName, Uri};
use rowhouse::{Tenant, TenantId};

use crate::api_key::{ApiKey, ApiKeyIdentity, Owner, X_API_KEY};
use crate::bearer::credentials;
use crate::membership::Membership;
use crate::settings::ClaimSettings;
use crate::token::{AtOnce, Tenants, TokenIdentity, Verified};
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

/// The sources cannot be used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSources {
    /// There is none.
    #[error("at least one source of identity is needed: token, api-key or header")]
    None,
    /// There is one twice.
    #[error("each source of identity is named once")]
    Twice,
}

/// Identity, put together.
#[derive(Debug, Default)]
#[must_use = "a builder does nothing before build()"]
pub struct IdentityBuilder {
    sources: Vec<Source>,
    chooser: Option<HeaderIdentity>,
    settings: ClaimSettings,
    membership: Option<Membership>,
    origins: Origins,
}

impl IdentityBuilder {
    /// Adds a source behind the others.
    pub fn source(mut self, source: Source) -> Self {
        self.sources.push(source);
        self
    }

    /// The header that says which of a token's tenants is meant.
    pub fn chooser(mut self, header: HeaderIdentity) -> Self {
        self.chooser = Some(header);
        self
    }

    /// Settings that tokens' claims fill.
    pub fn settings(mut self, settings: ClaimSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Asks the database whether a caller may act for the tenant.
    pub fn membership(mut self, membership: Membership) -> Self {
        self.membership = Some(membership);
        self
    }

    /// Lets pages of these origins ask.
    pub fn origins_allowed(mut self, origins: Origins) -> Self {
        self.origins = origins;
        self
    }

    /// The identity.
    ///
    /// # Errors
    /// There is no source, or one twice.
    pub fn build(self) -> Result<Identity, InvalidSources> {
        let count = |kind: fn(&Source) -> bool| self.sources.iter().filter(|s| kind(s)).count();
        let token = count(|source| matches!(source, Source::Token(_)));
        let key = count(|source| matches!(source, Source::ApiKey(_)));
        let header = count(|source| matches!(source, Source::Header(_)));
        if token + key + header == 0 {
            return Err(InvalidSources::None);
        }
        if token.max(key).max(header) > 1 {
            return Err(InvalidSources::Twice);
        }
        let settings = self.settings;
        let sources = self.sources.into_iter();
        let sources: Vec<Source> = sources
            .map(|source| match source {
                Source::Token(token) => Source::Token(token.with_settings(settings.clone())),
                other => other,
            })
            .collect();
        let mut headers = Vec::new();
        if token + key > 0 {
            headers.push(AUTHORIZATION);
        }
        if key > 0 {
            headers.push(X_API_KEY);
        }
        let chooser = self.chooser.filter(|_| token > 0);
        let named = sources.iter().filter_map(|source| match source {
            Source::Header(header) => Some(header),
            _ => None,
        });
        for header in named.chain(&chooser) {
            if !headers.contains(header.name()) {
                headers.push(header.name().clone());
            }
        }
        let welcome = match (token > 0, key > 0) {
            (true, true) => "Authorization: Bearer with a token or an API key, or X-API-Key",
            (true, false) => "Authorization: Bearer with a token",
            _ => "Authorization: Bearer or X-API-Key with an API key",
        };
        Ok(Identity(Arc::new(Inner {
            sources,
            chooser,
            settings,
            membership: self.membership,
            origins: self.origins,
            headers,
            taken: welcome,
        })))
    }
}

/// What a source says.
enum Said {
    Token(Arc<Verified>),
    Key(Owner),
    Header(TenantId),
}

impl Said {
    /// The source, for people.
    fn name(&self) -> &'static str {
        match self {
            Self::Token(_) => "its token",
            Self::Key(_) => "its API key",
            Self::Header(_) => "its header",
        }
    }
}

/// Somebody must be asked first.
struct Later;

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

    /// The caller, if nobody must be asked.
    fn at_once(
        &self,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Result<Caller, Later>, IdentityError> {
        let mut said = [const { None }; 3];
        for (source, said) in self.0.sources.iter().zip(&mut said) {
            *said = match source {
                Source::Header(header) => self.header(header, headers, peer)?,
                Source::ApiKey(keys) => match self.key(headers)?.map(|key| keys.at_once(key)) {
                    None => None,
                    Some(known) => match known? {
                        Ok(owner) => Some(Said::Key(owner)),
                        Err(_) => return Ok(Err(Later)),
                    },
                },
                Source::Token(token) => {
                    match self.token(headers)?.map(|text| token.at_once(text)) {
                        None => None,
                        Some(known) => match known? {
                            AtOnce::Verified(verified) => Some(Said::Token(verified)),
                            AtOnce::Perhaps(_) => return Ok(Err(Later)),
                        },
                    }
                }
            };
        }
        self.agreed(said, headers, peer).map(Ok)
    }

    /// The caller, asking whoever must be asked.
    async fn ask(&self, headers: &HeaderMap, peer: Peer) -> Result<Caller, IdentityError> {
        let mut said = [const { None }; 3];
        for (source, said) in self.0.sources.iter().zip(&mut said) {
            *said = match source {
                Source::Header(header) => self.header(header, headers, peer)?,
                Source::ApiKey(keys) => match self.key(headers)?.map(|key| keys.at_once(key)) {
                    None => None,
                    Some(known) => Some(Said::Key(match known? {
                        Ok(owner) => owner,
                        Err(hash) => keys.ask(hash).await?,
                    })),
                },
                Source::Token(token) => {
                    match self.token(headers)?.map(|text| token.at_once(text)) {
                        None => None,
                        Some(known) => Some(Said::Token(match known? {
                            AtOnce::Verified(verified) => verified,
                            AtOnce::Perhaps(unknown) => token.ask(unknown).await?,
                        })),
                    }
                }
            };
        }
        self.agreed(said, headers, peer)
    }

    /// What the header says, if it is there and is one that may say something.
    fn header(
        &self,
        header: &HeaderIdentity,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Option<Said>, IdentityError> {
        if !headers.contains_key(header.name()) {
            return Ok(None);
        }
        if header.is_believed_from(peer) {
            return header.tenant(headers).map(|id| Some(Said::Header(id)));
        }
        // Whoever has a token may choose with it.
        let chooses = self
            .chooser()
            .is_some_and(|own| own.name() == header.name());
        if chooses && self.token(headers)?.is_some() {
            return Ok(None);
        }
        Err(IdentityError::Untrusted {
            header: header.spelling().into(),
        })
    }

    /// The API key, wherever it is.
    fn key<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h str>, IdentityError> {
        let own = ApiKeyIdentity::in_header(headers)?;
        let bearer = credentials(headers)?;
        let bearer = match bearer {
            Some(text) if ApiKey::is_meant(text) => Some(text),
            // Where there are no tokens, what else can it be?
            Some(_) if !self.has_tokens() => return Err(IdentityError::ApiKeyForm),
            _ => None,
        };
        match (own, bearer) {
            (Some(own), Some(bearer)) if own != bearer => {
                Err(IdentityError::Disagreement("X-API-Key", "Authorization"))
            }
            (own, bearer) => Ok(own.or(bearer)),
        }
    }

    /// The token, unless it is an API key.
    fn token<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h str>, IdentityError> {
        let keys = |source: &Source| matches!(source, Source::ApiKey(_));
        let keys = self.0.sources.iter().any(keys);
        let bearer = credentials(headers)?;
        Ok(bearer.filter(|text| !(keys && ApiKey::is_meant(text))))
    }

    fn has_tokens(&self) -> bool {
        let token = |source: &Source| matches!(source, Source::Token(_));
        self.0.sources.iter().any(token)
    }

    /// The header that says which of a token's tenants is meant.
    pub fn chooser(&self) -> Option<&HeaderIdentity> {
        self.0.chooser.as_ref()
    }

    /// The one caller of whom all sources speak.
    fn agreed(
        &self,
        said: [Option<Said>; 3],
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Caller, IdentityError> {
        let mut found: Option<(Caller, &'static str)> = None;
        for said in said.into_iter().flatten() {
            let name = said.name();
            let caller = match said {
                Said::Header(tenant) => Caller {
                    tenant,
                    subject: None,
                    settings: None,
                },
                Said::Key(owner) => Caller {
                    tenant: owner.tenant,
                    subject: Some(owner.subject),
                    settings: None,
                },
                Said::Token(token) => Caller {
                    tenant: self.chosen(&token.tenants, headers)?,
                    subject: token.subject.clone(),
                    settings: Some(Arc::clone(&token.settings)),
                },
            };
            match &found {
                None => found = Some((caller, name)),
                Some((first, one)) if first.tenant != caller.tenant => {
                    return Err(IdentityError::Disagreement(one, name));
                }
                Some(_) => {}
            }
        }
        found
            .map(|(caller, _)| caller)
            .ok_or_else(|| self.nobody(peer))
    }

    /// The tenant of a token that the request means.
    fn chosen(&self, tenants: &Tenants, headers: &HeaderMap) -> Result<TenantId, IdentityError> {
        let chooser = self.chooser();
        let chosen = chooser.filter(|header| headers.contains_key(header.name()));
        let chosen = match chosen {
            Some(header) => Some((header.tenant(headers)?, header)),
            None => None,
        };
        match (tenants, chosen) {
            (Tenants::One(tenant), None) => Ok(tenant.clone()),
            (Tenants::One(tenant), Some((chosen, _))) if *tenant == chosen => Ok(chosen),
            (Tenants::Several(list), Some((chosen, _))) if list.contains(&chosen) => Ok(chosen),
            (_, Some((_, header))) => Err(IdentityError::NotOfToken {
                header: header.spelling().into(),
            }),
            (Tenants::Several(list), None) => match &**list {
                [only] => Ok(only.clone()),
                _ => Err(IdentityError::Unchosen {
                    header: chooser.map_or("", HeaderIdentity::spelling).into(),
                }),
            },
        }
    }

    /// What is missing, where nothing says anything.
    fn nobody(&self, peer: Peer) -> IdentityError {
        let header = self.0.sources.iter().find_map(|source| match source {
            Source::Header(header) if header.is_believed_from(peer) => Some(header),
            _ => None,
        });
        match header {
            Some(header) => IdentityError::Missing {
                header: header.spelling().into(),
            },
            None => IdentityError::Nobody {
                taken: self.taken(),
            },
        }
    }

    fn taken(&self) -> &'static str {
        self.0.taken
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
