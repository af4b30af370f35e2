//! Identity from a request's head to its caller, with what it asks elsewhere really asked.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod agreement;
mod api_keys;
mod issuer;
mod jwks;
mod membership;

use http::header::HeaderMap;
use jsonwebtoken::Algorithm;
use rowhouse::TenantType;
use rowhouse_identity::{SigningKey, TokenIdentity, TokenKeys, TokenRules, VerifyingKey};
use serde_json::{Value, json};

pub(crate) const ONE: &str = "7a245486-3fc8-47ec-b303-04fefe7a58ff";
pub(crate) const TWO: &str = "162be16f-f76d-431a-a213-171838ded9ae";
pub(crate) const SECRET: &[u8] = b"a secret of thirty-two bytes or so";

/// A request's head.
pub(crate) fn head(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

/// Seconds since 1970, so many from now.
pub(crate) fn at(seconds: i64) -> i64 {
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

/// A token of the secret's.
pub(crate) fn token(claims: &Value) -> String {
    let mut all = json!({"sub": "ada", "exp": at(60)});
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    let key = SigningKey::secret(SECRET, Algorithm::HS256).unwrap();
    key.sign(all.as_object().unwrap()).unwrap()
}

pub(crate) fn tokens() -> TokenIdentity {
    let key = VerifyingKey::secret(SECRET, &[]).unwrap();
    let keys = TokenKeys::default().key(key);
    TokenIdentity::new(keys, TokenRules::default(), TenantType::Uuid)
}
