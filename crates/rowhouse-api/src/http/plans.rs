//! Plans of requests seen before.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Uri};
use lru::LruCache;
use postgres_types::Oid;
use rowhouse::{Rowhouse, Statement};

use super::negotiate::{accepted, content_type, negotiate};
use super::target::{canonical, resource_name};
use crate::config::Limits;
use crate::json;
use crate::plan::{Plan, plan, plan_handled};
use crate::problem::{Kind, Problem};
use crate::request::{Read, RequestError, Terms, Wishes};
use crate::resource::{Current, Minds, Resource, Resources};

/// Longer requests are planned every time, so that a few of them cannot fill the memory.
const LONGEST: usize = 1024;

/// A plan that is ready to run.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) plan: Plan,
    pub(super) statement: Statement,
    /// What is called before it, in its transaction.
    pub(super) before: Option<Statement>,
    /// The schema, where there are several.
    pub(super) profile: Option<HeaderValue>,
    /// One address for all ways to write the request.
    pub(super) location: Option<HeaderValue>,
    /// The value is the whole content, of this media type.
    pub(super) content: Option<HeaderValue>,
    /// What the functions of the statement are told of the request's head.
    pub(super) minds: Minds,
    resources: Arc<Resources>,
    /// The types of the columns that were found to be those of the plan.
    types: OnceLock<Box<[Oid]>>,
    /// The size of the last answer: what to reserve for the next.
    answer_bytes: AtomicUsize,
}

/// The plans of one worker for what is served now. What is refused is not kept, so errors cannot
/// push plans out.
pub(super) struct Plans {
    current: Current,
    known: Mutex<Known>,
}

/// A read, as far as its statement depends on it.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    uri: &'a Uri,
    headers: &'a HeaderMap,
    pub(super) wishes: Wishes,
    /// None of the forms that are built in is accepted.
    refused: Option<RequestError>,
}

struct Known {
    edition: u64,
    /// By path and query, as they came, and by what headers say about the statement.
    plans: LruCache<Box<str>, Arc<Ready>>,
}

impl<'a> Reading<'a> {
    /// What the head of a request asks; what else it comes with is passed over.
    pub(super) fn of(head: &'a Parts) -> Result<Self, RequestError> {
        let (wishes, refused) = Wishes::of_call(&head.headers, false)?;
        Ok(Self {
            uri: &head.uri,
            headers: &head.headers,
            wishes,
            refused,
        })
    }
}

impl Plans {
    pub(super) fn new(current: Current, limits: &Limits) -> Self {
        let known = Known {
            edition: current.edition(),
            plans: LruCache::new(limits.plans),
        };
        Self {
            current,
            known: Mutex::new(known),
        }
    }

    pub(super) fn current(&self) -> &Current {
        &self.current
    }

    /// The plan of a read.
    pub(super) fn get(
        &self,
        reading: &Reading<'_>,
        house: &Rowhouse,
        limits: &Limits,
    ) -> Result<Arc<Ready>, Problem> {
        let Reading {
            uri,
            headers,
            wishes,
            refused,
        } = reading;
        let target = uri.path_and_query().map_or("", |target| target.as_str());
        let mut key = key(target, wishes);
        if self.current.has_handlers() {
            // What is accepted decides the statement.
            let accepted: Vec<&str> = accepted(headers).collect();
            key = Cow::Owned(format!("{key} {accepted:?}"));
        } else if let Some(refused) = refused {
            return Err(refused.clone().into());
        }
        self.get_or_make(&key, || self.make(reading, house, limits))
    }

    fn make(
        &self,
        reading: &Reading<'_>,
        house: &Rowhouse,
        limits: &Limits,
    ) -> Result<Ready, Problem> {
        let Reading {
            uri,
            headers,
            wishes,
            refused,
        } = reading;
        let resources = self.current.get();
        let (schema, resource) = find(&resources, uri, wishes)?;
        let read = Read::parse(uri.query().unwrap_or(""), limits.bounds())?;
        let (terms, rows) = (&wishes.terms, limits.rows);
        let handler = negotiate(&resources, resource, &read, headers);
        let plan = match (handler, refused) {
            (Some(handler), _) => plan_handled(&resources, resource, &read, terms, rows, handler)?,
            (None, Some(refused)) => return Err((*refused).clone().into()),
            (None, None) => plan(&resources, resource, &read, terms, rows)?,
        };
        let mut ready = Ready::new(plan, Arc::clone(&resources), schema, house)?;
        if let Some(handler) = handler {
            ready.content = Some(content_type(&handler.media));
            ready.minds = ready.minds.max(handler.minds);
        }
        ready.location = HeaderValue::try_from(canonical(uri)).ok();
        Ok(ready)
    }

    /// The plan that is known by `key`, or a new one.
    pub(super) fn get_or_make(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<Ready, Problem>,
    ) -> Result<Arc<Ready>, Problem> {
        let edition = self.current.edition();
        if let Some(ready) = self.known(edition).plans.get(key) {
            return Ok(Arc::clone(ready));
        }
        let ready = Arc::new(make()?);
        if key.len() <= LONGEST {
            let mut known = self.known(edition);
            if known.edition == edition {
                known.plans.put(key.into(), Arc::clone(&ready));
            }
        }
        Ok(ready)
    }

    /// What is known; of an older edition nothing is.
    fn known(&self, edition: u64) -> MutexGuard<'_, Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.edition < edition {
            known.plans.clear();
            known.edition = edition;
        }
        known
    }
}

/// The resource that a request is for, and its schema.
pub(super) fn find<'r>(
    resources: &'r Resources,
    uri: &Uri,
    wishes: &'r Wishes,
) -> Result<(&'r str, &'r Resource), Problem> {
    let profile = wishes.profile.as_deref();
    let schema = profile.unwrap_or(resources.default_schema());
    if !resources.schemas().any(|served| served == schema) {
        return Err(Problem::unknown_schema(schema, resources.schemas()));
    }
    let name = resource_name(uri.path()).ok_or_else(Problem::unknown_path)?;
    let resource = resources.get_in(schema, &name).ok_or_else(|| {
        Problem::unknown_resource(schema, &name, resources.suggest(schema, &name))
    })?;
    Ok((schema, resource))
}

/// What a plan is known by: the target alone, as long as nothing else is wished.
fn key<'t>(target: &'t str, wishes: &Wishes) -> Cow<'t, str> {
    if wishes.profile.is_none() && wishes.terms == Terms::default() {
        return Cow::Borrowed(target);
    }
    // No target holds a blank.
    let Wishes { terms, profile, .. } = wishes;
    Cow::Owned(format!("{target} {profile:?} {terms:?}"))
}

impl Ready {
    pub(super) fn new(
        plan: Plan,
        resources: Arc<Resources>,
        schema: &str,
        house: &Rowhouse,
    ) -> Result<Self, Problem> {
        let statement = |sql: &str| {
            house.statement(sql).map_err(|error| {
                tracing::error!(target: "rowhouse::http", %error, sql, "a plan is refused");
                Problem::internal()
            })
        };
        let before = resources.pre_request().map(statement).transpose()?;
        let statement = statement(&plan.sql)?;
        let profile = (resources.schemas().len() > 1)
            .then(|| HeaderValue::from_str(schema).ok())
            .flatten();
        Ok(Self {
            plan,
            statement,
            profile,
            location: None,
            content: None,
            // Nobody knows what a function reads through those it calls; this one is named to be told.
            minds: if before.is_some() {
                Minds::Cookies
            } else {
                Minds::Nothing
            },
            before,
            resources,
            types: OnceLock::new(),
            answer_bytes: AtomicUsize::new(0),
        })
    }

    /// Whether the columns that came are of the types the plan was made for. The catalog may have
    /// been read before a column's type was changed; its bytes would then be taken for another's.
    pub(super) fn check(&self, columns: &[rowhouse::Column]) -> Result<(), Problem> {
        let oids = columns.iter().map(|column| column.type_().oid());
        if let Some(known) = self.types.get()
            && known.iter().copied().eq(oids.clone())
        {
            return Ok(());
        }
        let counts = if self.plan.counted { 2 } else { 0 };
        let before = counts + usize::from(self.plan.updates);
        let mine = columns
            .len()
            .checked_sub(self.plan.place)
            .and_then(|end| columns.get(before..end));
        if let Some(mine) = mine
            && json::fits(&self.plan.columns, mine, self.resources.format())
        {
            let _ = self.types.set(oids.collect());
            return Ok(());
        }
        Err(Problem::new(
            Kind::Retry,
            "the database's schema has changed; the service reads it again",
        ))
    }

    /// A buffer for an answer, as large as the last one was.
    pub(super) fn buffer(&self) -> Vec<u8> {
        Vec::with_capacity(self.answer_bytes.load(Ordering::Relaxed))
    }

    pub(super) fn note_answer(&self, bytes: usize) {
        // A little more than the last: answers of one kind differ by a few bytes.
        let reserve = bytes + bytes / 8 + 16;
        if self.answer_bytes.load(Ordering::Relaxed) < bytes {
            self.answer_bytes.store(reserve, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plans")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}
