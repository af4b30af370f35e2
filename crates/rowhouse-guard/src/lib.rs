//! Can one tenant reach another's rows, how exactly, and what closes it?
//!
//! An audit walks straight through: [`Catalog`] → [`Model`] (what the audit takes the tenants, the setting and the app
//! roles to be) → rules, which ask [`logic`] what policies, views and functions let through → [`Finding`]s → [`Report`].
//! Nothing of it talks to a database: the snapshot is all it reads.

mod finding;
mod logic;
mod model;
mod options;
mod report;
mod rules;

pub use finding::{Certainty, Finding, Fix, Level};
pub use model::{Class, Model, RowOwner, Setting};
pub use options::Options;
pub use report::Report;

use rowhouse_catalog::Catalog;

/// Audits a snapshot.
pub fn audit(catalog: &Catalog, options: &Options) -> Report {
    let model = Model::detect(catalog, options);
    Report::new(rules::run(&model))
}
