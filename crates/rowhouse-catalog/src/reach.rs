//! Which roles a role acts as, by the server's own rules (its `roles_is_member_of()`).

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::oid::Oid;
use crate::roles::Membership;

/// `pg_database_owner`: the database's owner is a member without any entry saying so.
const PG_DATABASE_OWNER: Oid = Oid(6171);

/// The roles a role can act as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveRoles {
    /// Whose privileges it has at once, itself included.
    pub inherited: BTreeSet<Oid>,
    /// Whom it can become with `SET ROLE`, itself included.
    pub settable: BTreeSet<Oid>,
    /// Whose privileges it can get at in any way: what it inherits, and what each role it can
    /// become inherits.
    pub reachable: BTreeSet<Oid>,
    /// Roles it may grant to anybody, itself too: see [`Catalog::administered_roles`].
    pub administered: BTreeSet<Oid>,
}

impl Catalog {
    /// The roles a role can act as. A superuser can act as all.
    pub fn effective_roles(&self, role: Oid) -> EffectiveRoles {
        let inherited = self.inherited_roles(role);
        let settable = self.settable_roles(role);
        let reachable = settable
            .iter()
            .flat_map(|&settable| self.inherited_roles(settable))
            .chain(inherited.iter().copied())
            .collect();
        EffectiveRoles {
            reachable,
            administered: self.administered_roles(role),
            inherited,
            settable,
        }
    }

    /// Whose privileges a role has without `SET ROLE`, itself included.
    pub fn inherited_roles(&self, role: Oid) -> BTreeSet<Oid> {
        if self.is_superuser(role) {
            return self.every_role();
        }
        self.closure(role, |membership| membership.inherit)
    }

    /// Whom a role can become with `SET ROLE`, itself included.
    pub fn settable_roles(&self, role: Oid) -> BTreeSet<Oid> {
        if self.is_superuser(role) {
            return self.every_role();
        }
        self.closure(role, |membership| membership.set)
    }

    /// The roles a role is a member of, whatever the options say, itself included.
    pub fn member_of(&self, role: Oid) -> BTreeSet<Oid> {
        if self.is_superuser(role) {
            return self.every_role();
        }
        self.closure(role, |_| true)
    }

    /// The roles a role may grant: an `ADMIN OPTION` held by it or by any role it is a member of.
    pub fn administered_roles(&self, role: Oid) -> BTreeSet<Oid> {
        if self.is_superuser(role) {
            return self.every_role();
        }
        let member_of = self.member_of(role);
        self.memberships
            .iter()
            .filter(|membership| membership.admin && member_of.contains(&membership.member))
            .map(|membership| membership.role)
            .collect()
    }

    /// Whether no check applies to the role.
    pub fn is_superuser(&self, role: Oid) -> bool {
        self.role_by_oid(role).is_some_and(|role| role.superuser)
    }

    fn every_role(&self) -> BTreeSet<Oid> {
        self.roles.iter().map(|role| role.oid).collect()
    }

    fn closure(&self, role: Oid, follow: impl Fn(&Membership) -> bool) -> BTreeSet<Oid> {
        let mut found = BTreeSet::from([role]);
        let mut open = vec![role];
        while let Some(member) = open.pop() {
            let granted = self
                .memberships
                .iter()
                .filter(|membership| membership.member == member && follow(membership))
                .map(|membership| membership.role);
            let implied = (member == self.database.owner).then_some(PG_DATABASE_OWNER);
            for role in granted.chain(implied) {
                if found.insert(role) {
                    open.push(role);
                }
            }
        }
        found
    }
}
