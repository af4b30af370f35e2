//! Plans of requests seen before.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::Plan;

/// A bounded cache of plans by resource and raw query string.
///
/// It belongs to one set of [`Resources`](crate::resource::Resources): a reload starts an empty
/// one. What is refused is not kept, so errors cannot push plans out.
#[derive(Debug)]
pub struct PlanCache(Mutex<LruCache<Request, Arc<Plan>>>);

/// A resource and a raw query string.
type Request = (Box<str>, Box<str>);

impl PlanCache {
    /// A cache of at most `plans`.
    pub fn new(plans: NonZeroUsize) -> Self {
        Self(Mutex::new(LruCache::new(plans)))
    }

    /// The plan of a request, made by `make` when it is not there.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn get<E>(
        &self,
        resource: &str,
        query: &str,
        make: impl FnOnce() -> Result<Plan, E>,
    ) -> Result<Arc<Plan>, E> {
        let key = (Box::from(resource), Box::from(query));
        // No panic can leave the cache half changed, so a poisoned lock is as good as a sound one.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = lock().get(&key) {
            return Ok(Arc::clone(plan));
        }
        let plan = Arc::new(make()?);
        lock().put(key, Arc::clone(&plan));
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(sql: &str) -> Plan {
        Plan {
            sql: sql.into(),
            params: Vec::new(),
            columns: Vec::new(),
        }
    }

    #[test]
    fn plans_are_kept_up_to_a_bound_and_errors_are_not() {
        let cache = PlanCache::new(NonZeroUsize::MIN);
        assert_eq!(cache.get("a", "", || Err("no")).unwrap_err(), "no");
        let first = cache.get("a", "", || Ok::<_, ()>(plan("1"))).unwrap();
        let again = cache.get("a", "", || Ok::<_, ()>(plan("2"))).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        cache.get("b", "", || Ok::<_, ()>(plan("3"))).unwrap();
        assert_eq!(
            &*cache.get("a", "", || Ok::<_, ()>(plan("4"))).unwrap().sql,
            "4"
        );
    }
}
