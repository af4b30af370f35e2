//! From the catalog to rows: plans run on a real server, as the app role in a tenant's name.

#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod answers;
mod conditions;
mod demo;
mod resources;
mod shop;
mod walk;
mod written;
