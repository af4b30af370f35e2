//! What the queries of views and functions let through.

use rowhouse_catalog::Oid;

use super::verdict::{Action, Verdict};

/// Whose query it is, and what its names mean.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    /// The schemas unqualified names are looked up in, in order. A view's text needs none.
    pub(crate) search_path: Vec<String>,
    /// The parameters of the function it is in: name and type.
    pub(crate) parameters: Vec<(Option<String>, Oid)>,
    /// Whose rights views inside it with `security_invoker` fall back to; the querying role where none.
    pub(crate) invoker: Option<Oid>,
}

/// How a query or body uses a relation that has tenants' rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    /// The table.
    pub(crate) relation: Oid,
    /// Whose rights it is reached with.
    pub(crate) role: Oid,
    /// What is done with it.
    pub(crate) action: Action,
    /// Whether it stays within the session's tenant.
    pub(crate) verdict: Verdict,
    /// It is only asked inside a condition: it may tell that a row exists, not what is in it.
    pub(crate) in_condition: bool,
}

/// What a query does with the rows of tenants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct QueryFacts {
    /// Each table it reaches.
    pub(crate) uses: Vec<Use>,
    /// For each output column, the column it hands on unchanged.
    pub(crate) columns: Vec<(String, Option<(Oid, i16)>)>,
    /// Parts that could not be read.
    pub(crate) unreadable: Vec<String>,
}
