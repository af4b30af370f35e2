//! The layer that gives a request its tenant.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::body::TenantBody;
use super::source::TenantSource;
use crate::house::Rowhouse;

/// Puts the [`Tenant`](crate::Tenant) of a request into its extensions, or refuses the request.
///
/// It stands around whatever is to run as the tenant: routes outside of it have no way to the database. The source is
/// asked for each request, and what was in the extensions before is replaced.
#[derive(Clone)]
pub struct TenantLayer<S> {
    house: Rowhouse,
    source: S,
}

impl<S: TenantSource> TenantLayer<S> {
    /// Tenants of this house, as the source names them.
    pub fn new(house: Rowhouse, source: S) -> Self {
        Self { house, source }
    }
}

impl<S> fmt::Debug for TenantLayer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantLayer").finish_non_exhaustive()
    }
}

impl<T, S: Clone> Layer<T> for TenantLayer<S> {
    type Service = TenantService<T, S>;

    fn layer(&self, inner: T) -> Self::Service {
        TenantService {
            inner,
            layer: self.clone(),
        }
    }
}

/// A service behind a [`TenantLayer`].
#[derive(Clone)]
pub struct TenantService<T, S> {
    inner: T,
    layer: TenantLayer<S>,
}

impl<T, S> fmt::Debug for TenantService<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantService").finish_non_exhaustive()
    }
}

impl<T, S, B, R> Service<Request<B>> for TenantService<T, S>
where
    T: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    T::Future: Send,
    T::Error: Send,
    S: TenantSource,
    B: Send + 'static,
    R: Send + 'static,
{
    type Response = Response<TenantBody<R>>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, T::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that was polled is ready, its clone need not be.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let TenantLayer { house, source } = self.layer.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match source.tenant(&parts).await {
                Ok(tenant) => {
                    parts.extensions.insert(house.tenant(tenant));
                    let answer = inner.call(Request::from_parts(parts, body)).await?;
                    Ok(answer.map(TenantBody::service))
                }
                Err(rejection) => Ok(rejection.answer(&parts.headers)),
            }
        })
    }
}
