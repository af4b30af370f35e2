//! Which logins the services use.

mod names;
mod reach;

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{Acl, Catalog, Grantee, Object, Oid, Policy, Privilege, Relation, Role};

use super::{Class, Reason, asked_for, helper_functions};
use crate::{Error, Options};
use names::{is_beside, is_service};

/// The roles named, else those that could be the service's.
pub(super) fn detect(
    catalog: &Catalog,
    options: &Options,
    classes: &BTreeMap<Oid, Class>,
    reasons: &mut Vec<Reason>,
) -> Result<Vec<Oid>, Error> {
    let candidates = Candidates::new(catalog, classes);
    let found = if options.app_roles.is_empty() {
        let (found, others) = candidates.tell_apart(candidates.choose());
        reasons.extend(others.into_iter().map(|(role, why)| Reason {
            what: "other login",
            is: role.name.clone(),
            why: why.to_owned(),
        }));
        found
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

const WRITES: [Privilege; 3] = [Privilege::Insert, Privilege::Update, Privilege::Delete];

/// A role and why it is taken for the service's.
type Choice<'a> = (&'a Role, &'static str);

/// The roles that have to do with this database.
struct Candidates<'a> {
    catalog: &'a Catalog,
    /// Roles named by a grant on tables or functions, or by a policy.
    named: BTreeSet<Oid>,
    /// What belongs to tenants.
    tenant_tables: Vec<&'a Relation>,
    /// Owners of that.
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
        let tenant_tables: Vec<&Relation> =
            relations.filter(|relation| belongs(relation.oid)).collect();
        let owners = tenant_tables.iter().map(|table| table.owner).collect();
        Self {
            catalog,
            named,
            tenant_tables,
            owners,
            public,
        }
    }

    /// The first of these that yields anybody: logins that grants name and roles these switch to, group roles nobody logs
    /// in through, logins that are more than they should be, and those named after something beside the service.
    fn choose(&self) -> Vec<Choice<'a>> {
        let logins: Vec<&Role> = self.roles().filter(|role| role.login).collect();
        let related = self.related(&logins);
        let ways: [&dyn Fn() -> Vec<Choice<'a>>; 7] = [
            &|| without_beside(&related),
            &|| self.serving(&related),
            &|| without_beside(&self.groups(&logins)),
            &|| without_beside(&self.risen(&logins)),
            &|| related.clone(),
            &|| {
                let excessive = self.excessive();
                let service = without_beside(&excessive);
                if service.is_empty() {
                    excessive
                } else {
                    service
                }
            },
            &|| self.anybody(&logins),
        ];
        let mut found = ways.iter().map(|way| way());
        found
            .find(|choices| !choices.is_empty())
            .unwrap_or_default()
    }

    /// Ordinary logins with privileges here, those that write here with more power than they should have, and the roles
    /// they switch to.
    fn related(&self, logins: &[&'a Role]) -> Vec<Choice<'a>> {
        let all = logins.iter().copied();
        let ordinary: Vec<&Role> = all
            .filter(|role| self.has_to_do(role) && !self.is_too_much(role))
            .collect();
        let serving = |role: &Role| {
            let mut others = ordinary.iter().filter(|other| other.oid != role.oid);
            others.any(|other| self.serves(other) && !is_beside(other))
        };
        let switched = self.switched_to(&ordinary).into_iter();
        let switched = switched.map(|role| (role, "a login switches to it"));
        // Beside a service that row security binds, one that it does not bind is an operator's, unless it says otherwise.
        let writing = self.risen(logins).into_iter();
        let writing = writing.filter(|(role, _)| {
            self.writes(role) && !is_beside(role) && (is_service(role) || !serving(role))
        });
        let ordinary = ordinary.iter().filter(|role| {
            !self.has_wide_policy(role) || self.serves(role) || is_service(role) || !serving(role)
        });
        ordinary
            .map(|&role| (role, "a login with privileges here that owns nothing"))
            .chain(writing)
            .chain(switched)
            .collect()
    }

    /// Whatever they are called, those that write what belongs to tenants, by groups or themselves.
    fn serving(&self, choices: &[Choice<'a>]) -> Vec<Choice<'a>> {
        let all = choices.iter().copied();
        all.filter(|(role, _)| self.serves(role)).collect()
    }

    /// It may write what belongs to tenants.
    fn serves(&self, role: &Role) -> bool {
        let access = self.catalog.as_role(role.oid);
        let mut tables = self.tenant_tables.iter();
        tables.any(|table| access.any_column(table).has_any(&WRITES))
    }

    /// A policy was written for it alone that asks for no setting: somebody meant it to see all tenants.
    fn has_wide_policy(&self, role: &Role) -> bool {
        let tables = self.tenant_tables.iter();
        let mut policies = tables.flat_map(|table| &table.policies);
        policies.any(|policy| {
            policy.roles[..] == [Grantee::Role(role.oid)] && self.asks_nothing(policy)
        })
    }

    /// It shows rows without asking who the tenant is.
    fn asks_nothing(&self, policy: &Policy) -> bool {
        let mut texts = policy.using.iter().chain(&policy.with_check);
        policy.permissive
            && texts.all(|text| asked_for(text).is_empty())
            && helper_functions(self.catalog, Object::Policy(policy.oid)).is_empty()
    }

    /// Logins with more power than they should have, yet named by grants as an app role is.
    fn risen(&self, logins: &[&'a Role]) -> Vec<Choice<'a>> {
        let all = logins.iter().copied();
        all.filter(|role| self.named.contains(&role.oid) && !self.owners.contains(&role.oid))
            .filter(|role| self.is_too_much(role))
            .map(|role| (role, "a login that grants name"))
            .collect()
    }

    /// Group roles with privileges here through which nobody logs in.
    fn groups(&self, logins: &[&'a Role]) -> Vec<Choice<'a>> {
        self.roles()
            .filter(|role| !role.login && self.named.contains(&role.oid) && !self.is_too_much(role))
            .filter(|role| !self.has_logins(role, logins))
            .map(|role| (role, "grants name it, and no login qualifies"))
            .collect()
    }

    fn excessive(&self) -> Vec<Choice<'a>> {
        self.roles()
            .filter(|role| self.is_too_much(role) && !role.oid.is_builtin())
            .filter(|role| self.named.contains(&role.oid) || role.login && self.owns(role))
            .map(|role| (role, "the only role with anything to do here"))
            .collect()
    }

    /// Where everybody has privileges: logins that are nothing special and may connect.
    fn anybody(&self, logins: &[&'a Role]) -> Vec<Choice<'a>> {
        let connects = |role: &Role| {
            let database = self.catalog.as_role(role.oid).database();
            database.has(Privilege::Connect)
        };
        let all = logins.iter().copied().filter(|_| self.public);
        all.filter(|role| !self.is_too_much(role) && !role.create_role && !role.replication)
            .filter(|role| connects(role) && !is_beside(role))
            .map(|role| (role, "a login, and everybody has privileges here"))
            .collect()
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

    /// A login acts through this group, be it only a backup's.
    fn has_logins(&self, group: &Role, logins: &[&Role]) -> bool {
        logins.iter().any(|login| {
            !self.is_too_much(login) && self.catalog.member_of(login.oid).contains(&group.oid)
                || login.superuser && self.named.contains(&login.oid)
        })
    }

    fn in_words(&self) -> String {
        let names: Vec<&str> = self
            .tell_apart(self.choose())
            .0
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

fn without_beside<'a>(choices: &[Choice<'a>]) -> Vec<Choice<'a>> {
    let service = choices.iter().filter(|(role, _)| !is_beside(role));
    service.copied().collect()
}
