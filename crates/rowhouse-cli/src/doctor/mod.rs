//! `rowhouse doctor`: what is wrong, and how to mend it.
//!
//! It looks from the outside in: configuration, programs, server, role, relations. Nothing is changed.

mod check;
mod programs;
mod relations;
mod role;
mod server;

use std::num::NonZeroUsize;

use rowhouse::ConnectOptions;

use crate::administration::Administration;
use crate::config::Config;
use crate::credentials::{Credentials, Logins};
use crate::failure::{Misuse, Told};
use crate::serve::Audited;
use crate::target::Target;
use crate::{local, terminal};
use check::{Check, Health};

/// Look for what is wrong, and say how to mend it; exit code 1 if something is
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  rowhouse doctor                                        the database of DATABASE_URL, else the private PostgreSQL
  rowhouse doctor --database-url postgres://app@db/app   another one
  rowhouse doctor --config demo/rowhouse.toml")]
pub(crate) struct Doctor {
    #[command(flatten)]
    target: Target,
}

/// What was found so far; every check is printed when it is done.
#[derive(Debug, Default)]
struct Report {
    warnings: usize,
    failures: usize,
}

impl Report {
    fn add(&mut self, check: &Check) {
        check.print();
        match check.health {
            Health::Ok => {}
            Health::Warn => self.warnings += 1,
            Health::Fail => self.failures += 1,
        }
    }

    fn all(&mut self, checks: impl IntoIterator<Item = Check>) {
        for check in checks {
            self.add(&check);
        }
    }

    fn end(&self) -> anyhow::Result<()> {
        terminal::line(match (self.failures, self.warnings) {
            (0, 0) => "all is well".to_owned(),
            (0, warnings) => format!("it works; {warnings} to look at"),
            (failures, warnings) => format!("{failures} to mend, {warnings} to look at"),
        });
        if self.failures > 0 {
            return Err(Told.into());
        }
        Ok(())
    }
}

impl Doctor {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let mut report = Report::default();
        let config = match self.target.config(false) {
            Ok(config) => config,
            Err(error) => {
                report.add(&Check::failed("configuration", &error.into()));
                return report.end();
            }
        };
        report.all(configuration(&config));
        let (named, owner) = match self.credentials(&config) {
            Ok(found) => found,
            Err(error) => {
                report.add(&Check::failed("database", &error.into()));
                return report.end();
            }
        };
        report.add(&programs::check(named.is_none()));
        let options = match named {
            Some(credentials) => credentials.options().map_err(anyhow::Error::from),
            None => local::running(&self.target.data(&config)).map(|server| {
                local::options(&server.socket_dir, server.port, local::APP, local::DATABASE)
            }),
        };
        match options {
            Ok(options) => Box::pin(look_at(&options, owner, &config, &mut report)).await,
            Err(error) => report.add(&Check::failed("database", &error)),
        }
        report.end()
    }

    /// The service's, and the owner's.
    fn credentials(
        &self,
        config: &Config,
    ) -> Result<(Option<Credentials>, Option<Credentials>), Misuse> {
        let service = self.target.service(config)?;
        let owner = match service {
            Some(_) => self.target.owner(config)?,
            // A variable speaks of another database than the private one.
            None => config.file.owner(),
        };
        Ok((service, owner))
    }
}

async fn administrator(owner: &Credentials) -> anyhow::Result<ConnectOptions> {
    let options = owner.options()?;
    Administration::connect(&options).await?;
    Ok(options)
}

fn configuration(config: &Config) -> Vec<Check> {
    let file = &config.file;
    let mut checks = vec![Check::ok("configuration", config.source.to_string())];
    if let Err(error) = crate::serve::Listen::of(file, None, false) {
        checks.push(Check::failed("listen", &error.into()));
    }
    match crate::serve::check_certificate(file) {
        Ok(true) => checks.push(Check::ok("tls", "certificate and key belong together")),
        Ok(false) => {}
        Err(error) => checks.push(Check::failed("tls", &error.into())),
    }
    checks
}

async fn look_at(
    options: &ConnectOptions,
    owner: Option<Credentials>,
    config: &Config,
    report: &mut Report,
) {
    // What a connection of the service proves, and what the catalogs say: each tells things the other cannot.
    let (house, client) = tokio::join!(
        config
            .file
            .house(NonZeroUsize::MIN)
            .connect_with(options.clone()),
        Administration::connect(options)
    );
    let mut client = match client {
        Ok(client) => client,
        Err(error) => {
            report.add(&Check::failed("database", &error));
            return;
        }
    };
    report.add(&Check::ok("database", options.place()));
    let catalog = match client.catalog().await {
        Ok(catalog) => catalog,
        Err(error) => {
            report.add(&Check::failed("catalogs", &error));
            return;
        }
    };
    let admin = match &owner {
        Some(owner) => Some(administrator(owner).await),
        None => None,
    };
    report.all(server::checks(&catalog, &house));
    report.all(admin.as_ref().map(role::administrator));
    report.all(role::checks(&catalog, &config.file, &house));
    let audited = match admin {
        Some(Ok(owner)) => {
            let logins = Logins {
                service: options.clone(),
                owner: Some(owner),
            };
            match Audited::read(&logins).await {
                Ok(audited) => Some(audited),
                Err(error) => {
                    report.add(&Check::failed("admin_url", &error));
                    None
                }
            }
        }
        // That the owner cannot connect has been said.
        Some(Err(_)) | None => None,
    };
    let audited = audited.unwrap_or_else(|| Audited::as_service(catalog));
    report.all(relations::checks(&audited, &config.file));
}
