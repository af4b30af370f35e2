//! What the user said; what is not said is detected.

/// What to take for granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The logins the services use.
    pub app_roles: Vec<String>,
    /// The setting that carries the tenant id.
    pub setting: Option<String>,
    /// The name of the tenant column.
    pub tenant_column: Option<String>,
    /// The table of tenants, `name` or `schema.name`.
    pub tenant_root: Option<String>,
    /// The schemas to report on; empty: all of the users'.
    pub schemas: Vec<String>,
}
