//! The environment beneath a connection description: `PG*` variables and service files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::keys::{KEYS, UNSUPPORTED_VARIABLES};
use super::options::{ConnectOptions, Password};
use super::options_error::OptionsError;
use super::settings::Settings;
use super::{keyword, uri};

impl ConnectOptions {
    /// What the `PG*` variables say, and defaults for the rest.
    pub fn from_env() -> Result<Self, OptionsError> {
        "".parse()
    }
}

impl ConnectOptions {
    /// Reads a description from a file, such as a secret that is mounted into a container.
    ///
    /// Its password is read again at every new connection: one that is rotated there needs no
    /// restart. The rest of it is read once.
    ///
    /// # Errors
    /// The file cannot be read, or holds no such description; the error repeats none of it.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, OptionsError> {
        let path = path.into();
        let mut options = read(&path)?;
        options.password = Password::File(path);
        Ok(options)
    }
}

/// What the file says now.
pub(super) fn read(path: &Path) -> Result<ConnectOptions, OptionsError> {
    let text = fs::read_to_string(path).map_err(|source| OptionsError::File {
        key: "the description of the database in",
        path: path.to_owned(),
        source,
    })?;
    text.trim().parse()
}

impl FromStr for ConnectOptions {
    type Err = OptionsError;

    /// Parses a libpq URI or key=value string; the service file and then the `PG*` variables fill
    /// what it leaves open.
    fn from_str(text: &str) -> Result<Self, OptionsError> {
        parse(text, &|name| std::env::var(name).ok(), std::env::home_dir())
    }
}

/// Reads one variable; tests bring their own.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(super) fn parse(
    text: &str,
    variables: Variables<'_>,
    home: Option<PathBuf>,
) -> Result<ConnectOptions, OptionsError> {
    let mut settings = parse_text(text)?;
    for name in UNSUPPORTED_VARIABLES {
        if variables(name).is_some_and(|value| !value.is_empty()) {
            return Err(OptionsError::Unsupported {
                key: (*name).to_owned(),
            });
        }
    }
    for key in ["service", "servicefile"] {
        beneath(&mut settings, key, variables)?;
    }
    if let Some(name) = settings.get("service").map(str::to_owned) {
        let file = service_file(&settings, variables, home);
        for (key, value) in read_service(&name, &file)? {
            settings.set_beneath(&key, value)?;
        }
    }
    for (key, _) in KEYS {
        beneath(&mut settings, key, variables)?;
    }
    settings.into_options()
}

/// The text alone, without what lies beneath it.
pub(super) fn parse_text(text: &str) -> Result<Settings, OptionsError> {
    match uri::strip_scheme(text) {
        Some(rest) => uri::parse(rest),
        None => keyword::parse(text),
    }
}

fn beneath(
    settings: &mut Settings,
    key: &str,
    variables: Variables<'_>,
) -> Result<(), OptionsError> {
    let variable = KEYS
        .iter()
        .find(|(name, _)| *name == key)
        .and_then(|(_, variable)| *variable);
    match variable
        .and_then(variables)
        .filter(|value| !value.is_empty())
    {
        Some(value) => settings.set_beneath(key, value),
        None => Ok(()),
    }
}

fn service_file(settings: &Settings, variables: Variables<'_>, home: Option<PathBuf>) -> PathBuf {
    if let Some(file) = settings.get("servicefile") {
        return file.into();
    }
    let own = home.map(|home| home.join(".pg_service.conf"));
    let system = variables("PGSYSCONFDIR").map(|dir| Path::new(&dir).join("pg_service.conf"));
    match (own, system) {
        (Some(own), Some(system)) if !own.exists() => system,
        (Some(own), _) => own,
        (None, Some(system)) => system,
        (None, None) => PathBuf::from("pg_service.conf"),
    }
}

/// The `key=value` lines below `[name]`.
fn read_service(name: &str, file: &Path) -> Result<Vec<(String, String)>, OptionsError> {
    let missing = || OptionsError::Service {
        name: name.to_owned(),
        looked_in: file.to_owned(),
    };
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
        Err(source) => {
            return Err(OptionsError::File {
                key: "servicefile",
                path: file.to_owned(),
                source,
            });
        }
    };
    let mut pairs = None;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(group) = line.strip_prefix('[') {
            if pairs.is_some() {
                break;
            }
            if group.strip_suffix(']') == Some(name) {
                pairs = Some(Vec::new());
            }
        } else if let Some(pairs) = &mut pairs {
            let (key, value) = line.split_once('=').ok_or_else(|| {
                OptionsError::syntax(format!("service \"{name}\" has a line without ="))
            })?;
            if key == "service" || key == "servicefile" {
                return Err(OptionsError::syntax(format!(
                    "service \"{name}\" names a service"
                )));
            }
            pairs.push((key.to_owned(), value.to_owned()));
        }
    }
    pairs.ok_or_else(missing)
}
