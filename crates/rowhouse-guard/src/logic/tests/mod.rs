//! Verdicts on policies of a real database, and what the server says to them.

#![allow(
    clippy::disallowed_types,
    reason = "tests look at the database from outside, without a tenant"
)]

mod fixture;
mod guards;
mod policies;
mod predicates;
mod random;
mod statements;
