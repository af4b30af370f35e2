//! What an API key looks like: `rh_` and an id, a secret and a checksum, in hexadecimal digits.
//!
//! The id is for people: lists and logs name a key by it. The checksum tells a typing error, or
//! something that only looks like a key, from a key that is unknown, without asking anybody.

use std::fmt;

use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

const PREFIX: &str = "rh_";
/// Digits of each part.
const ID: usize = 12;
const SECRET: usize = 64;
const CHECK: usize = 8;
const LENGTH: usize = PREFIX.len() + ID + 1 + SECRET + CHECK;

/// The SHA-256 of a whole key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash([u8; 32]);

/// A new key.
pub struct ApiKey {
    text: String,
}

/// Not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an API key: rh_, an id and a secret, complete and as it was given out")]
pub struct InvalidApiKey;

impl ApiKey {
    /// A key that nobody has had, from the system's randomness.
    ///
    /// # Errors
    /// The system has none to give.
    pub fn generate() -> std::io::Result<Self> {
        let mut random = [0; ID / 2 + SECRET / 2];
        OsRng
            .try_fill_bytes(&mut random)
            .map_err(std::io::Error::other)?;
        let digits = hex(&random);
        let (id, secret) = digits.split_at(ID);
        let text = format!("{PREFIX}{id}_{secret}");
        let check = checksum(&text);
        Ok(Self {
            text: format!("{text}{check}"),
        })
    }

    /// What it is called by, which is no secret.
    pub fn id(&self) -> &str {
        &self.text[PREFIX.len()..PREFIX.len() + ID]
    }

    /// What is stored of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(self.text.as_bytes()).into())
    }

    /// The key itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Whether a text means to be one.
    pub(crate) fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The hash of a text that has a key's form.
    ///
    /// # Errors
    /// It has not.
    pub fn hash_of(text: &str) -> Result<KeyHash, InvalidApiKey> {
        let digits = |text: &str| {
            text.bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if text.len() != LENGTH || !text.is_ascii() {
            return Err(InvalidApiKey);
        }
        let (before, check) = text.split_at(LENGTH - CHECK);
        let parts = before
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('_'));
        match parts {
            Some((id, secret)) if id.len() == ID && digits(id) && digits(secret) => {}
            _ => return Err(InvalidApiKey),
        }
        if checksum(before) != check {
            return Err(InvalidApiKey);
        }
        Ok(KeyHash(Sha256::digest(text.as_bytes()).into()))
    }
}

impl KeyHash {
    /// As it is stored: 64 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }
}

/// Of a hash with a prefix of its own, so that it is no part of the hash that is stored.
fn checksum(text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"rowhouse api key checksum\0");
    hash.update(text.as_bytes());
    hex(&hash.finalize()[..CHECK / 2])
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyHash").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_form() {
        let key = ApiKey::generate().unwrap();
        let text = key.reveal().to_owned();
        assert_eq!(text.len(), LENGTH);
        assert_eq!(ApiKey::hash_of(&text), Ok(key.hash()));
        assert!(!format!("{key:?}").contains(&text[PREFIX.len() + ID + 1..]));
        assert_ne!(ApiKey::generate().unwrap().reveal(), text);
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(ApiKey::hash_of(&other), Err(InvalidApiKey), "{at}");
        }
        for other in [
            "",
            "rh_",
            &text[1..],
            &text[..LENGTH - 1],
            &format!("{text}0"),
        ] {
            assert_eq!(ApiKey::hash_of(other), Err(InvalidApiKey), "{other}");
        }
        let upper = format!("rh_{}", text[3..].to_uppercase());
        assert_eq!(ApiKey::hash_of(&upper), Err(InvalidApiKey));
    }
}
