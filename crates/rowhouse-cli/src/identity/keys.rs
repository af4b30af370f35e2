//! The keys of `[[identity.token.keys]]`.

use std::path::Path;
use std::sync::Arc;

use rowhouse_identity::{Algorithm, Jwks, JwksOptions, SigningKey, TokenKeys, VerifyingKey};

use super::secret;
use crate::config::Key;
use crate::failure::Misuse;

/// Where a key is.
enum Place<'a> {
    Secret(zeroize::Zeroizing<Vec<u8>>),
    Public(&'a Path),
    SetFile(&'a Path),
    SetUrl(&'a str),
}

/// All of them, ready to check tokens with.
pub(super) fn read(keys: &[Key], data: Option<&Path>) -> anyhow::Result<TokenKeys> {
    let mut all = TokenKeys::default();
    for (at, key) in keys.iter().enumerate() {
        let wrong = |error: &dyn std::fmt::Display| wrong(at, error);
        match place(at, key, data)? {
            Place::Secret(secret) => {
                let made = VerifyingKey::secret(&secret, &key.algorithms);
                all = all.key(finish(made.map_err(|error| wrong(&error))?, key));
            }
            Place::Public(path) => {
                let made = VerifyingKey::public_pem(&secret::file(path)?, &key.algorithms);
                all = all.key(finish(made.map_err(|error| wrong(&error))?, key));
            }
            Place::SetFile(path) => {
                let text = secret::file(path)?;
                let set = Jwks::keys_in(&text, &key.algorithms, &key.issuer);
                for found in set.map_err(|error| wrong(&error))? {
                    all = all.key(found);
                }
            }
            Place::SetUrl(url) => {
                let url = url.parse().map_err(|error| wrong(&error))?;
                let mut options = JwksOptions::default();
                options.algorithms.clone_from(&key.algorithms);
                options.issuers.clone_from(&key.issuer);
                options.lifetime = key.refresh.unwrap_or(options.lifetime);
                all = all.jwks(Arc::new(Jwks::new(url, options)));
            }
        }
    }
    Ok(all)
}

/// What is said of a key beside where it is.
fn finish(made: VerifyingKey, key: &Key) -> VerifyingKey {
    let made = made.for_issuers(&key.issuer);
    match &key.kid {
        Some(kid) => made.with_kid(kid.as_str()),
        None => made,
    }
}

/// The first key that signs, or the one of that key id, and the issuers it is for.
pub(crate) fn signing_key<'k>(
    keys: &'k [Key],
    kid: Option<&str>,
    data: Option<&Path>,
) -> anyhow::Result<(SigningKey, &'k [Box<str>])> {
    let signs = |key: &Key| {
        key.secret_file.is_some()
            || key.secret_env.is_some()
            || key.development
            || key.private_key.is_some()
    };
    let named = |key: &Key| kid.is_none_or(|kid| key.kid.as_deref() == Some(kid));
    let found = keys
        .iter()
        .enumerate()
        .find(|(_, key)| signs(key) && named(key));
    let Some((at, key)) = found else {
        return Err(unsigning(keys, kid).into());
    };
    let wrong = |error: rowhouse_identity::KeyError| wrong(at, &error);
    let signing = match (&key.private_key, place(at, key, data)?) {
        (_, Place::Secret(secret)) => {
            let algorithm = key.algorithms.first().copied().unwrap_or_default();
            SigningKey::secret(&secret, algorithm).map_err(wrong)?
        }
        (Some(path), Place::Public(public)) => {
            let public = VerifyingKey::public_pem(&secret::file(public)?, &key.algorithms);
            let algorithm = public.map_err(wrong)?.algorithms().first().copied();
            let algorithm = algorithm.unwrap_or(Algorithm::RS256);
            SigningKey::private_pem(&secret::file(path)?, algorithm).map_err(wrong)?
        }
        _ => return Err(unsigning(keys, kid).into()),
    };
    let signing = match &key.kid {
        Some(kid) => signing.with_kid(kid.as_str()),
        None => signing,
    };
    Ok((signing, &key.issuer))
}

/// Why nothing can be signed.
fn unsigning(keys: &[Key], kid: Option<&str>) -> Misuse {
    let why = match (keys, kid) {
        ([], _) => "there is no key for tokens in the configuration".to_owned(),
        (_, Some(kid)) => format!("no key with the key id {kid:?} can sign"),
        _ if keys.iter().any(|key| key.jwks_url.is_some()) => {
            "the keys of an issuer check tokens and cannot sign them: ask the issuer for one"
                .to_owned()
        }
        _ => "public keys check tokens and cannot sign them".to_owned(),
    };
    Misuse::new(why).hint(
        "for development, add [[identity.token.keys]] with secret_file, or name the `private_key` beside `public_key`",
    )
}

fn place<'k>(at: usize, key: &'k Key, data: Option<&Path>) -> anyhow::Result<Place<'k>> {
    let named = [
        key.secret_file.is_some(),
        key.secret_env.is_some(),
        key.development,
        key.public_key.is_some(),
        key.jwks_file.is_some(),
        key.jwks_url.is_some(),
    ];
    if named.iter().filter(|named| **named).count() != 1 {
        return Err(wrong(
            at,
            &"exactly one of secret_file, secret_env, development, public_key, jwks_file and jwks_url says where it is",
        )
        .into());
    }
    if key.private_key.is_some() && key.public_key.is_none() {
        return Err(wrong(at, &"a private_key stands beside its public_key").into());
    }
    if key.kid.is_some() && (key.jwks_file.is_some() || key.jwks_url.is_some()) {
        return Err(wrong(
            at,
            &"the keys of a set have key ids of their own: leave out kid",
        )
        .into());
    }
    if let Some(path) = &key.secret_file {
        return Ok(Place::Secret(secret::secret_file(path, key.encoding)?));
    }
    if let Some(name) = &key.secret_env {
        return Ok(Place::Secret(secret::secret_env(name, key.encoding)?));
    }
    if key.development {
        return Ok(Place::Secret(secret::development(data)?));
    }
    match (&key.public_key, &key.jwks_file, &key.jwks_url) {
        (Some(path), _, _) => Ok(Place::Public(path)),
        (_, Some(path), _) => Ok(Place::SetFile(path)),
        (_, _, Some(url)) => Ok(Place::SetUrl(url)),
        // One of them is there, as was counted.
        _ => Err(wrong(at, &"nothing says where it is").into()),
    }
}

fn wrong(at: usize, error: &dyn std::fmt::Display) -> Misuse {
    Misuse::new(format!(
        "key {} of [[identity.token.keys]]: {error}",
        at + 1
    ))
}
