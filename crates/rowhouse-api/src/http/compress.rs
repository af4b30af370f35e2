//! Compression, for clients that ask. Whoever does not ask pays a look at one header.

use std::convert::Infallible;
use std::future::ready;

use http::header::{ACCEPT_ENCODING, CONTENT_RANGE, HeaderMap};
use http::{Request, Response};
use tower::Service;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;
use tower_http::compression::predicate::SizeAbove;

use super::body::Body;

/// Shorter content gets no smaller.
const SHORTEST: u16 = 256;

/// Whether the client mentions an encoding we have.
pub(super) fn is_asked(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT_ENCODING).iter().any(|value| {
        let has = |word: &[u8]| {
            let mut windows = value.as_bytes().windows(word.len());
            windows.any(|window| window.eq_ignore_ascii_case(word))
        };
        has(b"gzip") || has(b"br") || has(b"*")
    })
}

/// The answer as the client's `Accept-Encoding` wants it.
pub(super) async fn compressed(
    headers: &HeaderMap,
    mut response: Response<Body>,
) -> Response<Body> {
    let mut question = Request::new(());
    for value in headers.get_all(ACCEPT_ENCODING) {
        question
            .headers_mut()
            .append(ACCEPT_ENCODING, value.clone());
    }
    // Its range is one of rows, not of bytes, so it may be compressed.
    let range = response.headers_mut().remove(CONTENT_RANGE);
    let mut answer = Some(response);
    let inner = tower::service_fn(move |_: Request<()>| {
        ready(Ok::<_, Infallible>(answer.take().unwrap_or_default()))
    });
    let mut compression = Compression::new(inner)
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(SHORTEST));
    let Ok(mut response) = compression.call(question).await;
    if let Some(range) = range {
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    response.map(Body::compressed)
}
