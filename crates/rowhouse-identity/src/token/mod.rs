//! The tenant in a signed token.

mod cache;
mod compact;
mod error;
mod json;
mod jwk;
mod key;
mod keys;
mod rules;
mod sign;
#[cfg(test)]
mod tests;

pub(crate) use cache::Verified;
pub(crate) use jwk::keys as keys_of_set;
pub(crate) use rules::Tenants;

pub use error::TokenError;
pub use jwk::JwksError;
pub use key::{KeyError, VerifyingKey};
pub use keys::TokenKeys;
pub use rules::TokenRules;
pub use sign::{SignError, SigningKey, random_secret};

use std::sync::Arc;

use rowhouse::TenantType;

use crate::settings::ClaimSettings;
use cache::{Bounds, Cache, Fingerprint, fingerprint};
use compact::{Compact, LONGEST};
use keys::Checked;
use rules::now;

/// Tokens that say whose rows a request is about: JWTs in `Authorization: Bearer`.
#[derive(Debug)]
pub struct TokenIdentity {
    how: Arc<How>,
    cache: Cache,
}

/// What all workers have in common.
#[derive(Debug)]
struct How {
    keys: TokenKeys,
    rules: TokenRules,
    settings: ClaimSettings,
    kind: TenantType,
}

/// A token that no cache knows.
pub(crate) struct Unknown<'t> {
    token: Compact<'t>,
    print: Fingerprint,
}

/// What there is to say of a token without waiting.
pub(crate) enum AtOnce<'t> {
    Verified(Arc<Verified>),
    /// Its key may be had by asking for it.
    Perhaps(Unknown<'t>),
}

impl TokenIdentity {
    /// Tokens checked with `keys` and held to `rules`; tenants are of type `kind`.
    pub fn new(keys: TokenKeys, rules: TokenRules, kind: TenantType) -> Self {
        Self {
            how: Arc::new(How {
                keys,
                rules,
                settings: ClaimSettings::default(),
                kind,
            }),
            cache: Cache::new(Bounds::default()),
        }
    }

    pub(crate) fn with_settings(self, settings: ClaimSettings) -> Self {
        let How {
            keys, rules, kind, ..
        } = &*self.how;
        let (keys, rules, kind) = (keys.clone(), rules.clone(), *kind);
        Self {
            how: Arc::new(How {
                keys,
                rules,
                settings,
                kind,
            }),
            cache: self.cache,
        }
    }

    /// The same with a cache of its own.
    pub(crate) fn for_worker(&self) -> Self {
        Self {
            how: Arc::clone(&self.how),
            cache: Cache::new(self.cache.bounds()),
        }
    }

    pub(crate) fn keys(&self) -> &TokenKeys {
        &self.how.keys
    }

    /// Checks a token as far as that needs nobody else.
    pub(crate) fn at_once<'t>(&self, token: &'t str) -> Result<AtOnce<'t>, TokenError> {
        // Longer ones are not even hashed.
        if token.len() > LONGEST {
            return Err(TokenError::TooLong { most: LONGEST });
        }
        let print = fingerprint(token);
        self.how.keys.keep_fresh();
        let generation = self.how.keys.generation();
        if let Some(verified) = self.cache.get(&print, now(), generation) {
            return Ok(AtOnce::Verified(verified));
        }
        let token = Compact::read(token)?;
        match self.how.keys.check(&token) {
            Checked::Right(issuers) => self
                .accept(token, print, &issuers, generation)
                .map(AtOnce::Verified),
            Checked::Wrong(error) => Err(error),
            Checked::Perhaps(_) => Ok(AtOnce::Perhaps(Unknown { token, print })),
        }
    }

    /// Asks for the token's key and checks it again.
    pub(crate) async fn ask(&self, unknown: Unknown<'_>) -> Result<Arc<Verified>, TokenError> {
        let Unknown { token, print } = unknown;
        self.how.keys.ask_for(&token).await;
        let generation = self.how.keys.generation();
        match self.how.keys.check(&token) {
            Checked::Right(issuers) => self.accept(token, print, &issuers, generation),
            Checked::Wrong(error) | Checked::Perhaps(error) => Err(error),
        }
    }

    /// Reads the claims of a token whose signature is right.
    fn accept(
        &self,
        token: Compact<'_>,
        print: Fingerprint,
        issuers: &[Box<str>],
        generation: u64,
    ) -> Result<Arc<Verified>, TokenError> {
        let How {
            rules,
            settings,
            kind,
            ..
        } = &*self.how;
        let (claims, text) = token.claims()?;
        let until = rules.check(&claims, issuers, now())?;
        // One that is no text would pass for none, and its bearer for somebody else (RFC 7519, 4.1.2: a StringOrURI).
        let subject = match rules.subject.find(&claims) {
            None => None,
            Some(subject) => Some(subject.as_str().ok_or(TokenError::Subject)?),
        };
        let verified = Arc::new(Verified {
            tenants: rules.tenants(&claims, *kind)?,
            subject: subject.map(Arc::from),
            settings: settings.values(&claims, &text)?,
            until,
            generation,
        });
        self.cache.put(print, &verified);
        Ok(verified)
    }
}
