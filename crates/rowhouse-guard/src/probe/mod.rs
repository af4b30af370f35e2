//! Attacks for real: what the audit says by reading, the probe says by trying, as the app role, in transactions that are rolled
//! back.
//!
//! It works on a disposable copy of the schema that the caller made: [`fill`] writes rows of some tenants, [`attack`] lists what
//! is tried, [`run`] tries it, and [`Verdict`]s say of each relation and function, command, state and role whether it held.
//! Each list is the same for the same catalog. How a leak is recognized is said in [`run`].

mod attack;
mod calibrate;
mod doors;
mod fill;
mod filling;
mod judge;
mod leftover;
mod live;
mod owned;
mod report;
mod run;
mod sealing;
mod session;
mod siege;
mod switched;
mod taking;
mod tenants;
mod verdict;
mod words;
mod work;
mod world;

pub use doors::Doors;
pub use live::{Live, live};
pub use report::{ProbeReport, SCHEMA_VERSION as PROBE_SCHEMA_VERSION};
pub use session::State;
pub use verdict::{Cell, Command, Verdict};

use rowhouse_catalog::Catalog;

use crate::context::Context;
use crate::{Options, seal};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The audit cannot tell what the tenants or the app role are.
    #[error(transparent)]
    Audit(#[from] crate::Error),
    /// A connection could not be opened.
    #[error("cannot enter as {role}: {why}")]
    Enter {
        /// As whom.
        role: String,
        /// Why not.
        why: String,
    },
    /// The copy could not be prepared.
    #[error("the copy cannot be prepared: {0}")]
    Copy(String),
}

/// Probes a disposable copy of a database: it is filled, and all of it is the probe's to change.
///
/// `told` hears what is going on.
///
/// # Errors
/// Where the tenants or the app role cannot be told, or the copy cannot be entered or prepared.
pub async fn probe(
    catalog: &Catalog,
    options: &Options,
    doors: &impl Doors,
    told: &(dyn Fn(&str) + Sync),
) -> Result<ProbeReport, Error> {
    let read = seal::Read::new(catalog);
    let model = read.model(options)?;
    let context = Context::new(&model);
    let audit = crate::audit(catalog, options).unwrap_or_default();
    work::work(&context, options, doors, told, audit).await
}
