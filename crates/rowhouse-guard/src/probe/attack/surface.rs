//! A relation as it is written to: which columns there are, and what goes into them. A view's columns are those of the tables
//! under it, a partition's those of its table.

use rowhouse_catalog::{Column, Privilege, Relation, RelationKind, quote_ident};

use super::Persona;
use crate::RowOwner;
use crate::probe::fill::{self, Filler, Values};
use crate::probe::tenants::Tenant;
use crate::probe::words::Words;

/// A relation that is attacked.
pub(super) struct Surface<'f, 'a> {
    pub(super) filler: &'f Filler<'a>,
    pub(super) relation: &'a Relation,
}

impl<'f, 'a> Surface<'f, 'a> {
    pub(super) fn new(filler: &'f Filler<'a>, relation: &'a Relation) -> Self {
        Self { filler, relation }
    }

    /// The table and column that a column stands for.
    pub(super) fn origin(&self, column: &'a Column) -> Option<(&'a Relation, &'a Column)> {
        if self.relation.kind != RelationKind::View {
            return Some((self.relation, column));
        }
        let catalog = self.filler.model.catalog;
        let mut relation = self.relation;
        let mut column = column;
        // Views on views, as deep as they go.
        for _ in 0..8 {
            let origin = relation
                .origins
                .iter()
                .find(|origin| origin.column == column.number)?;
            relation = catalog.relation_by_oid(origin.relation)?;
            column = relation.column_at(origin.number)?;
            if relation.kind != RelationKind::View {
                return Some((relation, column));
            }
        }
        None
    }

    /// The columns that say whose a row is.
    pub(super) fn owner_columns(&self) -> Vec<&'a Column> {
        let model = self.filler.model;
        let columns = self.relation.columns.iter();
        columns
            .filter(|column| {
                self.origin(column).is_some_and(|(table, column)| {
                    match model.row_owner(table.oid) {
                        Some(RowOwner::Column(number)) => *number == column.number,
                        Some(RowOwner::Parent { columns, .. }) => columns.contains(&column.number),
                        None => false,
                    }
                })
            })
            .collect()
    }

    /// The value of a column in a row of somebody.
    pub(super) fn value(&self, of: &Tenant, row: usize, column: &'a Column) -> Option<String> {
        if let Some(bound) = self.own_bound(column) {
            return Some(bound);
        }
        let (table, column) = self.origin(column)?;
        let whose = if self.filler.is_tenants(table) {
            of
        } else {
            &self.filler.nobody
        };
        Some(self.filler.value(table, whose, row, column))
    }

    /// Where the relation is a partition, a value that its bounds let in.
    fn own_bound(&self, column: &Column) -> Option<String> {
        let catalog = self.filler.model.catalog;
        if self.filler.model.tenant_column(self.relation.oid) == Some(column.number) {
            return None;
        }
        let mut partition = self.relation;
        // A partition of a partition is held to the bounds of both.
        while let Some(bound) = partition.partition_bound.as_deref() {
            let mut parents = partition.parents.iter();
            let parent = parents.find_map(|&oid| catalog.relation_by_oid(oid))?;
            let key = parent.partition_key.as_deref().unwrap_or_default();
            if !key.starts_with("HASH") && key.contains(quote_ident(&column.name).as_str()) {
                return Words::first_bound(bound);
            }
            partition = parent;
        }
        None
    }

    /// Whether a write to a column gets anywhere: into a table, or to whatever stands in for the view.
    pub(super) fn takes(&self, column: &Column) -> bool {
        let instead = self
            .relation
            .triggers
            .iter()
            .any(|trigger| trigger.timing == rowhouse_catalog::Timing::InsteadOf);
        self.relation.kind != RelationKind::View
            || column.updatable
            || instead
            || !self.relation.rules.is_empty()
    }

    /// A whole new row of somebody, in the columns that may be given.
    pub(super) fn row(&self, of: &Tenant, row: usize, persona: &Persona<'_>) -> Values {
        let mut values = Values::new();
        for column in &self.relation.columns {
            let given = column.generated.is_none()
                && persona
                    .access
                    .column(self.relation, column)
                    .has(Privilege::Insert)
                && self.takes(column);
            if given && let Some(value) = self.value(of, row, column) {
                values.insert(column.number, Some(value));
            }
        }
        values
    }

    /// The same row with one value that texts of the database compare its column with.
    pub(super) fn varied(&self, values: &Values) -> Vec<Values> {
        let mut found = Vec::new();
        for &number in values.keys() {
            let origin = self
                .relation
                .column_at(number)
                .and_then(|column| self.origin(column));
            if let Some((table, column)) = origin {
                for value in self.filler.other_values(table, column) {
                    let mut varied = values.clone();
                    if varied.insert(number, value.clone()) != Some(value) {
                        found.push(varied);
                    }
                }
            }
        }
        found
    }

    /// Columns that an `UPDATE` of the role may set, other than keys and what says whose the row is; the easiest first.
    pub(super) fn plain_columns(&self, persona: &Persona<'_>) -> Vec<&'a Column> {
        let owners = self.owner_columns();
        let mut columns: Vec<&Column> = self
            .relation
            .columns
            .iter()
            .filter(|column| {
                column.generated.is_none()
                    && persona
                        .access
                        .column(self.relation, column)
                        .has(Privilege::Update)
                    && self.takes(column)
                    && !owners.iter().any(|owner| owner.number == column.number)
                    && self.own_bound(column).is_none()
            })
            .collect();
        columns.sort_by_key(|column| {
            let key = self.origin(column).is_none_or(|(table, origin)| {
                let in_key = table.indexes.iter().any(|index| {
                    index.unique
                        && index
                            .keys
                            .iter()
                            .any(|key| key.on == rowhouse_catalog::Indexed::Column(origin.number))
                });
                in_key || self.filler.referenced(table, origin.number).is_some()
            });
            let plain = match column.formatted_type.as_str() {
                "text" => 0,
                "boolean" => 2,
                _ => 1,
            };
            (key, plain, column.number)
        });
        columns
    }

    /// Whether a column is part of a unique key of its table.
    pub(super) fn is_in_key(&self, column: &'a Column) -> bool {
        self.origin(column).is_none_or(|(table, origin)| {
            table.indexes.iter().any(|index| {
                index.unique
                    && index
                        .keys
                        .iter()
                        .any(|key| key.on == rowhouse_catalog::Indexed::Column(origin.number))
            })
        })
    }

    /// What is another value in each row, as SQL, where the type has such.
    pub(super) fn scattered(column: &Column) -> Option<&'static str> {
        if column.identity == Some(rowhouse_catalog::Identity::Always) {
            return Some("DEFAULT");
        }
        match column.formatted_type.as_str() {
            "uuid" => Some("gen_random_uuid()"),
            "integer" | "bigint" | "numeric" => Some("(random() * 1000000000)::integer"),
            "smallint" => Some("(random() * 30000)::smallint"),
            "text" => Some("gen_random_uuid()::text"),
            other if other.starts_with("character varying") => {
                Some("left(gen_random_uuid()::text, 8)")
            }
            _ => None,
        }
    }

    /// `SET` of a column to another value in each row.
    pub(super) fn scatter(&self, column: &Column) -> Option<String> {
        let value = Self::scattered(column)?;
        Some(format!(
            "UPDATE {} SET {} = {value}",
            self.relation.qualified_name(),
            quote_ident(&column.name)
        ))
    }

    /// `SET` of one column.
    pub(super) fn update(&self, column: &Column, value: Option<&str>) -> String {
        format!(
            "UPDATE {} SET {} = {}",
            self.relation.qualified_name(),
            quote_ident(&column.name),
            fill::sql(value)
        )
    }
}
