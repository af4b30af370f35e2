//! Secrets, read from where they are kept. None of them is ever shown.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rowhouse_identity::random_secret;
use zeroize::Zeroizing;

use crate::config::Encoding;
use crate::failure::{Misuse, Obstacle};
use crate::terminal;

/// The file of a private PostgreSQL's own secret.
const DEVELOPMENT: &str = "development-secret";

/// What a file holds.
pub(super) fn file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Misuse> {
    let content = std::fs::read(path).map_err(|error| {
        Misuse::new(format!("cannot read {}: {error}", path.display()))
            .hint("it is named in [[identity.token.keys]]")
    })?;
    Ok(Zeroizing::new(content))
}

/// A secret in a file.
pub(super) fn secret_file(path: &Path, encoding: Encoding) -> Result<Zeroizing<Vec<u8>>, Misuse> {
    let content = file(path)?;
    if path.metadata().is_ok_and(|meta| meta.mode() & 0o007 != 0) {
        terminal::warning(format!(
            "everybody on this machine may read the secret in {}: chmod 600",
            path.display()
        ));
    }
    decode(&content, encoding).ok_or_else(|| undecodable(&path.display(), encoding))
}

/// A secret in the environment.
pub(super) fn secret_env(name: &str, encoding: Encoding) -> Result<Zeroizing<Vec<u8>>, Misuse> {
    let value = std::env::var(name).map(Zeroizing::new).map_err(|_| {
        Misuse::new(format!("the variable {name} is not set, or is not text"))
            .hint("it is named by `secret_env` in [[identity.token.keys]]")
    })?;
    decode(value.as_bytes(), encoding).ok_or_else(|| undecodable(&name, encoding))
}

fn undecodable(place: &dyn std::fmt::Display, encoding: Encoding) -> Misuse {
    Misuse::new(format!("the secret of {place} is not {encoding:?}"))
        .hint("`encoding` in [[identity.token.keys]] is one of text, base64, base64url")
}

/// The end of a file's last line is not part of a secret.
fn decode(content: &[u8], encoding: Encoding) -> Option<Zeroizing<Vec<u8>>> {
    let text = content.strip_suffix(b"\n").unwrap_or(content);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let decoded = match encoding {
        Encoding::Text => text.to_vec(),
        Encoding::Base64 => STANDARD.decode(text).ok()?,
        Encoding::Base64url => URL_SAFE_NO_PAD.decode(text).ok()?,
    };
    Some(Zeroizing::new(decoded))
}

/// The secret of a private PostgreSQL, made when it is first asked for, for this account alone.
pub(super) fn development(data: Option<&Path>) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let Some(data) = data else {
        return Err(Misuse::new(
            "`development = true` in [[identity.token.keys]] is for the private PostgreSQL, and this is another database",
        )
        .hint("name a secret of your own: secret_file or secret_env")
        .into());
    };
    let path = data.join(DEVELOPMENT);
    if !path.exists() {
        make(&path)?;
    }
    let mut file = OpenOptions::new()
        .read(true)
        .open(&path)
        .map_err(|error| obstacle(&path, &error))?;
    let meta = file.metadata().map_err(|error| obstacle(&path, &error))?;
    if meta.mode() & 0o077 != 0 {
        return Err(Obstacle::new(
            format!("others may read the secret in {}", path.display()),
            "remove it: a new one is made",
        )
        .into());
    }
    let mut secret = Zeroizing::new(Vec::new());
    file.read_to_end(&mut secret)
        .map_err(|error| obstacle(&path, &error))?;
    Ok(secret)
}

/// Two starters make one secret: the file appears whole, and who comes second takes it as it is.
fn make(path: &Path) -> anyhow::Result<()> {
    let unfinished = path.with_extension(std::process::id().to_string());
    let secret = random_secret()?;
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .and_then(|mut file| file.write_all(secret.as_bytes()))
        .and_then(|()| match std::fs::hard_link(&unfinished, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        });
    let _ = std::fs::remove_file(&unfinished);
    Ok(made.map_err(|error| obstacle(path, &error))?)
}

fn obstacle(path: &Path, error: &std::io::Error) -> Obstacle {
    Obstacle::new(
        format!("the secret in {} cannot be had: {error}", path.display()),
        "it is made for the private PostgreSQL, in its folder",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_development_secret_is_made_once_and_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let secret = development(Some(folder.path())).unwrap();
        assert!(secret.len() >= 64);
        assert_eq!(development(Some(folder.path())).unwrap(), secret);
        let path = folder.path().join(DEVELOPMENT);
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        std::fs::set_permissions(&path, open).unwrap();
        assert!(development(Some(folder.path())).is_err());
        assert!(development(None).is_err());
    }

    #[test]
    fn a_secret_is_read_as_it_is_written() {
        let read = |text: &str, encoding| decode(text.as_bytes(), encoding).map(|s| s.to_vec());
        assert_eq!(read("a b \n", Encoding::Text), Some(b"a b ".to_vec()));
        assert_eq!(read("YS8/\r\n", Encoding::Base64), Some(b"a/?".to_vec()));
        assert_eq!(read("YS8_", Encoding::Base64url), Some(b"a/?".to_vec()));
        assert_eq!(read("YS8_", Encoding::Base64), None);
    }
}
