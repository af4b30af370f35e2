//! Whether a caller may act for a tenant now: a function of the database says so.
//!
//! A token is good until it ends, whatever becomes of whoever holds it. The function is asked in the
//! tenant's own scope, with nothing of the token but the subject; its answer holds for seconds. What
//! goes wrong is no answer, and no answer is no leave.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use lru::LruCache;
use rowhouse::Tenant;
use rowhouse::postgres_types::{Format, IsNull, ToSql, Type, to_sql_checked};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::{Caller, IdentityError};

/// How many answers a worker keeps.
const ANSWERS: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// A function that says whether a subject may act for a tenant.
pub struct Membership {
    sql: Arc<str>,
    with_tenant: bool,
    keep: Duration,
    patience: Duration,
    answers: Mutex<LruCache<[u8; 32], Arc<Answer>>>,
}

/// An answer, or a question under way that others wait for.
struct Answer {
    since: Instant,
    /// None where there was no answer.
    may: OnceCell<Option<bool>>,
}

/// Not the name of a function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a function: write app.may_act for one that takes the subject, or app.may_act(tenant, subject) for one \
     that takes both"
)]
pub struct InvalidMembership(String);

impl Membership {
    /// The function by its name, `schema.name`, called with the subject; `schema.name(tenant, subject)`
    /// is called with both. Answers hold for `keep`.
    ///
    /// # Errors
    /// It is not named so.
    pub fn new(function: &str, keep: Duration) -> Result<Self, InvalidMembership> {
        let invalid = || InvalidMembership(function.to_owned());
        let (name, with_tenant) = match function.split_once('(') {
            None => (function, false),
            Some((name, arguments)) => {
                let arguments = arguments.strip_suffix(')').ok_or_else(invalid)?;
                let arguments: Vec<&str> = arguments.split(',').map(str::trim).collect();
                match *arguments {
                    ["subject"] => (name, false),
                    ["tenant", "subject"] => (name, true),
                    _ => return Err(invalid()),
                }
            }
        };
        let name = name.trim();
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        // With its schema, so that no search path decides which function it is.
        match name.split_once('.') {
            Some((schema, name)) if is_word(schema) && is_word(name) => {}
            _ => return Err(invalid()),
        }
        let (schema, name) = name.split_once('.').ok_or_else(invalid)?;
        let arguments = if with_tenant { "$1, $2" } else { "$1" };
        Ok(Self {
            sql: format!("SELECT \"{schema}\".\"{name}\"({arguments})").into(),
            with_tenant,
            keep,
            patience: Duration::from_secs(2),
            answers: Mutex::new(LruCache::new(ANSWERS)),
        })
    }

    /// Waits so long for an answer; 2 s by default.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The same with answers of its own.
    pub(crate) fn for_worker(&self) -> Self {
        Self {
            sql: Arc::clone(&self.sql),
            with_tenant: self.with_tenant,
            keep: self.keep,
            patience: self.patience,
            answers: Mutex::new(LruCache::new(ANSWERS)),
        }
    }

    pub(crate) async fn check(
        &self,
        caller: &Caller,
        tenant: impl FnOnce() -> Tenant,
    ) -> Result<(), IdentityError> {
        let key = key(caller);
        let answer = self.answer(key);
        let may = match answer.may.get() {
            Some(may) => *may,
            None => {
                let ask = || self.ask(caller, tenant());
                *Box::pin(answer.may.get_or_init(ask)).await
            }
        };
        if may.is_none() {
            // Whoever waited shares the failure; the next one asks again.
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            if answers
                .peek(&key)
                .is_some_and(|kept| Arc::ptr_eq(kept, &answer))
            {
                answers.pop(&key);
            }
        }
        match may {
            Some(true) => Ok(()),
            Some(false) => Err(IdentityError::NotMember),
            None => Err(IdentityError::MembershipUnknown),
        }
    }

    /// The answer that holds, or a place for one.
    fn answer(&self, key: [u8; 32]) -> Arc<Answer> {
        let now = Instant::now();
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(&key) {
            // The time counts from before the question: an answer is never older than it says.
            if !answer.may.initialized() || now.duration_since(answer.since) < self.keep {
                return Arc::clone(answer);
            }
        }
        let answer = Arc::new(Answer {
            since: now,
            may: OnceCell::new(),
        });
        answers.put(key, Arc::clone(&answer));
        answer
    }

    async fn ask(&self, caller: &Caller, tenant: Tenant) -> Option<bool> {
        let subject = caller.subject.as_deref();
        let id = caller.tenant.as_str();
        let tenant = tenant.with_statement_timeout(self.patience);
        let rows = async {
            if self.with_tenant {
                tenant.query(&*self.sql, &[&AsText(id), &subject]).await
            } else {
                tenant.query(&*self.sql, &[&subject]).await
            }
        };
        match timeout(self.patience, rows).await {
            Ok(Ok(rows)) => {
                let may = rows.first().map(|row| row.try_get::<Option<bool>>(0));
                match may {
                    Some(Ok(may)) => Some(may.unwrap_or(false)),
                    Some(Err(error)) => self.failed(&error),
                    None => Some(false),
                }
            }
            Ok(Err(error)) => self.failed(&error),
            Err(_) => self.failed(&"it took too long"),
        }
    }

    fn failed(&self, why: &dyn fmt::Display) -> Option<bool> {
        tracing::warn!(target: "rowhouse::identity", statement = &*self.sql, "membership cannot be asked: {why}");
        None
    }
}

/// A value in its text form, whatever type the function's parameter has.
#[derive(Debug)]
struct AsText<'a>(&'a str);

impl ToSql for AsText<'_> {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// A tenant and a subject, of any length, as a key of one length.
fn key(caller: &Caller) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((caller.tenant.as_str().len() as u64).to_be_bytes());
    hash.update(caller.tenant.as_str());
    if let Some(subject) = &caller.subject {
        hash.update([1]);
        hash.update(subject.as_bytes());
    }
    hash.finalize().into()
}

impl fmt::Debug for Membership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Membership")
            .field("sql", &self.sql)
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}
