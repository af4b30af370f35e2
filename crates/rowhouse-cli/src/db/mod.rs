//! `rowhouse db`: the private PostgreSQL. One file per verb.

mod psql;
mod reset;
mod start;
mod status;
mod stop;
mod url;

use std::path::PathBuf;

use clap::Subcommand;

use crate::config::Config;
use crate::local::Place;

/// The private PostgreSQL: start it, look at it, talk to it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  rowhouse db start                                  in the background, until `rowhouse db stop`
  rowhouse db psql -- -c 'SELECT count(*) FROM items'
  rowhouse db psql --role rowhouse_owner -- -f schema.sql
  export DATABASE_URL=$(rowhouse db url)")]
pub(crate) struct Db {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    place: Common,
}

#[derive(Debug, Clone, clap::Args)]
struct Common {
    /// The configuration file [default: rowhouse.toml if there is one]
    #[arg(long, value_name = "FILE", env = "ROWHOUSE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Start(start::Start),
    Stop(stop::Stop),
    Status(status::Status),
    Url(url::Url),
    Psql(psql::Psql),
    Reset(reset::Reset),
}

impl Db {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let named = self.place.config.as_deref();
        let config = Config::load(named.filter(|path| !path.as_os_str().is_empty()), false)?;
        let data = self.place.place.folder(&config);
        match self.verb {
            Verb::Start(verb) => verb.run(&data).await,
            Verb::Stop(_) => stop::Stop::run(&data).await,
            Verb::Status(_) => status::Status::run(&data),
            Verb::Url(verb) => verb.run(&data),
            Verb::Psql(verb) => verb.run(&data),
            Verb::Reset(verb) => verb.run(&data).await,
        }
    }
}
