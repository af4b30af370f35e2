//! A tenant-isolated HTTP data API over any PostgreSQL schema.

pub mod config;
pub mod json;
pub mod plan;
pub mod request;
pub mod resource;
