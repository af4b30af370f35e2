//! `rowhouse keys`: API keys of tenants. One file per verb.

mod create;
mod list;
mod revoke;

use std::path::PathBuf;

use clap::Subcommand;
use rowhouse::ConnectOptions;

use crate::administration::Administration;
use crate::config::Config;
use crate::failure::{Misuse, Obstacle};
use crate::local::{self, APP, DATABASE, OWNER, Place};

/// API keys of tenants: make, list, revoke
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  rowhouse keys create --tenant 7a245486-3fc8-47ec-b303-04fefe7a58ff --name nightly-import --expires 90d
  rowhouse keys list
  rowhouse keys revoke 3f9a0c1d2e4b

The keys are kept in the table rowhouse.api_keys, as hashes: a key is shown when it is made and never again. The service
takes them once `sources` in [identity] names \"api-key\".")]
pub(crate) struct Keys {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Create(create::Create),
    List(list::List),
    Revoke(revoke::Revoke),
}

#[derive(Debug, Clone, clap::Args)]
struct Common {
    /// The configuration file [default: rowhouse.toml if there is one]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// The database, as the role that owns the tables; without one, the private PostgreSQL is used
    #[arg(
        long,
        value_name = "URL",
        env = "ROWHOUSE_ADMIN_URL",
        hide_env_values = true,
        global = true
    )]
    admin_url: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// The database of the keys, as its owner.
#[derive(Debug)]
struct KeyRing {
    config: Config,
    owner: Administration,
    /// The service's role, where it is known.
    app_role: Option<String>,
}

impl Keys {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let ring = self.common.open().await?;
        match self.verb {
            Verb::Create(verb) => verb.run(&ring).await,
            Verb::List(_) => list::List::run(&ring).await,
            Verb::Revoke(verb) => verb.run(&ring).await,
        }
    }
}

impl Common {
    async fn open(self) -> anyhow::Result<KeyRing> {
        let named = self.config.as_deref();
        let config = Config::load(named.filter(|path| !path.as_os_str().is_empty()), false)?;
        let url = self.admin_url.filter(|url| !url.is_empty());
        if let Some(url) = url.or_else(|| config.file.admin_url.clone()) {
            let owner = Administration::connect(&url.parse()?).await?;
            let app_role = app_role(&config).await?;
            return Ok(KeyRing {
                config,
                owner,
                app_role,
            });
        }
        let service = std::env::var("DATABASE_URL").is_ok_and(|url| !url.is_empty());
        if service || config.file.database_url.is_some() {
            return Err(Misuse::new(
                "keys are kept by the owner of the database, and nothing says how to log in as it",
            )
            .hint("name it with --admin-url, ROWHOUSE_ADMIN_URL, or `admin_url` in rowhouse.toml")
            .into());
        }
        let running = local::running(&self.place.folder(&config))?;
        let options: ConnectOptions = running.url(OWNER, DATABASE).parse()?;
        Ok(KeyRing {
            config,
            owner: Administration::connect(&options).await?,
            app_role: Some(APP.to_owned()),
        })
    }
}

/// The role of the service's own URL, as the server knows it.
async fn app_role(config: &Config) -> anyhow::Result<Option<String>> {
    let url = std::env::var("DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty());
    let Some(url) = url.or_else(|| config.file.database_url.clone()) else {
        return Ok(None);
    };
    let service = Administration::connect(&url.parse()?).await?;
    let rows = service.rows("SELECT current_user::text").await?;
    Ok(rows.first().map(|row| row.get(0)))
}

impl KeyRing {
    /// Fails where no key was ever made.
    async fn check_made(&self) -> anyhow::Result<()> {
        let there = "SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass($1)";
        if self.owner.finds(there, "rowhouse.api_keys").await? {
            return Ok(());
        }
        Err(Obstacle::new(
            "there are no API keys in this database",
            "make one with `rowhouse keys create`",
        )
        .into())
    }
}
