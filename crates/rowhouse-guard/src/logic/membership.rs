//! Rows that say which tenants a user belongs to.

use std::collections::BTreeSet;

use rowhouse_catalog::{Oid, Privilege};

use super::Decider;
use super::machine::{Machine, owner_of};
use super::run::unique_keys;
use super::value::Leaf;
use super::verdict::{Action, Verdict};

impl Machine<'_, '_> {
    /// The user of the session, where the row is what tells which tenant that user belongs to: the user, or the user
    /// and the tenant together, are a key of its table. What may be written there is another question.
    pub(super) fn own_membership(&self, row: usize) -> Option<Leaf> {
        let table = self
            .catalog()
            .relation_by_oid(self.run.rows[row].relation)?;
        let of_session = |column: i16| self.run.of_session.contains(&(row, column));
        let mut keys = unique_keys(table);
        let key = keys.find(|key| {
            let mut columns = key.iter();
            let known = |&column: &i16| of_session(column) || self.says_whose((row, column));
            columns.all(known) && key.iter().any(|&column| of_session(column))
        })?;
        let users = key.iter().filter(|&&column| of_session(column));
        let mut users = users.filter_map(|column| self.run.rows[row].columns.get(column)?.text());
        let said = |user: &String| {
            let mut session = self.run.session.iter();
            let found = session
                .find(|(leaf, said)| leaf.names_a_user() && said.text().as_ref() == Some(user));
            found.map(|(leaf, _)| leaf.clone())
        };
        users.find_map(|user| said(&user))
    }

    /// The tables that tie a row to the session: a row of theirs has a column equal to something of the session, and it
    /// is joined to the row by the columns that say whose it is.
    pub(super) fn memberships_of(&self, row: usize) -> Vec<Oid> {
        let mut found = Vec::new();
        let mut open = vec![(row, None)];
        let mut seen = BTreeSet::from([row]);
        while let Some((at, reached_by)) = open.pop() {
            let is_table = !self.run.rows[at].is_of_arguments();
            if at != row && is_table && self.run.of_session.iter().any(|(row, _)| *row == at) {
                found.push(self.run.rows[at].relation);
                continue;
            }
            for &(left, right) in &self.run.links {
                for (here, there) in [(left, right), (right, left)] {
                    let ties = if at == row {
                        self.says_whose(here)
                    } else {
                        // A row of a table belongs together; arguments have nothing to do with each other.
                        is_table || reached_by == Some(here.1)
                    };
                    if here.0 == at && ties && seen.insert(there.0) {
                        open.push((there.0, Some(there.1)));
                    }
                }
            }
        }
        found
    }
}

impl Decider<'_> {
    /// Whether the role cannot forge the rows of a table that says who belongs to which tenant.
    pub(super) fn is_trusted(&self, table: Oid, role: Oid) -> bool {
        let Some(relation) = self.model.catalog.relation_by_oid(table) else {
            return false;
        };
        let access = self.access(role);
        let may = access.any_column(relation);
        let forges = |privilege: Privilege, action: Action| {
            may.has(privilege)
                && (!access.is_filtered(relation)
                    || self
                        .decide_row(role, table, action)
                        .is_none_or(|verdict| !verdict.is_proven()))
        };
        !forges(Privilege::Insert, Action::Insert) && !forges(Privilege::Update, Action::UpdateNew)
    }

    /// As [`Decider::decide`], for tables whose rows belong to nobody too: then only a table nobody passes is proven.
    fn decide_row(&self, role: Oid, table: Oid, action: Action) -> Option<Verdict> {
        if self.model.classes.get(&table).and_then(owner_of).is_some() {
            return self.decide(role, table, action);
        }
        Some(self.answer(role, table, action))
    }
}
