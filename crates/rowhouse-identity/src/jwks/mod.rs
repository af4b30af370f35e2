//! Keys that an issuer publishes, and changes when it likes: a JWKS (RFC 7517) at an address.
//!
//! They are asked for again when they have grown old, without anybody waiting for it, and when a
//! token names a key that is not among them. However many such tokens come, the source is asked once
//! at a time and not again before a while has passed. When it does not answer, the last good set stays.

mod fetch;
mod url;

pub use fetch::FetchError;
pub use url::{InvalidUrl, JwksUrl};

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::Algorithm;
use tokio::sync::watch;

use crate::token::{JwksError, VerifyingKey, keys_of_set};

/// How a source of keys is treated.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct JwksOptions {
    /// The algorithms its keys may be used for; all of theirs where empty.
    pub algorithms: Vec<Algorithm>,
    /// The issuers its keys are believed for; all that the rules allow where empty.
    pub issuers: Vec<Box<str>>,
    /// How old the keys become before they are asked for again; 10 minutes by default.
    pub lifetime: Duration,
    /// How soon after one question the next may follow; 10 s by default.
    pub rest: Duration,
    /// How long an answer may take; 5 s by default.
    pub timeout: Duration,
}

impl Default for JwksOptions {
    fn default() -> Self {
        Self {
            algorithms: Vec::new(),
            issuers: Vec::new(),
            lifetime: Duration::from_mins(10),
            rest: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
        }
    }
}

/// Keys that an issuer publishes.
#[derive(Debug)]
pub struct Jwks {
    url: JwksUrl,
    options: JwksOptions,
    keys: RwLock<Arc<Vec<VerifyingKey>>>,
    /// Grows whenever the keys change.
    generation: AtomicU64,
    born: Instant,
    /// When the keys are to be asked for again, in milliseconds since the beginning.
    due: AtomicU64,
    asked: Mutex<Asked>,
    /// How many questions have ended.
    ended: watch::Sender<u64>,
}

/// What is known of the questions to the source.
#[derive(Debug, Default)]
struct Asked {
    /// One is under way.
    now: bool,
    /// When the last one began.
    last: Option<Instant>,
}

/// Why there are no new keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
enum Trouble {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Set(#[from] JwksError),
}

impl Jwks {
    /// The keys at an address. Nobody is asked yet.
    pub fn new(url: JwksUrl, mut options: JwksOptions) -> Self {
        // They are never asked for sooner, so they are not old sooner either.
        options.lifetime = options.lifetime.max(options.rest);
        Self {
            url,
            options,
            keys: RwLock::default(),
            generation: AtomicU64::new(0),
            born: Instant::now(),
            due: AtomicU64::new(0),
            asked: Mutex::default(),
            ended: watch::Sender::new(0),
        }
    }

    /// The keys of a set that is there as text, to be used beside others.
    ///
    /// # Errors
    /// It is no set, or no key in it can be used.
    pub fn keys_in(
        text: &[u8],
        algorithms: &[Algorithm],
        issuers: &[Box<str>],
    ) -> Result<Vec<VerifyingKey>, JwksError> {
        keys_of_set(text, algorithms, issuers)
    }

    pub(crate) fn keys(&self) -> Arc<Vec<VerifyingKey>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn has_keys(&self) -> bool {
        !self.keys().is_empty()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Whether the source may have a key for such tokens that is not here.
    pub(crate) fn may_know(&self, algorithm: Algorithm, kid: Option<&str>) -> bool {
        let hmac = matches!(
            algorithm,
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
        );
        let allowed = &self.options.algorithms;
        if hmac || !allowed.is_empty() && !allowed.contains(&algorithm) {
            return false;
        }
        let keys = self.keys();
        match kid {
            _ if keys.is_empty() => true,
            Some(kid) => !keys.iter().any(|key| key.kid() == Some(kid)),
            None => false,
        }
    }

    /// Asks again when the keys are old, and lets nobody wait.
    pub(crate) fn keep_fresh(self: &Arc<Self>) {
        let elapsed = self.born.elapsed().as_millis() as u64;
        if elapsed >= self.due.load(Ordering::Relaxed) && self.has_keys() {
            self.begin();
        }
    }

    /// Asks the source, unless somebody has just done so: then it waits for that answer, if there is
    /// none yet.
    pub async fn refresh(self: &Arc<Self>) {
        let mut ended = self.ended.subscribe();
        if self.begin() {
            // The sender lives as long as we do.
            let _ = ended.changed().await;
        }
    }

    /// Has the source asked, by a task of its own: whoever waits for it may go away. False where
    /// there is nothing to wait for.
    fn begin(self: &Arc<Self>) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.now {
            return true;
        }
        let rests = |last: Instant| last.elapsed() < self.options.rest;
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return false;
        };
        if asked.last.is_some_and(rests) {
            return false;
        }
        *asked = Asked {
            now: true,
            last: Some(Instant::now()),
        };
        let question = Question(Arc::clone(self));
        runtime.spawn(async move { question.0.ask_now().await });
        true
    }

    async fn ask_now(&self) {
        let next = match self.ask().await {
            Ok(keys) => {
                self.replace(keys);
                self.options.lifetime
            }
            Err(error) => {
                let kept = self.keys().len();
                tracing::warn!(target: "rowhouse::identity", url = %self.url, kept, "the keys for tokens cannot be had: {error}");
                self.options.rest
            }
        };
        let due = self.born.elapsed() + next;
        self.due.store(due.as_millis() as u64, Ordering::Relaxed);
    }

    async fn ask(&self) -> Result<Vec<VerifyingKey>, Trouble> {
        let text = fetch::get(&self.url, self.options.timeout).await?;
        let JwksOptions {
            algorithms,
            issuers,
            ..
        } = &self.options;
        match keys_of_set(&text, algorithms, issuers) {
            // Whoever publishes no key that is good has taken back those there were.
            Err(JwksError::Empty(why)) => {
                tracing::warn!(target: "rowhouse::identity", url = %self.url, "no key for tokens is left: {why}");
                Ok(Vec::new())
            }
            keys => Ok(keys?),
        }
    }

    fn replace(&self, keys: Vec<VerifyingKey>) {
        let prints = |keys: &[VerifyingKey]| {
            let mut prints: Vec<_> = keys.iter().map(VerifyingKey::print).collect();
            prints.sort_unstable();
            prints
        };
        let mut current = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if prints(&current) == prints(&keys) {
            return;
        }
        tracing::info!(target: "rowhouse::identity", url = %self.url, keys = keys.len(), "new keys for tokens");
        *current = Arc::new(keys);
        // After the keys are there: who sees the new number sees the new keys too.
        self.generation.fetch_add(1, Ordering::AcqRel);
    }
}

/// A question is under way, as long as this lives; whatever ends it, those who wait are told.
struct Question(Arc<Jwks>);

impl Drop for Question {
    fn drop(&mut self) {
        let asked = &self.0.asked;
        asked.lock().unwrap_or_else(PoisonError::into_inner).now = false;
        self.0.ended.send_modify(|ended| *ended += 1);
    }
}
