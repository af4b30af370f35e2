//! The bytes between us and PostgreSQL: a connection, its frames, what is written and what an exchange expects back.

mod connection;
mod description;
pub(crate) mod encode;
mod exchange;
mod frame;

pub(crate) use connection::Connection;
pub(crate) use description::Description;
pub(crate) use exchange::{Exchange, HeadCheck, Outcome, Progress, ResultSet};
