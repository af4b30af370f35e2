//! From `[identity]` to who the callers are.

mod directory;
mod keys;
mod secret;

pub(crate) use keys::signing_key;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rowhouse::ConnectOptions;
use rowhouse_identity::{
    ApiKeyIdentity, ApiKeyOptions, ClaimSettings, HeaderIdentity, Identity, Membership, Proxies,
    Source, TokenIdentity, TokenRules,
};

use crate::config::{File, SourceName};
use crate::failure::Misuse;
use directory::KeyTable;

/// For how long an answer about a caller holds unless the file says otherwise.
const TTL: Duration = Duration::from_secs(5);

/// What is known of the callers before the database is: the header, and whom it is believed from.
pub(crate) fn header(file: &File, trust_header: bool) -> Result<HeaderIdentity, Misuse> {
    let identity = &file.identity;
    let trusted = trust_header || file.serve.trust_header;
    let proxies = identity.trusted_proxies.iter().map(String::as_str);
    let proxies = Proxies::new(proxies).map_err(|error| {
        Misuse::new(error.to_string()).hint("mend `trusted_proxies` in [identity]")
    })?;
    if trusted && !proxies.is_empty() {
        return Err(Misuse::new(
            "--trust-header believes everybody, and `trusted_proxies` lists whom to believe",
        )
        .hint("leave out --trust-header (ROWHOUSE_TRUST_HEADER, `trust_header` in [serve])"));
    }
    let header = HeaderIdentity::new(&identity.header, file.tenant_type)
        .map_err(|error| Misuse::new(error.to_string()).hint("mend `header` in [identity]"))?;
    Ok(header
        .trusted(trusted)
        .from_proxies(proxies)
        .origins_allowed(file.api.cors_origins.clone()))
}

/// The callers of a service on that database. `data` is the private PostgreSQL's folder, where it is
/// that.
pub(crate) fn build(
    file: &File,
    header: HeaderIdentity,
    options: &ConnectOptions,
    data: Option<&Path>,
) -> anyhow::Result<Identity> {
    let identity = &file.identity;
    let misuse = |error: &dyn std::fmt::Display, key: &str| {
        Misuse::new(error.to_string()).hint(format!("mend `{key}` in [identity]"))
    };
    let claims = identity.claims.iter();
    let claims = claims.map(|(setting, path)| (setting.as_str(), path.as_str()));
    let settings = ClaimSettings::new(claims).map_err(|error| misuse(&error, "claims"))?;
    let mut builder = Identity::builder()
        .chooser(header.clone())
        .settings(settings)
        .origins_allowed(file.api.cors_origins.clone());
    for source in identity.sources() {
        builder = builder.source(match source {
            SourceName::Header => Source::Header(header.clone()),
            SourceName::Token => Source::Token(tokens(file, data)?),
            SourceName::ApiKey => {
                let mut treated = ApiKeyOptions::default();
                treated.keep = identity.api_key_ttl.unwrap_or(TTL);
                let table = Arc::new(KeyTable::new(options.clone()));
                Source::ApiKey(ApiKeyIdentity::new(table, file.tenant_type, treated))
            }
        });
    }
    if let Some(function) = &identity.membership {
        let keep = identity.membership_ttl.unwrap_or(TTL);
        let membership = Membership::new(function, keep);
        builder = builder.membership(membership.map_err(|error| misuse(&error, "membership"))?);
    }
    Ok(builder.build().map_err(|error| misuse(&error, "sources"))?)
}

fn tokens(file: &File, data: Option<&Path>) -> anyhow::Result<TokenIdentity> {
    let token = &file.identity.token;
    let keys = keys::read(&token.keys, data)?;
    if keys.is_empty() {
        return Err(Misuse::new(
            "tokens are a source of identity, and there is no key to check them with",
        )
        .hint("add one: [[identity.token.keys]] with secret_file, public_key or jwks_url")
        .into());
    }
    let mut rules = TokenRules::default();
    rules.tenant = token.tenant.clone();
    rules.subject = token.subject.clone();
    rules.issuers.clone_from(&token.issuer);
    rules.audiences.clone_from(&token.audience);
    rules.leeway = token.leeway.unwrap_or_default();
    rules.endless = !token.require_expiry;
    Ok(TokenIdentity::new(keys, rules, file.tenant_type))
}
