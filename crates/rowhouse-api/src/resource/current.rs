//! What is served now; replaced as a whole when the database or the configuration changes.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Notify;

use super::Resources;

/// The resources in force, for every thread of the service. Cheap to clone.
#[derive(Clone)]
pub struct Current(Arc<Inner>);

struct Inner {
    edition: AtomicU64,
    /// Of the resources in force, so that a request need not take hold of them to know it.
    handlers: AtomicBool,
    resources: RwLock<Arc<Resources>>,
    stale: Notify,
}

impl Current {
    /// Begins with these.
    pub fn new(resources: impl Into<Arc<Resources>>) -> Self {
        let resources = resources.into();
        Self(Arc::new(Inner {
            edition: AtomicU64::new(0),
            handlers: AtomicBool::new(resources.has_handlers()),
            resources: RwLock::new(resources),
            stale: Notify::new(),
        }))
    }

    /// The resources in force.
    pub fn get(&self) -> Arc<Resources> {
        let resources = self.0.resources.read();
        Arc::clone(&resources.unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts others in force. Requests under way end with those they began with.
    pub fn replace(&self, resources: impl Into<Arc<Resources>>) {
        let mut current = self
            .0
            .resources
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = resources.into();
        let handlers = current.has_handlers();
        self.0.handlers.store(handlers, Ordering::Release);
        self.0.edition.fetch_add(1, Ordering::Release);
    }

    /// Which ones they are: every [`Current::replace`] counts.
    pub fn edition(&self) -> u64 {
        self.0.edition.load(Ordering::Acquire)
    }

    /// Whether aggregates of the database make content of some resource.
    pub(crate) fn has_handlers(&self) -> bool {
        self.0.handlers.load(Ordering::Acquire)
    }

    /// Waits until a request has found that the database is not as the resources say: for whoever
    /// reads the catalog again.
    pub async fn stale(&self) {
        self.0.stale.notified().await;
    }

    /// Says that the database is not as the resources say.
    pub fn mark_stale(&self) {
        self.0.stale.notify_one();
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Current")
            .field("edition", &self.edition())
            .finish_non_exhaustive()
    }
}
