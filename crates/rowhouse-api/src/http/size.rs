//! How large the head of a request may be, and what it announces.

use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};

use super::options::ApiOptions;
use crate::problem::{Kind, Problem};

/// Refuses what is larger than allowed before anything is done about it.
pub(super) fn check(headers: &HeaderMap, options: &ApiOptions) -> Result<(), Problem> {
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if bytes > options.header_bytes {
        let detail = format!("the headers are longer than {} bytes", options.header_bytes);
        return Err(Problem::new(Kind::HeadTooLarge, detail));
    }
    if headers.len() > options.header_count {
        let detail = format!("there are more than {} headers", options.header_count);
        return Err(Problem::new(Kind::HeadTooLarge, detail));
    }
    let content = headers.get(CONTENT_LENGTH).map(HeaderValue::to_str);
    if let Some(Ok(length)) = content
        && length
            .parse::<u64>()
            .is_ok_and(|length| length > options.content_bytes)
    {
        return Err(Problem::content_too_large(options.content_bytes));
    }
    Ok(())
}
