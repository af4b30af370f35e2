//! Public keys as JSON (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::key::{Kind, VerifyingKey};

/// The most keys of a set.
const MOST: usize = 256;

/// Not a set of keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwksError {
    /// Something else.
    #[error("this is not a set of keys: {{\"keys\": […]}} was expected")]
    Format,
    /// No key in it can be used.
    #[error("there is no key in it that can be used: {0}")]
    Empty(String),
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// The keys of a set that check signatures, for those of the `allowed` algorithms that are theirs;
/// for all of theirs where none is named. A key that is not understood is passed over, as RFC 7517
/// wants it; so are secrets, which have no place in a set that others can read.
pub(crate) fn keys(
    text: &[u8],
    allowed: &[Algorithm],
    issuers: &[Box<str>],
) -> Result<Vec<VerifyingKey>, JwksError> {
    let set: Set = serde_json::from_slice(text).map_err(|_| JwksError::Format)?;
    let mut keys = Vec::new();
    let mut passed_over = Vec::new();
    for jwk in set.keys.into_iter().take(MOST) {
        match key(jwk, allowed) {
            Ok(key) => keys.push(key.for_issuers(issuers)),
            Err(why) => passed_over.push(why),
        }
    }
    if keys.is_empty() {
        let why = match &*passed_over {
            [] => "it is empty".to_owned(),
            some => some.join("; "),
        };
        return Err(JwksError::Empty(why));
    }
    Ok(keys)
}

fn key(jwk: Value, allowed: &[Algorithm]) -> Result<VerifyingKey, &'static str> {
    let jwk: Jwk =
        serde_json::from_value(jwk).map_err(|_| "a key is not in the form of RFC 7517")?;
    if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
        return Err("a key is not for signatures");
    }
    let verifies = |ops: &Vec<String>| ops.iter().any(|op| op == "verify");
    if !jwk.key_ops.as_ref().is_none_or(verifies) {
        return Err("a key is not for verifying");
    }
    let (kind, key) = match (&*jwk.kty, jwk.crv.as_deref()) {
        ("RSA", _) => (Kind::Rsa, rsa(&jwk)?),
        ("EC", Some("P-256")) => (Kind::P256, ec(&jwk, 32)?),
        ("EC", Some("P-384")) => (Kind::P384, ec(&jwk, 48)?),
        ("OKP", Some("Ed25519")) => {
            let x = part(jwk.x.as_deref(), Some(32))?;
            (Kind::Ed25519, DecodingKey::from_ed_der(&x))
        }
        ("EC" | "OKP", _) => return Err("a key is on a curve that is not known here"),
        ("oct", _) => return Err("a key is a secret, which has no place in a set of public keys"),
        _ => return Err("a key is of a type that is not known here"),
    };
    let own = match &jwk.alg {
        None => None,
        Some(name) => Some(
            name.parse::<Algorithm>()
                .map_err(|_| "a key is for an algorithm that is not known here")?,
        ),
    };
    let mut algorithms = kind.algorithms().to_vec();
    algorithms.retain(|algorithm| {
        own.is_none_or(|own| own == *algorithm)
            && (allowed.is_empty() || allowed.contains(algorithm))
    });
    if algorithms.is_empty() {
        return Err("a key is for none of the algorithms that are allowed");
    }
    let found = VerifyingKey::of(key, algorithms);
    Ok(match jwk.kid {
        Some(name) => found.with_kid(name),
        None => found,
    })
}

fn rsa(jwk: &Jwk) -> Result<DecodingKey, &'static str> {
    let (n, e) = (part(jwk.n.as_deref(), None)?, part(jwk.e.as_deref(), None)?);
    let length = n.iter().skip_while(|byte| **byte == 0).count();
    if !(256..=1024).contains(&length) {
        return Err("an RSA key has fewer than 2048 bits or more than 8192");
    }
    Ok(DecodingKey::from_rsa_raw_components(&n, &e))
}

fn ec(jwk: &Jwk, bytes: usize) -> Result<DecodingKey, &'static str> {
    let mut point = vec![4];
    point.extend(part(jwk.x.as_deref(), Some(bytes))?);
    point.extend(part(jwk.y.as_deref(), Some(bytes))?);
    Ok(DecodingKey::from_ec_der(&point))
}

fn part(text: Option<&str>, bytes: Option<usize>) -> Result<Vec<u8>, &'static str> {
    let found = text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let found = found.ok_or("a key lacks a part, or one is not base64url")?;
    if bytes.is_some_and(|bytes| found.len() != bytes) {
        return Err("a key's coordinates have another length than its curve's");
    }
    Ok(found)
}
