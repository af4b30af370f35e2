//! What the service is told.

use std::num::NonZeroU32;
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
    /// The most headers; 100 by default.
    pub header_count: usize,
    /// The most bytes of content a request may come with; those of the limits by default.
    pub content_bytes: u64,
    /// How long a request's content may take to come, beside the time that its bytes take at the
    /// least rate; 30 s by default.
    pub content_within: Duration,
    /// The least rate at which content has to come, in bytes per second; 64 KiB by default.
    pub content_rate: NonZeroU32,
    /// How long a client may take no more of a large answer before its connection to the database
    /// goes to somebody else; 30 s by default.
    pub stall: Duration,
    /// Whether answers are compressed for clients that ask; true by default.
    pub compression: bool,
    /// How long browsers are to use nothing but https with this host (`Strict-Transport-Security`).
    /// For a service that is reached by TLS only; not said by default.
    pub https_only: Option<Duration>,
}

impl Default for ApiOptions {
    fn default() -> Self {
        const RATE: NonZeroU32 = NonZeroU32::new(64 << 10).unwrap();
        let limits = Limits::default();
        Self {
            header_bytes: 16 << 10,
            header_count: 100,
            content_bytes: limits.content_bytes,
            content_within: Duration::from_secs(30),
            content_rate: RATE,
            limits,
            stall: Duration::from_secs(30),
            compression: true,
            https_only: None,
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
