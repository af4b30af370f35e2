//! Who attacks, and who is attacked.

use super::Filler;
use crate::probe::tenants::Tenant;

/// How many attack whose ids are like the first's.
const NEAR: usize = 16;

impl Filler<'_> {
    /// Who attacks.
    pub(crate) fn own(&self) -> &Tenant {
        &self.tenants[self.attacker.get()]
    }

    /// Who is attacked before all.
    pub(crate) fn other(&self) -> &Tenant {
        &self.tenants[usize::from(self.attacker.get() != 1)]
    }

    /// All who are not the attacker.
    pub(crate) fn others(&self) -> Vec<Tenant> {
        let own = self.attacker.get();
        let tenants = self.tenants.iter().enumerate();
        tenants
            .filter(|(place, _)| *place != own)
            .map(|(_, tenant)| tenant.clone())
            .collect()
    }

    /// Another one attacks from now on.
    pub(crate) fn attack_as(&self, place: usize) {
        self.attacker.set(place);
    }

    /// The places of all who attack: the first, those whose ids are like the first's, and every login where each tenant has
    /// its own.
    pub(crate) fn attackers(&self) -> Vec<usize> {
        let first = &self.tenants[0].id;
        let names = |place: &usize| {
            let roles = self.model.app_roles.iter();
            let mut roles = roles.filter_map(|&oid| self.model.catalog.role_by_oid(oid));
            roles.any(|role| role.name == self.tenants[*place].id)
        };
        let near = (2..self.tenants.len() - 1).filter(|&place| {
            let tenant = &self.tenants[place];
            let alike = tenant.id.contains(first.as_str())
                || tenant.id.contains('_')
                || tenant.id.eq_ignore_ascii_case(first);
            alike && !tenant.is_namesake
        });
        let mut found = vec![0];
        if self.model.login_per_tenant {
            found.extend((1..self.tenants.len()).filter(names));
        } else {
            // One of whom nobody thought comes with them: it has plain rows only.
            let mut plain = (2..self.tenants.len() - 1).filter(|&at| !self.tenants[at].is_namesake);
            let mut places: std::collections::BTreeSet<usize> = near.take(NEAR).collect();
            places.extend(plain.next());
            found.extend(places);
        }
        found
    }
}
