//! `rowhouse.toml`, and what overrides it.
//!
//! Flags go before environment variables, these before the file, the file before the defaults. [`File`] is the file's
//! shape, [`Config::load`] finds and reads it, [`mistake`] turns what is wrong with it into words.

mod file;
mod identity;
mod mistake;
mod serve;
pub(crate) mod time;

pub(crate) use file::File;
pub(crate) use identity::{Encoding, Key, SourceName};
pub(crate) use time::parse as parse_time;

use std::path::{Path, PathBuf};

use crate::demo;
use crate::failure::Misuse;

/// The file that is read when it is there and no other was named.
const USUAL: &str = "rowhouse.toml";

/// The configuration, and where it came from.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) file: File,
    pub(crate) source: Source,
}

/// Where a configuration came from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Defaults,
    Demo,
    File(PathBuf),
}

impl Config {
    /// Reads the file that was named, else the demo's if it is the demo, else `rowhouse.toml` in this folder, else none.
    pub(crate) fn load(named: Option<&Path>, demo: bool) -> Result<Self, Misuse> {
        let source = match named {
            Some(path) => Source::File(path.to_owned()),
            None if demo => Source::Demo,
            None if Path::new(USUAL).exists() => Source::File(USUAL.into()),
            None => Source::Defaults,
        };
        let text = match &source {
            Source::Defaults => String::new(),
            Source::Demo => demo::CONFIG.to_owned(),
            Source::File(path) => std::fs::read_to_string(path).map_err(|error| {
                Misuse::new(format!("cannot read {}: {error}", path.display()))
                    .hint("name the configuration with --config or ROWHOUSE_CONFIG; without one, the defaults hold")
            })?,
        };
        let name = match &source {
            Source::File(path) => path.display().to_string(),
            _ => USUAL.to_owned(),
        };
        let file: File =
            toml::from_str(&text).map_err(|error| mistake::explain(&name, &text, &error))?;
        file.check()?;
        Ok(Self { file, source })
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Defaults => write!(f, "the defaults ({USUAL} is not there)"),
            Self::Demo => f.write_str("the demo's"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_is_configured_as_its_file_says() {
        let config = Config::load(None, true).unwrap();
        assert_eq!(config.source, Source::Demo);
        assert_eq!(config.file.setting, "app.current_tenant_id");
        assert_eq!(config.file.tenant_root.as_deref(), Some("public.tenants"));
        assert!(config.file.api.resource["tenants"].select.is_some());
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let error = Config::load(Some(Path::new("/nowhere/rowhouse.toml")), false).unwrap_err();
        assert!(error.to_string().contains("/nowhere/rowhouse.toml"));
    }
}
