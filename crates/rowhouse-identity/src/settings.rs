//! Claims that policies see: which setting gets which claim.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::TokenError;
use crate::claim::{ClaimPath, InvalidClaimPath};

/// Settings that are filled from a token's claims, and are empty where there is no such claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimSettings(Vec<(Box<str>, Wanted)>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// All claims, as the token has them.
    Whole,
    One(ClaimPath),
}

impl ClaimSettings {
    /// Settings by their names, each with the path of its claim; `*` stands for all claims as JSON.
    ///
    /// # Errors
    /// A path is none.
    pub fn new<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidClaimPath> {
        let mut settings = Vec::new();
        for (name, path) in pairs {
            let wanted = match path {
                "*" => Wanted::Whole,
                path => Wanted::One(path.parse()?),
            };
            settings.push((name.into(), wanted));
        }
        Ok(Self(settings))
    }

    /// The settings' names, in the order of the values of a caller.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// Their values. What is no text is JSON.
    pub(crate) fn values(
        &self,
        claims: &Map<String, Value>,
        text: &str,
    ) -> Result<Arc<[Arc<str>]>, TokenError> {
        let value = |(_, wanted): &(Box<str>, Wanted)| match wanted {
            Wanted::Whole => Ok(text.into()),
            Wanted::One(path) => match path.find(claims) {
                None | Some(Value::Null) => Ok("".into()),
                Some(Value::String(text)) if text.contains('\0') => {
                    Err(TokenError::Nul(path.clone()))
                }
                Some(Value::String(text)) => Ok(text.as_str().into()),
                Some(other) => Ok(other.to_string().into()),
            },
        };
        self.0.iter().map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_becomes_text() {
        let claims = json!({"sub": "ada", "n": 7, "roles": ["a"], "m": {"x": null}, "nul": "a\0"});
        let claims = claims.as_object().unwrap();
        let pairs = [
            ("app.all", "*"),
            ("app.sub", "sub"),
            ("app.n", "n"),
            ("app.roles", "roles"),
            ("app.x", "m.x"),
            ("app.y", "m.y"),
        ];
        let settings = ClaimSettings::new(pairs).unwrap();
        let values = settings.values(claims, "{}").unwrap();
        let values: Vec<&str> = values.iter().map(|value| &**value).collect();
        assert_eq!(values, ["{}", "ada", "7", "[\"a\"]", "", ""]);
        let nul = ClaimSettings::new([("app.x", "nul")]).unwrap();
        assert!(matches!(nul.values(claims, "{}"), Err(TokenError::Nul(_))));
    }
}
