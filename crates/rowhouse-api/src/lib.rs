//! A tenant-isolated HTTP data API over any PostgreSQL schema.

pub mod json;
pub mod request;
