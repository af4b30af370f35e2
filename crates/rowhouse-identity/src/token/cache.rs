//! Tokens that were checked before.
//!
//! A token is known by the SHA-256 of all of it, so a byte more or less is another token. What was
//! found is kept until the token ends, and no longer than its keys stay as they were.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use sha2::{Digest, Sha256};

use super::rules::Tenants;

/// What a checked token says.
#[derive(Debug, PartialEq)]
pub(crate) struct Verified {
    pub(crate) tenants: Tenants,
    pub(crate) subject: Option<Arc<str>>,
    /// The settings' values.
    pub(crate) settings: Arc<[Arc<str>]>,
    /// Seconds since 1970.
    pub(crate) until: f64,
    /// The keys it was checked with, as they were then.
    pub(crate) generation: u64,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) tokens: NonZeroUsize,
    pub(crate) bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        const TOKENS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
        Self {
            tokens: TOKENS,
            bytes: 4 << 20,
        }
    }
}

pub(crate) type Fingerprint = [u8; 32];

pub(crate) fn fingerprint(token: &str) -> Fingerprint {
    Sha256::digest(token.as_bytes()).into()
}

/// One worker's tokens.
pub(crate) struct Cache {
    known: Mutex<Known>,
    bounds: Bounds,
}

struct Known {
    tokens: LruCache<Fingerprint, Arc<Verified>>,
    bytes: usize,
}

impl Cache {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            known: Mutex::new(Known {
                tokens: LruCache::unbounded(),
                bytes: 0,
            }),
            bounds,
        }
    }

    /// What is known of a token at a time, by keys of that generation.
    pub(crate) fn get(
        &self,
        print: &Fingerprint,
        now: f64,
        generation: u64,
    ) -> Option<Arc<Verified>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let verified = known.tokens.get(print)?;
        if now < verified.until && verified.generation == generation {
            return Some(Arc::clone(verified));
        }
        known.forget(print);
        None
    }

    pub(crate) fn put(&self, print: Fingerprint, verified: &Arc<Verified>) {
        let weight = verified.weight();
        if weight > self.bounds.bytes {
            return;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.forget(&print);
        known.bytes += weight;
        known.tokens.put(print, Arc::clone(verified));
        while known.tokens.len() > self.bounds.tokens.get() || known.bytes > self.bounds.bytes {
            let Some((_, oldest)) = known.tokens.pop_lru() else {
                break;
            };
            known.bytes -= oldest.weight();
        }
    }

    pub(crate) fn bounds(&self) -> Bounds {
        self.bounds
    }
}

impl Known {
    fn forget(&mut self, print: &Fingerprint) {
        if let Some(before) = self.tokens.pop(print) {
            self.bytes -= before.weight();
        }
    }
}

impl Verified {
    /// Roughly what it takes in memory, in bytes.
    fn weight(&self) -> usize {
        let text = |text: &Arc<str>| text.len() + 32;
        let tenants = match &self.tenants {
            Tenants::One(tenant) => tenant.as_str().len(),
            Tenants::Several(list) => list.iter().map(|id| id.as_str().len() + 48).sum(),
        };
        let texts: usize = self.settings.iter().chain(&self.subject).map(text).sum();
        256 + tenants + texts
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(until: f64, generation: u64, text: usize) -> Arc<Verified> {
        Arc::new(Verified {
            tenants: Tenants::One(rowhouse::TenantId::from(7_i64)),
            subject: None,
            settings: [Arc::from("x".repeat(text))].into(),
            until,
            generation,
        })
    }

    #[test]
    fn a_token_is_known_until_it_ends_and_while_its_keys_stay() {
        let cache = Cache::new(Bounds::default());
        let print = fingerprint("a");
        cache.put(print, &verified(10.0, 1, 0));
        assert!(cache.get(&print, 9.999, 1).is_some());
        assert!(cache.get(&fingerprint("a."), 9.0, 1).is_none());
        assert!(cache.get(&print, 10.0, 1).is_none());
        // It is gone, not only hidden.
        assert!(cache.get(&print, 9.0, 1).is_none());
        cache.put(print, &verified(10.0, 1, 0));
        assert!(cache.get(&print, 9.0, 2).is_none());
        assert_eq!(cache.known.lock().unwrap().bytes, 0);
    }

    #[test]
    fn neither_many_tokens_nor_large_ones_take_more_room_than_there_is() {
        let bounds = Bounds {
            tokens: NonZeroUsize::new(3).unwrap(),
            bytes: 2000,
        };
        let cache = Cache::new(bounds);
        for number in 0..100 {
            cache.put(fingerprint(&number.to_string()), &verified(9.0, 1, 0));
        }
        assert_eq!(cache.known.lock().unwrap().tokens.len(), 3);
        assert!(cache.get(&fingerprint("99"), 1.0, 1).is_some());
        cache.put(fingerprint("large"), &verified(9.0, 1, 1500));
        let known = cache.known.lock().unwrap();
        assert!(known.bytes <= 2000 && known.tokens.len() == 1);
        drop(known);
        cache.put(fingerprint("larger"), &verified(9.0, 1, 5000));
        assert!(cache.get(&fingerprint("larger"), 1.0, 1).is_none());
        assert!(cache.get(&fingerprint("large"), 1.0, 1).is_some());
    }
}
