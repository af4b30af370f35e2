//! `rowhouse db reset`.

use std::io::{IsTerminal, Write};
use std::path::Path;

use rowhouse_local::{Cluster, Status};

use crate::failure::{Misuse, Told};
use crate::target::full;
use crate::terminal;

/// Stop it and remove its data, for good
#[derive(Debug, clap::Args)]
pub(crate) struct Reset {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Reset {
    pub(crate) async fn run(self, data: &Path) -> anyhow::Result<()> {
        if Cluster::status(data)? == Status::Absent {
            terminal::line(format!("there is no private PostgreSQL in {}", full(data)));
            return Ok(());
        }
        if !self.yes && !agreed(data)? {
            terminal::line("nothing was removed");
            return Err(Told.into());
        }
        Cluster::wipe(data).await?;
        terminal::line(format!("PostgreSQL's data in {} is removed", full(data)));
        Ok(())
    }
}

fn agreed(data: &Path) -> anyhow::Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(
            Misuse::new("reset asks before it removes data, and there is no terminal")
                .hint("say --yes")
                .into(),
        );
    }
    anstream::print!("Remove all databases in {}? [y/N] ", full(data));
    std::io::stdout().flush()?;
    let mut answer = String::new();
    stdin.read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
