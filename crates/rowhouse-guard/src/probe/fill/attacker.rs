//! Who attacks, and who is attacked.

use rowhouse_catalog::Oid;

use super::Filler;
use crate::probe::tenants::{self, Tenant};

/// How many attack whose ids are like the first's.
const NEAR: usize = 16;
/// How many where nothing is compared but for being equal.
const FEW: usize = 1;

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

    /// Whether two ids could be one somewhere: in a text, or by the type of a column.
    fn is_inexact(&self) -> bool {
        let mut tables = self.model.tenant_tables();
        self.words.inexact
            || tables.any(|(table, _)| {
                let number = self.model.tenant_column(table.oid);
                let column = number.and_then(|number| table.column_at(number));
                column.is_some_and(|column| {
                    let base = tenants::base_name(self.model.catalog, column.type_oid);
                    matches!(base, "bpchar" | "citext" | "name") || self.folds(column.collation)
                })
            })
    }

    /// Whether a collation takes different texts for one.
    fn folds(&self, collation: Option<Oid>) -> bool {
        let mut known = self.model.catalog.collations.iter();
        known.any(|known| Some(known.oid) == collation && !known.deterministic)
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
                || tenant.is_wide()
                || tenant.id.eq_ignore_ascii_case(first);
            alike && !tenant.is_namesake && !self.is_refused(place)
        });
        let mut found = vec![0];
        if self.model.login_per_tenant {
            found.extend((1..self.tenants.len()).filter(names));
        } else {
            // One of whom nobody thought comes with them: it has plain rows only.
            let mut plain = (2..self.tenants.len() - 1)
                .filter(|&at| !self.tenants[at].is_namesake && !self.is_refused(at));
            let mut places: std::collections::BTreeSet<usize> = near
                .take(if self.is_inexact() { NEAR } else { FEW })
                .collect();
            places.extend(plain.next());
            found.extend(places);
        }
        found
    }
}
