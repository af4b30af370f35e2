//! Joins, and the sides of outer ones that may be missing.

use std::rc::Rc;

use sqlparser::ast::{BinaryOperator, Expr, Join, JoinConstraint, JoinOperator};

use super::columns::qualified_column;
use crate::logic::frame::{Frame, Source};
use crate::logic::machine::{Eval, Machine};
use crate::logic::names::parts;

impl Machine<'_, '_> {
    pub(super) fn add_join(&mut self, join: &Join, frame: &mut Frame) -> Eval<bool> {
        let (constraint, left_may_miss, right_may_miss) = match &join.join_operator {
            JoinOperator::Join(on)
            | JoinOperator::Inner(on)
            | JoinOperator::CrossJoin(on)
            | JoinOperator::StraightJoin(on) => (on, false, false),
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => (on, false, true),
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => (on, true, false),
            JoinOperator::FullOuter(on) => (on, true, true),
            _ => return Ok(false),
        };
        let before = frame.sources.len();
        let read_before = self.reads.len();
        if right_may_miss && self.choices.choose(2) == 1 {
            // The right side is missing, and so its rows are not read.
            let mut apart = frame.clone();
            let rows = self.run.rows.len();
            self.add_table(&join.relation, &mut apart)?;
            self.run.rows.truncate(rows);
            self.reads.truncate(read_before);
            for (name, _) in apart.sources.drain(before..) {
                frame.sources.push((name, Source::Nulls));
            }
            return Ok(true);
        }
        if !self.add_table(&join.relation, frame)? {
            return Ok(false);
        }
        if left_may_miss && self.choices.choose(2) == 1 {
            for (_, source) in &mut frame.sources[..before] {
                *source = Source::Nulls;
            }
            self.reads.drain(..read_before);
            return Ok(true);
        }
        let was = std::mem::replace(&mut self.in_condition, true);
        let holds = self.joined(constraint, frame, before);
        self.in_condition = was;
        holds
    }

    fn joined(&mut self, constraint: &JoinConstraint, frame: &Frame, before: usize) -> Eval<bool> {
        let frame = Rc::new(frame.clone());
        match constraint {
            JoinConstraint::On(condition) => self.require(condition, &frame),
            JoinConstraint::Using(columns) => {
                for column in columns.iter().filter_map(|column| parts(column).pop()) {
                    let side = |sources: &[(String, Source)]| {
                        let has = |source: &Source| {
                            self.columns_of("", source)
                                .iter()
                                .any(|(name, _)| *name == column)
                        };
                        let found = sources.iter().find(|(_, source)| has(source));
                        found.map(|(name, _)| qualified_column(name, &column))
                    };
                    let (Some(left), Some(right)) = (
                        side(&frame.sources[..before]),
                        side(&frame.sources[before..]),
                    ) else {
                        continue;
                    };
                    let equal = Expr::BinaryOp {
                        left: Box::new(left),
                        op: BinaryOperator::Eq,
                        right: Box::new(right),
                    };
                    if !self.require(&equal, &frame)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            JoinConstraint::Natural | JoinConstraint::None => Ok(true),
        }
    }
}
