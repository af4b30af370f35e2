//! The library against those who would break it: rules of a lane, drops, hostile servers, restarts, poolers.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::large_futures,
    clippy::disallowed_types,
    reason = "a test fails by panicking, prints the seed that repeats it, and looks at the database from outside"
)]

mod answers;
mod any_value;
mod batches;
#[path = "../common/mod.rs"]
mod common;
mod drill;
mod drops;
mod endings;
mod exclusive;
mod flush;
mod hostile;
mod lanes;
mod life;
mod lost;
mod pgbouncer;
mod polls;
mod pooler;
mod prepared;
mod proxy;
mod roles;
mod rotation;
mod session_state;
mod shares;
mod silence;
mod together;
mod types;
mod waiting;
