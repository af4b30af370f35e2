//! A tenant for each handler of [axum](https://docs.rs/axum).
//!
//! A handler that asks for a [`Tenant`] gets the scope of its request's tenant, and nothing wider. [`TenantLayer`], which
//! is that of [`rowhouse::tower`](crate::tower), says who that is.
//!
//! ```
//! use axum::{Router, routing::get};
//! use rowhouse::axum::{TenantHeader, TenantLayer};
//! use rowhouse::{Rowhouse, Tenant};
//!
//! async fn titles(tenant: Tenant) -> Result<String, String> {
//!     let rows = tenant.query("SELECT title FROM items ORDER BY title", &[]).await;
//!     let rows = rows.map_err(|error| error.to_string())?;
//!     Ok(rows.iter().map(|row| row.get::<&str>("title")).collect::<Vec<_>>().join("\n"))
//! }
//!
//! # fn app(house: Rowhouse) -> Router {
//! let header = TenantHeader::new("x-tenant-id", house.tenant_type());
//! Router::new()
//!     .route("/titles", get(titles))
//!     .layer(TenantLayer::new(house, header))
//! # }
//! ```
//!
//! From there no way leads to another tenant:
//!
//! ```compile_fail,E0616
//! fn handler(tenant: rowhouse::Tenant) {
//!     let _ = tenant.house;
//! }
//! ```
//!
//! ```compile_fail,E0599
//! fn handler(tenant: rowhouse::Tenant, other: rowhouse::TenantId) {
//!     let _ = tenant.tenant(other);
//! }
//! ```

use axum_core::body::Body;
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

pub use crate::tower::{TenantHeader, TenantLayer, TenantRejection, TenantService, TenantSource};

use crate::scope::Tenant;

/// The tenant that a [`TenantLayer`] found. Without one the answer is 500 and says what to add.
impl<S: Sync> FromRequestParts<S> for Tenant {
    type Rejection = TenantRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, TenantRejection> {
        let tenant = parts.extensions.get::<Self>().cloned();
        tenant.ok_or_else(|| {
            let rejection = TenantRejection::no_layer();
            tracing::error!(target: "rowhouse", path = parts.uri.path(), "{rejection}");
            rejection
        })
    }
}

impl IntoResponse for TenantRejection {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.document()));
        *response.status_mut() = self.status();
        self.headers(response.headers_mut());
        response
    }
}
