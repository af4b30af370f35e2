//! What the service is told.

use std::time::Duration;

use crate::config::Limits;

/// How the service answers. Every value has a default that suits a service.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApiOptions {
    /// How much a client may ask.
    pub limits: Limits,
    /// The most bytes of headers, names and values; 16 KiB by default.
    pub header_bytes: usize,
    /// The most bytes of content a request may come with; those of the limits by default.
    pub content_bytes: u64,
    /// How long a request's content may take to come; 30 s by default.
    pub content_within: Duration,
    /// How long a client may take no more of a large answer before its connection to the database
    /// goes to somebody else; 30 s by default.
    pub stall: Duration,
    /// Whether answers are compressed for clients that ask; true by default.
    pub compression: bool,
}

impl Default for ApiOptions {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            header_bytes: 16 << 10,
            content_bytes: limits.content_bytes,
            content_within: Duration::from_secs(30),
            limits,
            stall: Duration::from_secs(30),
            compression: true,
        }
    }
}

impl ApiOptions {
    /// The defaults, with these limits.
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            content_bytes: limits.content_bytes,
            limits,
            ..Self::default()
        }
    }
}
