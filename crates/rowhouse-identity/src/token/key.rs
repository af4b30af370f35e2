//! Keys that tokens are checked with.
//!
//! A key knows which algorithms it is for, and they are those of its own kind: a public key is never
//! taken for the secret of an HMAC, whatever the token says.

use std::fmt;

use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

/// A key that tokens are checked with.
#[derive(Clone)]
pub struct VerifyingKey {
    kid: Option<Box<str>>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
    issuers: Vec<Box<str>>,
}

/// A key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A secret that could be guessed.
    #[error("a secret for {algorithm:?} has at least {least} bytes, and this one has {bytes}")]
    Short {
        /// The algorithm.
        algorithm: Algorithm,
        /// The shortest that is taken, in bytes.
        least: usize,
        /// How long it is, in bytes.
        bytes: usize,
    },
    /// A private key where a public one belongs.
    #[error("this is a private key: the service needs the public one only")]
    Private,
    /// Not a public key.
    #[error(
        "this is not a public key in PEM: -----BEGIN PUBLIC KEY-----, of RSA, P-256, P-384 or Ed25519"
    )]
    Pem,
    /// Not a private key.
    #[error(
        "this is not a private key in PEM: -----BEGIN PRIVATE KEY----- (PKCS#8), of RSA, P-256, P-384 or Ed25519"
    )]
    PrivatePem,
    /// An algorithm for keys of another kind.
    #[error("{algorithm:?} is not for {kind}")]
    Algorithm {
        /// The algorithm.
        algorithm: Algorithm,
        /// What the key is.
        kind: &'static str,
    },
}

/// What a public key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Kind {
    pub(super) fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Rsa => &[
                Algorithm::RS256,
                Algorithm::RS384,
                Algorithm::RS512,
                Algorithm::PS256,
                Algorithm::PS384,
                Algorithm::PS512,
            ],
            Self::P256 => &[Algorithm::ES256],
            Self::P384 => &[Algorithm::ES384],
            Self::Ed25519 => &[Algorithm::EdDSA],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rsa => "an RSA key",
            Self::P256 => "a key on the curve P-256",
            Self::P384 => "a key on the curve P-384",
            Self::Ed25519 => "a key on the curve Ed25519",
        }
    }
}

impl VerifyingKey {
    /// A secret that the issuer has too, for HMAC; for HS256 where no algorithm is named.
    ///
    /// # Errors
    /// It is shorter than the algorithm's hash (RFC 7518, 3.2), or an algorithm is not an HMAC.
    pub fn secret(secret: &[u8], algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        let algorithms = match algorithms {
            [] => &[Algorithm::HS256],
            some => some,
        };
        for &algorithm in algorithms {
            let least = match algorithm {
                Algorithm::HS256 => 32,
                Algorithm::HS384 => 48,
                Algorithm::HS512 => 64,
                _ => {
                    let kind = "a secret";
                    return Err(KeyError::Algorithm { algorithm, kind });
                }
            };
            let bytes = secret.len();
            if bytes < least {
                return Err(KeyError::Short {
                    algorithm,
                    least,
                    bytes,
                });
            }
        }
        Ok(Self::of(
            DecodingKey::from_secret(secret),
            algorithms.to_vec(),
        ))
    }

    /// A public key in PEM (`BEGIN PUBLIC KEY`); for all algorithms of its kind where none is named.
    ///
    /// # Errors
    /// It is something else, or an algorithm is for keys of another kind.
    pub fn public_pem(pem: &[u8], algorithms: &[Algorithm]) -> Result<Self, KeyError> {
        if pem.windows(11).any(|word| word == b"PRIVATE KEY") {
            return Err(KeyError::Private);
        }
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem).map_err(|_| KeyError::Pem)?;
        let has = |oid: &[u8]| der.windows(oid.len()).any(|found| found == oid);
        let (kind, key) = if let Ok(key) = DecodingKey::from_ed_pem(pem) {
            (Kind::Ed25519, key)
        } else if let Ok(key) = DecodingKey::from_ec_pem(pem) {
            let kind = if has(P256) {
                Kind::P256
            } else if has(P384) {
                Kind::P384
            } else {
                return Err(KeyError::Pem);
            };
            (kind, key)
        } else {
            let key = DecodingKey::from_rsa_pem(pem).map_err(|_| KeyError::Pem)?;
            (Kind::Rsa, key)
        };
        for &algorithm in algorithms {
            if !kind.algorithms().contains(&algorithm) {
                let kind = kind.name();
                return Err(KeyError::Algorithm { algorithm, kind });
            }
        }
        let algorithms = match algorithms {
            [] => kind.algorithms(),
            some => some,
        };
        Ok(Self::of(key, algorithms.to_vec()))
    }

    pub(super) fn of(key: DecodingKey, algorithms: Vec<Algorithm>) -> Self {
        Self {
            kid: None,
            algorithms,
            key,
            issuers: Vec::new(),
        }
    }

    /// Takes it for tokens that name this key id, and for those that name none.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<Box<str>>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// Takes it for tokens of these issuers only.
    #[must_use]
    pub fn for_issuers(mut self, issuers: &[Box<str>]) -> Self {
        self.issuers = issuers.to_vec();
        self
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub(super) fn issuers(&self) -> &[Box<str>] {
        &self.issuers
    }

    /// The algorithms it is for.
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// Whether a token by this algorithm, with this key id, may be one of its.
    pub(super) fn is_for(&self, algorithm: Algorithm, kid: Option<&str>) -> bool {
        let named = match (&self.kid, kid) {
            (Some(own), Some(kid)) => **own == *kid,
            _ => true,
        };
        named && self.algorithms.contains(&algorithm)
    }

    /// Whether the signature is right.
    pub(super) fn verifies(&self, algorithm: Algorithm, signed: &[u8], signature: &str) -> bool {
        // Said again here, whatever happened before.
        let own = algorithm.family() == self.key.family() && self.algorithms.contains(&algorithm);
        own && jsonwebtoken::crypto::verify(signature, signed, &self.key, algorithm)
            .unwrap_or(false)
    }

    /// What tells the key from others.
    pub(crate) fn print(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(format!("{:?}{:?}", self.kid, self.algorithms));
        match self.key.kind() {
            jsonwebtoken::DecodingKeyKind::SecretOrDer(bytes) => hash.update(bytes),
            jsonwebtoken::DecodingKeyKind::RsaModulusExponent { n, e } => {
                hash.update(e);
                hash.update(n);
            }
        }
        hash.finalize().into()
    }
}

/// The curves' object identifiers, in DER.
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.key.family() == AlgorithmFamily::Hmac;
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid)
            .field("algorithms", &self.algorithms)
            .field("key", &if secret { "a secret" } else { "a public key" })
            .finish_non_exhaustive()
    }
}
