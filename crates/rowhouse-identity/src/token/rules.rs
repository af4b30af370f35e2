//! What a token must say to be believed, and what is taken from it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rowhouse::{TenantId, TenantType};
use serde_json::{Map, Value};

use super::error::TokenError;
use crate::claim::ClaimPath;

/// The most tenants of one token.
const TENANTS: usize = 256;

/// What a token must say to be believed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenRules {
    /// Where the tenant stands.
    pub tenant: ClaimPath,
    /// Where the subject stands, for whom membership is asked.
    pub subject: ClaimPath,
    /// Whose tokens are believed; everybody's who has a key, where empty.
    pub issuers: Vec<Box<str>>,
    /// Whom tokens must be for, one of these; where empty, only tokens that are for nobody in
    /// particular are believed (RFC 7519, 4.1.3).
    pub audiences: Vec<Box<str>>,
    /// How far the issuer's clock may be off; not at all unless said.
    pub leeway: Duration,
    /// Whether a token may be without end. False unless said.
    pub endless: bool,
}

impl Default for TokenRules {
    fn default() -> Self {
        Self {
            tenant: ClaimPath::name("tenant_id"),
            subject: ClaimPath::name("sub"),
            issuers: Vec::new(),
            audiences: Vec::new(),
            leeway: Duration::ZERO,
            endless: false,
        }
    }
}

/// Whose rows a token is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tenants {
    One(TenantId),
    /// The request says which.
    Several(Box<[TenantId]>),
}

/// Seconds since 1970, by this machine's clock.
pub(crate) fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

impl TokenRules {
    /// Checks the claims that RFC 7519 registers, at a time; until when the token is to be believed.
    pub(super) fn check(
        &self,
        claims: &Map<String, Value>,
        key_issuers: &[Box<str>],
        now: f64,
    ) -> Result<f64, TokenError> {
        let leeway = self.leeway.as_secs_f64();
        let until = match date(claims, "exp")? {
            Some(end) => end + leeway,
            None if self.endless => f64::INFINITY,
            None => return Err(TokenError::Missing { claim: "exp" }),
        };
        if now >= until {
            return Err(TokenError::Expired);
        }
        if date(claims, "nbf")?.is_some_and(|begin| now < begin - leeway) {
            return Err(TokenError::NotYetValid);
        }
        for issuers in [&*self.issuers, key_issuers] {
            if !issuers.is_empty() {
                let issuer = text(claims, "iss")?.ok_or(TokenError::Missing { claim: "iss" })?;
                if !issuers.iter().any(|known| **known == *issuer) {
                    return Err(TokenError::Issuer);
                }
            }
        }
        self.check_audience(claims)?;
        Ok(until)
    }

    fn check_audience(&self, claims: &Map<String, Value>) -> Result<(), TokenError> {
        let wrong = TokenError::Type {
            claim: "aud",
            expected: "a text or a list of texts",
        };
        let ours = |audience: &str| self.audiences.iter().any(|known| **known == *audience);
        let is_for_us = match claims.get("aud") {
            None if self.audiences.is_empty() => return Ok(()),
            None => return Err(TokenError::Missing { claim: "aud" }),
            Some(Value::String(audience)) => ours(audience),
            Some(Value::Array(audiences)) => {
                let mut any = false;
                for audience in audiences {
                    any |= ours(audience.as_str().ok_or_else(|| wrong.clone())?);
                }
                any
            }
            Some(_) => return Err(wrong),
        };
        if is_for_us {
            Ok(())
        } else {
            Err(TokenError::Audience)
        }
    }

    /// Whose rows it is about.
    pub(super) fn tenants(
        &self,
        claims: &Map<String, Value>,
        kind: TenantType,
    ) -> Result<Tenants, TokenError> {
        match self.tenant.find(claims) {
            None | Some(Value::Null) => Err(TokenError::NoTenant(self.tenant.clone())),
            Some(Value::Array(list)) if list.is_empty() => {
                Err(TokenError::NoTenant(self.tenant.clone()))
            }
            Some(Value::Array(list)) if list.len() > TENANTS => {
                Err(TokenError::TenantCount { most: TENANTS })
            }
            Some(Value::Array(list)) => {
                let tenants = list.iter().map(|value| self.tenant(value, kind));
                Ok(Tenants::Several(tenants.collect::<Result<_, _>>()?))
            }
            Some(value) => self.tenant(value, kind).map(Tenants::One),
        }
    }

    fn tenant(&self, value: &Value, kind: TenantType) -> Result<TenantId, TokenError> {
        let parse = |text: &str| {
            TenantId::parse(kind, text).map_err(|source| TokenError::Tenant {
                path: self.tenant.clone(),
                source,
            })
        };
        match value {
            Value::String(text) => parse(text),
            // A number is a tenant where tenants are numbers: as text, 7 and "7" would be one.
            Value::Number(number)
                if kind == TenantType::Integer && (number.is_i64() || number.is_u64()) =>
            {
                parse(&number.to_string())
            }
            _ => Err(TokenError::TenantType(self.tenant.clone())),
        }
    }
}

/// A point in time, in seconds since 1970 (`NumericDate`).
fn date(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<f64>, TokenError> {
    let expected = "a number of seconds since 1970";
    match claims.get(claim) {
        None => Ok(None),
        Some(Value::Number(number)) => match number.as_f64() {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(TokenError::Type { claim, expected }),
        },
        Some(_) => Err(TokenError::Type { claim, expected }),
    }
}

fn text<'c>(
    claims: &'c Map<String, Value>,
    claim: &'static str,
) -> Result<Option<&'c str>, TokenError> {
    match claims.get(claim) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(TokenError::Type {
            claim,
            expected: "a text",
        }),
    }
}
