//! Whose a row is, as SQL.

use rowhouse_catalog::{Catalog, Relation, quote_ident};

use super::fill::{self, Filler};
use super::tenants::Tenant;
use crate::RowOwner;
use crate::seal::literal;

/// A condition on a row, called `alias`, of a table: it belongs to one of these. None where rows of the table belong to
/// nobody.
pub(super) fn condition(
    filler: &Filler<'_>,
    table: &Relation,
    alias: &str,
    to: &[Tenant],
) -> Option<String> {
    within(filler, table, alias, to, 0)
}

fn within(
    filler: &Filler<'_>,
    table: &Relation,
    alias: &str,
    to: &[Tenant],
    deep: usize,
) -> Option<String> {
    if deep > 6 {
        return None;
    }
    if let Some(columns) = fill::of_several(filler.model, table) {
        let columns: Option<Vec<_>> = columns
            .iter()
            .map(|&number| table.column_at(number))
            .collect();
        let columns = columns?;
        let tenants = to.iter().map(|tenant| {
            let pairs = columns.iter().map(|column| {
                let value = filler.value(table, tenant, 0, column);
                format!(
                    "{alias}.{}::text = {}",
                    quote_ident(&column.name),
                    literal(&value)
                )
            });
            format!("({})", pairs.collect::<Vec<_>>().join(" AND "))
        });
        return Some(format!("({})", tenants.collect::<Vec<_>>().join(" OR ")));
    }
    match filler.model.row_owner(table.oid)? {
        RowOwner::Column(number) => {
            let column = table.column_at(*number)?;
            let mut values: Vec<String> = to
                .iter()
                .filter(|tenant| !tenant.is_namesake)
                .map(|tenant| literal(&filler.value(table, tenant, 0, column)))
                .collect();
            values.dedup();
            let name = quote_ident(&column.name);
            // A row that lost its tenant was somebody's.
            let lost = if column.not_null {
                String::new()
            } else {
                format!(" OR {alias}.{name} IS NULL")
            };
            Some(format!(
                "({alias}.{name}::text IN ({}){lost})",
                values.join(", ")
            ))
        }
        owner @ RowOwner::Parent { .. } => {
            let catalog = filler.model.catalog;
            by_parent(catalog, table, owner, alias, deep, |parent, next| {
                within(filler, parent, next, to, deep + 1)
            })
        }
    }
}

/// A condition on a row of a child, which is its parent's: `whose` says whose the parent is, under the name it is called.
pub(super) fn by_parent(
    catalog: &Catalog,
    table: &Relation,
    owner: &RowOwner,
    alias: &str,
    deep: usize,
    whose: impl FnOnce(&Relation, &str) -> Option<String>,
) -> Option<String> {
    let RowOwner::Parent {
        columns,
        parent,
        parent_columns,
    } = owner
    else {
        return None;
    };
    let parent = catalog.relation_by_oid(*parent)?;
    let next = format!("p{deep}");
    let pairs: Option<Vec<String>> = columns
        .iter()
        .zip(parent_columns)
        .map(|(&from, &to)| {
            let (from, to) = (table.column_at(from)?, parent.column_at(to)?);
            let (from, to) = (quote_ident(&from.name), quote_ident(&to.name));
            Some(format!("{next}.{to} = {alias}.{from}"))
        })
        .collect();
    let condition = whose(parent, &next)?;
    Some(format!(
        "EXISTS (SELECT FROM {} {next} WHERE {} AND {condition})",
        parent.qualified_name(),
        pairs?.join(" AND ")
    ))
}
