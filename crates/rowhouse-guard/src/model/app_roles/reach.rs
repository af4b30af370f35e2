//! Logins that are something else beside the service, by what they hold of the tenants' tables.
//!
//! The service's login is the one that tenant policies bind and that holds most of the tenants' tables. One that holds
//! nothing of what that one holds, that reads the log of changes, or that people use to become somebody powerful, is
//! an operator's: an audit of what tenants can do does not begin there. Where no login can be told to be the service's,
//! all stay.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{
    Access, Grantee, Object, Oid, Policy, Privilege, Relation, RelationKind, Role,
};

use super::names::{is_beside, is_service};
use super::{Candidates, Choice, WRITES};
use crate::model::{asked_for, helper_functions};

const USES: [Privilege; 4] = [
    Privilege::Select,
    Privilege::Insert,
    Privilege::Update,
    Privilege::Delete,
];

/// A relation, and what may be done with it.
type Held = BTreeSet<(Oid, Privilege)>;

/// What a login holds of the tenants' tables and of views.
struct Reach<'a> {
    role: &'a Role,
    /// With what it can switch to, roles that skip row security aside.
    all: Held,
    /// Without switching.
    own: Held,
    /// A policy that asks who the tenant is holds for it somewhere, or it reads views.
    is_bound: bool,
    /// It can switch to a role that skips row security.
    rises: bool,
    /// A policy that was written for it alone shows it all tenants.
    is_wide: bool,
    /// The protected tables it holds anything of, with the policies for it and its groups that ask for no tenant.
    open: BTreeMap<Oid, BTreeSet<Oid>>,
}

impl Reach<'_> {
    fn writes(&self) -> bool {
        self.all.iter().any(|(_, held)| WRITES.contains(held))
    }

    /// It could be the service's.
    fn serves(&self) -> bool {
        self.role.login && self.is_bound && !self.rises && !self.is_wide && !self.role.replication
    }

    /// Why it is not the service's, where `service` is.
    fn beside(&self, service: &Reach<'_>) -> Option<&'static str> {
        let (all, most) = (&self.all, &service.all);
        if self.role.replication && !self.writes() && service.writes() {
            return Some("it replicates, and writes nothing of the tenants'");
        }
        if self.rises && self.own.is_empty() && !service.own.is_empty() && most.is_superset(all) {
            return Some("it holds nothing but what it switches to, the service among others");
        }
        let is_open = |(table, policies): &(&Oid, &BTreeSet<Oid>)| {
            let known = service.open.get(table);
            known.map_or(!policies.is_empty(), |known| !policies.is_subset(known))
        };
        let open = self.open.iter().filter(is_open).count();
        if open > 0 && (open == self.open.len() || all.len() < most.len()) {
            return Some("a policy of its own shows it all tenants");
        }
        (all.is_disjoint(most) && tables(all) < tables(most))
            .then_some("it holds nothing of what the service holds of the tenants' tables")
    }
}

fn tables(held: &Held) -> usize {
    let tables: BTreeSet<Oid> = held.iter().map(|(table, _)| *table).collect();
    tables.len()
}

impl<'a> Candidates<'a> {
    /// The service's, and logins that are something else beside it.
    pub(super) fn tell_apart(&self, found: Vec<Choice<'a>>) -> (Vec<Choice<'a>>, Vec<Choice<'a>>) {
        let reaches: Vec<Reach<'a>> = if found.len() > 1 {
            found.iter().map(|(role, _)| self.reach(role)).collect()
        } else {
            Vec::new()
        };
        let serving = reaches.iter().filter(|reach| reach.serves());
        let most = serving.max_by_key(|reach| reach.all.len());
        let mut others = Vec::new();
        let mut service = Vec::new();
        for (at, choice) in found.into_iter().enumerate() {
            let why = most
                .zip(reaches.get(at))
                .filter(|(most, reach)| most.role.oid != reach.role.oid)
                .filter(|(_, reach)| reach.role.login && !is_service(reach.role))
                .and_then(|(most, reach)| reach.beside(most));
            match why {
                Some(why) => others.push((choice.0, why)),
                None => service.push(choice),
            }
        }
        let logins = self.roles().filter(|role| role.login && is_beside(role));
        let named = logins.filter(|role| {
            self.named.contains(&role.oid) && service.iter().all(|(known, _)| known.oid != role.oid)
        });
        let named: Vec<&Role> = named
            .filter(|role| others.iter().all(|(known, _)| known.oid != role.oid))
            .collect();
        others.extend(
            named
                .into_iter()
                .map(|role| (role, "named after something beside the service")),
        );
        (service, others)
    }

    fn reach(&self, role: &'a Role) -> Reach<'a> {
        let becomes = self.catalog.settable_roles(role.oid);
        let becomes: Vec<&Role> = becomes
            .into_iter()
            .filter_map(|oid| self.catalog.role_by_oid(oid))
            .collect();
        let skips = |role: &&&Role| role.superuser || role.bypass_rls;
        let bound = becomes.iter().filter(|role| !skips(role));
        let accesses: Vec<Access<'a>> = bound.map(|role| self.catalog.as_role(role.oid)).collect();
        let own = self.catalog.as_role(role.oid);
        let relations: Vec<&Relation> = self.relations().collect();
        Reach {
            role,
            all: held(&relations, &accesses),
            own: held(&relations, std::slice::from_ref(&own)),
            is_bound: relations
                .iter()
                .any(|relation| accesses.iter().any(|access| self.binds(access, relation))),
            rises: becomes.iter().any(|role| skips(&role)),
            is_wide: self.has_wide_policy(role),
            open: self.open_to(&accesses),
        }
    }

    fn open_to(&self, accesses: &[Access<'_>]) -> BTreeMap<Oid, BTreeSet<Oid>> {
        let held = |table: &&&Relation| {
            let mut accesses = accesses.iter();
            table.row_security && accesses.any(|access| !access.any_column(table).is_empty())
        };
        let is_for = |policy: &&Policy| {
            let mut accesses = accesses.iter();
            !policy.roles.contains(&Grantee::Public)
                && accesses.any(|access| access.is_any_of(&policy.roles))
        };
        let open = |table: &Relation| {
            let policies = table.policies.iter().filter(is_for);
            let wide = policies.filter(|policy| self.asks_nothing(policy));
            wide.map(|policy| policy.oid).collect()
        };
        let protected = self.tenant_tables.iter().filter(held);
        protected.map(|table| (table.oid, open(table))).collect()
    }

    /// What belongs to tenants, and views.
    fn relations(&self) -> impl Iterator<Item = &'a Relation> {
        let views = self.catalog.relations.iter().filter(|relation| {
            relation.kind == RelationKind::View
                && relation.extension.is_none()
                && !relation.is_system()
        });
        self.tenant_tables.iter().copied().chain(views)
    }

    /// A policy of the table that asks who the tenant is holds for the role; what views show is bound in them.
    fn binds(&self, access: &Access<'_>, relation: &Relation) -> bool {
        if access.any_column(relation).is_empty() {
            return false;
        }
        let mut policies = relation.policies.iter();
        let asks = policies.any(|policy| {
            let mut texts = policy.using.iter().chain(&policy.with_check);
            access.is_any_of(&policy.roles)
                && (texts.any(|text| !asked_for(text).is_empty())
                    || !helper_functions(self.catalog, Object::Policy(policy.oid)).is_empty())
        });
        relation.kind == RelationKind::View || relation.row_security && asks
    }
}

/// What the roles hold together, beyond what everybody does.
fn held(relations: &[&Relation], accesses: &[Access<'_>]) -> Held {
    let mut held = Held::new();
    for relation in relations {
        let public = relation.acl.public();
        for access in accesses {
            let usable = access.schema(&relation.schema);
            if !usable.is_some_and(|schema| schema.has(Privilege::Usage)) {
                continue;
            }
            let may = access.any_column(relation);
            let uses = USES
                .into_iter()
                .filter(|&one| may.has(one) && !public.has(one));
            held.extend(uses.map(|one| (relation.oid, one)));
        }
    }
    held
}
