//! Does what a policy lets through belong to the tenant in the setting?
//!
//! [`Decider::decide`] takes a role, a table and an [`Action`] and answers with a [`Verdict`];
//! [`Decider::decide_query`] does the same for each table under a view or SQL statement, [`Decider::body`] for a
//! function.

mod body;
mod query;
mod verdict;

use rowhouse_catalog::{Function, Oid};

pub(crate) use body::{BodyFacts, SetsSetting};
pub(crate) use query::{Context, QueryFacts, Use};
pub(crate) use verdict::{Action, Doubt, Proof, Refutation, Verdict, Why};

use crate::Model;

/// Answers about one database, each question once.
pub(crate) struct Decider<'a> {
    model: &'a Model<'a>,
}

impl<'a> Decider<'a> {
    /// For a database as the audit sees it.
    pub(crate) fn new(model: &'a Model<'a>) -> Self {
        Self { model }
    }

    /// Whether `action` of `role` on a table stays within the session's tenant, by row security alone: privileges are
    /// the caller's to look at. None where the rows of the table belong to nobody.
    pub(crate) fn decide(&self, _role: Oid, _relation: Oid, _action: Action) -> Option<Verdict> {
        None
    }

    /// What a query, run with the rights of `role`, lets through of each table with tenants' rows.
    pub(crate) fn decide_query(&self, _role: Oid, _sql: &str, _context: &Context) -> QueryFacts {
        QueryFacts::default()
    }

    /// What a function does when `caller` calls it: with its owner's rights where it is a SECURITY DEFINER.
    pub(crate) fn body(&self, _caller: Oid, _function: &Function) -> BodyFacts {
        let _ = self.model;
        BodyFacts::default()
    }
}
