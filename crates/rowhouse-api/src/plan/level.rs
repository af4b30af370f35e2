//! One SELECT of the statement.

use crate::json;
use crate::request::{Item, Name, Path, Select};
use crate::resource::Resource;

use super::PlanError;
use super::expression;
use super::output::{Member, named_columns, server_object, wire_columns};
use super::statement::Statement;

/// A SELECT while it is being put together.
#[derive(Debug)]
pub(super) struct Level<'r> {
    pub(super) resource: &'r Resource,
    pub(super) alias: String,
    /// FROM, with the joins of to-one relations.
    pub(super) from: String,
    pub(super) conditions: Vec<String>,
    pub(super) members: Vec<Member>,
    /// To-one relations that were joined, by the name the client knows them by.
    pub(super) joined: Vec<Joined<'r>>,
    /// ORDER BY and what follows it.
    pub(super) tail: String,
}

/// A to-one relation in the FROM of a level.
#[derive(Debug)]
pub(super) struct Joined<'r> {
    pub(super) name: Name,
    pub(super) alias: String,
    pub(super) resource: &'r Resource,
}

impl<'r> Level<'r> {
    pub(super) fn root(statement: &mut Statement<'_>, resource: &'r Resource) -> Self {
        let alias = statement.alias();
        Self::over(resource, alias)
    }

    pub(super) fn over(resource: &'r Resource, alias: String) -> Self {
        Self {
            resource,
            from: format!("{} AS {alias}", resource.sql),
            alias,
            conditions: Vec::new(),
            members: Vec::new(),
            joined: Vec::new(),
            tail: String::new(),
        }
    }

    /// Adds what `select` names; `path` leads to this level in the client's names.
    pub(super) fn select(
        &mut self,
        statement: &mut Statement<'r>,
        select: &Select,
        path: &mut Vec<Name>,
    ) -> Result<(), PlanError> {
        let alias = self.alias.clone();
        self.members = self.members_of(statement, self.resource, &alias, select, path)?;
        Ok(())
    }

    /// The members that `select` makes of a row of `resource`, which is in FROM as `alias`.
    pub(super) fn members_of(
        &mut self,
        statement: &mut Statement<'r>,
        resource: &'r Resource,
        alias: &str,
        select: &Select,
        path: &mut Vec<Name>,
    ) -> Result<Vec<Member>, PlanError> {
        let mut members = Vec::new();
        for item in &select.items {
            match item {
                Item::Star => {
                    members.extend(resource.columns.iter().map(|c| expression::plain(alias, c)));
                }
                Item::Field(field) => {
                    members.push(expression::field(statement, alias, resource, field)?);
                }
                Item::Embed(embed) => {
                    members.extend(self.embed(statement, resource, alias, embed, path)?);
                }
            }
        }
        Ok(members)
    }

    pub(super) fn related_order(
        &self,
        statement: &mut Statement<'_>,
        relation: &Name,
        path: &Path,
    ) -> Result<String, PlanError> {
        match self.joined.iter().find(|joined| joined.name == *relation) {
            Some(joined) => expression::ordering(statement, &joined.alias, joined.resource, path),
            None => Err(PlanError::NotToOne {
                relation: relation.as_str().to_owned(),
                verb: "order its parent unless it is embedded as a single row",
            }),
        }
    }

    /// How the columns on the wire are read, and their SQL.
    pub(super) fn wire_columns(&self) -> (Vec<json::Column>, String) {
        let mut list = Vec::new();
        let columns = wire_columns(&self.members, &mut list);
        (columns, list.join(", "))
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

    pub(super) fn print(&self, list: &str) -> String {
        let mut sql = format!("SELECT {list} FROM {}", self.from);
        for (index, condition) in self.conditions.iter().enumerate() {
            sql.push_str(if index == 0 { " WHERE " } else { " AND " });
            sql.push_str(condition);
        }
        sql.push_str(&self.tail);
        sql
    }
}
