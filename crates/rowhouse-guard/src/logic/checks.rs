//! What CHECK constraints say of the rows of a world.

use std::rc::Rc;

use rowhouse_catalog::{Check, Relation};

use super::frame::{Frame, Source};
use super::machine::Machine;
use super::value::Value;

impl Machine<'_, '_> {
    /// Whether the world keeps the keys, foreign keys and checks of its tables.
    pub(super) fn is_consistent(&mut self) -> bool {
        self.run.is_consistent(self.catalog()) && self.checks_hold()
    }

    fn checks_hold(&mut self) -> bool {
        let catalog = self.catalog();
        (0..self.run.rows.len()).all(|row| {
            let table = catalog.relation_by_oid(self.run.rows[row].relation);
            table.is_none_or(|table| {
                let mut checks = table.checks.iter();
                checks.all(|check| self.holds(table, check, row))
            })
        })
    }

    /// Whether a check is not false, as far as the row is known.
    fn holds(&mut self, table: &Relation, check: &Check, row: usize) -> bool {
        let columns = &self.run.rows[row].columns;
        let is_known = check
            .columns
            .iter()
            .all(|column| columns.contains_key(column));
        let is_checked = check.enforcement.enforced && check.enforcement.validated;
        if !is_known || !is_checked {
            return true;
        }
        let Some(condition) = self.decider.texts.expression(&check.expression) else {
            return true;
        };
        let frame = Rc::new(Frame {
            sources: vec![(table.name.clone(), Source::Row(row))],
            ..Frame::new(self.login)
        });
        let found = self.eval(&condition, &frame);
        found.map(|val| val.value) != Ok(Value::Bool(false))
    }
}
