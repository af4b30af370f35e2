//! Rows of tables, views and common table expressions.

use std::rc::Rc;

use rowhouse_catalog::{Privilege, Relation, RelationKind};
use sqlparser::ast::{Statement, TableAlias};

use super::Output;
use super::columns::{derived, renamed};
use super::with::{cte, written};
use crate::logic::frame::{Frame, Source};
use crate::logic::machine::{Eval, Machine, Stop};
use crate::logic::names::folded;
use crate::logic::verdict::Action;

impl Machine<'_, '_> {
    pub(super) fn add_relation(
        &mut self,
        name: &[String],
        alias: Option<&TableAlias>,
        frame: &mut Frame,
    ) -> Eval<bool> {
        let last = name.last().cloned().unwrap_or_default();
        let shown = alias.map_or_else(|| last.clone(), |alias| folded(&alias.name));
        if let [single] = name
            && let Some((columns, query, at)) = cte(single, frame)
        {
            if written(&query.body).is_some() {
                // What RETURNING gives.
                frame.sources.push((shown.clone(), Source::Unknown(shown)));
                return Ok(true);
            }
            let Some(output) = self.witness_inside(&query, &at)? else {
                return Ok(false);
            };
            let mut names = renamed(alias);
            if names.is_empty() {
                names = columns;
            }
            frame.sources.push((shown, derived(output, &names)));
            return Ok(true);
        }
        let Some(relation) = self.relation_named(name, frame.path.as_deref()) else {
            frame.sources.push((shown.clone(), Source::Unknown(shown)));
            return Ok(true);
        };
        let source = if relation.kind == RelationKind::View {
            match self.view(relation, frame)? {
                Some(output) => derived(output, &renamed(alias)),
                None => return Ok(false),
            }
        } else {
            match self.table_row(relation, frame)? {
                Some(row) => Source::Row(row),
                None => return Ok(false),
            }
        };
        frame.sources.push((shown, source));
        Ok(true)
    }

    /// A row of a table that the role can see.
    fn table_row(&mut self, relation: &Relation, frame: &Frame) -> Eval<Option<usize>> {
        let access = self.access(frame.role);
        if !access.any_column(relation).has(Privilege::Select) {
            return Err(Stop::Raised);
        }
        let row = self.run.add_row(relation.oid);
        self.reads.push((row, frame.role, self.in_condition));
        if access.is_filtered(relation) && !self.passes(row, Action::Read, frame)? {
            return Ok(None);
        }
        Ok(Some(row))
    }

    /// A row of a view, which reads with its owner's rights unless told otherwise.
    pub(in crate::logic) fn view(
        &mut self,
        view: &Relation,
        frame: &Frame,
    ) -> Eval<Option<Output>> {
        let parsed = view
            .definition
            .as_deref()
            .and_then(|text| self.decider.texts.statements(text));
        let Some(Statement::Query(query)) = parsed.as_deref().and_then(|all| all.first()) else {
            return Ok(None);
        };
        let role = if view.security_invoker() {
            frame.user
        } else {
            view.owner
        };
        let inner = Frame {
            user: frame.user,
            depth: frame.depth + 1,
            policies_of: frame.policies_of.clone(),
            role,
            ..Frame::new(frame.user)
        };
        let output = self.witness_inside(query, &Rc::new(inner))?;
        // A view's own names for its columns count, not those of its text.
        Ok(output.map(|(mut columns, inner)| {
            for ((name, _), column) in columns.iter_mut().zip(&view.columns) {
                name.clone_from(&column.name);
            }
            (columns, inner)
        }))
    }
}
