//! Tokens of one's own, for development and tests.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde_json::{Map, Value, json};

use super::key::{KeyError, VerifyingKey};

/// A key that tokens are signed with.
#[derive(Clone)]
pub struct SigningKey {
    key: EncodingKey,
    algorithm: Algorithm,
    kid: Option<Box<str>>,
}

/// A token could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a token cannot be signed with this key by {0:?}")]
pub struct SignError(Algorithm);

impl SigningKey {
    /// A secret, for HS256, HS384 or HS512.
    ///
    /// # Errors
    /// As for [`VerifyingKey::secret`].
    pub fn secret(secret: &[u8], algorithm: Algorithm) -> Result<Self, KeyError> {
        VerifyingKey::secret(secret, &[algorithm])?;
        Ok(Self::of(EncodingKey::from_secret(secret), algorithm))
    }

    /// A private key in PEM (PKCS#8, or PKCS#1 for RSA). Whether it is of the algorithm's kind is
    /// seen when it signs.
    ///
    /// # Errors
    /// It is something else.
    pub fn private_pem(pem: &[u8], algorithm: Algorithm) -> Result<Self, KeyError> {
        let key = match algorithm {
            Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(pem),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(pem),
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                let kind = "a private key";
                return Err(KeyError::Algorithm { algorithm, kind });
            }
            _ => EncodingKey::from_rsa_pem(pem),
        };
        let key = key.map_err(|_| KeyError::PrivatePem)?;
        Ok(Self::of(key, algorithm))
    }

    fn of(key: EncodingKey, algorithm: Algorithm) -> Self {
        Self {
            key,
            algorithm,
            kid: None,
        }
    }

    /// Names the key in its tokens.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<Box<str>>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// A token with these claims.
    ///
    /// # Errors
    /// The key is not of the algorithm's kind.
    pub fn sign(&self, claims: &Map<String, Value>) -> Result<String, SignError> {
        let mut header = json!({"typ": "JWT", "alg": format!("{:?}", self.algorithm)});
        if let Some(kid) = &self.kid {
            header["kid"] = (**kid).into();
        }
        let claims = Value::Object(claims.clone()).to_string();
        self.sign_parts(&header.to_string(), &claims)
    }

    pub(super) fn sign_parts(&self, header: &str, claims: &str) -> Result<String, SignError> {
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
        let signed = format!("{header}.{claims}");
        let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &self.key, self.algorithm)
            .map_err(|_| SignError(self.algorithm))?;
        Ok(format!("{signed}.{signature}"))
    }
}

/// A secret of 384 random bits, as text in base64url.
///
/// # Errors
/// The system has no randomness to give.
pub fn random_secret() -> std::io::Result<String> {
    let mut random = [0; 48];
    OsRng
        .try_fill_bytes(&mut random)
        .map_err(std::io::Error::other)?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
