//! The command `rowhouse`: it reads the configuration, wires the crates, and is the only one that prints.
//!
//! One file per command; [`config`] is the file `rowhouse.toml`, [`failure`] how a command ends badly.

#![allow(
    clippy::doc_markdown,
    reason = "doc comments of arguments are the help text, where backticks would be seen"
)]

mod administration;
mod audit;
mod completions;
mod config;
mod copy;
mod credentials;
mod db;
mod demo;
mod diff;
mod doctor;
mod failure;
mod identity;
mod keys;
mod local;
mod logging;
mod observe;
mod owner;
mod probe;
mod protect;
mod rules;
mod seal;
mod serve;
mod snapshot;
mod target;
mod terminal;
mod token;
mod why;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tenant isolation for PostgreSQL: every tenant behind its own front door
#[derive(Debug, Parser)]
#[command(name = "rowhouse", version, after_help = EXAMPLES)]
struct Rowhouse {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Audit(Box<audit::Audit>),
    Probe(Box<probe::Probe>),
    Why(Box<why::WhyArguments>),
    Rules(rules::Rules),
    Explain(rules::Explain),
    Snapshot(snapshot::Snapshot),
    Protect(Box<protect::Protect>),
    Observe(observe::Observe),
    Seal(seal::Seal),
    Diff(diff::Diff),
    Db(db::Db),
    Keys(keys::Keys),
    Token(token::Token),
    Doctor(doctor::Doctor),
    Completions(completions::Completions),
    Judge(serve::Judge),
}

const EXAMPLES: &str = "\
Examples:
  rowhouse serve --demo                      try it: a private PostgreSQL with the demo's data
  rowhouse serve --database-url postgres://app@db.example.com/app
  rowhouse audit                             every way from one tenant to another
  rowhouse probe                             the same by trying, on a copy
  rowhouse protect                           the migration that closes them, as SQL
  rowhouse doctor                            what is wrong, and how to mend it
  rowhouse db psql --role rowhouse_owner     SQL in the private PostgreSQL

Flags go before environment variables, these before rowhouse.toml, the file before the defaults.
Exit codes: 0 it worked, 1 it failed, 2 it was used or configured wrongly.";

fn main() -> ExitCode {
    let Rowhouse { command } = Rowhouse::parse();
    logging::start();
    // One thread: the service starts its own workers, and everything else is a few round trips.
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failure::report(&error.into()),
    };
    let done = match command {
        Command::Serve(serve) => runtime.block_on(serve.run()),
        Command::Audit(audit) => return runtime.block_on(audit.run()),
        Command::Probe(probe) => return runtime.block_on(probe.run()),
        Command::Why(why) => return runtime.block_on(why.run()),
        Command::Diff(diff) => return diff.run(),
        Command::Snapshot(snapshot) => runtime.block_on(snapshot.run()),
        Command::Protect(protect) => runtime.block_on(protect.run()),
        Command::Observe(observe) => runtime.block_on(observe.run()),
        Command::Seal(seal) => runtime.block_on(seal.run()),
        Command::Explain(explain) => explain.run(),
        Command::Rules(rules::Rules {}) => {
            rules::Rules::run();
            Ok(())
        }
        Command::Db(db) => runtime.block_on(db.run()),
        Command::Keys(keys) => runtime.block_on(keys.run()),
        Command::Token(token) => token.run(),
        Command::Doctor(doctor) => runtime.block_on(doctor.run()),
        Command::Completions(completions) => completions.run(),
        Command::Judge(serve::Judge {}) => serve::Judge::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failure::report(&error),
    }
}
