//! What enters a database, as text or in a file. Two kinds that are never mixed: the service's, and the owner's.

use std::convert::Infallible;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use rowhouse::{ConnectOptions, OptionsError};
use serde::Deserialize;

use crate::failure::Misuse;
use crate::terminal;

/// The description of a database, perhaps with a password: shown to nobody.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Url(String);

impl FromStr for Url {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hidden")
    }
}

/// Where such a description is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    Text(Url),
    /// Its password is read again for every new connection.
    File(PathBuf),
}

/// What enters a database in the two ways that a service needs.
#[derive(Debug, Clone)]
pub(crate) struct Logins {
    pub(crate) service: ConnectOptions,
    /// Reads the catalogs, where it was named.
    pub(crate) owner: Option<ConnectOptions>,
}

impl Credentials {
    /// The one that there is.
    pub(crate) fn of(url: Option<&Url>, file: Option<&PathBuf>) -> Option<Self> {
        let file = file.cloned().map(Self::File);
        url.cloned().map(Self::Text).or(file)
    }

    /// What was named by flag or variable; a flag goes before a variable, and an empty variable is none.
    pub(crate) fn named(
        what: &str,
        variable: &str,
        url: Option<&Url>,
        file: Option<&PathBuf>,
    ) -> Result<Option<Self>, Misuse> {
        let url = url.filter(|url| !url.0.is_empty());
        let file = file.filter(|file| !file.as_os_str().is_empty());
        let (Some(text), Some(path)) = (url, file) else {
            return Ok(Self::of(url, file));
        };
        let is_variable = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
        let file_variable = format!("{variable}_FILE");
        match (
            is_variable(variable, &text.0),
            is_variable(&file_variable, &path.to_string_lossy()),
        ) {
            (false, true) => Ok(Self::of(url, None)),
            (true, false) => Ok(Self::of(None, file)),
            _ => Err(
                Misuse::new(format!("{what} is there as text and in a file"))
                    .hint(format!("leave out {variable} or {file_variable}")),
            ),
        }
    }

    pub(crate) fn options(&self) -> Result<ConnectOptions, OptionsError> {
        match self {
            Self::Text(url) => url.0.parse(),
            Self::File(path) => {
                let options = ConnectOptions::read(path)?;
                warn_of_exposure(path);
                Ok(options)
            }
        }
    }

    /// Whether it is what that variable says.
    pub(crate) fn is_of(&self, variable: &str) -> bool {
        matches!(self, Self::Text(url) if std::env::var(variable).is_ok_and(|text| text == url.0))
    }
}

/// Secrets that are mounted into containers are often open to all accounts in there, so this is no error.
fn warn_of_exposure(path: &Path) {
    let mode = std::fs::metadata(path).map(|file| file.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o007 != 0) {
        terminal::warning(format!(
            "{} can be read by other accounts of this machine",
            path.display()
        ));
    }
}
