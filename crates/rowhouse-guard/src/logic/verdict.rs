//! What the prover answers.

use std::collections::BTreeSet;

use rowhouse_catalog::Oid;

/// Which rows, and on which side of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Action {
    /// The rows a SELECT sees.
    Read,
    /// The rows an UPDATE without WHERE touches, as they were.
    UpdateOld,
    /// The rows an UPDATE may leave behind.
    UpdateNew,
    /// The rows a DELETE without WHERE removes.
    Delete,
    /// The rows an INSERT may add.
    Insert,
}

/// Does the row's tenant have to be the session's?
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No row of another tenant passes, whatever the session.
    Proven(Proof),
    /// A row of another tenant passes; this one.
    Refuted(Refutation),
    /// It hangs on something that was not understood.
    Undecided(Doubt),
}

impl Verdict {
    /// Whether nothing of another tenant passes.
    pub(crate) fn is_proven(&self) -> bool {
        matches!(self, Self::Proven(_))
    }
}

/// What a proof rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The settings rows are tied to, with the path inside a JSON one, such as
    /// `request.jwt.claims -> user_metadata -> tenant_id`. Empty where nothing passes at all.
    pub(crate) bound_by: BTreeSet<String>,
    /// Tables that say who belongs to which tenant, believed because the role cannot forge their rows.
    pub(crate) trusts: BTreeSet<Oid>,
}

/// A row of another tenant that passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refutation {
    /// What sort of hole it is.
    pub(crate) why: Why,
    /// The permissive policies that let it through; none where row security does not filter the role or the condition
    /// is a query's.
    pub(crate) policies: Vec<Oid>,
    /// The row's tenant, as it would be written.
    pub(crate) row_tenant: String,
    /// Each setting that was looked at, and what it said: `''`, `(not set)` or a value.
    pub(crate) session: Vec<(String, String)>,
    /// What else has to hold of the row or the moment, as SQL.
    pub(crate) given: Vec<String>,
    /// The columns of the row that have to be equal to something the caller or the session says.
    pub(crate) asked: Vec<String>,
}

impl Refutation {
    /// Whether all that was found to pass are rows without a tenant.
    pub(crate) fn is_of_nobody(&self) -> bool {
        self.row_tenant == "NULL"
    }
}

/// What sort of hole it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Row security is off, or does not hold for this role.
    NotFiltered,
    /// The condition holds for a row of another tenant.
    Passes,
    /// The condition believes a table the role can write to as it likes.
    TrustsTable(Oid),
    /// The condition compares with the name of the role, which says who is asking only where each tenant has a role.
    RoleName,
}

/// What was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// The policies it is in; none where the condition is a query's.
    pub(crate) policies: Vec<Oid>,
    /// The parts, as SQL.
    pub(crate) parts: Vec<String>,
}
