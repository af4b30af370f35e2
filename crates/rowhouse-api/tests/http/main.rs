//! The service over TCP, on a real PostgreSQL, as a role that row security binds.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod client;
mod contract;
mod service;
