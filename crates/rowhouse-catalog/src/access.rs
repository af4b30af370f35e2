//! What a role may do, computed from the snapshot as the server computes it.

use std::collections::BTreeSet;

use crate::acl::Acl;
use crate::catalog::Catalog;
use crate::columns::Column;
use crate::functions::Function;
use crate::oid::{Grantee, Oid};
use crate::privilege::Privilege::{Delete, Insert, Maintain, Select, Truncate, Update, Usage};
use crate::privilege::Privileges;
use crate::relations::{Relation, RelationKind};

// Predefined roles have fixed numbers, from the server's catalog/pg_authid.dat.
const PG_READ_ALL_DATA: Oid = Oid(6181);
const PG_WRITE_ALL_DATA: Oid = Oid(6182);
const PG_MAINTAIN: Oid = Oid(6337);

/// A role's powers without `SET ROLE`: who it is taken for when privileges are checked.
///
/// Made once per role with [`Catalog::as_role`], then asked about many objects.
#[derive(Clone, Debug)]
pub struct Access<'a> {
    catalog: &'a Catalog,
    superuser: bool,
    bypass_rls: bool,
    roles: BTreeSet<Oid>,
}

impl Catalog {
    /// The powers of a role as it is after login or `SET ROLE`.
    pub fn as_role(&self, role: Oid) -> Access<'_> {
        Access {
            catalog: self,
            superuser: self.is_superuser(role),
            // An attribute of the role alone: membership does not pass it on.
            bypass_rls: self.role_by_oid(role).is_some_and(|role| role.bypass_rls),
            roles: self.inherited_roles(role),
        }
    }

    /// What a role may do with a relation as a whole. For many relations use [`Catalog::as_role`].
    pub fn privileges(&self, role: Oid, relation: &Relation) -> Privileges {
        self.as_role(role).relation(relation)
    }

    /// What a role may do with a column, by itself or through the relation.
    pub fn column_privileges(&self, role: Oid, relation: &Relation, column: &Column) -> Privileges {
        self.as_role(role).column(relation, column)
    }
}

impl Access<'_> {
    /// The roles whose privileges count.
    pub fn roles(&self) -> &BTreeSet<Oid> {
        &self.roles
    }

    /// Whether the role counts as this one's owner.
    pub fn owns(&self, owner: Oid) -> bool {
        self.superuser || self.roles.contains(&owner)
    }

    /// Whether a policy or grant for these applies to the role.
    pub fn is_any_of(&self, grantees: &[Grantee]) -> bool {
        grantees.iter().any(|grantee| match grantee {
            Grantee::Public => true,
            Grantee::Role(role) => self.roles.contains(role),
        })
    }

    /// Whether policies filter what the role sees of a relation, as `row_security_active()` says.
    /// Where they do and none is for the role, it sees no row.
    pub fn is_filtered(&self, relation: &Relation) -> bool {
        let exempt_as_owner = self.owns(relation.owner) && !relation.force_row_security;
        relation.row_security && !self.superuser && !self.bypass_rls && !exempt_as_owner
    }

    /// What an access list gives, without regard to predefined roles.
    pub fn by_acl(&self, acl: &Acl) -> Privileges {
        if self.superuser {
            return Privileges::all();
        }
        acl.entries
            .iter()
            .filter(|entry| self.is_any_of(&[entry.grantee]))
            .fold(Privileges::default(), |all, entry| all | entry.privileges)
    }

    /// What it may do with a relation as a whole, as `has_table_privilege()` says; whether its
    /// schema may be used at all is [`Access::schema`].
    pub fn relation(&self, relation: &Relation) -> Privileges {
        if self.superuser {
            return Privileges::all();
        }
        let mut found = self.by_acl(&relation.acl);
        if self.roles.contains(&PG_READ_ALL_DATA) {
            found.insert(Select);
        }
        if self.roles.contains(&PG_WRITE_ALL_DATA) {
            found = found | Privileges::of(&[Insert, Update, Delete]);
        }
        let can_maintain = self.catalog.server.version.major() >= 17;
        if can_maintain && self.roles.contains(&PG_MAINTAIN) {
            found.insert(Maintain);
        }
        // Nobody but a superuser writes to the server's own tables, whatever is granted.
        if relation.oid.is_builtin() && relation.kind != RelationKind::View {
            found = found.without(Privileges::of(&[Insert, Update, Delete, Truncate, Usage]));
        }
        found
    }

    /// What it may do with a column, by itself or through the relation.
    pub fn column(&self, relation: &Relation, column: &Column) -> Privileges {
        self.relation(relation) | self.by_acl(&column.acl)
    }

    /// What it may do with at least one column, by itself or through the relation.
    pub fn any_column(&self, relation: &Relation) -> Privileges {
        let through_columns = relation
            .columns
            .iter()
            .map(|column| self.by_acl(&column.acl));
        through_columns.fold(self.relation(relation), |all, column| all | column)
    }

    /// What it may do with a schema. None for a schema that is not in the snapshot.
    pub fn schema(&self, name: &str) -> Option<Privileges> {
        let schema = self
            .catalog
            .schemas
            .iter()
            .find(|schema| schema.name == name)?;
        let mut found = self.by_acl(&schema.acl);
        if self.roles.contains(&PG_READ_ALL_DATA) || self.roles.contains(&PG_WRITE_ALL_DATA) {
            found.insert(Usage);
        }
        Some(found)
    }

    /// What it may do with a function.
    pub fn function(&self, function: &Function) -> Privileges {
        self.by_acl(&function.acl)
    }

    /// What it may do with the database.
    pub fn database(&self) -> Privileges {
        self.by_acl(&self.catalog.database.acl)
    }
}
