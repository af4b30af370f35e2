//! Rowhouse beside pgbench and a service on tokio-postgres: one run, one machine, the same data, tenants rotating.
//!
//! Absolute figures say more about the machine than about the code; the ratios are what is compared. Every figure is
//! the median of several rounds, and what is compared alternates within a round.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it reports to a person"
)]

mod audit;
mod copy;
mod data;
mod delay;
mod library;
mod load;
mod median;
mod peer;
mod pgbench;
mod report;
mod rest;
mod sealed;
mod service;
mod sleeper;
mod suite;
mod throughput;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures Rowhouse.
#[derive(Debug, Parser)]
struct Arguments {
    /// Rounds; the median of each figure is reported.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds that each figure is measured for in a round.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Only the parts whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// The service to compare with.
    #[command(hide = true)]
    Peer { url: String, port: u16 },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    match arguments.role {
        Some(Role::Peer { url, port }) => runtime.block_on(peer::serve(&url, port)),
        None => {
            let report = runtime.block_on(suite::run(
                arguments.rounds,
                arguments.seconds,
                &arguments.only,
            ))?;
            println!("{}", report.table());
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results");
            std::fs::create_dir_all(path)?;
            let file = format!("{path}/latest.json");
            std::fs::write(&file, serde_json::to_string_pretty(&report)?)?;
            println!("kept in {file}");
            Ok(())
        }
    }
}
