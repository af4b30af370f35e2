//! A tenant-isolated HTTP data API over any PostgreSQL schema.
//!
//! Relations are served under their names, in `PostgREST`'s conventions: `GET /items/?select=id,title`.
//! Only relations that keep tenants apart are served, or those declared shared; everything runs in
//! the scope of the request's tenant.
//!
//! A request walks straight through the rooms of this crate:
//!
//! 1. [`request`]: the query string becomes a typed tree ([`request::Read`]), the headers
//!    [`request::Wishes`]. It knows no database; what it does not understand it refuses.
//! 2. [`resource`]: what is served, made from the catalog when the service starts
//!    ([`resource::Resources::build`]). [`resource::Exposure`] is the gate: the audit says which
//!    relations may pass.
//! 3. [`plan`]: the tree meets the resources and becomes one SQL statement with bind parameters
//!    ([`plan::plan`], [`plan::Plan`]).
//!    A function of the database is called in the same way ([`plan::choose`],
//!    [`plan::plan_call`]): its rows stand where a relation's do.
//! 4. [`json`]: the statement's binary rows become JSON ([`json::write_row`]), equal to what
//!    `to_json` gives on the server.
//! 5. [`problem`]: whatever goes wrong becomes a problem document ([`problem::Problem`]).
//! 6. [`Api`] walks a request through all of them; [`server`] listens, one thread per core.
//!
//! ```no_run
//! use rowhouse_api::{Api, ApiOptions, resource::Current, server::Server};
//! # async fn demo(resources: rowhouse_api::resource::Resources) -> Result<(), Box<dyn std::error::Error>> {
//! # use std::num::NonZeroUsize;
//! let house = rowhouse::Rowhouse::connect("postgres://app@localhost/app").await?;
//! let identity = rowhouse_identity::HeaderIdentity::new("X-tenant-id", house.tenant_type())?;
//! let api = Api::new(house, Current::new(resources), identity, ApiOptions::default());
//! let server = Server::bind("127.0.0.1:8000".parse()?, NonZeroUsize::MIN)?;
//! server.run(api, async { let _ = tokio::time::sleep(std::time::Duration::MAX).await; }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! [`config`] is the `[api]` part of `rowhouse.toml`; the command `rowhouse` reads the file.
//!
//! Two rules hold throughout. Nothing that a client wrote becomes part of an SQL text: names are
//! looked up and replaced by the catalog's, everything else is a bind parameter. And nothing that
//! the database says about an error reaches a client, but what its functions raise on purpose.

pub mod config;
pub mod description;
mod http;
pub mod json;
pub mod plan;
pub mod problem;
pub mod request;
pub mod resource;
pub mod server;
mod session;

pub use http::{Api, ApiOptions, Body};
