//! Why a request does not say whom it comes from.

use rowhouse::TenantIdError;

use crate::bearer::BearerError;
use crate::token::TokenError;

/// Why a request does not say whom it comes from. No message repeats a token, a key or a header's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The header is not there.
    #[error("the header {header} is missing")]
    Missing {
        /// Its name.
        header: Box<str>,
    },
    /// The header is there more than once: whoever added which, they do not agree.
    #[error("the header {header} is given more than once")]
    Repeated {
        /// Its name.
        header: Box<str>,
    },
    /// The header's value cannot be a tenant's id.
    #[error("the header {header} is {source}")]
    Invalid {
        /// Its name.
        header: Box<str>,
        /// Why not.
        source: TenantIdError,
    },
    /// The header's value is not UTF-8.
    #[error("the header {header} is not text in UTF-8")]
    NotText {
        /// Its name.
        header: Box<str>,
    },
    /// The header comes from somebody who may not set it.
    #[error(
        "the header {header} is believed from listed proxies only, and this request comes from elsewhere"
    )]
    Untrusted {
        /// Its name.
        header: Box<str>,
    },
    /// Nothing says who it is.
    #[error("the request says nothing of who it comes from")]
    Nobody {
        /// What is taken.
        taken: &'static str,
    },
    /// `Authorization` is not understood.
    #[error(transparent)]
    Bearer(#[from] BearerError),
    /// The token is not believed.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// More than one key.
    #[error("the header X-API-Key is given more than once")]
    SeveralKeys,
    /// Not a key at all.
    #[error("this is not an API key: it is not complete, or not as it was given out")]
    ApiKeyForm,
    /// No such key, or no longer.
    #[error("the API key is not known: it never was, or it is revoked or has expired")]
    ApiKeyUnknown,
    /// Nobody can say whose key it is.
    #[error("API keys cannot be looked up at the moment")]
    DirectoryDown,
    /// Two sources name two tenants.
    #[error("the request names one tenant by {0} and another by {1}")]
    Disagreement(&'static str, &'static str),
    /// The token has several tenants, and the request does not say which.
    #[error("the token is for several tenants, and the header {header} does not say which")]
    Unchosen {
        /// The header that says which.
        header: Box<str>,
    },
    /// The request asks for a tenant that the token is not for.
    #[error("the token is not for the tenant that the header {header} names")]
    NotOfToken {
        /// The header.
        header: Box<str>,
    },
    /// The subject may not act for the tenant.
    #[error("the caller may not act for this tenant, or the tenant is suspended")]
    NotMember,
    /// Nobody can say whether the subject may act for the tenant.
    #[error("whether the caller may act for this tenant cannot be found out at the moment")]
    MembershipUnknown,
}

/// What kind of answer an error calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Class {
    /// The request names no tenant.
    NoTenant,
    /// What should name the tenant cannot.
    BadTenant,
    /// No credentials: they would help.
    Unauthenticated,
    /// A token that is not believed.
    BadToken,
    /// An API key that is not believed.
    BadKey,
    /// The caller is known and may not.
    Forbidden,
    /// Sources that disagree.
    Disagreement,
    /// It may be answered soon.
    Unavailable,
}

impl IdentityError {
    /// What kind of answer it calls for.
    pub fn class(&self) -> Class {
        match self {
            Self::Missing { .. } | Self::Unchosen { .. } => Class::NoTenant,
            Self::Repeated { .. } | Self::Invalid { .. } | Self::NotText { .. } => Class::BadTenant,
            Self::Nobody { .. } => Class::Unauthenticated,
            Self::Token(TokenError::KeysUnavailable)
            | Self::DirectoryDown
            | Self::MembershipUnknown => Class::Unavailable,
            Self::Bearer(_) | Self::Token(_) => Class::BadToken,
            Self::SeveralKeys | Self::ApiKeyForm | Self::ApiKeyUnknown => Class::BadKey,
            Self::Untrusted { .. } | Self::NotOfToken { .. } | Self::NotMember => Class::Forbidden,
            Self::Disagreement(..) => Class::Disagreement,
        }
    }

    /// What to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { header } => Some(format!("send {header} with the id of the tenant")),
            Self::Unchosen { header } => Some(format!(
                "send {header} with the id of one of the token's tenants"
            )),
            Self::Nobody { taken } => Some(format!("send {taken}")),
            Self::Untrusted { .. } => {
                Some("list the proxy in `trusted_proxies` of [identity], or ask through it".into())
            }
            Self::Disagreement(..) => Some("send one of them, or both for one tenant".into()),
            _ => None,
        }
    }

    /// What `WWW-Authenticate` says, where the status is 401 (RFC 6750, 3).
    pub fn challenge(&self) -> Option<String> {
        match self.class() {
            Class::Unauthenticated => Some("Bearer".to_owned()),
            // Texts of ours: some hold quotes, none a backslash or anything beyond ASCII.
            Class::BadToken | Class::BadKey => Some(format!(
                "Bearer error=\"invalid_token\", error_description=\"{}\"",
                self.to_string().replace('"', "'")
            )),
            _ => None,
        }
    }
}
