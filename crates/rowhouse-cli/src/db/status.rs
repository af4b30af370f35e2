//! `rowhouse db status`.

use std::path::Path;

use rowhouse_local::{Cluster, Status as State};

use crate::failure::Told;
use crate::target::full;
use crate::terminal;

/// Say whether it runs; exit code 1 if it does not
#[derive(Debug, clap::Args)]
pub(crate) struct Status {}

impl Status {
    pub(crate) fn run(data: &Path) -> anyhow::Result<()> {
        let place = full(data);
        match Cluster::status(data)? {
            State::Running(server) => {
                let ready = if server.ready {
                    "runs"
                } else {
                    "is starting or stopping"
                };
                terminal::line(format!(
                    "PostgreSQL {} {ready} (process {}), its data is in {}",
                    server.major,
                    server.pid,
                    server.data_dir.display()
                ));
                terminal::line(match server.owner {
                    Some(owner) => format!("it stops with process {owner}"),
                    None => "it runs until `rowhouse db stop`".to_owned(),
                });
                Ok(())
            }
            State::Stopped { majors } => {
                let majors: Vec<String> = majors.iter().map(ToString::to_string).collect();
                terminal::line(format!(
                    "PostgreSQL is stopped; {place} holds data of version {}",
                    majors.join(", ")
                ));
                Err(Told.into())
            }
            _ => {
                terminal::line(format!("there is no private PostgreSQL in {place}"));
                Err(Told.into())
            }
        }
    }
}
