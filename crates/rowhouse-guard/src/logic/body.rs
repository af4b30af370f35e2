//! What the body of a function does.

use super::query::Use;

/// What a function does, statement by statement, with its conditions on parameters taken as free.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BodyFacts {
    /// Tables with tenants' rows that it reads or writes.
    pub(crate) uses: Vec<Use>,
    /// The texts of `EXECUTE` statements and calls that run a string.
    pub(crate) dynamic_sql: Vec<String>,
    /// Settings it makes.
    pub(crate) sets: Vec<SetsSetting>,
    /// Functions it calls that are not the server's.
    pub(crate) calls: Vec<rowhouse_catalog::Oid>,
    /// Parts that could not be read.
    pub(crate) unreadable: Vec<String>,
}

/// A `set_config(…)`, `SET` or `SET LOCAL` inside a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetsSetting {
    /// The setting, where it is a literal.
    pub(crate) name: Option<String>,
    /// The value, as SQL.
    pub(crate) value: String,
    /// It ends with the transaction; unknown where that is computed.
    pub(crate) local: Option<bool>,
    /// The value hangs on the caller's arguments.
    pub(crate) from_parameter: bool,
}
