//! The tenant of an API key: a secret that a program sends with every request.
//!
//! A key is 256 random bits, so its SHA-256 can be stored as it is: a slow hash or a salt protects
//! secrets that people choose, which can be guessed; nobody guesses these, and a slow hash would only
//! let strangers keep the service busy.

mod cache;
mod format;

pub use format::{ApiKey, InvalidApiKey, KeyHash};

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderName;
use http::header::HeaderMap;
use rowhouse::{TenantId, TenantType};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::IdentityError;
use cache::Cache;

/// Where API keys are sent, beside `Authorization: Bearer`.
pub(crate) const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The most questions to the directory at a time.
const QUESTIONS: usize = 16;

/// A key that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownKey {
    /// What it is called by.
    pub id: String,
    /// Whose it is, as text.
    pub tenant: String,
    /// For how long it is still good; for ever where absent.
    pub expires_in: Option<Duration>,
}

impl KnownKey {
    /// A key and whose it is.
    pub fn new(id: String, tenant: String, expires_in: Option<Duration>) -> Self {
        Self {
            id,
            tenant,
            expires_in,
        }
    }
}

/// The directory of keys does not answer; the log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the directory of API keys does not answer")]
pub struct DirectoryDown;

/// What a directory answers.
pub type Answer<'a> =
    Pin<Box<dyn Future<Output = Result<Option<KnownKey>, DirectoryDown>> + Send + 'a>>;

/// Where keys are looked up.
pub trait Directory: fmt::Debug + Send + Sync {
    /// The key with this hash, if it is there and good now.
    fn find(&self, hash: KeyHash) -> Answer<'_>;
}

/// How API keys are treated.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ApiKeyOptions {
    /// For how long an answer of the directory holds: a revoked key works no longer than this; 5 s by
    /// default.
    pub keep: Duration,
    /// How long the directory may take; 2 s by default.
    pub timeout: Duration,
}

impl Default for ApiKeyOptions {
    fn default() -> Self {
        Self {
            keep: Duration::from_secs(5),
            timeout: Duration::from_secs(2),
        }
    }
}

/// API keys that say whose rows a request is about.
#[derive(Debug)]
pub struct ApiKeyIdentity {
    directory: Arc<dyn Directory>,
    kind: TenantType,
    options: ApiKeyOptions,
    asking: Arc<Semaphore>,
    cache: Arc<Cache>,
}

/// Whose a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) tenant: TenantId,
    pub(crate) subject: Arc<str>,
}

impl ApiKeyIdentity {
    /// Keys looked up in `directory`; tenants are of type `kind`.
    pub fn new(directory: Arc<dyn Directory>, kind: TenantType, options: ApiKeyOptions) -> Self {
        Self {
            directory,
            kind,
            options,
            asking: Arc::new(Semaphore::new(QUESTIONS)),
            cache: Arc::new(Cache::new()),
        }
    }

    /// The same, with what is known in common: a key that one worker has seen revoked is so for all.
    pub(crate) fn for_worker(&self) -> Self {
        Self {
            directory: Arc::clone(&self.directory),
            kind: self.kind,
            options: self.options,
            asking: Arc::clone(&self.asking),
            cache: Arc::clone(&self.cache),
        }
    }

    /// The key in `X-API-Key`.
    pub(crate) fn in_header(headers: &HeaderMap) -> Result<Option<&str>, IdentityError> {
        let mut values = headers.get_all(X_API_KEY).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(IdentityError::SeveralKeys);
        }
        let text = value.to_str().map_err(|_| IdentityError::ApiKeyForm)?;
        Ok(Some(text))
    }

    /// What is known of a key without asking; its hash where nothing is.
    pub(crate) fn at_once(&self, key: &str) -> Result<Result<Owner, KeyHash>, IdentityError> {
        let hash = ApiKey::hash_of(key).map_err(|_| IdentityError::ApiKeyForm)?;
        match self.cache.get(&hash, Instant::now()) {
            Some(Some(owner)) => Ok(Ok(owner)),
            Some(None) => Err(IdentityError::ApiKeyUnknown),
            None => Ok(Err(hash)),
        }
    }

    /// Asks the directory.
    pub(crate) async fn ask(&self, hash: KeyHash) -> Result<Owner, IdentityError> {
        let started = Instant::now();
        let asked = async {
            let _turn = self.asking.acquire().await.map_err(|_| DirectoryDown)?;
            // Somebody with the same key may have been first.
            if let Some(known) = self.cache.get(&hash, Instant::now()) {
                return Ok(known);
            }
            let found = self.directory.find(hash).await?;
            let keep = found.as_ref().and_then(|key| key.expires_in);
            let keep = keep.map_or(self.options.keep, |left| left.min(self.options.keep));
            let owner = found.and_then(|key| self.owner(&key));
            self.cache.put(hash, owner.clone(), started + keep);
            Ok::<_, DirectoryDown>(owner)
        };
        match timeout(self.options.timeout, asked).await {
            Ok(Ok(Some(owner))) => Ok(owner),
            Ok(Ok(None)) => Err(IdentityError::ApiKeyUnknown),
            Ok(Err(DirectoryDown)) => Err(IdentityError::DirectoryDown),
            Err(_) => {
                tracing::warn!(target: "rowhouse::identity", "the directory of API keys is too slow");
                Err(IdentityError::DirectoryDown)
            }
        }
    }

    fn owner(&self, key: &KnownKey) -> Option<Owner> {
        match TenantId::parse(self.kind, &key.tenant) {
            Ok(tenant) => Some(Owner {
                tenant,
                subject: format!("api-key:{}", key.id).into(),
            }),
            Err(error) => {
                tracing::warn!(target: "rowhouse::identity", key = key.id, "the tenant of an API key is {error}");
                None
            }
        }
    }
}
