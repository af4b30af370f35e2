//! A name for every request, by which an answer is found in the log.

use std::sync::atomic::{AtomicU64, Ordering};

use http::header::{HeaderMap, HeaderName, HeaderValue};

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longer ones are not taken over: they go into every line of the log.
const LONGEST: usize = 64;

/// Gives requests their ids.
#[derive(Debug)]
pub(super) struct RequestIds {
    /// Tells processes and workers apart.
    prefix: [u8; 16],
    next: AtomicU64,
}

/// A request's id: safe in headers, logs and documents.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub(super) HeaderValue);

impl RequestIds {
    pub(super) fn new() -> Self {
        Self {
            prefix: hex(rand::random()),
            next: AtomicU64::new(0),
        }
    }

    /// The client's own id where it is sane, else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> RequestId {
        match headers.get(&X_REQUEST_ID) {
            Some(id) if is_sane(id.as_bytes()) => RequestId(id.clone()),
            _ => self.new_id(),
        }
    }

    fn new_id(&self) -> RequestId {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut id = [b'-'; 25];
        id[..16].copy_from_slice(&self.prefix);
        id[17..].copy_from_slice(&hex(number)[8..]);
        // Hexadecimal digits and a hyphen are always a value.
        RequestId(HeaderValue::from_bytes(&id).unwrap_or(HeaderValue::from_static("-")))
    }
}

impl RequestId {
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("-")
    }
}

fn is_sane(id: &[u8]) -> bool {
    !id.is_empty()
        && id.len() <= LONGEST
        && id
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(b))
}

/// A number as sixteen hexadecimal digits.
pub(super) fn hex(number: u64) -> [u8; 16] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    std::array::from_fn(|place| DIGITS[(number >> (60 - 4 * place)) as usize & 15])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(id: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, id.parse().unwrap());
        RequestIds::new().of(&headers).as_str().to_owned()
    }

    #[test]
    fn sane_ids_are_kept_and_others_replaced() {
        assert_eq!(given("a1b2-c3.d4:5/6+7="), "a1b2-c3.d4:5/6+7=");
        for id in ["", "a b", "a\"b", "é", "<script>", &"x".repeat(65)] {
            assert_ne!(given(id), id);
        }
    }

    #[test]
    fn new_ids_differ() {
        let ids = RequestIds::new();
        let (one, two) = (ids.new_id(), ids.new_id());
        assert_ne!(one.as_str(), two.as_str());
        assert_eq!(one.as_str().len(), 25);
        assert_eq!(&hex(0x0123_4567_89ab_cdef), b"0123456789abcdef");
    }
}
