//! INSERT, and the row `ON CONFLICT` updates instead.

use std::rc::Rc;

use rowhouse_catalog::Relation;
use sqlparser::ast::{ConflictTarget, DoUpdate, Insert, OnConflictAction, OnInsert, TableObject};

use super::{Given, assigned, columns_named};
use crate::logic::frame::{Frame, Source};
use crate::logic::machine::{Eval, Machine};
use crate::logic::names::{folded, parts};
use crate::logic::statements::Found;
use crate::logic::verdict::Action;

impl Machine<'_, '_> {
    pub(in crate::logic) fn insert_reaches(
        &mut self,
        insert: &Insert,
        frame: &Rc<Frame>,
        found: &mut Found,
    ) -> Eval<()> {
        let TableObject::TableName(name) = &insert.table else {
            return Ok(());
        };
        let Some(table) = self.relation_named(&parts(name), frame.path.as_deref()) else {
            return Ok(());
        };
        let Some(query) = &insert.source else {
            return Ok(());
        };
        let Some((values, inner)) = self.witness(query, frame)? else {
            return Ok(());
        };
        self.judge_reads(found);
        let listed = insert.columns.iter();
        let names = columns_named(table, listed.filter_map(|column| parts(column).pop()));
        let given = names
            .iter()
            .zip(values)
            .map(|(name, (_, expr))| (name.clone(), expr));
        let given: Given = given.collect();
        if self.choices.choose(2) == 1 {
            return self.conflict_reaches(table, insert, (&given, &inner), found);
        }
        self.judge_new_row(table, &given, &inner, None, Action::Insert, found)
    }

    /// `ON CONFLICT DO UPDATE`: the row that is there already has the new row's key.
    fn conflict_reaches(
        &mut self,
        table: &Relation,
        insert: &Insert,
        (given, new): (&Given, &Rc<Frame>),
        found: &mut Found,
    ) -> Eval<()> {
        let Some((target, update)) = conflict(insert) else {
            return Ok(());
        };
        let mut frame = (**new).clone();
        let row = self.run.add_row(table.oid);
        let access = self.access(frame.role);
        if access.is_filtered(table) && !self.passes(row, Action::UpdateOld, &frame)? {
            return Ok(());
        }
        if let Some(ConflictTarget::Columns(columns)) = target {
            for name in columns.iter().map(folded) {
                let value = given.iter().find(|(known, _)| *known == name);
                if let (Some(column), Some((_, expr))) = (table.column(&name), value) {
                    let val = self.eval(expr, new)?;
                    if !self.take((row, column.number), val)? {
                        return Ok(());
                    }
                }
            }
        }
        let excluded = given.iter();
        let excluded = excluded.map(|(name, expr)| (name.clone(), Rc::clone(expr), Rc::clone(new)));
        let excluded = Source::Derived(excluded.collect());
        frame.sources = vec![
            (table.name.clone(), Source::Row(row)),
            ("excluded".into(), excluded),
        ];
        if !self.conditions(&[], update.selection.as_ref(), &mut frame)? {
            return Ok(());
        }
        self.judge_old_row(row, frame.role, Action::UpdateOld, found);
        let given = assigned(&update.assignments);
        self.judge_new_row(
            table,
            &given,
            &Rc::new(frame),
            Some(row),
            Action::UpdateNew,
            found,
        )
    }
}

fn conflict(insert: &Insert) -> Option<(Option<&ConflictTarget>, &DoUpdate)> {
    let Some(OnInsert::OnConflict(conflict)) = &insert.on else {
        return None;
    };
    match &conflict.action {
        OnConflictAction::DoUpdate(update) => Some((conflict.conflict_target.as_ref(), update)),
        OnConflictAction::DoNothing => None,
    }
}
