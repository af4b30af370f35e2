//! The data-changing part of a write.

use crate::json::{self, Decoder};
use crate::plan::PlanError;
use crate::plan::output::unquoted;
use crate::plan::statement::Statement;
use crate::request::{Item, Select};
use crate::resource::{Link, Resource};

use super::{Ask, Verb};

/// The statement that changes rows, up to its RETURNING.
pub(super) struct Change {
    sql: String,
    /// Nothing is changed.
    is_read: bool,
    /// It counts the rows that were there already.
    pub(super) counts_updates: bool,
    /// What the changed table is called in it.
    pub(super) alias: String,
}

impl Change {
    pub(super) fn new(sql: String, alias: String) -> Self {
        Self {
            sql,
            is_read: false,
            counts_updates: false,
            alias,
        }
    }

    pub(super) fn of(
        statement: &mut Statement<'_>,
        resource: &Resource,
        ask: &Ask<'_>,
    ) -> Result<Self, PlanError> {
        match ask.verb {
            Verb::Insert | Verb::Replace => Self::insert(statement, resource, ask),
            Verb::Update => Self::update(statement, resource, ask),
            Verb::Delete => Self::delete(statement, resource),
        }
    }

    /// No row of the resource.
    pub(super) fn none(resource: &Resource, alias: String) -> Self {
        Self {
            sql: format!(" FROM {} AS {alias} WHERE false", resource.sql),
            is_read: true,
            counts_updates: false,
            alias,
        }
    }

    /// The statement, with what becomes of each row it changed.
    pub(super) fn returning(&self, list: &str) -> String {
        if self.is_read {
            format!("SELECT {list}{}", self.sql)
        } else {
            format!("{} RETURNING {list}", self.sql)
        }
    }

    /// The statement by itself.
    pub(super) fn alone(self) -> String {
        if self.is_read {
            self.returning("1")
        } else {
            self.sql
        }
    }

    /// The columns that may be read, what `select` names of what functions compute, and the row as a
    /// whole where a function may make related rows of it.
    pub(super) fn columns(&self, resource: &Resource, select: Option<&Select>) -> String {
        let items = || select.into_iter().flat_map(|select| &select.items);
        let named: Vec<&str> = items()
            .filter_map(|item| match item {
                Item::Field(field) => field.path.as_ref().map(|path| path.column.as_str()),
                _ => None,
            })
            .collect();
        let computed = resource.computed.iter().filter(|column| {
            named.contains(&column.name.as_str()) && resource.column(&column.name).is_none()
        });
        let computed =
            computed.map(|column| format!("{} AS {}", column.of(&self.alias), column.sql));
        let own = resource.columns.iter().map(|column| column.of(&self.alias));
        let embeds = items().any(|item| matches!(item, Item::Embed(_)));
        // With the star it is the row, should a column have the alias for its name.
        let whole = (embeds && resource.links.iter().any(Link::is_computed)).then(|| {
            let (alias, ty) = (&self.alias, &resource.sql);
            format!("CAST({alias}.* AS {ty}) AS {}", row(resource))
        });
        let list: Vec<String> = own.chain(computed).chain(whole).collect();
        list.join(", ")
    }

    /// The columns of the key, and the same as texts of the answer.
    pub(super) fn keys(
        &self,
        resource: &Resource,
    ) -> (String, Option<(Vec<json::Column>, String)>) {
        if resource.key.is_empty() {
            return ("1".to_owned(), None);
        }
        let key = || resource.key.iter().map(|&place| &resource.columns[place]);
        let list: Vec<String> = key().map(|column| column.of(&self.alias)).collect();
        let texts: Vec<String> = key()
            .map(|column| match (column.shown(), column.filtered()) {
                // As the filter reads it that it will stand in.
                (Some(shown), Some(_)) => unquoted(&shown.of(&format!("w.{}", column.sql))),
                _ => format!("CAST(w.{} AS pg_catalog.text)", column.sql),
            })
            .collect();
        let columns = key().map(|column| json::Column::value(&column.name, Decoder::text()));
        (list.join(", "), Some((columns.collect(), texts.join(", "))))
    }
}

/// A name for the column with the row as a whole that none of the others has, as SQL.
pub(super) fn row(resource: &Resource) -> String {
    let mut name = String::from("changed_row");
    while resource.field(&name).is_some() {
        name.push('_');
    }
    name
}
