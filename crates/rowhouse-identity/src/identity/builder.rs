//! Identity, put together.

use std::sync::Arc;

use http::header::AUTHORIZATION;

use super::{Identity, Inner, Source};
use crate::api_key::X_API_KEY;
use crate::membership::Membership;
use crate::settings::ClaimSettings;
use crate::{HeaderIdentity, Origins};

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
