//! `rowhouse seal`: the tenant proven to the database, so that injected SQL cannot name another. One file per verb.

mod file;
mod init;
mod policies;
mod rotate;
mod status;

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use rowhouse::ConnectOptions;
use rowhouse_guard::seal::TenantType;

use crate::administration::Administration;
use crate::config::Config;
use crate::failure::Misuse;
use crate::owner::OwnersTarget;

/// Keys and policies by which the database believes a sealed tenant only, which injected SQL cannot forge
#[derive(Debug, clap::Args)]
#[command(after_help = "\
From plain to sealed, with the service running:
  rowhouse seal init                      the functions, the first key, and the file that has it
  key_file = \"seal.key\" under [seal]      the service seals from its next start; plain policies do not mind
  rowhouse seal policies                  the change of the policies as SQL, to be put among your migrations
  rowhouse seal status                    what is sealed, and what is not

All of it works as the owner of the tables: --admin-url, else admin_url of the configuration.")]
pub(crate) struct Seal {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct Common {
    #[command(flatten)]
    target: OwnersTarget,
    /// The file of the keys [default: key_file of the configuration, else seal.key]
    #[arg(
        long,
        value_name = "FILE",
        env = "ROWHOUSE_SEAL_KEY_FILE",
        global = true
    )]
    key_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Init(init::Init),
    Policies(policies::Policies),
    Rotate(rotate::Rotate),
    Status(status::Status),
}

/// What every verb needs.
struct Site {
    config: Config,
    options: ConnectOptions,
    key_file: PathBuf,
}

impl Seal {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let site = self.common.site()?;
        match self.verb {
            Verb::Init(verb) => verb.run(&site).await,
            Verb::Policies(verb) => verb.run(&site).await,
            Verb::Rotate(verb) => verb.run(&site).await,
            Verb::Status(status::Status {}) => status::Status::run(&site).await,
        }
    }
}

impl Common {
    fn site(&self) -> anyhow::Result<Site> {
        let config = self.target.config()?;
        let options = self.target.options(&config, "the seal is the owner's")?;
        let key_file = self.key_file.clone();
        let key_file = key_file.or_else(|| config.file.seal.key_file.clone());
        Ok(Site {
            options,
            key_file: key_file.unwrap_or_else(|| "seal.key".into()),
            config,
        })
    }
}

impl Site {
    /// A connection as the owner. Its statements wait for locks a moment only: what waits behind them is the service.
    async fn connect(&self) -> anyhow::Result<Administration> {
        let owner = Administration::connect(&self.options).await?;
        owner.run("SET lock_timeout = '3s'").await?;
        Ok(owner)
    }

    /// The same, and alone: keys and their file are changed by one command at a time.
    async fn connect_alone(&self) -> anyhow::Result<Administration> {
        let owner = self.connect().await?;
        owner
            .run("SELECT pg_advisory_lock(hashtextextended('rowhouse seal', 0))")
            .await
            .context("another `rowhouse seal` is at work")?;
        Ok(owner)
    }

    /// What the database is sealed for must be what the configuration says.
    fn agrees(&self, setting: &str, tenant_type: TenantType) -> anyhow::Result<()> {
        let ours = (self.config.file.setting.as_str(), self.tenant_type());
        if ours == (setting, tenant_type) {
            return Ok(());
        }
        Err(Misuse::new(format!(
            "this database is sealed for the setting {setting} and tenants of type {tenant_type}, and the configuration says {} and {}",
            ours.0, ours.1
        ))
        .hint("name the service's configuration with --config; to seal for something else, drop the schema rowhouse first")
        .into())
    }

    fn tenant_type(&self) -> TenantType {
        match self.config.file.tenant_type {
            rowhouse::TenantType::Integer => TenantType::Integer,
            rowhouse::TenantType::Text => TenantType::Text,
            _ => TenantType::Uuid,
        }
    }
}
