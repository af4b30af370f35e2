//! Tokens that are believed, and all those that are not.

mod claims;
mod forged;
mod keys;

use rowhouse::TenantType;
use serde_json::{Value, json};

use super::{AtOnce, SigningKey, TokenError, TokenIdentity, TokenKeys, TokenRules, VerifyingKey};
use super::{Verified, rules};
use jsonwebtoken::Algorithm;
use std::sync::Arc;

const SECRET: &[u8] = b"a secret of thirty-two bytes or so, long enough for SHA-512 as well";
const TENANT: &str = "7a245486-3fc8-47ec-b303-04fefe7a58ff";

fn signing(algorithm: Algorithm) -> SigningKey {
    SigningKey::secret(SECRET, algorithm).unwrap()
}

/// Tokens by HS256 with the secret, held to `rules`.
fn identity(rules: TokenRules) -> TokenIdentity {
    let key = VerifyingKey::secret(SECRET, &[Algorithm::HS256]).unwrap();
    TokenIdentity::new(TokenKeys::default().key(key), rules, TenantType::Uuid)
}

/// Seconds since 1970, so many from now.
fn at(seconds: f64) -> Value {
    json!(rules::now() + seconds)
}

/// Good claims with some members changed; `null` takes one away.
fn claims(changes: Value) -> Value {
    let mut claims = json!({"sub": "ada", "tenant_id": TENANT, "exp": at(60.0)});
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

fn signed(claims: &Value) -> String {
    signing(Algorithm::HS256)
        .sign(claims.as_object().unwrap())
        .unwrap()
}

fn check(identity: &TokenIdentity, token: &str) -> Result<Arc<Verified>, TokenError> {
    match identity.at_once(token)? {
        AtOnce::Verified(verified) => Ok(verified),
        AtOnce::Perhaps(_) => panic!("nobody could be asked"),
    }
}

/// Why a token with these claims is not believed under these rules.
fn refused(rules: &TokenRules, changes: Value) -> TokenError {
    let token = signed(&claims(changes));
    let error = check(&identity(rules.clone()), &token).unwrap_err();
    // Nothing of it is ever said.
    for part in token.split('.') {
        assert!(!error.to_string().contains(part), "{error}");
    }
    error
}
