//! MERGE, one clause at a time.

use std::rc::Rc;

use sqlparser::ast::{
    Merge, MergeAction, MergeClauseKind, MergeInsertExpr, MergeInsertKind, MergeUpdateKind,
    TableFactor, TableWithJoins,
};

use super::{Given, assigned, columns_named};
use crate::logic::frame::Frame;
use crate::logic::machine::{Eval, Machine};
use crate::logic::names::parts;
use crate::logic::statements::Found;
use crate::logic::verdict::Action;

impl Machine<'_, '_> {
    /// One of the clauses of a MERGE.
    pub(in crate::logic) fn merge_reaches(
        &mut self,
        merge: &Merge,
        mut frame: Frame,
        found: &mut Found,
    ) -> Eval<()> {
        let way = self.choices.choose(merge.clauses.len());
        let Some(clause) = merge.clauses.get(way) else {
            return Ok(());
        };
        let alone = |relation: &TableFactor| TableWithJoins {
            relation: relation.clone(),
            joins: Vec::new(),
        };
        let source = [alone(&merge.source)];
        if let MergeAction::Insert(insert) = &clause.action {
            if !self.conditions(&source, clause.predicate.as_ref(), &mut frame)? {
                return Ok(());
            }
            self.judge_reads(found);
            return self.merge_inserts(merge, insert, &Rc::new(frame), found);
        }
        let action = match clause.action {
            MergeAction::Delete { .. } => Action::Delete,
            _ => Action::UpdateOld,
        };
        let Some(row) = self.target(&alone(&merge.table), action, &mut frame)? else {
            return Ok(());
        };
        let is_joined = clause.clause_kind != MergeClauseKind::NotMatchedBySource;
        let (tables, on) = if is_joined {
            (&source[..], Some(merge.on.as_ref()))
        } else {
            (&[][..], None)
        };
        if !self.conditions(tables, on, &mut frame)?
            || !self.conditions(&[], clause.predicate.as_ref(), &mut frame)?
        {
            return Ok(());
        }
        self.judge_reads(found);
        self.judge_old_row(row, frame.role, action, found);
        let (MergeAction::Update(update), Some(table)) = (
            &clause.action,
            self.catalog().relation_by_oid(self.run.rows[row].relation),
        ) else {
            return Ok(());
        };
        let MergeUpdateKind::Set(assignments) = &update.kind else {
            return Ok(());
        };
        let given = assigned(assignments);
        self.judge_new_row(
            table,
            &given,
            &Rc::new(frame),
            Some(row),
            Action::UpdateNew,
            found,
        )
    }

    fn merge_inserts(
        &mut self,
        merge: &Merge,
        insert: &MergeInsertExpr,
        frame: &Rc<Frame>,
        found: &mut Found,
    ) -> Eval<()> {
        let TableFactor::Table { name, .. } = &merge.table else {
            return Ok(());
        };
        let table = self.relation_named(&parts(name), frame.path.as_deref());
        let MergeInsertKind::Values(values) = &insert.kind else {
            return Ok(());
        };
        let (Some(table), Some(row)) = (table, values.rows.first()) else {
            return Ok(());
        };
        let names = columns_named(
            table,
            insert.columns.iter().filter_map(|name| parts(name).pop()),
        );
        let given = names.into_iter().zip(row.iter().cloned().map(Rc::new));
        let given: Given = given.collect();
        self.judge_new_row(table, &given, frame, None, Action::Insert, found)
    }
}
