//! The statements a house knows, bounded, least recently used out first.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use super::{Statement, classify};
use crate::error::{Error, Result};

/// The longest SQL text, in bytes.
const MAX_TEXT: usize = 16 << 20;

/// Text to statement, for the whole house.
pub(crate) struct Registry {
    known: Mutex<LruCache<Box<str>, Statement>>,
    next: AtomicU64,
    reserved: Vec<String>,
    /// Which house's: names and types of statements are per house.
    house: u64,
}

static HOUSES: AtomicU64 = AtomicU64::new(1);

impl Registry {
    /// `reserved`: the settings that only the head may set.
    pub(crate) fn new(capacity: NonZeroUsize, reserved: Vec<String>) -> Self {
        Self {
            known: Mutex::new(LruCache::new(capacity)),
            next: AtomicU64::new(1),
            reserved,
            house: HOUSES.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// The statement of this text, classified when it is new.
    pub(crate) fn statement(&self, text: &str) -> Result<Statement> {
        if let Some(known) = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(text)
        {
            return Ok(known.clone());
        }
        if text.len() > MAX_TEXT {
            return Err(Error::Refused {
                what: format!("a text of {} bytes", text.len()),
                instead: format!("statements have up to {MAX_TEXT} bytes; pass data as parameters"),
            });
        }
        let kind = classify(text, &self.reserved).map_err(|refusal| Error::Refused {
            what: refusal.what,
            instead: refusal.instead.to_owned(),
        })?;
        let statement = Statement::new(text, kind, self.house);
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .put(text.into(), statement.clone());
        Ok(statement)
    }

    /// A number for a new description.
    pub(crate) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Whose registry it is.
    #[cfg(test)]
    pub(crate) fn house(&self) -> u64 {
        self.house
    }

    /// A statement that another house made becomes this house's own by its text.
    pub(crate) fn own(&self, statement: &Statement) -> Result<Statement> {
        if statement.house() == self.house {
            Ok(statement.clone())
        } else {
            self.statement(statement.text())
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").finish_non_exhaustive()
    }
}
