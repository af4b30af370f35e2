//! `[identity]`: how a request says who its tenant is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use rowhouse_identity::{Algorithm, ClaimPath};
use serde::{Deserialize, Deserializer, de};

use super::time;

/// `[identity]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Identity {
    /// Where a request may say it, in order. Tokens where there are keys for them, else the header.
    sources: Option<Vec<SourceName>>,
    /// The header that names the tenant, or chooses among those of a token.
    pub(crate) header: String,
    /// Who may set the header, where it is a source: addresses, networks, `unix`.
    pub(crate) trusted_proxies: Vec<String>,
    /// The function that says whether a subject may act for a tenant.
    pub(crate) membership: Option<String>,
    /// For how long its answer holds; 5 s where absent.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) membership_ttl: Option<Duration>,
    /// For how long it is known of an API key that it is good; 5 s where absent.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) api_key_ttl: Option<Duration>,
    /// What a token must say.
    pub(crate) token: Token,
    /// Settings that policies see, by name, and the claims they are filled from.
    pub(crate) claims: BTreeMap<String, String>,
}

/// A source, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SourceName {
    Token,
    ApiKey,
    Header,
}

/// `[identity.token]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Token {
    /// The claim that names the tenant.
    #[serde(deserialize_with = "path")]
    pub(crate) tenant: ClaimPath,
    /// The claim that names the subject.
    #[serde(deserialize_with = "path")]
    pub(crate) subject: ClaimPath,
    /// Whose tokens are believed.
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) issuer: Vec<Box<str>>,
    /// Whom they are for.
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) audience: Vec<Box<str>>,
    /// How far the issuer's clock may be off.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) leeway: Option<Duration>,
    /// Whether a token must have an end.
    pub(crate) require_expiry: bool,
    /// What tokens are checked with.
    pub(crate) keys: Vec<Key>,
}

/// `[[identity.token.keys]]`: one of the first six says where the key is.
#[allow(
    clippy::struct_field_names,
    reason = "they are the keys of the file: a public key is called so"
)]
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Key {
    /// A file that holds a secret.
    pub(crate) secret_file: Option<PathBuf>,
    /// A variable of the environment that holds a secret.
    pub(crate) secret_env: Option<String>,
    /// A secret made for this private PostgreSQL.
    pub(crate) development: bool,
    /// A file with a public key in PEM.
    pub(crate) public_key: Option<PathBuf>,
    /// A file with a set of public keys.
    pub(crate) jwks_file: Option<PathBuf>,
    /// The address of a set of public keys.
    pub(crate) jwks_url: Option<String>,
    /// How a secret is written.
    pub(crate) encoding: Encoding,
    /// The private half of `public_key`, for `rowhouse token` alone.
    pub(crate) private_key: Option<PathBuf>,
    /// The algorithms it is for.
    #[serde(deserialize_with = "algorithms")]
    pub(crate) algorithms: Vec<Algorithm>,
    /// Its key id.
    pub(crate) kid: Option<String>,
    /// The issuers it is believed for, where not for all.
    #[serde(deserialize_with = "one_or_more")]
    pub(crate) issuer: Vec<Box<str>>,
    /// How old keys of `jwks_url` become; 10 minutes where absent.
    #[serde(deserialize_with = "time::optional")]
    pub(crate) refresh: Option<Duration>,
}

/// How a secret is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Encoding {
    /// As it is.
    #[default]
    Text,
    Base64,
    Base64url,
}

impl Identity {
    /// The sources, in order.
    pub(crate) fn sources(&self) -> &[SourceName] {
        match &self.sources {
            Some(sources) => sources,
            None if self.token.keys.is_empty() => &[SourceName::Header],
            None => &[SourceName::Token],
        }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            sources: None,
            header: "X-tenant-id".into(),
            trusted_proxies: Vec::new(),
            membership: None,
            membership_ttl: None,
            api_key_ttl: None,
            token: Token::default(),
            claims: BTreeMap::new(),
        }
    }
}

impl Default for Token {
    fn default() -> Self {
        Self {
            tenant: ClaimPath::name("tenant_id"),
            subject: ClaimPath::name("sub"),
            issuer: Vec::new(),
            audience: Vec::new(),
            leeway: None,
            require_expiry: true,
            keys: Vec::new(),
        }
    }
}

fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClaimPath, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(de::Error::custom)
}

fn algorithms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Algorithm>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let algorithm = |name: &String| {
        name.parse().map_err(|_| {
            de::Error::custom(format!(
                "{name:?} is not one of HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA"
            ))
        })
    };
    names.iter().map(algorithm).collect()
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Box<str>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Texts {
        One(Box<str>),
        More(Vec<Box<str>>),
    }
    Ok(match Texts::deserialize(deserializer)? {
        Texts::One(text) => vec![text],
        Texts::More(texts) => texts,
    })
}
