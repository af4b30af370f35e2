//! How the content of a request is encoded: not at all.

use http::HeaderName;
use http::header::{CONTENT_ENCODING, HeaderMap, HeaderValue, TRANSFER_ENCODING};

use crate::problem::{Kind, Problem};

/// Refuses what would be taken for what it is not. hyper knows where a message ends by `chunked`, and
/// says nothing of what else was done to it.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    if !is_only(headers, &CONTENT_ENCODING, "identity") {
        let detail = "the content has a Content-Encoding; only content without one is read";
        return Err(Problem::new(Kind::UnsupportedEncoding, detail)
            .hint("send the content as it is, without Content-Encoding"));
    }
    if !is_only(headers, &TRANSFER_ENCODING, "chunked") {
        let detail = "the message has a Transfer-Encoding other than chunked";
        return Err(Problem::new(Kind::UnsupportedTransfer, detail)
            .hint("send the content as it is, with Content-Length or chunked"));
    }
    Ok(())
}

/// Whether no other coding is named than this one.
fn is_only(headers: &HeaderMap, name: &HeaderName, coding: &str) -> bool {
    let mut values = headers.get_all(name).iter();
    values.all(|value: &HeaderValue| {
        let mut codings = value.as_bytes().split(|&byte| byte == b',');
        codings.all(|one| {
            let one = one.trim_ascii();
            one.is_empty() || one.eq_ignore_ascii_case(coding.as_bytes())
        })
    })
}
