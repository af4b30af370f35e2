//! What statements that write let through: the rows they change, as they were and as they become.

mod insert;
mod merge;

use std::rc::Rc;

use rowhouse_catalog::{Oid, Relation};
use sqlparser::ast::{
    Assignment, AssignmentTarget, Delete, Expr, FromTable, TableFactor, TableWithJoins, Truncate,
    Update, UpdateTableFromKind,
};

use super::frame::{Frame, Source, Val};
use super::machine::{Eval, Machine};
use super::names::{folded, parts};
use super::statements::Found;
use super::value::Value;
use super::verdict::Action;
use crate::RowOwner;

/// Columns and what is put into them.
type Given = Vec<(String, Rc<Expr>)>;

impl Machine<'_, '_> {
    pub(in crate::logic) fn update_reaches(
        &mut self,
        update: &Update,
        mut frame: Frame,
        found: &mut Found,
    ) -> Eval<()> {
        let Some(row) = self.target(&update.table, Action::UpdateOld, &mut frame)? else {
            return Ok(());
        };
        let from = match &update.from {
            Some(UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from)) => {
                from.as_slice()
            }
            None => &[],
        };
        if !self.conditions(from, update.selection.as_ref(), &mut frame)? {
            return Ok(());
        }
        self.judge_reads(found);
        self.judge_old_row(row, frame.role, Action::UpdateOld, found);
        let Some(table) = self.catalog().relation_by_oid(self.run.rows[row].relation) else {
            return Ok(());
        };
        let given = assigned(&update.assignments);
        let frame = Rc::new(frame);
        self.judge_new_row(table, &given, &frame, Some(row), Action::UpdateNew, found)
    }

    pub(in crate::logic) fn delete_reaches(
        &mut self,
        delete: &Delete,
        mut frame: Frame,
        found: &mut Found,
    ) -> Eval<()> {
        let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
        let Some(item) = from.first() else {
            return Ok(());
        };
        let Some(row) = self.target(item, Action::Delete, &mut frame)? else {
            return Ok(());
        };
        let using = delete.using.as_deref().unwrap_or_default();
        if !self.conditions(using, delete.selection.as_ref(), &mut frame)? {
            return Ok(());
        }
        self.judge_reads(found);
        self.judge_old_row(row, frame.role, Action::Delete, found);
        Ok(())
    }

    /// TRUNCATE asks no policy.
    pub(in crate::logic) fn truncate_reaches(
        &mut self,
        truncate: &Truncate,
        frame: &Frame,
        found: &mut Found,
    ) {
        for target in &truncate.table_names {
            let name = parts(&target.name);
            if let Some(table) = self.relation_named(&name, frame.path.as_deref()) {
                let row = self.run.add_row(table.oid);
                self.judge_old_row(row, frame.role, Action::Delete, found);
            }
        }
    }

    /// The table's row a statement changes, if its conditions hold.
    fn target(
        &mut self,
        item: &TableWithJoins,
        action: Action,
        frame: &mut Frame,
    ) -> Eval<Option<usize>> {
        let TableFactor::Table { name, alias, .. } = &item.relation else {
            return Ok(None);
        };
        let name = parts(name);
        let Some(table) = self.relation_named(&name, frame.path.as_deref()) else {
            return Ok(None);
        };
        let row = self.run.add_row(table.oid);
        let access = self.access(frame.role);
        if access.is_filtered(table) && !self.passes(row, action, frame)? {
            return Ok(None);
        }
        let shown = match alias {
            Some(alias) => folded(&alias.name),
            None => table.name.clone(),
        };
        frame.sources.push((shown, Source::Row(row)));
        Ok(Some(row))
    }

    fn conditions(
        &mut self,
        tables: &[TableWithJoins],
        selection: Option<&Expr>,
        frame: &mut Frame,
    ) -> Eval<bool> {
        for table in tables {
            if !self.add_tables(table, frame)? {
                return Ok(false);
            }
        }
        let Some(condition) = selection else {
            return Ok(true);
        };
        self.in_condition = true;
        let holds = self.require(condition, &Rc::new(frame.clone()));
        self.in_condition = false;
        holds
    }

    fn judge_old_row(&mut self, row: usize, role: Oid, action: Action, found: &mut Found) {
        let relation = self.run.rows[row].relation;
        if self.owner_of(relation).is_some() && self.is_consistent() {
            let outcome = self.judge(row, role, action);
            found.add((relation, role, action, false), outcome);
        }
    }

    /// A new row with these values, the others as they were or by default.
    fn judge_new_row(
        &mut self,
        table: &Relation,
        given: &Given,
        frame: &Rc<Frame>,
        old: Option<usize>,
        action: Action,
        found: &mut Found,
    ) -> Eval<()> {
        let Some(owner) = self.owner_of(table.oid) else {
            return Ok(());
        };
        let columns = match owner {
            RowOwner::Column(column) => vec![*column],
            RowOwner::Parent { columns, .. } => columns.clone(),
        };
        let row = self.run.add_row(table.oid);
        for number in columns {
            let Some(column) = table.column_at(number) else {
                continue;
            };
            let value = given.iter().find(|(name, _)| *name == column.name);
            let val = match (value, old, &column.default) {
                (Some((_, expr)), ..) if expr.to_string() != "DEFAULT" => self.eval(expr, frame)?,
                (_, Some(old), _) => self.read_column((old, number)),
                (_, None, Some(default)) => match self.decider.texts.expression(default) {
                    Some(expr) => self.eval(&expr, &Rc::new(Frame::new(frame.role)))?,
                    None => continue,
                },
                (_, None, None) => Val::constant(Value::Null),
            };
            if !self.take((row, number), val)? {
                return Ok(());
            }
        }
        let access = self.access(frame.role);
        if access.is_filtered(table) && !self.passes(row, action, frame)? {
            return Ok(());
        }
        if self.is_consistent() {
            let outcome = self.judge(row, frame.role, action);
            found.add((table.oid, frame.role, action, false), outcome);
        }
        Ok(())
    }

    /// Gives a column a value; where that is not understood, it stays open.
    fn take(&mut self, place: (usize, i16), val: Val) -> Eval<bool> {
        let val = self.force(val)?;
        if val.value == Value::Null {
            let nullable = self.is_nullable(place);
            if nullable {
                self.run.set(place, Value::Null);
            }
            return Ok(nullable);
        }
        self.require_place(place, val, false)
    }
}

/// The columns named, or all.
fn columns_named(table: &Relation, named: impl Iterator<Item = String>) -> Vec<String> {
    let named: Vec<String> = named.collect();
    if !named.is_empty() {
        return named;
    }
    let all = table.columns.iter();
    all.map(|column| column.name.clone()).collect()
}

fn assigned(assignments: &[Assignment]) -> Given {
    let one = |assignment: &Assignment| match &assignment.target {
        AssignmentTarget::ColumnName(name) => {
            Some((parts(name).pop()?, Rc::new(assignment.value.clone())))
        }
        AssignmentTarget::Tuple(_) => None,
    };
    assignments.iter().filter_map(one).collect()
}
