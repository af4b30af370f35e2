//! The built program, as people use it: on a real PostgreSQL, over real sockets, stopped by real signals.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_types,
    reason = "a test may fail, and may look at the database from outside"
)]

mod audit;
mod configuration;
mod contract;
mod credentials;
mod db;
mod doctor;
mod encrypted_database;
mod ending;
mod folder;
mod gate;
mod http;
mod identity;
mod named_database;
mod notices;
#[path = "../../../rowhouse/tests/adversary/pgbouncer.rs"]
mod pgbouncer;
mod postgrest_js;
mod probe;
mod protect;
mod seal;
mod service;
mod story;
mod through;
mod tls;
mod why;
