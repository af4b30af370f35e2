//! Which relations and functions may be served.

use rowhouse_catalog::{Function, Relation, quote_ident};
use serde::{Deserialize, Serialize};

/// Whether a relation or function may be served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Whether the rows that the app role sees of `relation` are sure to be its tenant's alone. What was accepted although
    /// it shows others' rows may be served, and is not that.
    fn is_one_tenants(&self, relation: &Relation) -> bool {
        self.verdict(relation) == Verdict::Protected
    }

    /// Whether `function` may be called by tenants. Whether it runs as its owner is not the
    /// question: the configuration has allowed that then. Without an answer of its own, a verdict
    /// on relations lets no function pass.
    fn function(&self, _function: &Function) -> Verdict {
        Verdict::Unprotected("nobody has looked at what it does".into())
    }

    /// The number of the column that says whose a row of `table` is: it is filled where a request
    /// leaves it out, and no request may give it another value than its tenant.
    fn tenant_column(&self, table: &Relation) -> Option<i16>;
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

    /// The column that a policy compares with a setting: `(tenant_id = ( SELECT current_setting(…`.
    fn tenant_column(&self, table: &Relation) -> Option<i16> {
        let policies = table.policies.iter();
        let texts = policies.flat_map(|policy| policy.using.iter().chain(&policy.with_check));
        let mut columns = texts.filter_map(|text| {
            let compared = |name: &str| {
                let name = quote_ident(name);
                let after = text.split(&format!("({name} = ")).nth(1)?;
                let end = after.find(" = ").unwrap_or(after.len());
                after[..end].contains("current_setting(").then_some(())
            };
            let mut columns = table.columns.iter();
            columns.find(|column| compared(&column.name).is_some())
        });
        columns.next().map(|column| column.number)
    }
}
