//! One idea per file; those that need a PostgreSQL start one of their own.

mod cancelling;
mod classification;
mod direct_tls;
mod drops;
mod encryption;
mod environment;
mod failover;
mod handover;
mod hostile_server;
mod impostor;
mod keyword;
mod login;
mod man_in_the_middle;
mod options;
mod passfile;
mod server;
mod timeouts;
mod uri;
