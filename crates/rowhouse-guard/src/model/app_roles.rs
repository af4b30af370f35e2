//! Which logins the services use.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Acl, Catalog, Grantee, Oid, Privilege, Role};

use super::{Class, Reason};
use crate::{Error, Options};

/// Beginnings of words in names that speak of people and jobs beside the service.
const BESIDE: [&str; 29] = [
    "migrat", "backup", "dump", "replic", "monitor", "dba", "admin", "maint", "owner", "deploy",
    "etl", "audit", "report", "analy", "support", "staff", "internal", "operator", "ops", "worker",
    "batch", "cron", "job", "export", "import", "postgres", "super", "metric", "bi",
];

/// The roles named, else those that could be the service's.
pub(super) fn detect(
    catalog: &Catalog,
    options: &Options,
    classes: &BTreeMap<Oid, Class>,
    reasons: &mut Vec<Reason>,
) -> Result<Vec<Oid>, Error> {
    let candidates = Candidates::new(catalog, classes);
    let found = if options.app_roles.is_empty() {
        candidates.choose()
    } else {
        let named = options.app_roles.iter().map(|name| {
            let role = catalog.role(name).ok_or_else(|| Error::NoSuchRole {
                name: name.clone(),
                candidates: candidates.in_words(),
            })?;
            Ok((role, "named by the options"))
        });
        named.collect::<Result<_, Error>>()?
    };
    if found.is_empty() {
        return Err(Error::NoAppRole);
    }
    reasons.extend(found.iter().map(|(role, why)| Reason {
        what: "app role",
        is: role.name.clone(),
        why: (*why).to_owned(),
    }));
    Ok(found.into_iter().map(|(role, _)| role.oid).collect())
}

/// The roles that have to do with this database.
struct Candidates<'a> {
    catalog: &'a Catalog,
    /// Roles named by a grant on tables or functions, or by a policy.
    named: BTreeSet<Oid>,
    /// Owners of what belongs to tenants.
    owners: BTreeSet<Oid>,
    /// Everybody may read or write some table.
    public: bool,
}

impl<'a> Candidates<'a> {
    fn new(catalog: &'a Catalog, classes: &BTreeMap<Oid, Class>) -> Self {
        let mut named = BTreeSet::new();
        let mut public = false;
        let mut note = |acl: &Acl, owner: Oid| {
            for entry in &acl.entries {
                match entry.grantee {
                    Grantee::Role(role) if role != owner => {
                        named.insert(role);
                    }
                    _ => {}
                }
            }
        };
        let relations = catalog.relations.iter().filter(|r| !r.is_system());
        for relation in relations.clone() {
            note(&relation.acl, relation.owner);
            for column in &relation.columns {
                note(&column.acl, relation.owner);
            }
            public |= relation.is_table() && !relation.acl.public().is_empty();
        }
        for function in catalog.functions.iter().filter(|f| !f.oid.is_builtin()) {
            note(&function.acl, function.owner);
        }
        let policies = relations.clone().flat_map(|relation| &relation.policies);
        named.extend(
            policies
                .flat_map(|policy| &policy.roles)
                .filter_map(|role| role.role()),
        );
        let belongs = |oid: Oid| {
            classes
                .get(&oid)
                .is_some_and(|class| class.row_owner().is_some())
        };
        let owners = relations
            .filter(|relation| belongs(relation.oid))
            .map(|relation| relation.owner)
            .collect();
        Self {
            catalog,
            named,
            owners,
            public,
        }
    }

    /// The first of these that yields anybody: ordinary logins, roles that logins switch to, group roles nobody logs in
    /// through, and logins that are more than they should be.
    fn choose(&self) -> Vec<(&'a Role, &'static str)> {
        let logins: Vec<&Role> = self.roles().filter(|role| role.login).collect();
        let ordinary: Vec<&Role> = logins
            .iter()
            .copied()
            .filter(|role| self.has_to_do(role) && !self.is_too_much(role))
            .collect();
        // A login with more power than it should have, yet named by grants of its own as an app role is.
        let risen = logins.iter().copied().filter(|role| {
            self.is_too_much(role)
                && self.named.contains(&role.oid)
                && self.writes(role)
                && !is_beside(role)
        });
        let switched = self.switched_to(&ordinary);
        let mut found: Vec<(&Role, &str)> = ordinary
            .iter()
            .map(|&role| (role, "a login with privileges here that owns nothing"))
            .chain(risen.map(|role| (role, "a login that grants name")))
            .collect();
        found.extend(
            switched
                .iter()
                .map(|&role| (role, "a login switches to it")),
        );
        let without = |found: &[(&'a Role, &'static str)]| {
            let service = found.iter().filter(|(role, _)| !is_beside(role));
            service.copied().collect::<Vec<_>>()
        };
        let service = without(&found);
        if !service.is_empty() {
            return service;
        }
        let groups: Vec<(&Role, &str)> = self
            .roles()
            .filter(|role| !role.login && self.named.contains(&role.oid) && !self.is_too_much(role))
            .filter(|role| !self.has_logins(role, &logins))
            .map(|role| (role, "grants name it, and no login qualifies"))
            .collect();
        let service_groups = without(&groups);
        if !service_groups.is_empty() {
            return service_groups;
        }
        if !found.is_empty() {
            return found;
        }
        let excessive: Vec<(&Role, &str)> = self
            .roles()
            .filter(|role| self.is_too_much(role) && !role.oid.is_builtin())
            .filter(|role| self.named.contains(&role.oid) || role.login && self.owns(role))
            .map(|role| (role, "the only role with anything to do here"))
            .collect();
        let service = without(&excessive);
        if !service.is_empty() {
            return service;
        }
        if !excessive.is_empty() {
            return excessive;
        }
        if self.public {
            let anybody = logins.iter().filter(|role| !role.superuser);
            return anybody
                .map(|&role| (role, "a login, and everybody has privileges here"))
                .collect();
        }
        Vec::new()
    }

    /// The cluster's roles without the server's own.
    fn roles(&self) -> impl Iterator<Item = &'a Role> {
        let roles = self.catalog.roles.iter();
        roles.filter(|role| !role.oid.is_builtin() || role.superuser)
    }

    /// Something here names it or a role it is a member of.
    fn has_to_do(&self, role: &Role) -> bool {
        let member_of = self.catalog.member_of(role.oid).into_iter();
        let mut groups = member_of.filter_map(|oid| self.catalog.role_by_oid(oid));
        // Through a role that skips row security come operators, not services.
        let ordinary =
            |group: &Role| group.oid == role.oid || !group.superuser && !group.bypass_rls;
        !role.superuser && groups.any(|group| self.named.contains(&group.oid) && ordinary(group))
    }

    /// It skips row security, or can become a role that does.
    fn is_too_much(&self, role: &Role) -> bool {
        role.superuser || role.bypass_rls || self.owns(role)
    }

    fn owns(&self, role: &Role) -> bool {
        if role.superuser {
            return self.owners.contains(&role.oid);
        }
        let reachable = self.catalog.effective_roles(role.oid).reachable;
        reachable.iter().any(|oid| self.owners.contains(oid))
    }

    /// It was itself given the right to write, or owns the tables it works with.
    fn writes(&self, role: &Role) -> bool {
        const WRITES: [Privilege; 3] = [Privilege::Insert, Privilege::Update, Privilege::Delete];
        let tables = self.catalog.relations.iter().filter(|r| !r.is_system());
        let mut given = tables.map(|table| table.acl.given_to(Grantee::Role(role.oid)));
        !self.owners.contains(&role.oid) && given.any(|privileges| privileges.has_any(&WRITES))
    }

    /// What logins without privileges of their own become by `SET ROLE`, as gateways for tokens do.
    fn switched_to(&self, ordinary: &[&Role]) -> Vec<&'a Role> {
        let switches = ordinary.iter().filter(|role| {
            let inherited = self.catalog.inherited_roles(role.oid);
            !inherited.iter().any(|oid| self.named.contains(oid))
        });
        let becomes = switches.flat_map(|role| self.catalog.settable_roles(role.oid));
        let becomes: BTreeSet<Oid> = becomes.filter(|oid| self.named.contains(oid)).collect();
        let roles = becomes
            .into_iter()
            .filter_map(|oid| self.catalog.role_by_oid(oid));
        roles.filter(|role| !self.is_too_much(role)).collect()
    }

    /// A login acts through this group.
    fn has_logins(&self, group: &Role, logins: &[&Role]) -> bool {
        logins.iter().any(|login| {
            !login.superuser
                && !is_beside(login)
                && self.catalog.member_of(login.oid).contains(&group.oid)
                || login.superuser && self.named.contains(&login.oid)
        })
    }

    fn in_words(&self) -> String {
        let names: Vec<&str> = self
            .choose()
            .iter()
            .map(|(role, _)| role.name.as_str())
            .collect();
        if names.is_empty() {
            "no role has privileges here".to_owned()
        } else {
            format!("roles with privileges here: {}", names.join(", "))
        }
    }
}

/// Named after somebody or something beside the service.
fn is_beside(role: &Role) -> bool {
    let name = role.name.to_ascii_lowercase();
    name == "service_role"
        || name
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| {
                // Short ones are whole words: `ops` does not begin `opsis`.
                BESIDE
                    .iter()
                    .any(|beside| word == *beside || beside.len() > 3 && word.starts_with(beside))
            })
}
