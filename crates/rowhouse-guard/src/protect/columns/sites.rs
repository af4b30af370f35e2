//! Tables whose rows can be given a tenant column, and what stands in the way.

use rowhouse_catalog::{Catalog, Column, Oid, Relation};

use super::{MARK, by_place, kinds, present};
use crate::RowOwner;
use crate::context::Context;
use crate::protect::draft::Draft;
use crate::protect::tenant::Tenant;
use crate::rules::FILTERED;

/// A column to be, and where its values come from.
#[derive(Debug, Clone)]
pub(in crate::protect) struct Site {
    pub(super) table: Relation,
    pub(super) parent: Relation,
    /// The parent's tenant.
    pub(super) parent_column: Column,
    pub(super) columns: Vec<i16>,
    pub(super) parent_columns: Vec<i16>,
    pub(super) name: String,
    /// The column is there, and being filled.
    pub(super) begun: bool,
}

impl Site {
    /// The table, and the columns by which its rows have their tenant.
    pub(super) fn by(&self) -> (Oid, Vec<i16>) {
        (self.table.oid, self.columns.clone())
    }
}

/// Tables without a column whose rows can be given one.
pub(super) fn sites(context: &Context<'_>, done: &[Oid]) -> Vec<Site> {
    let tables = context.tenant_tables().filter(|(table, _)| {
        context.may(table, &FILTERED) && table.parents.is_empty() && !done.contains(&table.oid)
    });
    tables
        .filter_map(|(table, owner)| match owner {
            RowOwner::Parent {
                columns,
                parent,
                parent_columns,
            } => {
                let untouched = !table.row_security && table.policies.is_empty();
                let (parent, parent_column) = with_tenant(context, *parent)?;
                untouched.then(|| Site {
                    name: name_for(context, parent, parent_column),
                    table: table.clone(),
                    parent: parent.clone(),
                    parent_column: parent_column.clone(),
                    columns: columns.clone(),
                    parent_columns: parent_columns.clone(),
                    begun: false,
                })
            }
            RowOwner::Column(number) => {
                let column = table.column_at(*number)?;
                begun(context, table, column)
            }
        })
        .collect()
}

/// Whether an earlier run began to fill a column and did not come to the end: its comment says so, or the check that is
/// there for that while. A column that is NOT NULL is full, whatever is written on it.
pub(in crate::protect) fn is_begun(table: &Relation, column: &Column) -> bool {
    let name = present(table, &column.name);
    let checked = || table.checks.iter().any(|check| check.name == name);
    !column.not_null && (column.comment.as_deref() == Some(MARK) || checked())
}

/// A column that an earlier run began to fill.
fn begun(context: &Context<'_>, table: &Relation, column: &Column) -> Option<Site> {
    if !is_begun(table, column) {
        return None;
    }
    let keys = table
        .foreign_keys
        .iter()
        .filter(|key| !key.columns.contains(&column.number));
    let mut keys = keys.filter(|key| key.referenced != table.oid && is_filled(table, &key.columns));
    keys.find_map(|key| {
        let (parent, parent_column) = with_tenant(context, key.referenced)?;
        Some(Site {
            table: table.clone(),
            parent: parent.clone(),
            parent_column: parent_column.clone(),
            columns: key.columns.clone(),
            parent_columns: key.referenced_columns.clone(),
            name: column.name.clone(),
            begun: true,
        })
    })
}

pub(super) fn with_tenant<'c>(
    context: &Context<'c>,
    parent: Oid,
) -> Option<(&'c Relation, &'c Column)> {
    let parent = context.catalog.relation_by_oid(parent)?;
    let column = parent.column_at(context.model.tenant_column(parent.oid)?)?;
    parent.is_table().then_some((parent, column))
}

/// What the others call it; the key of the root has a name of its own.
fn name_for(context: &Context<'_>, parent: &Relation, column: &Column) -> String {
    if context.model.root == Some(parent.oid) {
        let usual = context.model.tenant_columns.first();
        return usual.map_or_else(|| "tenant_id".to_owned(), Clone::clone);
    }
    column.name.clone()
}

fn is_filled(table: &Relation, columns: &[i16]) -> bool {
    columns.iter().all(|&number| {
        table
            .column_at(number)
            .is_some_and(|column| column.not_null)
    })
}

/// Why rows cannot be given their tenant by whoever runs this, so that a policy has to look the parent up. Nothing to say
/// of it where the words are empty.
pub(super) fn hindrance(
    draft: &Draft<'_>,
    catalog: &Catalog,
    tenant: &Tenant,
    site: &Site,
) -> Option<String> {
    let runner = draft.now.as_role(draft.now.server.current_user);
    let reads = runner.owns(site.parent.owner)
        || runner
            .relation(&site.parent)
            .has(rowhouse_catalog::Privilege::Select);
    let by_key = site.table.foreign_keys.iter().any(|key| {
        key.referenced == site.parent.oid && key.columns == site.columns && key.enforcement.enforced
    });
    let taken = !site.begun && site.table.column(&site.name).is_some();
    if !reads || !draft.sees_all(site.table.oid) || !draft.sees_all(site.parent.oid) {
        return Some(format!(
            "it is filled from {}, and row security hides rows of the two from whoever runs this: run `rowhouse protect` as a role with BYPASSRLS that is a member of the owner",
            site.parent.qualified_name()
        ));
    }
    if !by_key
        || taken
        || !is_filled(&site.table, &site.columns)
        || tenant.default(&site.parent_column, draft.now).is_none()
        || kinds::collation(catalog, &site.parent_column).is_none()
    {
        return Some(String::new());
    }
    (!site.begun)
        .then(|| by_place::user(catalog, &site.table))
        .flatten()
        .map(|function| format!("{function} takes its rows by place and would break with one more column: its policy looks the parent up instead"))
}
