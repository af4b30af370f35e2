//! Which relations and functions may be served.

use rowhouse_catalog::{Function, Relation};

/// Whether a relation or function may be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its policies keep tenants apart.
    Protected,
    /// Nothing keeps tenants apart in it; the reason, for whoever runs the service. Served where it is declared shared.
    Unprotected(String),
    /// One tenant could read another's rows through it; the reason. Never served.
    Open(String),
}

/// Who says which relations keep tenants apart: an audit, or the simple look of [`RowSecurity`].
pub trait Exposure {
    /// Whether `relation` may be served to tenants.
    fn verdict(&self, relation: &Relation) -> Verdict;

    /// Whether `function` may be called by tenants. Whether it runs as its owner is not the
    /// question: the configuration has allowed that then. Without an answer of its own, a verdict
    /// on relations lets no function pass.
    fn function(&self, _function: &Function) -> Verdict {
        Verdict::Unprotected("nobody has looked at what it does".into())
    }
}

/// Takes row security that is enabled, forced and has a policy for protection.
///
/// It does not read the policies, nor what functions do: a wrong one passes. An audit's verdict is
/// to be preferred.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowSecurity;

impl Exposure for RowSecurity {
    fn verdict(&self, relation: &Relation) -> Verdict {
        let missing = if !relation.is_table() {
            "only tables can have row security of their own"
        } else if !relation.row_security {
            "row security is not enabled"
        } else if !relation.force_row_security {
            "row security is not forced, so the owner is not bound by it"
        } else if relation.policies.is_empty() {
            "row security is enabled, but there is no policy"
        } else {
            return Verdict::Protected;
        };
        Verdict::Unprotected(missing.into())
    }

    fn function(&self, _function: &Function) -> Verdict {
        Verdict::Protected
    }
}
