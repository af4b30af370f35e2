//! The key of a tenant, parsed at the door into its one canonical text form.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use uuid::Uuid;

/// Longest text tenant id accepted, in bytes: it travels with every statement and is a key of every cache.
pub const MAX_TEXT_BYTES: usize = 255;

/// The type of the tenant column, which decides what a tenant id may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TenantType {
    /// `uuid`; canonical form: lower case with hyphens.
    #[default]
    Uuid,
    /// `smallint`, `integer` or `bigint`; canonical form: decimal, no sign but `-`, no leading zero.
    Integer,
    /// `text` or `varchar`; canonical form: itself. Never empty: the empty string is what a reset setting reads as.
    Text,
}

impl TenantType {
    /// The word used in configuration and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Integer => "integer",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for TenantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for TenantType {
    type Err = TenantIdError;

    fn from_str(name: &str) -> Result<Self, TenantIdError> {
        match name {
            "uuid" => Ok(Self::Uuid),
            "integer" => Ok(Self::Integer),
            "text" => Ok(Self::Text),
            _ => Err(TenantIdError {
                expected: "a tenant type",
                reason: "the tenant types are uuid, integer and text",
            }),
        }
    }
}

/// A tenant's key in its canonical text form. Equal tenants have equal ids, whatever the spelling they came in.
///
/// ```
/// use rowhouse::{TenantId, TenantType};
/// let id = TenantId::parse(TenantType::Uuid, "7A245486-3FC8-47EC-B303-04FEFE7A58FF")?;
/// assert_eq!(id.as_str(), "7a245486-3fc8-47ec-b303-04fefe7a58ff");
/// assert!(TenantId::parse(TenantType::Integer, "007").is_err());
/// # Ok::<(), rowhouse::TenantIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// Parses `text` as a tenant id of type `kind`.
    ///
    /// Integers must already be canonical: two spellings of one tenant (`7`, `007`) are how a limit or a cache is
    /// dodged. UUIDs are accepted in upper or lower case with hyphens and become lower case.
    ///
    /// # Errors
    /// When `text` is not a value of that type; the message says what was expected and never repeats the input.
    pub fn parse(kind: TenantType, text: &str) -> Result<Self, TenantIdError> {
        match kind {
            TenantType::Uuid => parse_uuid(text),
            TenantType::Integer => parse_integer(text),
            TenantType::Text => parse_text(text),
        }
    }

    /// The canonical text, as the setting holds it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn parse_uuid(text: &str) -> Result<TenantId, TenantIdError> {
    if text.len() != 36 {
        return Err(TenantIdError {
            expected: "a uuid",
            reason: "a uuid has 36 characters: 8-4-4-4-12 hexadecimal digits",
        });
    }
    Uuid::try_parse(text)
        .map(TenantId::from)
        .map_err(|_| TenantIdError {
            expected: "a uuid",
            reason: "a uuid is 8-4-4-4-12 hexadecimal digits with hyphens",
        })
}

fn parse_integer(text: &str) -> Result<TenantId, TenantIdError> {
    let value: i64 = text.parse().map_err(|_| TenantIdError {
        expected: "an integer",
        reason: "an integer tenant id is decimal digits within 64 bits",
    })?;
    let id = TenantId::from(value);
    if id.as_str() == text {
        Ok(id)
    } else {
        Err(TenantIdError {
            expected: "an integer",
            reason: "write it without leading zeros and without a plus sign",
        })
    }
}

fn parse_text(text: &str) -> Result<TenantId, TenantIdError> {
    let reason = if text.is_empty() {
        "it is empty"
    } else if text.len() > MAX_TEXT_BYTES {
        "it is longer than 255 bytes"
    } else if text.chars().any(char::is_control) {
        "it contains a control character"
    } else {
        return Ok(TenantId(text.into()));
    };
    Err(TenantIdError {
        expected: "a text tenant id",
        reason,
    })
}

impl From<Uuid> for TenantId {
    fn from(id: Uuid) -> Self {
        let mut buffer = [0; uuid::fmt::Hyphenated::LENGTH];
        Self(Arc::from(&*id.hyphenated().encode_lower(&mut buffer)))
    }
}

impl From<i64> for TenantId {
    fn from(id: i64) -> Self {
        Self(id.to_string().into())
    }
}

impl From<i32> for TenantId {
    fn from(id: i32) -> Self {
        i64::from(id).into()
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TenantId({})", self.0)
    }
}

/// Why a text is not a tenant id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {expected}: {reason}")]
pub struct TenantIdError {
    expected: &'static str,
    reason: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_canonical_form() {
        let upper =
            TenantId::parse(TenantType::Uuid, "7A245486-3FC8-47EC-B303-04FEFE7A58FF").unwrap();
        let lower =
            TenantId::parse(TenantType::Uuid, "7a245486-3fc8-47ec-b303-04fefe7a58ff").unwrap();
        assert_eq!(upper, lower);
        assert_eq!(
            TenantId::parse(TenantType::Integer, "-7").unwrap(),
            TenantId::from(-7_i64)
        );
    }

    #[test]
    fn refuses_other_spellings_and_empties() {
        for (kind, text) in [
            (TenantType::Uuid, ""),
            (TenantType::Uuid, "{7a245486-3fc8-47ec-b303-04fefe7a58ff}"),
            (TenantType::Uuid, "7a2454863fc847ecb30304fefe7a58ff"),
            (TenantType::Uuid, "7a245486-3fc8-47ec-b303-04fefe7a58fg"),
            (TenantType::Integer, ""),
            (TenantType::Integer, "+7"),
            (TenantType::Integer, "007"),
            (TenantType::Integer, "-0"),
            (TenantType::Integer, " 7"),
            (TenantType::Integer, "9223372036854775808"),
            (TenantType::Text, ""),
            (TenantType::Text, "a\0b"),
            (TenantType::Text, "a\nb"),
        ] {
            assert!(TenantId::parse(kind, text).is_err(), "{kind} {text:?}");
        }
        assert!(TenantId::parse(TenantType::Text, &"x".repeat(MAX_TEXT_BYTES + 1)).is_err());
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent(text in ".{0,40}", kind in prop_oneof![
            Just(TenantType::Uuid), Just(TenantType::Integer), Just(TenantType::Text)
        ]) {
            if let Ok(id) = TenantId::parse(kind, &text) {
                prop_assert_eq!(TenantId::parse(kind, id.as_str()).unwrap(), id);
            }
        }
    }
}
