//! Can one tenant reach another's rows, how exactly, and what closes it?
//!
//! An audit walks straight through: [`Catalog`] → [`Model`] (what the audit takes the tenants, the setting and the app
//! roles to be) → [rules](rules()), which ask `logic` what policies, views and functions let through → [`Finding`]s →
//! [`Report`]. Nothing of it talks to a database: the snapshot is all it reads.

mod context;
mod document;
mod error;
mod finding;
mod keys;
mod logic;
mod model;
mod options;
mod report;
mod rule;
mod rules;

pub use error::Error;
pub use finding::{Certainty, Finding, Fix, Level};
pub use model::{Class, Model, Reason, RowOwner, Setting};
pub use options::Options;
pub use report::{Baseline, Detected, Exception, Report, SCHEMA_VERSION};
pub use rule::{Example, Rule};
pub use rules::{SCHEMA, rule, rules};

use rowhouse_catalog::Catalog;

/// Audits a snapshot.
///
/// # Errors
/// Where it cannot tell: a role or table that was named is not there, or nobody could be an app role.
pub fn audit(catalog: &Catalog, options: &Options) -> Result<Report, Error> {
    let model = Model::detect(catalog, options)?;
    let findings = rules::run(&model);
    Ok(Report::new(&model, options, findings))
}
