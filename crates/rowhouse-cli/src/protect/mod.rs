//! `rowhouse protect`: the migration to tenant isolation, printed, as files, or made.

mod attempt;
mod batches;
mod files;
mod run;

use std::path::PathBuf;
use std::time::Duration;

use rowhouse_guard::Level;
use rowhouse_guard::protect::{Aim, Plan, Script, Wishes, plan};

use crate::administration::Administration;
use crate::audit::Known;
use crate::config;
use crate::failure::{Misuse, Told};
use crate::owner::OwnersTarget;
use crate::terminal;

/// Print the migration that brings tables under isolation, or make it step by step beside the running service
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is well gets no step. Each step says which lock it takes, reads no rows while others wait for it, and stands by
itself: an interrupted run goes on where it was, by looking at the catalogs.

Examples:
  rowhouse protect > up.sql                  all that need it, as SQL for psql
  rowhouse protect --down > down.sql         the way back, of before the migration
  rowhouse protect items comments --out migrations
                                             two files for each step, for migration tools
  rowhouse protect --apply                   make it, as the owner; the way back is put into files first
  rowhouse protect --observe --apply         let everything through first, and record what would be stopped:
                                             `rowhouse observe report` lists it; then protect one table after another

It works as the owner of the tables: --admin-url, else admin_url of the configuration. Exit code 1 if the audit will
still find errors or warnings; what closes them is said.")]
pub(crate) struct Protect {
    /// The tables and views to look after, as name or schema.name [default: all that need it]
    tables: Vec<String>,
    #[command(flatten)]
    target: OwnersTarget,
    #[command(flatten)]
    known: Known,
    /// Make the migration, one step at a time
    #[arg(long, conflicts_with = "down")]
    apply: bool,
    #[command(flatten)]
    aim: Observing,
    /// Print the way back instead
    #[arg(long, conflicts_with = "out")]
    down: bool,
    /// Write numbered files here, NNNN_name.up.sql and NNNN_name.down.sql [default with --apply: protect]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Whose statements
    #[arg(long = "target", value_enum, default_value_t, value_name = "SERVER")]
    server: Server,
    /// A table whose policies show the planner the tenant itself, at the cost of asking for each row of a scan; may be
    /// given several times
    #[arg(long, value_name = "TABLE")]
    bare: Vec<String>,
    /// Stop after so many steps; the next run goes on
    #[arg(long, value_name = "N", requires = "apply")]
    steps: Option<usize>,
    /// How long a step waits for a lock before it lets the others pass and tries again
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = time)]
    lock_timeout: Duration,
}

/// Whether the tables are to be watched instead of isolated.
#[derive(Debug, Clone, Copy, clap::Args)]
struct Observing {
    /// Let everything through, and record which statements came without a tenant or would lose rows; for a table that is
    /// named also in place of the wall that this command made
    #[arg(long)]
    observe: bool,
    /// End observing: tables are open as they were before it
    #[arg(long, conflicts_with = "observe")]
    unobserve: bool,
}

impl Observing {
    fn aim(self) -> Aim {
        match (self.observe, self.unobserve) {
            (true, _) => Aim::Observed,
            (_, true) => Aim::Unobserved,
            _ => Aim::Isolated,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Server {
    #[default]
    Postgres,
    Citus,
}

fn time(text: &str) -> Result<Duration, String> {
    config::parse_time(text)
        .ok_or_else(|| "write a number and ms, s, min or h, such as 3s".to_owned())
}

impl Protect {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = self.target.config()?;
        let options = self
            .target
            .options(&config, "the migration is the owner's")?;
        let mut owner = Administration::connect(&options).await?;
        let catalog = owner.catalog().await?;
        let wishes = Wishes {
            aim: self.aim.aim(),
            tables: self.tables.clone(),
            citus: self.server == Server::Citus,
            bare: self.bare.clone(),
        };
        let plan = plan(&catalog, &self.known.options(&config), &wishes)
            .map_err(|error| Misuse::new(error.to_string()).hint(error.hint()))?;
        if self.apply {
            self.apply(&owner, &plan).await?;
        } else if let Some(folder) = &self.out {
            let count = files::write(folder, &plan)?;
            terminal::line(format!(
                "{count} files for {} steps are in {}",
                plan.steps.len(),
                folder.display()
            ));
            say_rest(&plan);
        } else if plan.steps.is_empty() {
            terminal::line("-- No table needs a step.");
            say_rest(&plan);
        } else {
            let way = if self.down { Script::Down } else { Script::Up };
            terminal::line(plan.to_sql(way).trim_end());
        }
        if plan.after.iter().any(|finding| finding.level > Level::Note) {
            return Err(Told.into());
        }
        Ok(())
    }

    async fn apply(&self, owner: &Administration, plan: &Plan) -> anyhow::Result<()> {
        if !plan.steps.is_empty() {
            // The plan knows the schema as it is now; the next one will not.
            let folder = self.out.clone().unwrap_or_else(|| "protect".into());
            files::write(&folder, plan)?;
            terminal::progress(format!(
                "the steps and their way back are in {}",
                folder.display()
            ));
        }
        for words in &plan.taken {
            terminal::progress(words);
        }
        let done = run::all(owner, plan, self.lock_timeout, self.steps).await?;
        terminal::line(match (done, plan.steps.len()) {
            (_, 0) => "no table needed a step".to_owned(),
            (done, all) if done == all => format!("{all} steps are done"),
            (done, all) => format!("{done} of {all} steps are done; run it again to go on"),
        });
        say_rest(plan);
        if plan.aim == Aim::Observed && done > 0 {
            let rows = owner.rows("SHOW log_min_messages").await?;
            let level: &str = rows.first().map_or(Ok("warning"), |row| row.try_get(0))?;
            if let Some(why) = crate::observe::log::too_quiet(level) {
                terminal::warning(why);
            }
            terminal::progress(
                "what would be stopped goes to the server's log: `rowhouse observe report` lists it",
            );
        }
        Ok(())
    }
}

/// What no step does.
fn say_rest(plan: &Plan) {
    for words in &plan.around {
        terminal::progress(words);
    }
    for (object, why) in plan.left_beside() {
        terminal::warning(format!("{object} was left as it is: {why}"));
    }
    for decision in plan.decisions() {
        let finding = decision.finding;
        terminal::warning(format!(
            "the audit still finds on {}: {} [{}]",
            finding.object, finding.message, finding.rule
        ));
        let (rowhouse_guard::Fix::Sql(fix) | rowhouse_guard::Fix::Words(fix)) = &finding.fix;
        terminal::hint(fix);
        terminal::progress(format!("left because {}", decision.why));
    }
}
