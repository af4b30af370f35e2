//! Where a claim stands in a token.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

/// The way to a claim: names of members, from the outside in.
///
/// Written with dots, `app_metadata.tenant`. A name with dots of its own goes in quotes,
/// `"a.b".tenant`; one that looks like an address, `https://app.example/tenant`, is taken whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClaimPath(Vec<Box<str>>);

/// Not a path to a claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a path to a claim: write names joined by dots, as app_metadata.tenant; a name with dots goes in \
     quotes, as \"a.b\".tenant"
)]
pub struct InvalidClaimPath(String);

impl ClaimPath {
    /// The claim of this name, whatever characters it has.
    pub fn name(name: &str) -> Self {
        Self(vec![name.into()])
    }

    /// What stands there.
    pub(crate) fn find<'c>(&self, claims: &'c Map<String, Value>) -> Option<&'c Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(claims.get(&**first)?, |value, name| {
            value.as_object()?.get(&**name)
        })
    }

    /// Puts a value there.
    pub fn put(&self, claims: &mut Map<String, Value>, value: Value) {
        let Some((last, before)) = self.0.split_last() else {
            return;
        };
        let mut place = claims;
        for name in before {
            let inner = place.entry(&**name).or_insert_with(|| Map::new().into());
            if !inner.is_object() {
                *inner = Map::new().into();
            }
            let Some(inner) = inner.as_object_mut() else {
                return;
            };
            place = inner;
        }
        place.insert((**last).to_owned(), value);
    }
}

impl FromStr for ClaimPath {
    type Err = InvalidClaimPath;

    fn from_str(text: &str) -> Result<Self, InvalidClaimPath> {
        let invalid = || InvalidClaimPath(text.to_owned());
        if text.contains("://") && !text.starts_with('"') {
            return Ok(Self::name(text));
        }
        let mut names = Vec::new();
        let mut rest = text;
        loop {
            let (name, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').ok_or_else(invalid)?,
                None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
            };
            if name.is_empty() || name.contains('"') {
                return Err(invalid());
            }
            names.push(name.into());
            match after.strip_prefix('.') {
                Some(more) => rest = more,
                None if after.is_empty() => return Ok(Self(names)),
                None => return Err(invalid()),
            }
        }
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            if name.contains('.') && !(self.0.len() == 1 && name.contains("://")) {
                write!(f, "\"{name}\"")?;
            } else {
                f.write_str(name)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_leads_inwards() {
        let claims = json!({
            "tenant_id": 1,
            "app_metadata": {"tenant": 2},
            "https://app.example/tenant": 3,
            "https://app.example/": {"tenant": 4},
            "a.b": {"c": 5},
        });
        for (path, value) in [
            ("tenant_id", 1),
            ("app_metadata.tenant", 2),
            ("https://app.example/tenant", 3),
            ("\"https://app.example/\".tenant", 4),
            ("\"a.b\".c", 5),
        ] {
            let parsed: ClaimPath = path.parse().unwrap();
            assert_eq!(parsed.to_string(), path);
            let found = parsed.find(claims.as_object().unwrap());
            assert_eq!(found, Some(&json!(value)), "{path}");
            let mut made = Map::new();
            parsed.put(&mut made, json!(value));
            assert_eq!(parsed.find(&made), Some(&json!(value)), "{path}");
        }
        for path in ["tenant", "tenant_id.x", "a.b.c"] {
            let path: ClaimPath = path.parse().unwrap();
            assert_eq!(path.find(claims.as_object().unwrap()), None, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "\"\"", "a\"b"] {
            assert!(text.parse::<ClaimPath>().is_err(), "{text}");
        }
    }
}
