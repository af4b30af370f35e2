//! What the audit takes the tenants, the setting and the app roles to be.

use std::collections::BTreeMap;

use rowhouse_catalog::{Catalog, Oid};

use crate::Options;

/// A run-time parameter that says who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Setting {
    /// Its name, such as `app.current_tenant_id` or `request.jwt.claims`.
    pub name: String,
}

/// How a row says whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOwner {
    /// By a column of its own: the tenant column, or the key of the root.
    Column(i16),
    /// By the row it references: the columns of this table that reference `parent`'s `parent_columns`.
    Parent {
        /// Referencing column numbers.
        columns: Vec<i16>,
        /// The referenced table.
        parent: Oid,
        /// Referenced column numbers.
        parent_columns: Vec<i16>,
    },
}

/// What a relation is to the tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// The table of tenants.
    Root(RowOwner),
    /// It has a tenant column.
    Tenant(RowOwner),
    /// Its rows belong to rows of another table.
    Child(RowOwner),
    /// The same for all tenants.
    Shared,
    /// Out of the app role's reach.
    Internal,
}

/// What the audit believes about a database.
#[derive(Debug)]
pub struct Model<'a> {
    /// The snapshot.
    pub catalog: &'a Catalog,
    /// The logins the services use.
    pub app_roles: Vec<Oid>,
    /// The settings that carry the tenant, the most used first.
    pub settings: Vec<Setting>,
    /// The table of tenants.
    pub root: Option<Oid>,
    /// What each relation is.
    pub classes: BTreeMap<Oid, Class>,
}

impl<'a> Model<'a> {
    /// Detects what `options` does not say.
    pub fn detect(catalog: &'a Catalog, _options: &Options) -> Self {
        Self {
            catalog,
            app_roles: Vec::new(),
            settings: Vec::new(),
            root: None,
            classes: BTreeMap::new(),
        }
    }
}
