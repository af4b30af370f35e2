//! What one tenant may hold of the connections that are lent: a part of them, so that nobody keeps all of them from
//! the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::tenant_id::TenantId;

/// The tenants that hold something, or wait.
#[derive(Debug)]
pub(super) struct Shares {
    most: usize,
    tenants: Mutex<HashMap<TenantId, Arc<Semaphore>>>,
}

impl Shares {
    /// Of `count` connections each tenant may hold `part`, but one at least.
    pub(super) fn new(count: usize, part: f64) -> Self {
        Self {
            most: ((count as f64 * part) as usize).clamp(1, count.max(1)),
            tenants: Mutex::default(),
        }
    }

    /// A place in the tenant's share, yet to be taken.
    pub(super) fn of(self: &Arc<Self>, tenant: &TenantId) -> Share {
        let mut tenants = self.tenants();
        let places = tenants
            .entry(tenant.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(self.most)));
        Share {
            places: Some(Arc::clone(places)),
            taken: None,
            tenant: tenant.clone(),
            shares: Arc::clone(self),
        }
    }

    /// Whoever waits stops waiting.
    pub(super) fn close(&self) {
        self.tenants().values().for_each(|places| places.close());
    }

    fn tenants(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<Semaphore>>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a tenant's share, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    places: Option<Arc<Semaphore>>,
    taken: Option<OwnedSemaphorePermit>,
    tenant: TenantId,
    shares: Arc<Shares>,
}

impl Share {
    /// Waits until there is a place.
    pub(super) async fn take(&mut self) -> Result<(), AcquireError> {
        if let Some(places) = &self.places {
            self.taken = Some(Arc::clone(places).acquire_owned().await?);
        }
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        drop(self.taken.take());
        let mut tenants = self.shares.tenants();
        // Under the lock: whoever is the last of a tenant sees that it is.
        drop(self.places.take());
        let is_last = |places: &Arc<Semaphore>| Arc::strong_count(places) == 1;
        if tenants.get(&self.tenant).is_some_and(is_last) {
            tenants.remove(&self.tenant);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_tenant_waits_for_itself_alone_and_is_forgotten() {
        let shares = Arc::new(Shares::new(5, 0.5));
        let (one, other) = (TenantId::from(1_i64), TenantId::from(2_i64));
        let take = |tenant| {
            let mut share = shares.of(tenant);
            matches!(share.take().now_or_never(), Some(Ok(()))).then_some(share)
        };
        let held = [take(&one).unwrap(), take(&one).unwrap()];
        assert!(take(&one).is_none());
        assert!(take(&other).is_some());
        assert_eq!(shares.tenants().len(), 1);
        drop(held);
        assert!(shares.tenants().is_empty());
        assert!(take(&one).is_some());
        for (count, part, most) in [(1, 0.5, 1), (2, 0.5, 1), (16, 1.0, 16), (4, 0.01, 1)] {
            assert_eq!(Shares::new(count, part).most, most);
        }
    }
}
