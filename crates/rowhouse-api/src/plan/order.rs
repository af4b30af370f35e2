//! ORDER BY, LIMIT and OFFSET.

use std::fmt::Write;

use crate::request::{Direction, Nulls, Order, Term, Window};

use super::PlanError;
use super::expression;
use super::level::Level;
use super::place::Place;
use super::statement::{Param, Statement};

/// One thing that rows are ordered by.
#[derive(Debug)]
pub(super) struct Ordering {
    pub(super) sql: String,
    pub(super) descending: bool,
    pub(super) nulls_first: bool,
    /// Whether it can be null.
    pub(super) nullable: bool,
    /// Where the client said where nulls go.
    nulls: Option<Nulls>,
}

impl Level<'_> {
    /// Orders and bounds the rows: as asked, else as configured, else by primary key, so that
    /// two answers list the same rows alike.
    pub(super) fn arrange(
        &mut self,
        statement: &mut Statement<'_>,
        window: Option<&Window>,
    ) -> Result<(), PlanError> {
        let orderings = self.orderings(statement, window)?;
        self.order(&orderings);
        let most = statement.most;
        let limit = window.and_then(|window| window.limit);
        let limit = limit.into_iter().chain(most).min();
        self.bound(statement, limit, window.and_then(|window| window.offset));
        Ok(())
    }

    /// What the rows are ordered by. The key decides between rows that are equal to the client's
    /// order, so that no page shows a row twice; whoever configures an order decides that too.
    pub(super) fn orderings(
        &self,
        statement: &mut Statement<'_>,
        window: Option<&Window>,
    ) -> Result<Vec<Ordering>, PlanError> {
        let resource = self.place.resource;
        let asked = window.and_then(|window| window.order.as_ref());
        match asked.or(resource.order.as_ref()) {
            Some(Order { terms }) => {
                let terms = terms.iter();
                let mut orderings: Vec<Ordering> = terms
                    .map(|term| ordering(statement, &self.place, term))
                    .collect::<Result<_, _>>()?;
                if asked.is_some() && !self.grouped {
                    orderings.extend(self.key(&orderings));
                }
                Ok(orderings)
            }
            None if self.grouped => Ok(Vec::new()),
            None => Ok(self.key(&[])),
        }
    }

    /// The columns of the primary key, without those rows are ordered by already.
    pub(super) fn key(&self, before: &[Ordering]) -> Vec<Ordering> {
        let Place {
            resource, alias, ..
        } = &self.place;
        let columns = resource.key.iter().map(|&place| &resource.columns[place]);
        columns
            .map(|column| Ordering {
                sql: column.of(alias),
                descending: false,
                nulls_first: false,
                nullable: false,
                nulls: None,
            })
            .filter(|key| before.iter().all(|term| term.sql != key.sql))
            .collect()
    }

    pub(super) fn order(&mut self, orderings: &[Ordering]) {
        for (index, ordering) in orderings.iter().enumerate() {
            self.tail
                .push_str(if index == 0 { " ORDER BY " } else { ", " });
            self.tail.push_str(&ordering.sql);
            if ordering.descending {
                self.tail.push_str(" DESC");
            }
            self.tail.push_str(match ordering.nulls {
                Some(Nulls::First) => " NULLS FIRST",
                Some(Nulls::Last) => " NULLS LAST",
                None => "",
            });
        }
    }

    pub(super) fn bound(
        &mut self,
        statement: &mut Statement<'_>,
        limit: Option<i64>,
        offset: Option<i64>,
    ) {
        for (word, count) in [("LIMIT", limit), ("OFFSET", offset)] {
            if let Some(count) = count {
                let count = statement.bind(Param::Int8(count));
                let _ = write!(self.tail, " {word} {count}");
            }
        }
    }
}

fn ordering(
    statement: &mut Statement<'_>,
    place: &Place<'_>,
    term: &Term,
) -> Result<Ordering, PlanError> {
    let (sql, nullable) = match &term.relation {
        None => {
            let operand = expression::path(statement, place, &term.path)?;
            let is_plain = term.path.steps.is_empty();
            (operand.sql, !(is_plain && operand.column.not_null))
        }
        Some(relation) => {
            let Some(embedded) = place.embedded(relation) else {
                return Err(PlanError::NotEmbedded(relation.as_str().to_owned()));
            };
            let Some(alias) = &embedded.joined else {
                return Err(PlanError::NotToOne {
                    resource: place.resource.name.clone(),
                    relation: relation.as_str().to_owned(),
                });
            };
            let joined = Place::new(embedded.resource, alias.clone());
            let operand = expression::path(statement, &joined, &term.path)?;
            (operand.sql, true)
        }
    };
    let descending = term.direction == Some(Direction::Desc);
    Ok(Ordering {
        sql,
        descending,
        nulls_first: term.nulls.map_or(descending, |nulls| nulls == Nulls::First),
        nullable,
        nulls: term.nulls,
    })
}
