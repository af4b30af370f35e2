//! Can one tenant reach another's rows, how exactly, and what closes it?
//!
//! An audit walks straight through: [`Catalog`] → [`Model`] (what the audit takes the tenants, the setting and the app
//! roles to be) → [rules](rules()), which ask `logic` what policies, views and functions let through → [`Finding`]s →
//! [`Report`]. Nothing of it talks to a database: the snapshot is all it reads. A [`probe`] tries the same on a disposable
//! copy, over connections that the caller opened.
//!
//! [`check`] is the audit for a service's tests and start-up; [`Isolation`] says of each relation whether its rows may be
//! handed to tenants. [`protect::plan`] is the migration that closes what was found.

mod check;
mod conduct;
mod context;
mod document;
mod error;
mod finding;
mod isolation;
mod keys;
mod logic;
mod model;
pub mod observe;
mod options;
pub mod probe;
pub mod protect;
mod report;
mod rule;
mod rules;
pub mod seal;
mod unasked;
pub mod why;

pub use check::{CheckError, check};
pub use conduct::{Conduct, Reach};
pub use error::Error;
pub use finding::{Certainty, Finding, Fix, Level};
pub use isolation::{Isolation, Standing};
pub use model::{Class, Model, Reason, RowOwner, Setting};
pub use options::Options;
pub use report::{Baseline, Detected, Exception, Report, SCHEMA_VERSION};
pub use rule::{Example, Rule};
pub use rules::{SCHEMA, rule, rules};

use context::Context;
use rowhouse_catalog::Catalog;

/// Audits a snapshot.
///
/// # Errors
/// Where it cannot tell: a role, table, column or schema that was named is not there, nobody could be an app role, or
/// nothing speaks of tenants.
pub fn audit(catalog: &Catalog, options: &Options) -> Result<Report, Error> {
    let absent = |name: &&String| !catalog.schemas.iter().any(|schema| schema.name == **name);
    if let Some(name) = options.schemas.iter().find(absent) {
        return Err(Error::NoSuchSchema { name: name.clone() });
    }
    if let Some(name) = &options.tenant_column
        && !catalog
            .relations
            .iter()
            .any(|relation| relation.column(name).is_some())
    {
        return Err(Error::NoSuchColumn { name: name.clone() });
    }
    let read = seal::Read::new(catalog);
    let model = read.model(options)?;
    let findings = rules::run(&Context::new(&model));
    // Without tenants there is nothing to keep apart, and so nothing that could be said to be kept apart.
    if findings.is_empty() && !model.has_tenants() {
        return Err(Error::NoTenants);
    }
    Ok(Report::new(&model, options, findings))
}
