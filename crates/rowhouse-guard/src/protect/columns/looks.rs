//! A look at rows before anything is changed: those that would be two tenants' at a time.

use rowhouse_catalog::{Catalog, Oid, quote_ident, quote_literal};

use super::sites::{Site, with_tenant};
use super::{descendants, fill};
use crate::Error;
use crate::keys::column_names;
use crate::protect::done;
use crate::protect::draft::Draft;
use crate::protect::plan::{Phase, Work};

/// Stops where other foreign keys lead to other tenants' rows, or a part of the table knows its tenant otherwise.
pub(super) fn plan(draft: &mut Draft<'_>, site: &Site, filled: &[Site]) -> Result<(), Error> {
    let table = site.table.qualified_name();
    let others = draft.look(|context| {
        let keys = site.table.foreign_keys.iter().filter(|key| {
            key.referenced != site.table.oid
                && (key.referenced != site.parent.oid || key.columns != site.columns)
        });
        let others = keys.filter_map(|key| {
            let (parent, column) = with_tenant(context, key.referenced)?;
            Some(Site {
                table: site.table.clone(),
                parent: parent.clone(),
                parent_column: column.clone(),
                columns: key.columns.clone(),
                parent_columns: key.referenced_columns.clone(),
                name: site.name.clone(),
                begun: false,
            })
        });
        others.collect::<Vec<_>>()
    })?;
    let ours = owner(draft.now, site, filled, "t", 0);
    for other in others {
        // What row security hides from the runner would look as if it were nobody's.
        let Some((ours, theirs)) = ours
            .clone()
            .zip(owner(draft.now, &other, filled, "t", 0))
            .filter(|_| draft.sees_all(other.parent.oid))
        else {
            continue;
        };
        let columns = column_names(&site.table, &other.columns).join(", ");
        let query = format!("SELECT * FROM {table} AS t WHERE {ours} <> {theirs}");
        stop(
            draft,
            &table,
            &format!(
                "no row belongs to one tenant by {} and to another by {columns}",
                column_names(&site.table, &site.columns).join(", ")
            ),
            query,
        );
    }
    for part in descendants(draft.now, site.table.oid).into_iter().skip(1) {
        let Some(part) = draft.now.relation_by_oid(part) else {
            continue;
        };
        if let (Some(ours), Some(column), false) = (&ours, part.column(&site.name), site.begun) {
            let name = part.qualified_name();
            let column = quote_ident(&column.name);
            let query = format!("SELECT * FROM ONLY {name} AS t WHERE t.{column} <> {ours}");
            stop(
                draft,
                &name,
                &format!(
                    "{column}, which it has already, names the tenant of the row it references"
                ),
                query,
            );
        }
    }
    Ok(())
}

fn stop(draft: &mut Draft<'_>, object: &str, holds: &str, query: String) {
    let says = quote_literal(&format!(
        "it does not hold for all rows of {object}: {holds}"
    ));
    let body = done::when(
        &format!("EXISTS ({query})"),
        // The message is no format: a name may hold a percent sign.
        &[format!(
            "RAISE EXCEPTION USING MESSAGE = {says}, ERRCODE = 'check_violation'"
        )],
    );
    draft.step(
        Phase::Before,
        object,
        format!("{object}: a look at its rows before anything is changed: {holds}"),
        Work::look(done::block(&body)),
        None,
    );
    draft.against(query);
}

/// The tenant of a row as a sub-select, from tables as they are: a parent whose own column is yet to come is asked for
/// its parent's.
fn owner(now: &Catalog, site: &Site, filled: &[Site], alias: &str, depth: usize) -> Option<String> {
    let parent = &site.parent;
    let inner = format!("p{depth}");
    let is_there = now
        .relation_by_oid(parent.oid)?
        .column(&site.parent_column.name)
        .is_some();
    let value = if is_there && !is_filled_now(filled, parent.oid) {
        format!("{inner}.{}", quote_ident(&site.parent_column.name))
    } else {
        let above = filled.iter().find(|other| other.table.oid == parent.oid)?;
        owner(now, above, filled, &inner, depth + 1)?
    };
    let pairs: Vec<String> = fill(now, site)
        .pairs
        .iter()
        .map(|(ours, theirs)| format!("{inner}.{theirs} = {alias}.{ours}"))
        .collect();
    Some(format!(
        "(SELECT {value} FROM {} AS {inner} WHERE {})",
        parent.qualified_name(),
        pairs.join(" AND ")
    ))
}

fn is_filled_now(filled: &[Site], parent: Oid) -> bool {
    filled.iter().any(|site| site.table.oid == parent)
}
