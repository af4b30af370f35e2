//! What can be wrong with a connection description. Values are quoted in errors, passwords never.

use std::io;
use std::path::PathBuf;

/// A connection description that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// A key nobody knows, with the known ones that look like it.
    #[error("unknown connection option \"{key}\"{}", did_you_mean(.nearest))]
    UnknownKey {
        /// As written.
        key: String,
        /// Known keys, most alike first.
        nearest: Vec<&'static str>,
    },
    /// libpq knows it, Rowhouse does not act on it; ignoring it could weaken what was asked for.
    #[error("connection option \"{key}\" is not supported")]
    Unsupported {
        /// The key, or the environment variable.
        key: String,
    },
    /// A value that does not fit its key.
    #[error("connection option {key}: \"{value}\" should be {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// As written.
        value: String,
        /// What would fit.
        expected: &'static str,
    },
    /// The text is neither a URI nor a list of `key=value`; the text itself is not repeated.
    #[error("connection string: {what}")]
    Syntax {
        /// What is wrong, and where.
        what: String,
    },
    /// Two options that contradict each other.
    #[error("connection options: {what}")]
    Conflict {
        /// Which, and why.
        what: String,
    },
    /// A file that an option names, or implies, cannot be used.
    #[error("{key} {}: {source}", path.display())]
    File {
        /// The option.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The service (`service`, `PGSERVICE`) is in no service file.
    #[error("service \"{name}\" is not defined in {}", looked_in.display())]
    Service {
        /// The service's name.
        name: String,
        /// The file that was read.
        looked_in: PathBuf,
    },
    /// rustls refuses the certificates it was given.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// No user was given and the operating system does not say who we are.
    #[error("no user given, and the operating system has none for this process: {0}")]
    NoUser(#[source] io::Error),
}

impl OptionsError {
    pub(super) fn value(key: &'static str, value: &str, expected: &'static str) -> Self {
        Self::Value {
            key,
            value: value.to_owned(),
            expected,
        }
    }

    pub(super) fn syntax(what: impl Into<String>) -> Self {
        Self::Syntax { what: what.into() }
    }

    pub(super) fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into() }
    }

    /// The next step, where there is one to name.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Syntax { .. } => Some(
                "write postgres://user@host:5432/dbname or host=… port=… dbname=… user=…; in a URI, percent-encode @ : / ? in names and passwords",
            ),
            Self::NoUser(_) => Some("give user=…, or set PGUSER"),
            Self::File {
                key: "sslrootcert", ..
            } => Some("give sslrootcert=FILE, or sslrootcert=system for the system's roots"),
            Self::File { key: "sslkey", .. } => Some(
                "the key must be an unencrypted PEM file that only its owner can read (chmod 600)",
            ),
            _ => None,
        }
    }
}

fn did_you_mean(nearest: &[&'static str]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!(", did you mean {}?", nearest.join(" or "))
    }
}
