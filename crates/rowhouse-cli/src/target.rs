//! Which database a command means, and the file that configures it.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::credentials::{Credentials, Url};
use crate::failure::Misuse;
use crate::local::Place;
use crate::owner::Owner;

/// `--config`, `--database-url`, `--admin-url`, `--data`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Target {
    /// The configuration file [default: rowhouse.toml if there is one]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_CONFIG")]
    config: Option<PathBuf>,
    /// The database, as a role that owns nothing; without one, a private PostgreSQL is used
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<Url>,
    /// The same in a file, whose password is read again at each new connection
    #[arg(long, value_name = "FILE", env = "DATABASE_URL_FILE")]
    database_url_file: Option<PathBuf>,
    #[command(flatten)]
    owner: Owner,
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
    pub(crate) fn service(&self, config: &Config) -> Result<Option<Credentials>, Misuse> {
        Ok(self.named()?.or_else(|| config.file.service()))
    }

    /// The database that was named by flag or environment.
    pub(crate) fn named(&self) -> Result<Option<Credentials>, Misuse> {
        Credentials::named(
            "database_url",
            "DATABASE_URL",
            self.database_url.as_ref(),
            self.database_url_file.as_ref(),
        )
    }

    /// The same database as its owner, where that was named.
    pub(crate) fn owner(&self, config: &Config) -> Result<Option<Credentials>, Misuse> {
        self.owner.credentials(&config.file)
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
