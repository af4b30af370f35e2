//! `Idempotency-Key`: a request that is sent twice is carried out once
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! The memory is the process's, shared by all workers: whichever one a repetition reaches knows
//! of it. It is bounded, and never makes room by forgetting what it has promised to remember:
//! when it is full of keys, requests with new ones are refused. Answers that have no room, of all
//! or of their tenant, are not kept; that they were given is. What became of a request is remembered as
//! unknown when it ended without an answer, whether it was dropped, panicked or lost its
//! connection; its repetitions are refused.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use foldhash::quality::RandomState;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use rowhouse::TenantId;
use rowhouse_identity::Caller;
use tokio::time::Instant;

use super::body::Body;
use crate::problem::{Kind, Problem};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// What else of a request's head decides what it does.
const TELLING: [HeaderName; 5] = [
    CONTENT_TYPE,
    ACCEPT,
    HeaderName::from_static("prefer"),
    HeaderName::from_static("content-profile"),
    HeaderName::from_static("accept-profile"),
];
/// The longest key, in bytes.
const LONGEST: usize = 255;

/// How much is remembered, and for how long.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    window: Duration,
    entries: usize,
    /// Of one tenant, so that none takes the others' room.
    of_tenant: usize,
    /// All answers together; beyond it they are not kept.
    bytes: usize,
    /// Those of one tenant, likewise.
    bytes_of_tenant: usize,
    /// Longer answers are not kept; that they were given is.
    answer: usize,
}

const BOUNDS: Bounds = Bounds {
    window: Duration::from_hours(1),
    entries: 100_000,
    of_tenant: 20_000,
    bytes: 32 << 20,
    bytes_of_tenant: 4 << 20,
    answer: 64 << 10,
};

/// The keys that were used. Cheap to clone.
#[derive(Clone)]
pub(super) struct Keys(Arc<Inner>);

struct Inner {
    bounds: Bounds,
    /// Two, so that no request can be made to look like another.
    hashers: [RandomState; 2],
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    entries: HashMap<Named, Entry>,
    of_tenant: HashMap<TenantId, Share>,
    /// When which key may be forgotten, the first one first.
    ends: BTreeMap<End, Named>,
    /// How many there have been.
    count: u64,
    bytes: usize,
}

/// What one tenant has of the memory.
#[derive(Default, Clone, Copy)]
struct Share {
    keys: usize,
    bytes: usize,
}

type Named = (TenantId, Arc<str>);
/// When a key may be forgotten, and which one of several it was.
type End = (Instant, u64);

struct Entry {
    end: End,
    request: [u64; 2],
    state: State,
}

#[derive(Clone)]
enum State {
    UnderWay,
    /// It ended, and nobody knows how.
    Unknown,
    Answered(Arc<Answer>),
    /// It was carried out; the answer was too long.
    NotKept,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    content: Bytes,
}

/// A request with a key that is being carried out. Dropped, nobody knows what became of it.
pub(super) struct Begun {
    keys: Keys,
    named: Named,
    settled: bool,
}

/// What is to be done with a request that has a key.
pub(super) enum First {
    /// Carry it out.
    Begun(Begun),
    /// Give the answer that was given.
    Again(Response<Body>),
}

impl Keys {
    pub(super) fn new() -> Self {
        Self::bounded(BOUNDS)
    }

    fn bounded(bounds: Bounds) -> Self {
        Self(Arc::new(Inner {
            bounds,
            hashers: [RandomState::default(), RandomState::default()],
            known: Mutex::default(),
        }))
    }

    /// Takes note of a request, if it has a key. Each subject of a tenant has keys of its own: an
    /// answer that is given again may hold what only the first one may see. Of those whose token
    /// names no subject, only who makes the same claims is given it.
    pub(super) fn begin(
        &self,
        caller: &Caller,
        head: &Parts,
        content: &[u8],
    ) -> Result<Option<First>, Problem> {
        self.begin_at(Instant::now(), caller, head, content)
    }

    fn begin_at(
        &self,
        now: Instant,
        caller: &Caller,
        head: &Parts,
        content: &[u8],
    ) -> Result<Option<First>, Problem> {
        let (tenant, subject) = (&caller.tenant, caller.subject.as_deref());
        let Some(key) = key(&head.headers)? else {
            return Ok(None);
        };
        let request = self.0.hashers.each_ref().map(|hasher| {
            let mut hasher = hasher.build_hasher();
            let mut write = |bytes: &[u8]| {
                hasher.write_usize(bytes.len());
                hasher.write(bytes);
            };
            write(head.method.as_str().as_bytes());
            write(head.uri.path().as_bytes());
            write(head.uri.query().unwrap_or_default().as_bytes());
            for name in &TELLING {
                let values = head.headers.get_all(name).iter();
                values.for_each(|value| write(value.as_bytes()));
                write(b"");
            }
            write(content);
            if let (None, Some(claims)) = (subject, &caller.settings) {
                claims.iter().for_each(|claim| write(claim.as_bytes()));
            }
            hasher.finish()
        });
        // No key holds a control character, so the two cannot run together.
        let own = match subject {
            None => Arc::from(key),
            Some(subject) => format!("{key}\n{subject}").into(),
        };
        let named = (tenant.clone(), own);
        let mut known = self.known();
        known.forget(now);
        if let Some(entry) = known.entries.get(&named) {
            return again(entry, request).map(Some);
        }
        let of_tenant = known.of_tenant.get(tenant).copied().unwrap_or_default();
        let bounds = &self.0.bounds;
        if of_tenant.keys >= bounds.of_tenant || known.entries.len() >= bounds.entries {
            return Err(Problem::new(
                Kind::Overloaded,
                "no more idempotency keys can be remembered; nothing was written",
            )
            .code("RH014"));
        }
        known.of_tenant.entry(tenant.clone()).or_default().keys += 1;
        known.count += 1;
        let end = (now + bounds.window, known.count);
        known.ends.insert(end, named.clone());
        let entry = Entry {
            end,
            request,
            state: State::UnderWay,
        };
        known.entries.insert(named.clone(), entry);
        Ok(Some(First::Begun(Begun {
            keys: self.clone(),
            named,
            settled: false,
        })))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is answered to a request whose key is known.
fn again(entry: &Entry, request: [u64; 2]) -> Result<First, Problem> {
    if entry.request != request {
        return Err(Problem::new(
            Kind::ReusedKey,
            "the Idempotency-Key was used for another request; nothing was written",
        )
        .hint("use a new key for every request that is not a repetition"));
    }
    let unsettled = |detail: &str| Err(Problem::new(Kind::UnsettledKey, detail));
    match &entry.state {
        State::UnderWay => unsettled("a request with this Idempotency-Key is under way"),
        State::Unknown => unsettled(
            "a request with this Idempotency-Key ended without an answer; it may or may not have been written",
        ),
        State::NotKept => unsettled(
            "the request with this Idempotency-Key was carried out; its answer was too long to keep",
        ),
        State::Answered(answer) => {
            let mut response = Response::new(Body::whole(answer.content.to_vec()));
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers.clone();
            let head = response.headers_mut();
            head.insert(REPLAYED, HeaderValue::from_static("true"));
            Ok(First::Again(response))
        }
    }
}

impl Begun {
    /// Remembers what came of the request. What failed before anything was written may be tried
    /// again under the same key.
    pub(super) fn settle(mut self, answer: &Result<Response<Body>, Problem>) {
        self.settled = true;
        let mut known = self.keys.known();
        match answer {
            Ok(response) => {
                let bounds = &self.keys.0.bounds;
                let share = known.of_tenant.get(&self.named.0).copied();
                let share = share.unwrap_or_default();
                let fits = |content: &Bytes| {
                    let weight = weight(content);
                    content.len() <= bounds.answer
                        && known.bytes + weight <= bounds.bytes
                        && share.bytes + weight <= bounds.bytes_of_tenant
                };
                let state = match response.body().content() {
                    Some(content) if fits(&content) => {
                        known.take(&self.named.0, weight(&content));
                        State::Answered(Arc::new(Answer {
                            status: response.status(),
                            headers: response.headers().clone(),
                            content,
                        }))
                    }
                    _ => State::NotKept,
                };
                known.set(&self.named, state);
            }
            Err(problem) if problem.kind() == Kind::OutcomeUnknown => {
                known.set(&self.named, State::Unknown);
            }
            Err(_) => known.remove(&self.named),
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if !self.settled {
            self.keys.known().set(&self.named, State::Unknown);
        }
    }
}

impl Known {
    /// Takes room for an answer.
    fn take(&mut self, tenant: &TenantId, weight: usize) {
        self.bytes += weight;
        self.of_tenant.entry(tenant.clone()).or_default().bytes += weight;
    }

    fn set(&mut self, named: &Named, state: State) {
        if let Some(entry) = self.entries.get_mut(named) {
            entry.state = state;
        }
    }

    fn remove(&mut self, named: &Named) {
        let Some(entry) = self.entries.remove(named) else {
            return;
        };
        if let State::Answered(answer) = &entry.state {
            let weight = weight(&answer.content);
            self.bytes = self.bytes.saturating_sub(weight);
            if let Some(share) = self.of_tenant.get_mut(&named.0) {
                share.bytes = share.bytes.saturating_sub(weight);
            }
        }
        if let Some(share) = self.of_tenant.get_mut(&named.0) {
            share.keys -= 1;
            if share.keys == 0 {
                self.of_tenant.remove(&named.0);
            }
        }
        self.ends.remove(&entry.end);
    }

    /// Forgets what is old; not what is still under way.
    fn forget(&mut self, now: Instant) {
        while let Some(((end, _), named)) = self.ends.first_key_value()
            && *end <= now
        {
            let named = named.clone();
            let entry = self.entries.get(&named);
            if entry.is_some_and(|entry| matches!(entry.state, State::UnderWay)) {
                return;
            }
            self.remove(&named);
        }
    }
}

/// What an answer takes, with what its headers take.
fn weight(content: &Bytes) -> usize {
    content.len() + 1024
}

/// The key of a request: a text in quotes, as the draft has it, or bare.
fn key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut values = headers.get_all(KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let key = quoted.unwrap_or(text);
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b',');
    if values.next().is_some()
        || key.is_empty()
        || key.len() > LONGEST
        || !key.bytes().all(is_plain)
    {
        let detail = format!("the Idempotency-Key is not one text of 1 to {LONGEST} characters");
        return Err(Problem::new(Kind::InvalidKey, detail)
            .hint("send a new UUID, in double quotes, for every request"));
    }
    Ok(Some(key))
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys are as good as the answers they give.
        f.debug_struct("Keys")
            .field("entries", &self.known().entries.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "idempotency_tests.rs"]
mod tests;
