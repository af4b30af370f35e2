//! One idea per file; those that need a PostgreSQL start one of their own.

mod cancelling;
mod classification;
mod drops;
mod encryption;
mod environment;
mod failover;
mod hostile_server;
mod impostor;
mod keyword;
mod login;
mod options;
mod passfile;
mod server;
mod timeouts;
mod uri;
