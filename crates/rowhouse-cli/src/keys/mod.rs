//! `rowhouse keys`: API keys of tenants. One file per verb.

mod create;
mod list;
mod revoke;

use std::path::PathBuf;

use clap::Subcommand;

use crate::administration::Administration;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::failure::{Misuse, Obstacle};
use crate::local::APP;
use crate::owner::OwnersTarget;

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
    target: OwnersTarget,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Create(create::Create),
    List(list::List),
    Revoke(revoke::Revoke),
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
        let ring = KeyRing::open(&self.target).await?;
        match self.verb {
            Verb::Create(verb) => verb.run(&ring).await,
            Verb::List(_) => list::List::run(&ring).await,
            Verb::Revoke(verb) => verb.run(&ring).await,
        }
    }
}

impl KeyRing {
    async fn open(target: &OwnersTarget) -> anyhow::Result<Self> {
        let config = target.config()?;
        let service = service(&config)?;
        let named = target.credentials(&config)?.is_some();
        if !named && service.is_some() {
            return Err(Misuse::new(
                "keys are kept by the owner of the database, and nothing says how to log in as it",
            )
            .hint("name it with --admin-url, ROWHOUSE_ADMIN_URL, or `admin_url` in rowhouse.toml")
            .into());
        }
        let purpose = "keys are kept by the owner of the database";
        let options = target.options(&config, purpose)?;
        let app_role = match service {
            Some(service) => app_role(&service).await?,
            None if named => None,
            None => Some(APP.to_owned()),
        };
        Ok(Self {
            config,
            owner: Administration::connect(&options).await?,
            app_role,
        })
    }
}

/// The service's own way into the database, where it was named.
fn service(config: &Config) -> Result<Option<Credentials>, Misuse> {
    let variable = |name: &str| std::env::var(name).ok();
    let Ok(url) = variable("DATABASE_URL")
        .map(|text| text.parse())
        .transpose();
    let file = variable("DATABASE_URL_FILE").map(PathBuf::from);
    let named = Credentials::named("database_url", "DATABASE_URL", url.as_ref(), file.as_ref())?;
    Ok(named.or_else(|| config.file.service()))
}

/// Its role, as the server knows it.
async fn app_role(service: &Credentials) -> anyhow::Result<Option<String>> {
    let service = Administration::connect(&service.options()?).await?;
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
