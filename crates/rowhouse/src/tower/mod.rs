//! Tenants for services made of [tower](https://docs.rs/tower): axum, tonic, hyper.
//!
//! [`TenantLayer`] asks a [`TenantSource`] whose request it is, and puts the [`Tenant`](crate::Tenant) into the request's
//! extensions. What stands behind it gets that scope and nothing wider: there is no way from it to the house or to
//! another tenant. Where the source names nobody, the request ends there, with a problem document (RFC 9457), or with a
//! status of gRPC where that is spoken.
//!
//! ```
//! use http::{Request, Response};
//! use rowhouse::tower::{TenantHeader, TenantLayer};
//! use rowhouse::{Rowhouse, Tenant};
//! use tower::{ServiceBuilder, service_fn};
//!
//! # fn service(house: Rowhouse) {
//! let header = TenantHeader::new("x-tenant-id", house.tenant_type());
//! let service = ServiceBuilder::new()
//!     .layer(TenantLayer::new(house, header))
//!     .service(service_fn(|request: Request<String>| async move {
//!         // In tonic: `request.extensions().get::<Tenant>()` of the `tonic::Request`.
//!         let tenant = request.extensions().get::<Tenant>().cloned();
//!         Ok::<_, std::convert::Infallible>(Response::new(format!("{:?}", tenant.map(|t| t.id().clone()))))
//!     }));
//! # let _ = service;
//! # }
//! ```

mod body;
mod layer;
mod rejection;
mod source;

pub use body::TenantBody;
pub use layer::{TenantLayer, TenantService};
pub use rejection::TenantRejection;
pub use source::{TenantHeader, TenantSource};
