//! ORDER BY, LIMIT and OFFSET.

use std::fmt::Write;

use crate::request::{Direction, Nulls, Order, Window};

use super::PlanError;
use super::expression;
use super::level::Level;
use super::statement::{Param, Statement};

impl Level<'_> {
    /// Orders and bounds the rows: as asked, else as configured, else by primary key, so that
    /// two answers list the same rows alike.
    pub(super) fn arrange(
        &mut self,
        statement: &mut Statement<'_>,
        window: Option<&Window>,
    ) -> Result<(), PlanError> {
        let asked = window.and_then(|window| window.order.as_ref());
        match asked.or(self.resource.order.as_ref()) {
            Some(order) => self.order(statement, order)?,
            None => self.order_by_key(),
        }
        let Some(Window { limit, offset, .. }) = window else {
            return Ok(());
        };
        for (word, count) in [("LIMIT", limit), ("OFFSET", offset)] {
            if let Some(count) = count {
                let count = statement.bind(Param::Int8(*count));
                let _ = write!(self.tail, " {word} {count}");
            }
        }
        Ok(())
    }

    fn order(&mut self, statement: &mut Statement<'_>, order: &Order) -> Result<(), PlanError> {
        for (index, term) in order.terms.iter().enumerate() {
            let sql = match &term.relation {
                None => expression::ordering(statement, &self.alias, self.resource, &term.path)?,
                Some(relation) => self.related_order(statement, relation, &term.path)?,
            };
            self.tail
                .push_str(if index == 0 { " ORDER BY " } else { ", " });
            self.tail.push_str(&sql);
            if term.direction == Some(Direction::Desc) {
                self.tail.push_str(" DESC");
            }
            self.tail.push_str(match term.nulls {
                Some(Nulls::First) => " NULLS FIRST",
                Some(Nulls::Last) => " NULLS LAST",
                None => "",
            });
        }
        Ok(())
    }

    fn order_by_key(&mut self) {
        for (index, &place) in self.resource.key.iter().enumerate() {
            let separator = if index == 0 { " ORDER BY " } else { ", " };
            let column = &self.resource.columns[place].sql;
            let _ = write!(self.tail, "{separator}{}.{column}", self.alias);
        }
    }
}
