//! Why a token is not believed. No message repeats anything of the token.

use jsonwebtoken::Algorithm;
use rowhouse::TenantIdError;

use crate::claim::ClaimPath;

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Longer than is looked at.
    #[error("the token is longer than {most} bytes")]
    TooLong {
        /// The longest that is looked at.
        most: usize,
    },
    /// Not three parts.
    #[error("the token is not three parts joined by dots, as a signed JWT is")]
    Parts,
    /// A part that is not base64url.
    #[error("the token's {part} is not base64url without padding")]
    Base64 {
        /// Which.
        part: &'static str,
    },
    /// A part that is not a JSON object.
    #[error("the token's {part} is not a JSON object")]
    Json {
        /// Which.
        part: &'static str,
    },
    /// A part that says something twice.
    #[error("the token's {part} repeats a name")]
    Repeated {
        /// Which.
        part: &'static str,
    },
    /// A member of the header that is not a text.
    #[error("the token's header has no text for {member:?}")]
    Header {
        /// Which.
        member: &'static str,
    },
    /// Nobody has signed it.
    #[error("the token is not signed: its algorithm is none")]
    Unsigned,
    /// An algorithm nobody here knows.
    #[error("the token's algorithm is not known here")]
    UnknownAlgorithm,
    /// An algorithm that no key is for.
    #[error("no key of this service is for tokens by {0:?}")]
    Algorithm(Algorithm),
    /// It demands extensions that are not understood.
    #[error("the token demands an extension that is not understood (crit)")]
    Critical,
    /// No key has its key id.
    #[error("the token names a key that is not known here")]
    UnknownKey,
    /// The keys are not there yet: their source does not answer.
    #[error("the keys that tokens are checked with cannot be had at the moment")]
    KeysUnavailable,
    /// Signed by somebody else, or changed.
    #[error("the token's signature is not right")]
    Signature,
    /// Over.
    #[error("the token has expired")]
    Expired,
    /// Not begun.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// A claim that must be there.
    #[error("the token has no claim {claim:?}")]
    Missing {
        /// Which.
        claim: &'static str,
    },
    /// A claim of another type than it has.
    #[error("the token's claim {claim:?} is not {expected}")]
    Type {
        /// Which.
        claim: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A subject that is not a text.
    #[error("the token's subject is not a text")]
    Subject,
    /// From somebody else.
    #[error("the token is not from an issuer that is believed here")]
    Issuer,
    /// For somebody else.
    #[error("the token is for another audience")]
    Audience,
    /// It does not say whose it is.
    #[error("the token has no tenant at {0}")]
    NoTenant(ClaimPath),
    /// What stands for the tenant cannot be one.
    #[error("the token's tenant at {path} is {source}")]
    Tenant {
        /// Where.
        path: ClaimPath,
        /// Why not.
        source: TenantIdError,
    },
    /// What stands for the tenant is neither text nor a number nor a list of them.
    #[error("the token's tenant at {0} is neither a text nor a whole number, nor a list of those")]
    TenantType(ClaimPath),
    /// More tenants than anybody has.
    #[error("the token names more than {most} tenants")]
    TenantCount {
        /// The most there may be.
        most: usize,
    },
    /// A claim that PostgreSQL cannot hold as a setting.
    #[error("the token's claim {0} holds a NUL character")]
    Nul(ClaimPath),
}
