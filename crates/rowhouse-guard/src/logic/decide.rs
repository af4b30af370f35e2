//! The search for a row of another tenant, and what it comes to.

use std::collections::BTreeSet;

use rowhouse_catalog::{Object, Oid};

use super::Decider;
use super::choices::Choices;
use super::frame::Frame;
use super::judge::Outcome;
use super::machine::{Eval, Machine};
use super::verdict::{Action, Doubt, Proof, Refutation, Verdict};
use crate::model::helper_functions;

/// The search begins anew when it learns of more cases; each time it learns less.
const ATTEMPTS: usize = 12;

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
                // A row of nobody's says less than one of somebody else.
                let says_more = |known: &Refutation| known.is_of_nobody() && !found.is_of_nobody();
                if self.foreign.as_ref().is_none_or(says_more) {
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
        // Plain parts are quickly tried and may be enough: with fewer conditions more rows pass.
        if self.has_calls(relation) {
            let (plain, complete) = self.try_policies(role, relation, action, true);
            let verdict = plain.verdict();
            if complete && verdict.is_proven() {
                return verdict;
            }
        }
        let (mut found, complete) = self.try_policies(role, relation, action, false);
        if !complete {
            found.give_up();
        }
        found.verdict()
    }

    /// Whether policies of a table call users' functions.
    fn has_calls(&self, relation: Oid) -> bool {
        let catalog = self.model.catalog;
        let table = catalog.relation_by_oid(relation);
        let mut policies = table.into_iter().flat_map(|table| &table.policies);
        policies.any(|policy| !helper_functions(catalog, Object::Policy(policy.oid)).is_empty())
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
            if machine.passes(row, action, &frame)? && machine.is_consistent() {
                let policy = machine.run.policy;
                tally.add(machine.judge(row, role, action), policy);
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

    /// Makes every run there is, from the beginning again while that teaches new cases; false beside what was found
    /// where there are too many.
    pub(super) fn search<T: Default>(
        &mut self,
        mut run: impl FnMut(&mut Self, &mut T) -> Eval<()>,
    ) -> (T, bool) {
        let mut found = T::default();
        for _ in 0..ATTEMPTS {
            let known = self.cases.clone();
            self.choices = Choices::default();
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
}
