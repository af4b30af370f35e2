//! The owner's connection: for the seal, its keys, the audit, changes of the schema. Never for requests.

use std::path::PathBuf;

use rowhouse::ConnectOptions;

use crate::config::{Config, File};
use crate::credentials::{Credentials, Url};
use crate::failure::Misuse;
use crate::local::{self, Place};

/// `--admin-url`, `--admin-url-file`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Owner {
    /// The database, as the role that owns the tables [default: admin_url of the configuration]
    #[arg(
        long,
        value_name = "URL",
        env = "ROWHOUSE_ADMIN_URL",
        hide_env_values = true,
        global = true
    )]
    admin_url: Option<Url>,
    /// The same in a file, whose password is read again at each new connection
    #[arg(
        long,
        value_name = "FILE",
        env = "ROWHOUSE_ADMIN_URL_FILE",
        global = true
    )]
    admin_url_file: Option<PathBuf>,
}

/// `--config`, `--admin-url`, `--data`: which database a command means that works as the owner alone.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct OwnersTarget {
    /// The configuration file [default: rowhouse.toml if there is one]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    owner: Owner,
    #[command(flatten)]
    place: Place,
}

impl OwnersTarget {
    /// Reads the configuration.
    pub(crate) fn config(&self) -> Result<Config, Misuse> {
        let named = self.config.as_deref();
        Config::load(named.filter(|path| !path.as_os_str().is_empty()), false)
    }

    /// What enters the database as the owner, where it was named.
    pub(crate) fn credentials(&self, config: &Config) -> Result<Option<Credentials>, Misuse> {
        self.owner.credentials(&config.file)
    }

    /// What enters it as the owner; `purpose` begins the sentence that says why that is needed.
    pub(crate) fn options(&self, config: &Config, purpose: &str) -> anyhow::Result<ConnectOptions> {
        self.owner.needed(config, &self.place, purpose)
    }
}

impl Owner {
    /// What was named: flag, environment, file.
    pub(crate) fn credentials(&self, file: &File) -> Result<Option<Credentials>, Misuse> {
        let named = Credentials::named(
            "admin_url",
            "ROWHOUSE_ADMIN_URL",
            self.admin_url.as_ref(),
            self.admin_url_file.as_ref(),
        )?;
        Ok(named.or_else(|| file.owner()))
    }

    /// The same, for a command that cannot do without; `purpose` begins the sentence that says why. The owner of the
    /// private PostgreSQL, where no database was configured.
    fn needed(
        &self,
        config: &Config,
        place: &Place,
        purpose: &str,
    ) -> anyhow::Result<ConnectOptions> {
        if let Some(credentials) = self.credentials(&config.file)? {
            return Ok(credentials.options()?);
        }
        if config.file.service().is_some() {
            return Err(Misuse::new(format!("{purpose}, and admin_url is not configured"))
                .hint("name the role that owns the tables: --admin-url postgres://owner@db/app, or admin_url in rowhouse.toml")
                .into());
        }
        let server = local::running(&place.folder(config))?;
        Ok(local::options(
            &server.socket_dir,
            server.port,
            local::OWNER,
            local::DATABASE,
        ))
    }
}
