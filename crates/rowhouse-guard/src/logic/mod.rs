//! Does what a policy lets through belong to the tenant in the setting?
//!
//! [`Decider::decide`] takes a role, a table and an [`Action`] and answers with a [`Verdict`];
//! [`Decider::decide_query`] does the same for each table under a view or SQL statement, [`Decider::body`] for a
//! function.
//!
//! How it is found out: a [`machine`] evaluates the condition in a world it makes up as the condition asks about it —
//! a row's columns, what settings say, the rows sub-selects find — and a [search](decide) goes through all worlds of a
//! small table of [`cases`]. Equalities that must hold are taken over instead of guessed, so there are few. A world in
//! which the condition is true and the row's tenant is not the session's is a counterexample, unless it hangs on a part
//! that was not understood.

mod blind;
mod body;
mod cases;
mod checks;
mod choices;
mod computed;
mod decide;
mod dynamic;
mod eval;
mod frame;
mod functions;
mod inline;
mod interpret;
mod judge;
mod lexer;
mod machine;
mod membership;
mod names;
mod parse;
mod paths;
mod plpgsql;
mod policy;
mod query;
mod require;
mod resolve;
mod run;
mod select;
mod statements;
mod texts_run;
mod unread;
mod value;
mod verdict;
mod writes;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rowhouse_catalog::{Access, Function, Oid, Privilege, Relation};

pub(crate) use body::BodyFacts;
pub(crate) use body::arguments;
pub(crate) use lexer::{Kind, Token, tokens};
pub(crate) use parse::{expression, query_of};
pub(crate) use query::{Context, QueryFacts, Use};
pub(crate) use verdict::{Action, Proof, Refutation, Verdict, Why};

use crate::{Model, RowOwner};

/// Answers about one database, each question once.
pub(crate) struct Decider<'a> {
    model: &'a Model<'a>,
    texts: parse::Texts,
    powers: RefCell<BTreeMap<Oid, Rc<Access<'a>>>>,
    /// None while a question is being answered.
    answers: RefCell<BTreeMap<(Oid, Oid, Action), Option<Verdict>>>,
}

impl<'a> Decider<'a> {
    /// For a database as the audit sees it.
    pub(crate) fn new(model: &'a Model<'a>) -> Self {
        Self {
            model,
            texts: parse::Texts::default(),
            powers: RefCell::default(),
            answers: RefCell::default(),
        }
    }

    /// Whether `action` of `role` on a table stays within the session's tenant, by row security alone: privileges are
    /// the caller's to look at. None where the rows of the table belong to nobody.
    pub(crate) fn decide(&self, role: Oid, relation: Oid, action: Action) -> Option<Verdict> {
        machine::owner_of(self.model.classes.get(&relation)?)?;
        let table = self.model.catalog.relation_by_oid(relation)?;
        if !self.access(role).is_filtered(table) {
            return Some(Verdict::Refuted(Refutation {
                why: Why::NotFiltered,
                policies: Vec::new(),
                row_tenant: "any other tenant".into(),
                session: Vec::new(),
                given: Vec::new(),
                asked: Vec::new(),
            }));
        }
        if action == Action::UpdateNew && !self.may_move(role, table) {
            let old = self.answer(role, relation, Action::UpdateOld);
            if old.is_proven() {
                return Some(old);
            }
        }
        Some(self.answer(role, relation, action))
    }

    /// Whether the role may write the columns that say whose a row is: otherwise a row that it changes stays whose it was.
    fn may_move(&self, role: Oid, table: &Relation) -> bool {
        let columns = match self
            .model
            .classes
            .get(&table.oid)
            .and_then(machine::owner_of)
        {
            Some(RowOwner::Column(column)) => std::slice::from_ref(column),
            Some(RowOwner::Parent { columns, .. }) => columns.as_slice(),
            None => return true,
        };
        let access = self.access(role);
        columns.iter().any(|&number| {
            let column = table.column_at(number);
            column.is_none_or(|column| access.column(table, column).has(Privilege::Update))
        })
    }

    /// The verdict on what row security lets through, found once.
    fn answer(&self, role: Oid, relation: Oid, action: Action) -> Verdict {
        let question = (role, relation, action);
        let known = self.answers.borrow().get(&question).cloned();
        if let Some(known) = known {
            // A table that is asked about while it is being proven leans on itself only.
            return known.unwrap_or_else(|| Verdict::Proven(Proof::default()));
        }
        self.answers.borrow_mut().insert(question, None);
        let verdict = self.search_policies(role, relation, action);
        self.answers
            .borrow_mut()
            .insert(question, Some(verdict.clone()));
        verdict
    }

    /// What a query, run with the rights of `role`, lets through of each table with tenants' rows.
    pub(crate) fn decide_query(&self, role: Oid, sql: &str, context: &Context) -> QueryFacts {
        self.facts(role, sql, context)
    }

    /// What a function does when `caller` calls it: with its owner's rights where it is a SECURITY DEFINER.
    pub(crate) fn body(&self, caller: Oid, function: &Function) -> BodyFacts {
        self.body_facts(caller, function)
    }

    fn access(&self, role: Oid) -> Rc<Access<'a>> {
        let mut powers = self.powers.borrow_mut();
        let made = || Rc::new(self.model.catalog.as_role(role));
        Rc::clone(powers.entry(role).or_insert_with(made))
    }
}
