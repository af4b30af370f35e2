//! A tenant-isolated HTTP data API over any PostgreSQL schema.
//!
//! Relations are served under their names, in `PostgREST`'s conventions: `GET /items/?select=id,title`.
//! Only relations that keep tenants apart are served, or those declared shared; everything runs in
//! the scope of the request's tenant.
//!
//! A request walks straight through the rooms of this crate:
//!
//! 1. [`request`]: the query string becomes a typed tree ([`request::Read`]). It knows no
//!    database; what it does not understand it refuses.
//! 2. [`resource`]: what is served, made from the catalog when the service starts
//!    ([`resource::Resources::build`]). [`resource::Exposure`] is the gate: the audit says which
//!    relations may pass.
//! 3. [`plan`]: the tree meets the resources and becomes one SQL statement with bind parameters
//!    ([`plan::plan`], [`plan::Plan`]), remembered in a [`plan::PlanCache`].
//! 4. [`json`]: the statement's binary rows become JSON ([`json::write_row`]), equal to what
//!    `to_json` gives on the server.
//! 5. [`problem`]: whatever goes wrong becomes a problem document ([`problem::Problem`]).
//!
//! [`config`] is the `[api]` part of `rowhouse.toml`; the command `rowhouse` reads the file.
//!
//! Two rules hold throughout. Nothing that a client wrote becomes part of an SQL text: names are
//! looked up and replaced by the catalog's, everything else is a bind parameter. And nothing that
//! the database says about an error reaches a client.

pub mod config;
pub mod json;
pub mod plan;
pub mod problem;
pub mod request;
pub mod resource;
