//! A token as it is written: three parts in base64url, joined by dots (RFC 7515).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::error::TokenError;
use super::json::{self, Flaw};

/// The longest token that is looked at, in bytes.
pub(crate) const LONGEST: usize = 16 << 10;

/// A token whose signature nobody has checked yet.
pub(crate) struct Compact<'t> {
    /// What is signed.
    pub(crate) signed: &'t [u8],
    /// The signature, in base64url.
    pub(crate) signature: &'t str,
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<Box<str>>,
    payload: Vec<u8>,
}

impl<'t> Compact<'t> {
    pub(crate) fn read(token: &'t str) -> Result<Self, TokenError> {
        if token.len() > LONGEST {
            return Err(TokenError::TooLong { most: LONGEST });
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Parts)?;
        let (head, payload) = signed.split_once('.').ok_or(TokenError::Parts)?;
        if payload.contains('.') || head.is_empty() || payload.is_empty() {
            return Err(TokenError::Parts);
        }
        let head = decode(head, "header")?;
        let (algorithm, kid) = header(&parse(&head, "header")?)?;
        let payload = decode(payload, "payload")?;
        decode(signature, "signature")?;
        Ok(Self {
            signed: signed.as_bytes(),
            signature,
            algorithm,
            kid,
            payload,
        })
    }

    /// The claims, and their text. To be asked for when the signature is known to be right.
    pub(crate) fn claims(self) -> Result<(Map<String, Value>, String), TokenError> {
        let claims = parse(&self.payload, "payload")?;
        // JSON that was read is UTF-8.
        let text =
            String::from_utf8(self.payload).map_err(|_| TokenError::Json { part: "payload" })?;
        Ok((claims, text))
    }
}

fn decode(text: &str, part: &'static str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| TokenError::Base64 { part })
}

fn parse(text: &[u8], part: &'static str) -> Result<Map<String, Value>, TokenError> {
    json::object(text).map_err(|flaw| match flaw {
        Flaw::NotJson | Flaw::NotObject => TokenError::Json { part },
        Flaw::Repeated => TokenError::Repeated { part },
    })
}

fn header(header: &Map<String, Value>) -> Result<(Algorithm, Option<Box<str>>), TokenError> {
    // Nothing that `crit` could demand is understood here, so its mere presence is too much
    // (RFC 7515, 4.1.11); `b64` would change what is signed.
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err(TokenError::Critical);
    }
    let algorithm = header.get("alg").and_then(Value::as_str);
    let algorithm = algorithm.ok_or(TokenError::Header { member: "alg" })?;
    if algorithm.eq_ignore_ascii_case("none") {
        return Err(TokenError::Unsigned);
    }
    let algorithm = algorithm
        .parse()
        .map_err(|_| TokenError::UnknownAlgorithm)?;
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.as_str().into()),
        Some(_) => return Err(TokenError::Header { member: "kid" }),
    };
    Ok((algorithm, kid))
}
