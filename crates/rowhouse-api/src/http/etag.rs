//! Tags by which a client asks whether its copy still holds.
//!
//! A tag is a hash of the tenant and the body. It is weak, so that it holds for every encoding of
//! one body. The hash is not cryptographic: a tenant only ever sees tags of its own rows, so the
//! most that a collision gives is a stale copy of those. The tenant is part of it so that a cache
//! which mixes up two tenants gets a full answer instead of "as it was".

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use http::header::{HeaderMap, HeaderValue, IF_NONE_MATCH};
use rowhouse::TenantId;

use super::request_id::hex;

/// The tag of a body: `W/"…"`.
pub(super) fn etag(tenant: &TenantId, body: &[u8]) -> HeaderValue {
    // The same on every machine, so that instances behind one address agree.
    let mut hasher = FixedState::with_seed(0x726f_7768_6f75_7365).build_hasher();
    hasher.write(tenant.as_str().as_bytes());
    hasher.write_u8(0xff);
    hasher.write(body);
    let mut tag = *b"W/\"................\"";
    tag[3..19].copy_from_slice(&hex(hasher.finish()));
    // Hexadecimal digits in quotes are always a value.
    HeaderValue::from_bytes(&tag).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether the client has that body already (RFC 9110, 13.1.2: weak comparison).
pub(super) fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &[u8]| tag.strip_prefix(b"W/").unwrap_or(tag).to_owned();
    let values = headers.get_all(IF_NONE_MATCH).iter();
    let mut tags = values.flat_map(|value| value.as_bytes().split(|b| *b == b','));
    tags.any(|known| {
        let known = known.trim_ascii();
        known == b"*" || opaque(known) == opaque(tag.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_tenant_is_part_of_the_tag() {
        let [one, two] = [1, 2].map(|n| TenantId::from(Uuid::from_u128(n)));
        assert_eq!(etag(&one, b"[]"), etag(&one, b"[]"));
        assert_ne!(etag(&one, b"[]"), etag(&two, b"[]"));
        assert_ne!(etag(&one, b"[]"), etag(&one, b"[1]"));
    }

    #[test]
    fn lists_stars_and_strong_forms_are_known() {
        let tag = HeaderValue::from_static("W/\"00\"");
        let known = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            is_known(&headers, &tag)
        };
        for value in ["W/\"00\"", "\"00\"", "*", "\"a\", W/\"00\" ,\"b\""] {
            assert!(known(value), "{value}");
        }
        for value in ["\"01\"", "00", "", "W/"] {
            assert!(!known(value), "{value}");
        }
    }
}
