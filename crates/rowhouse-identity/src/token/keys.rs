//! All keys that tokens are checked with, wherever they come from.

use std::sync::Arc;

use super::compact::Compact;
use super::error::TokenError;
use super::key::VerifyingKey;
use crate::jwks::Jwks;

/// The most keys that are tried for one token.
const TRIES: usize = 16;

/// All keys that tokens are checked with.
#[derive(Debug, Clone, Default)]
pub struct TokenKeys {
    fixed: Vec<VerifyingKey>,
    remote: Vec<Arc<Jwks>>,
}

/// What came of looking for the key of a token.
pub(super) enum Checked {
    /// The signature is right; the key is for these issuers only, where there are any.
    Right(Vec<Box<str>>),
    Wrong(TokenError),
    /// Wrong as far as is known; but a source of keys may know more by now.
    Perhaps(TokenError),
}

impl TokenKeys {
    /// Adds a key.
    #[must_use]
    pub fn key(mut self, key: VerifyingKey) -> Self {
        self.fixed.push(key);
        self
    }

    /// Adds keys that somebody publishes.
    #[must_use]
    pub fn jwks(mut self, jwks: Arc<Jwks>) -> Self {
        self.remote.push(jwks);
        self
    }

    /// Whether there is none, and no source of any.
    pub fn is_empty(&self) -> bool {
        self.fixed.is_empty() && self.remote.is_empty()
    }

    /// Grows whenever a key leaves or comes.
    pub(super) fn generation(&self) -> u64 {
        self.remote.iter().map(|jwks| jwks.generation()).sum()
    }

    /// Lets sources of keys whose time has come be asked again, without waiting for them.
    pub(super) fn keep_fresh(&self) {
        for jwks in &self.remote {
            jwks.keep_fresh();
        }
    }

    /// Checks the signature with the keys that are there.
    pub(super) fn check(&self, token: &Compact<'_>) -> Checked {
        let (algorithm, kid) = (token.algorithm, token.kid.as_deref());
        let sets: Vec<_> = self.remote.iter().map(|jwks| jwks.keys()).collect();
        let all = || {
            self.fixed
                .iter()
                .chain(sets.iter().flat_map(|set| set.iter()))
        };
        let candidates = all().filter(|key| key.is_for(algorithm, kid));
        let mut tried = 0;
        for key in candidates.take(TRIES) {
            tried += 1;
            if key.verifies(algorithm, token.signed, token.signature) {
                return Checked::Right(key.issuers().to_vec());
            }
        }
        let may_know = self.remote.iter().any(|jwks| jwks.may_know(algorithm, kid));
        let error = if tried > 0 {
            TokenError::Signature
        } else if all().any(|key| key.algorithms().contains(&algorithm)) {
            TokenError::UnknownKey
        } else if may_know && self.remote.iter().any(|jwks| !jwks.has_keys()) {
            TokenError::KeysUnavailable
        } else if may_know {
            TokenError::UnknownKey
        } else {
            TokenError::Algorithm(algorithm)
        };
        if may_know {
            Checked::Perhaps(error)
        } else {
            Checked::Wrong(error)
        }
    }

    /// Asks the sources that may know a token's key, as often as they may be asked.
    pub(super) async fn ask_for(&self, token: &Compact<'_>) {
        for jwks in &self.remote {
            if jwks.may_know(token.algorithm, token.kid.as_deref()) {
                jwks.refresh().await;
            }
        }
    }

    /// Asks all sources once, before the first token comes.
    pub async fn prepare(&self) {
        for jwks in &self.remote {
            jwks.refresh().await;
        }
    }
}
