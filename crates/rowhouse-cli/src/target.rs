//! Which database a command means, and the file that configures it.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::failure::Misuse;
use crate::local::Place;

/// `--config`, `--database-url`, `--data`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Target {
    /// The configuration file [default: rowhouse.toml if there is one]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_CONFIG")]
    config: Option<PathBuf>,
    /// The database, as a role that owns nothing; without one, a private PostgreSQL is used
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Target {
    /// Reads the configuration.
    pub(crate) fn config(&self, demo: bool) -> Result<Config, Misuse> {
        // An empty variable is a way to unset it.
        let named = self.config.as_deref();
        Config::load(named.filter(|path| !path.as_os_str().is_empty()), demo)
    }

    /// The database that was named: flag, environment, file.
    pub(crate) fn database_url(&self, config: &Config) -> Option<String> {
        self.named_url()
            .or_else(|| config.file.database_url.clone())
    }

    /// The database that was named by flag or environment.
    pub(crate) fn named_url(&self) -> Option<String> {
        self.database_url.clone().filter(|url| !url.is_empty())
    }

    /// The folder of the private PostgreSQL.
    pub(crate) fn data(&self, config: &Config) -> PathBuf {
        self.place.folder(config)
    }
}

/// A path as a person would look for it.
pub(crate) fn full(path: &Path) -> String {
    std::path::absolute(path)
        .unwrap_or_else(|_| path.to_owned())
        .display()
        .to_string()
}
