//! `rowhouse diff`: what a change of the schema opens or closes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rowhouse_guard::{Finding, Level, Report};

use crate::audit::{Known, cannot_tell, source};
use crate::config::Config;
use crate::failure::Misuse;
use crate::terminal::{self, BAD, GOOD, WARN};

/// Say what a change of the schema opens or closes, from two snapshots; exit code 1 if it opens something
#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// The snapshot from before the change
    old: PathBuf,
    /// The snapshot from after it
    new: PathBuf,
    #[command(flatten)]
    known: Known,
}

impl Diff {
    pub(crate) fn run(self) -> ExitCode {
        match (self.report(&self.old), self.report(&self.new)) {
            (Ok(old), Ok(new)) => {
                let opened = new.beyond(&old);
                let closed = old.beyond(&new);
                print(&opened, &closed);
                let serious = opened.iter().any(|finding| finding.level > Level::Note);
                ExitCode::from(u8::from(serious))
            }
            (Err(error), _) | (_, Err(error)) => cannot_tell(&error),
        }
    }

    fn report(&self, path: &Path) -> anyhow::Result<Report> {
        let config = Config::load(None, false)?;
        let catalog = source::read(path)?;
        let options = self.known.options(&config);
        rowhouse_guard::audit(&catalog, &options).map_err(|error| {
            Misuse::new(format!("{}: {error}", path.display()))
                .hint(error.hint())
                .into()
        })
    }
}

fn print(opened: &[&Finding], closed: &[&Finding]) {
    for finding in opened {
        let style = if finding.level == Level::Error {
            BAD
        } else {
            WARN
        };
        terminal::line(format!(
            "{style}opens{style:#}   {} {}: {} [{}]",
            finding.level.word(),
            finding.object,
            finding.message,
            finding.rule
        ));
    }
    for finding in closed {
        terminal::line(format!(
            "{GOOD}closes{GOOD:#}  {} {}: {} [{}]",
            finding.level.word(),
            finding.object,
            finding.message,
            finding.rule
        ));
    }
    terminal::line(match (opened.len(), closed.len()) {
        (0, 0) => "The change opens nothing and closes nothing.".to_owned(),
        (opened, closed) => format!("The change opens {opened} and closes {closed}."),
    });
}
