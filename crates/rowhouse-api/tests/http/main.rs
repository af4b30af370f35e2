//! The service over TCP, on a real PostgreSQL, as a role that row security binds.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bad_requests;
mod cinema;
mod client;
mod concurrency;
mod contract;
mod cors;
mod crowd;
mod description;
mod failures;
mod formats;
mod functions;
mod handlers;
mod headers;
mod identity;
mod large;
mod patience;
mod pre_request;
mod reads;
mod representations;
mod service;
mod shares;
mod stopping;
mod targets;
mod tls;
mod writes;
