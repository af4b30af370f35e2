//! Answers of the directory, for seconds. Keys that are not there have room of their own: whoever
//! tries keys out does not push away those that are.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use lru::LruCache;

use super::{KeyHash, Owner};

const GOOD: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();
const BAD: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

pub(super) struct Cache {
    good: Mutex<LruCache<KeyHash, (Owner, Instant)>>,
    bad: Mutex<LruCache<KeyHash, Instant>>,
}

impl Cache {
    pub(super) fn new() -> Self {
        Self {
            good: Mutex::new(LruCache::new(GOOD)),
            bad: Mutex::new(LruCache::new(BAD)),
        }
    }

    /// What holds now: an owner, that there is none, or nothing.
    #[allow(
        clippy::option_option,
        reason = "known, known to be nobody's, and not known"
    )]
    pub(super) fn get(&self, hash: &KeyHash, now: Instant) -> Option<Option<Owner>> {
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        match good.get(hash) {
            Some((owner, until)) if now < *until => return Some(Some(owner.clone())),
            Some(_) => drop(good.pop(hash)),
            None => {}
        }
        drop(good);
        let mut bad = self.bad.lock().unwrap_or_else(PoisonError::into_inner);
        bad.get(hash).filter(|until| now < **until).map(|_| None)
    }

    pub(super) fn put(&self, hash: KeyHash, owner: Option<Owner>, until: Instant) {
        if let Some(owner) = owner {
            let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
            good.put(hash, (owner, until));
        } else {
            let mut bad = self.bad.lock().unwrap_or_else(PoisonError::into_inner);
            bad.put(hash, until);
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}
