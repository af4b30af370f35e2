//! `rowhouse serve`.

mod apart;
mod audited;
mod banner;
mod certificate;
mod database;
mod gate;
mod listen;
mod open_files;
mod sealed;
mod service;
mod stop;
mod verdicts;
mod watch;

pub(crate) use apart::Judge;
pub(crate) use audited::Audited;
pub(crate) use certificate::check as check_certificate;
pub(crate) use listen::Listen;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::config::{Config, File};
use crate::credentials::Logins;
use crate::failure::Misuse;
use crate::identity;
use crate::target::Target;
use crate::terminal;
use certificate::Certificate;
use database::Database;
use sealed::KeyFile;
use service::{Asked, Service};
use stop::Stop;

/// Serve a database over HTTP, every request in its tenant's scope
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  rowhouse serve --demo                                    a private PostgreSQL in .rowhouse with the demo's data
  rowhouse serve                                           the database of DATABASE_URL, else the private PostgreSQL
  rowhouse serve --listen 127.0.0.1:9000 --database-url postgres://app@db/app
  rowhouse serve --listen 0.0.0.0:8000 --trust-header      where nobody but a gateway can reach it, which sets the header

Ctrl-C or SIGTERM finish what is under way, then stop; a second one stops at once. SIGHUP, and
NOTIFY rowhouse in the database, read the schema again; without them it is looked at every few seconds. So are the
files of certificate and seal.")]
pub(crate) struct Serve {
    #[command(flatten)]
    target: Target,
    /// The address to listen on [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS", env = "ROWHOUSE_LISTEN")]
    listen: Option<String>,
    /// Believe the identity header from whoever can reach the service; better list `trusted_proxies` in [identity]
    #[arg(long, env = "ROWHOUSE_TRUST_HEADER", value_parser = clap::builder::FalseyValueParser::new())]
    trust_header: bool,
    /// Do not start where something would be withheld because one tenant could read another's rows through it
    #[arg(long, env = "ROWHOUSE_STRICT", value_parser = clap::builder::FalseyValueParser::new())]
    strict: bool,
    #[command(flatten)]
    certificate: Certificate,
    /// The keys that `rowhouse seal` made: every statement is sealed [default: key_file of the configuration]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_SEAL_KEY_FILE")]
    seal_key_file: Option<PathBuf>,
    /// How many threads answer [default: one per core]
    #[arg(long, value_name = "COUNT", env = "ROWHOUSE_WORKERS")]
    workers: Option<NonZeroUsize>,
    /// Serve the demo: its tables and rows are made in the private PostgreSQL
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let mut stop = Stop::listen()?;
        open_files::allow_all();
        let config = self.target.config(self.demo)?;
        let file = &config.file;
        let workers = self.workers(file);
        let listen = Listen::of(file, self.listen.as_deref(), self.trust_header)?;
        let tls = self.certificate.read(file)?;
        listen.warn_where_plain(tls.is_some());
        let mut server = listen
            .bind(workers)?
            .options(file.serve.server(&file.api.limits));
        let address = server.local_addr();
        if let Some(tls) = &tls {
            server = server.tls(tls.clone());
        }

        let named = self
            .seal_key_file
            .clone()
            .or_else(|| file.seal.key_file.clone());
        let keys = named.map(KeyFile::new);
        let seal = keys.as_ref().map(KeyFile::read).transpose()?;

        let opening = async {
            let database = self.database(&config).await?;
            let logins = self.logins(&config, &database)?;
            let data = database.cluster.as_ref().map(|_| self.target.data(&config));
            let header = listen.header.clone();
            let identity = identity::build(file, header, &database.options, data.as_deref())?;
            let strict = self.strict || file.serve.strict;
            let asked = Asked {
                identity,
                workers,
                strict,
                seal,
                tls: tls.as_ref().map(|_| address),
            };
            let service = Service::open(file, &logins, asked).await?;
            let token = banner::token(file, &database, data.as_deref())?;
            anyhow::Ok((database, logins, service, token))
        };
        let (database, logins, service, token) = tokio::select! {
            opened = opening => opened?,
            () = stop.asked() => return Ok(()),
        };
        let resources = service.current.get();
        let place = match tls {
            Some(_) => format!("https://{address}"),
            None => format!("http://{address}"),
        };
        banner::print(&place, file, &resources, &database, token.as_deref());
        service::warn_of_withheld(&resources);
        drop(resources);

        let Service {
            api,
            current,
            watch,
        } = service;
        let house = api.house().clone();
        let following = async {
            tokio::select! {
                failed = service::follow(file, &logins, house.clone(), current.clone()) => failed,
                failed = follow_keys(keys.as_ref(), &house) => failed,
                failed = certificate::follow(tls.as_ref()) => failed.map_err(anyhow::Error::from),
                () = watch.run(&database.options, &current) => Ok(()),
            }
        };
        let (tell, told) = tokio::sync::oneshot::channel();
        let serving = server.run(api, async {
            let _ = told.await;
        });
        let asked_twice = async {
            stop.asked().await;
            terminal::progress("finishing what is under way; Ctrl-C again stops at once");
            let _ = tell.send(());
            stop.asked().await;
        };
        let finished = tokio::select! {
            ended = serving => ended.map(|()| true)?,
            failed = following => failed.map(|()| true)?,
            () = asked_twice => false,
        };
        if let Some(cluster) = database.cluster {
            cluster.stop().await?;
        }
        if !finished {
            // Workers still wait for their requests; leaving the process is what stops them.
            std::process::exit(1);
        }
        Ok(())
    }

    fn workers(&self, file: &File) -> NonZeroUsize {
        let named = self.workers.or(file.serve.workers);
        named.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }

    /// What enters the database. The private one is read as the service's role, whatever else was named.
    fn logins(&self, config: &Config, database: &Database) -> anyhow::Result<Logins> {
        let owner = match database.cluster {
            None => self.target.owner(config)?,
            Some(_) => config.file.owner(),
        };
        Ok(Logins {
            service: database.options.clone(),
            owner: owner.map(|owner| owner.options()).transpose()?,
        })
    }

    /// The database: what was named, else the private one.
    async fn database(&self, config: &Config) -> anyhow::Result<Database> {
        let data = self.target.data(config);
        match self.target.service(config)? {
            Some(credentials) if !self.demo => Ok(Database::named(&credentials)?),
            // Somebody's DATABASE_URL may be a database they care about: nothing of the demo goes there.
            Some(credentials) if credentials.is_of("DATABASE_URL") => {
                terminal::warning(
                    "DATABASE_URL is left alone: the demo lives in the private PostgreSQL",
                );
                Database::private(&data, true).await
            }
            Some(_) => Err(Misuse::new(
                "the demo's tables are made in the private PostgreSQL only",
            )
            .hint("leave out --demo, or the database's URL")
            .into()),
            None => Database::private(&data, self.demo).await,
        }
    }
}

/// Takes over new keys for seals. Never ends.
async fn follow_keys(keys: Option<&KeyFile>, house: &rowhouse::Rowhouse) -> anyhow::Result<()> {
    match keys {
        Some(keys) => keys.follow(house).await,
        None => std::future::pending().await,
    }
}
