//! The catalog against a real server: what it reads, and that its answers are the server's.

#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the fixtures fail as a test fails"
)]

mod access;
mod fixture;
mod hostile;
mod json;
mod quoting;
mod relations;
mod roles;
mod routines;
mod traffic;
mod types;
