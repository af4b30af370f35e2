//! One SELECT of the statement.

use crate::json;
use crate::request::{Item, Name, Select};
use crate::resource::Resource;

use super::PlanError;
use super::output::{Member, groups, named_columns, server_object, text_columns, wire_columns};
use super::place::Place;
use super::statement::Statement;
use super::{aggregate, expression, filter};

/// A SELECT while it is being put together.
#[derive(Debug)]
pub(super) struct Level<'r> {
    pub(super) place: Place<'r>,
    /// FROM, with the joins of to-one relations.
    pub(super) from: String,
    pub(super) conditions: Vec<String>,
    pub(super) members: Vec<Member>,
    /// Rows become groups, because of an aggregate among the members.
    pub(super) grouped: bool,
    /// ORDER BY and what follows it.
    pub(super) tail: String,
}

impl<'r> Level<'r> {
    pub(super) fn root(statement: &mut Statement<'_>, resource: &'r Resource) -> Self {
        let alias = statement.alias();
        let from = format!("{} AS {alias}", resource.sql);
        Self::over(resource, alias, from)
    }

    pub(super) fn over(resource: &'r Resource, alias: String, from: String) -> Self {
        Self {
            place: Place::new(resource, alias),
            from,
            conditions: Vec::new(),
            members: Vec::new(),
            grouped: false,
            tail: String::new(),
        }
    }

    /// Adds what `select` names and what filters demand; `path` leads to this level in the
    /// client's names.
    pub(super) fn select(
        &mut self,
        statement: &mut Statement<'r>,
        select: &Select,
        path: &mut Vec<Name>,
    ) -> Result<(), PlanError> {
        let mut place = Place::new(self.place.resource, self.place.alias.clone());
        self.grouped = aggregate::groups(statement, place.resource, select)?;
        self.members = self.members_of(statement, &mut place, select, path)?;
        self.restrict(statement, &place, path)?;
        self.place = place;
        Ok(())
    }

    /// The members that `select` makes of the row at `place`.
    pub(super) fn members_of(
        &mut self,
        statement: &mut Statement<'r>,
        place: &mut Place<'r>,
        select: &Select,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let mut members = Vec::new();
        for item in &select.items {
            match item {
                Item::Star => {
                    let columns = place.resource.columns.iter();
                    members.extend(columns.map(|c| expression::plain(statement, place, c)));
                }
                Item::Field(field) => {
                    members.push(expression::field(statement, place, field)?);
                }
                Item::Embed(embed) => {
                    members.extend(self.embed(statement, place, embed, path)?);
                }
            }
        }
        Ok(members)
    }

    /// Adds the filters for the row at `place`.
    pub(super) fn restrict(
        &mut self,
        statement: &mut Statement<'r>,
        place: &Place<'r>,
        path: &[Name],
    ) -> Result<(), PlanError> {
        if let Some(window) = statement.window(path) {
            for condition in &window.conditions {
                let condition = filter::condition(statement, place, condition)?;
                self.conditions.push(condition);
            }
        }
        Ok(())
    }

    /// How the columns on the wire are read, and their SQL.
    pub(super) fn wire_columns(&self) -> (Vec<json::Column>, Vec<String>) {
        let mut list = Vec::new();
        let columns = wire_columns(&self.members, &mut list);
        (columns, list)
    }

    /// The same for an answer that is text, not JSON.
    pub(super) fn text_columns(
        &self,
        statement: &mut Statement<'_>,
    ) -> (Vec<json::Column>, Vec<String>) {
        text_columns(&self.members, statement)
    }

    /// The members as columns under the names that the catalog has for them; none where one has another name.
    pub(super) fn named_columns(&self) -> Option<String> {
        named_columns(&self.members)
    }

    /// The rows as one JSON array; the server's `json_agg` puts them together.
    pub(super) fn array(&self, statement: &mut Statement<'_>) -> String {
        let (list, row) = match named_columns(&self.members) {
            // The star says that the row is meant, should a column have that name too.
            Some(columns) => (columns, "r.*"),
            None => (
                format!("{} AS o", server_object(&self.members, statement)),
                "r.o",
            ),
        };
        let rows = self.print(&list);
        format!(
            "(SELECT coalesce(pg_catalog.json_agg({row}), '[]'::pg_catalog.json) \
             FROM ({rows}) AS r)"
        )
    }

    /// Whether there is a row.
    pub(super) fn exists(&self) -> String {
        format!("EXISTS (SELECT 1{})", self.rows())
    }

    pub(super) fn print(&self, list: &str) -> String {
        format!("SELECT {list}{}{}", self.groups(), self.tail)
    }

    /// FROM and WHERE.
    pub(super) fn rows(&self) -> String {
        let mut sql = format!(" FROM {}", self.from);
        for (index, condition) in self.conditions.iter().enumerate() {
            sql.push_str(if index == 0 { " WHERE " } else { " AND " });
            sql.push_str(condition);
        }
        sql
    }

    /// The rows, or the groups they become.
    pub(super) fn groups(&self) -> String {
        let mut sql = self.rows();
        if self.grouped {
            for (index, expression) in groups(&self.members).into_iter().enumerate() {
                sql.push_str(if index == 0 { " GROUP BY " } else { ", " });
                sql.push_str(expression);
            }
        }
        sql
    }
}
