//! The search for a row of another tenant, and what it comes to.

use std::collections::BTreeSet;

use rowhouse_catalog::{Oid, Privilege};

use super::Decider;
use super::frame::Frame;
use super::machine::{Eval, Machine, owner_of};
use super::value::{Class, Leaf, Value, uuid};
use super::verdict::{Action, Doubt, Proof, Refutation, Verdict, Why};
use crate::RowOwner;

/// The search begins anew when it learns of more cases; each time it learns less.
const ATTEMPTS: usize = 12;

/// What one run found of one row.
pub(super) enum Outcome {
    /// It is the session's own.
    Own {
        bound_by: Option<String>,
        trusts: Option<Oid>,
    },
    Foreign(Box<Refutation>),
    /// It is another's if what was not understood holds.
    Unclear(BTreeSet<String>),
}

/// What all runs come to.
#[derive(Default)]
pub(super) struct Tally {
    proof: Proof,
    foreign: Option<Refutation>,
    doubt: Option<Doubt>,
}

impl Tally {
    pub(super) fn add(&mut self, outcome: Outcome, policy: Option<Oid>) {
        match outcome {
            Outcome::Own { bound_by, trusts } => {
                self.proof.bound_by.extend(bound_by);
                self.proof.trusts.extend(trusts);
            }
            Outcome::Foreign(found) => {
                if self.foreign.is_none() {
                    self.foreign = Some(*found);
                } else if let (Some(known), Some(policy)) = (&mut self.foreign, policy)
                    && !known.policies.contains(&policy)
                {
                    known.policies.push(policy);
                }
            }
            Outcome::Unclear(parts) => {
                let doubt = self.doubt.get_or_insert_with(|| Doubt {
                    policies: Vec::new(),
                    parts: Vec::new(),
                });
                for part in parts {
                    if !doubt.parts.contains(&part) {
                        doubt.parts.push(part);
                    }
                }
                if let Some(policy) = policy
                    && !doubt.policies.contains(&policy)
                {
                    doubt.policies.push(policy);
                }
            }
        }
    }

    /// Not all cases were tried: what was found stands, but nothing is proven.
    pub(super) fn give_up(&mut self) {
        let doubt = Outcome::Unclear(BTreeSet::from(["too many cases to try".to_owned()]));
        self.add(doubt, None);
    }

    pub(super) fn verdict(self) -> Verdict {
        match (self.foreign, self.doubt) {
            (Some(found), _) => Verdict::Refuted(found),
            (None, Some(doubt)) => Verdict::Undecided(doubt),
            (None, None) => Verdict::Proven(self.proof),
        }
    }
}

impl Decider<'_> {
    pub(super) fn search_policies(&self, role: Oid, relation: Oid, action: Action) -> Verdict {
        let (found, complete) = self.try_policies(role, relation, action, false);
        if complete {
            return found.verdict();
        }
        // What is too much as a whole may hold by its plain parts alone: with fewer conditions more rows pass.
        let (plain, complete) = self.try_policies(role, relation, action, true);
        let verdict = plain.verdict();
        if complete && verdict.is_proven() {
            return verdict;
        }
        let mut found = found;
        found.give_up();
        found.verdict()
    }

    fn try_policies(
        &self,
        role: Oid,
        relation: Oid,
        action: Action,
        plain_only: bool,
    ) -> (Tally, bool) {
        let mut machine = Machine::new(self, role);
        machine.plain_only = plain_only;
        machine.know_tenants(relation);
        let frame = Frame::new(role);
        machine.search(|machine, tally: &mut Tally| {
            let row = machine.run.add_row(relation);
            if machine.passes(row, action, &frame)?
                && machine.run.is_consistent(machine.catalog())
            {
                let policy = machine.run.policy;
                tally.add(machine.judge(row, role), policy);
            }
            Ok(())
        })
    }
}

impl Machine<'_, '_> {
    /// The tenants' type is worth trying in settings.
    pub(super) fn know_tenants(&mut self, relation: Oid) {
        if let Some(class) = self.tenant_class(relation, 0) {
            self.cases.classes.insert(class);
        }
    }

    fn tenant_class(&self, relation: Oid, depth: usize) -> Option<Class> {
        match self.owner_of(relation)? {
            RowOwner::Column(column) => Some(super::machine::class_of_column(
                self.catalog(),
                relation,
                *column,
            )),
            RowOwner::Parent { parent, .. } if depth < 16 => self.tenant_class(*parent, depth + 1),
            RowOwner::Parent { .. } => None,
        }
    }

    /// Makes every run there is, from the beginning again while that teaches new cases; false beside what was found
    /// where there are too many.
    pub(super) fn search<T: Default>(
        &mut self,
        mut run: impl FnMut(&mut Self, &mut T) -> Eval<()>,
    ) -> (T, bool) {
        let mut found = T::default();
        for _ in 0..ATTEMPTS {
            let known = self.cases.clone();
            self.choices = super::choices::Choices::default();
            found = T::default();
            loop {
                self.begin_run();
                // A run that stops shows nothing: nobody sees the row.
                let _stopped = run(self, &mut found);
                if self.budget == 0 {
                    return (found, false);
                }
                if self.cases != known {
                    break;
                }
                if !self.choices.next_run() {
                    return (found, true);
                }
            }
        }
        (found, false)
    }

    /// Whose row it turned out to be.
    pub(super) fn judge(&mut self, row: usize, role: Oid) -> Outcome {
        let owner = self.owner_value(row, 0);
        if let Some(leaf) = self.bound_to(row, owner.as_ref()) {
            return Outcome::Own {
                bound_by: Some(leaf.describe()),
                trusts: None,
            };
        }
        let mut why = Why::Passes;
        if let Some(table) = self.membership_of(row) {
            if self.decider.is_trusted(table, self.login) {
                return Outcome::Own {
                    bound_by: None,
                    trusts: Some(table),
                };
            }
            why = Why::TrustsTable(table);
        }
        if !self.run.mysteries.is_empty() {
            return Outcome::Unclear(self.run.mysteries.clone());
        }
        let name = self
            .catalog()
            .role_by_oid(role)
            .map(|role| role.name.clone());
        if self.run.role_name && owner.as_ref().and_then(Value::text) == name {
            why = Why::RoleName;
        }
        Outcome::Foreign(Box::new(self.refutation(row, owner, why)))
    }

    fn refutation(&self, row: usize, owner: Option<Value>, why: Why) -> Refutation {
        let mut given: Vec<String> = self.run.given.iter().cloned().collect();
        for (&column, value) in &self.run.rows[row].columns {
            if !self.says_whose((row, column)) && !matches!(value, Value::Unclear { .. }) {
                let name = self.column_name((row, column));
                given.push(match value {
                    Value::Null => format!("{name} IS NULL"),
                    value => format!("{name} = {}", value.describe()),
                });
            }
        }
        let session = self.run.session.iter().map(|(leaf, value)| {
            let said = match value {
                Value::Null => "(not set)".into(),
                value => value.describe(),
            };
            (leaf.describe(), said)
        });
        Refutation {
            why,
            policies: self.run.policy.into_iter().collect(),
            row_tenant: owner.map_or_else(|| "any other tenant".into(), |owner| owner.describe()),
            session: session.collect(),
            given,
        }
    }

    /// The tenant a row belongs to, as far as it was made up.
    fn owner_value(&self, row: usize, depth: usize) -> Option<Value> {
        let found = &self.run.rows[row];
        match self.owner_of(found.relation)? {
            RowOwner::Column(column) => match found.columns.get(column) {
                Some(value) => Some(value.clone()),
                None => self.run.implied((row, *column), self.catalog()),
            },
            RowOwner::Parent {
                columns,
                parent,
                parent_columns,
            } => {
                if depth > 16 {
                    return None;
                }
                let is_parent = |other: &super::run::Row| {
                    other.relation == *parent
                        && columns.iter().zip(parent_columns).all(|(from, to)| {
                            let value = found.columns.get(from);
                            value.is_some()
                                && value != Some(&Value::Null)
                                && value == other.columns.get(to)
                        })
                };
                let rows = self.run.rows.iter().enumerate();
                rows.filter(|(at, other)| *at != row && is_parent(other))
                    .find_map(|(at, _)| self.owner_value(at, depth + 1))
            }
        }
    }

    /// The part of the session a row's tenant is equal to.
    fn bound_to(&self, row: usize, owner: Option<&Value>) -> Option<Leaf> {
        let owner = owner.filter(|owner| !matches!(owner, Value::Null | Value::Unclear { .. }))?;
        let class = self.tenant_class(self.run.rows[row].relation, 0);
        let folds = class == Some(Class::Folded) && !self.root_tells_case_apart();
        let same = |text: &str| is_same_tenant(owner, text, folds);
        let said = self.run.session.iter().filter_map(|(leaf, value)| {
            let text = value.text()?;
            Some((leaf, text))
        });
        let derived = self.run.derived.iter();
        let derived = derived.map(|(leaf, text)| (leaf, text.clone()));
        said.chain(derived)
            .find(|(leaf, text)| self.decider.carries_tenant(leaf) && same(text))
            .map(|(leaf, _)| leaf.clone())
    }

    fn root_tells_case_apart(&self) -> bool {
        self.decider
            .model
            .root
            .is_some_and(|root| !matches!(self.tenant_class(root, 0), Some(Class::Folded) | None))
    }

    /// The table that ties a row to the session, where one does: a row of it has a column equal to something of the
    /// session, and it is joined to the row by the columns that say whose it is.
    fn membership_of(&self, row: usize) -> Option<Oid> {
        let mut open = vec![(row, None)];
        let mut seen = BTreeSet::from([row]);
        while let Some((at, reached_by)) = open.pop() {
            let is_table = !self.run.rows[at].is_of_arguments();
            if at != row && is_table && self.run.of_session.contains(&at) {
                return Some(self.run.rows[at].relation);
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
        None
    }
}

impl Decider<'_> {
    /// Whether a part of the session says which tenant is asking.
    fn carries_tenant(&self, leaf: &Leaf) -> bool {
        // PostgREST writes the same claims in one setting, older ones in one each.
        let family = |name: &str| {
            if name.starts_with("request.jwt.claim") {
                "request.jwt.claims".to_owned()
            } else {
                name.to_lowercase()
            }
        };
        let settings = &self.model.settings;
        settings.is_empty()
            || settings
                .iter()
                .any(|setting| family(&setting.name) == family(&leaf.setting))
    }

    /// Whether the role cannot forge the rows of a table that says who belongs to which tenant.
    fn is_trusted(&self, table: Oid, role: Oid) -> bool {
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
        Some(self.search_policies(role, table, action))
    }
}

fn is_same_tenant(owner: &Value, text: &str, folds: bool) -> bool {
    match owner {
        Value::Uuid(owner) => uuid(text).as_ref() == Some(owner),
        Value::Int(owner) => text.trim().parse() == Ok(*owner),
        Value::Folded(owner) if folds => owner.to_lowercase() == text.to_lowercase(),
        Value::Padded(owner) => owner.trim_end_matches(' ') == text.trim_end_matches(' '),
        other => other.text().as_deref() == Some(text),
    }
}
