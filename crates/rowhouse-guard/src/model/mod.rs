//! What the audit takes the tenants, the setting and the app roles to be, and why.

mod app_roles;
mod classes;
mod columns;
mod compared;
mod root;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Catalog, Function, Object, Oid, Relation};

use crate::seal::Seal;
use crate::{Error, Options};

pub(crate) use settings::{asked_for, helper_functions, text_of};

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

impl Class {
    /// How its rows say whose they are, where they belong to tenants.
    pub fn row_owner(&self) -> Option<&RowOwner> {
        match self {
            Self::Root(owner) | Self::Tenant(owner) | Self::Child(owner) => Some(owner),
            Self::Shared | Self::Internal => None,
        }
    }

    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Root(_) => "root",
            Self::Tenant(_) => "tenant",
            Self::Child(_) => "child",
            Self::Shared => "shared",
            Self::Internal => "internal",
        }
    }
}

/// What the audit believes about a database.
#[derive(Debug, Clone)]
pub struct Model<'a> {
    /// The snapshot.
    pub catalog: &'a Catalog,
    /// The logins the services use.
    pub app_roles: Vec<Oid>,
    /// The settings that carry the tenant, the most used first.
    pub settings: Vec<Setting>,
    /// The table of tenants.
    pub root: Option<Oid>,
    /// The names of tenant columns, the most telling first.
    pub tenant_columns: Vec<String>,
    /// What each relation is to the tenants; what the app role can reach is in [`Model::class`].
    pub classes: BTreeMap<Oid, Class>,
    /// The seal that the policies may believe, where there is one of ours.
    pub(crate) seal: Option<Seal>,
    /// Each tenant has a login of its own, whose name says who is asking.
    pub login_per_tenant: bool,
    /// Why, for whoever reads the report: one line for each thing detected.
    pub reasons: Vec<Reason>,
}

/// Why the audit believes something.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reason {
    /// What it is about: `app role`, `other login`, `setting`, `tenant root`, `tenant column`.
    pub what: &'static str,
    /// What it was taken to be.
    pub is: String,
    /// Why.
    pub why: String,
}

impl<'a> Model<'a> {
    /// Detects what `options` does not say.
    ///
    /// # Errors
    /// Where a role or table that was named is not there, or nobody could be an app role.
    pub fn detect(catalog: &'a Catalog, options: &Options) -> Result<Self, Error> {
        let mut reasons = Vec::new();
        let settings = settings::detect(catalog, options, &mut reasons);
        let columns = columns::Votes::count(catalog, options, &settings);
        let root = root::detect(catalog, options, &columns, &mut reasons)?;
        let tenant_columns = columns.names(catalog, root, options, &mut reasons);
        let classes = classes::detect(catalog, root, &tenant_columns);
        let app_roles = app_roles::detect(catalog, options, &classes, &mut reasons)?;
        let mut model = Self {
            catalog,
            seal: None,
            login_per_tenant: has_login_per_tenant(catalog, &app_roles, &settings),
            app_roles,
            settings,
            root,
            tenant_columns,
            classes,
            reasons,
        };
        model.hide_what_nobody_reaches();
        Ok(model)
    }

    /// Whether anything at all speaks of tenants.
    pub(crate) fn has_tenants(&self) -> bool {
        self.root.is_some() || !self.settings.is_empty() || !self.tenant_columns.is_empty()
    }

    /// Functions by which policies find the tenant in a row for the server's process.
    pub(crate) fn session_helpers(&self) -> Vec<&'a Function> {
        let by_process = |function: &&Function| {
            let text = text_of(function).to_lowercase();
            text.contains("pg_backend_pid()") && text.contains("from")
        };
        let mut functions = self.catalog.functions.iter();
        if !functions.any(|function| by_process(&function)) {
            return Vec::new();
        }
        let policies = self.tenant_tables().flat_map(|(table, _)| &table.policies);
        let helpers =
            policies.flat_map(|policy| helper_functions(self.catalog, Object::Policy(policy.oid)));
        helpers.filter(by_process).collect()
    }

    /// What a relation is to the tenants.
    pub fn class(&self, relation: Oid) -> &Class {
        self.classes.get(&relation).unwrap_or(&Class::Shared)
    }

    /// How the rows of a relation say whose they are.
    pub fn row_owner(&self, relation: Oid) -> Option<&RowOwner> {
        self.class(relation).row_owner()
    }

    /// The tables whose rows belong to tenants.
    pub fn tenant_tables(&self) -> impl Iterator<Item = (&'a Relation, &RowOwner)> {
        let tables = self.catalog.relations.iter();
        tables.filter_map(|relation| Some((relation, self.row_owner(relation.oid)?)))
    }

    /// The column that carries the tenant, where the table has one.
    pub fn tenant_column(&self, relation: Oid) -> Option<i16> {
        match self.row_owner(relation)? {
            RowOwner::Column(number) => Some(*number),
            RowOwner::Parent { .. } => None,
        }
    }

    /// The same, but for one table another column says whose its rows are, by whichever setting.
    pub(crate) fn told_by(&self, relation: Oid, column: i16) -> Self {
        let mut model = self.clone();
        let owner = RowOwner::Column(column);
        let class = match self.class(relation) {
            Class::Root(_) => Class::Root(owner),
            _ => Class::Tenant(owner),
        };
        model.classes.insert(relation, class);
        model.settings.clear();
        model
    }

    /// Shared tables nobody reaches are internal. A table of tenants stays one: views and functions lead to it.
    fn hide_what_nobody_reaches(&mut self) {
        let roles: Vec<_> = self
            .app_roles
            .iter()
            .flat_map(|&role| self.catalog.settable_roles(role))
            .map(|role| self.catalog.as_role(role))
            .collect();
        for relation in &self.catalog.relations {
            let reached = roles.iter().any(|role| {
                let usable = role.schema(&relation.schema);
                usable.is_some_and(|schema| schema.has(rowhouse_catalog::Privilege::Usage))
                    && !role.any_column(relation).is_empty()
            });
            let class = self.classes.entry(relation.oid).or_insert(Class::Shared);
            if !reached && *class == Class::Shared {
                *class = Class::Internal;
            }
        }
    }
}

/// Whether each tenant has a login of its own, or a role that the service becomes: no setting says who is asking, and
/// there are several by the same group, or several logins without any. What a login inherits is no other's role.
fn has_login_per_tenant(catalog: &Catalog, app_roles: &[Oid], settings: &[Setting]) -> bool {
    if !settings.is_empty() {
        return false;
    }
    let becomes = app_roles.iter().flat_map(|&login| {
        let inherited = catalog.inherited_roles(login);
        let mut becomes = catalog.settable_roles(login);
        becomes.retain(|role| *role == login || !inherited.contains(role));
        becomes
    });
    let who: BTreeSet<Oid> = becomes.collect();
    let memberships = catalog.memberships.iter();
    let of_them = memberships.filter(|membership| who.contains(&membership.member));
    let mut members: BTreeMap<Oid, BTreeSet<Oid>> = BTreeMap::new();
    for membership in of_them {
        let known = members.entry(membership.role).or_default();
        known.insert(membership.member);
    }
    let alike = members.values().any(|members| members.len() > 1);
    alike || members.is_empty() && app_roles.len() > 1
}
