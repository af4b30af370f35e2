//! The tenant column of tables whose rows belonged to somebody only by the row they reference.
//!
//! Added without a default, so that no row is written; filled a part at a time; then new rows take the tenant from the
//! setting, and a check that was validated beside the traffic lets NOT NULL be set without reading a row. A comment on
//! the column says that this is under way, so that an interrupted run goes on.

use rowhouse_catalog::{Catalog, Column, Oid, Relation, quote_ident, quote_literal};

use super::done;
use super::draft::{Draft, column_like, cut};
use super::fill::Fill;
use super::plan::{How, Lock, Phase, Work};
use super::tenant::Tenant;
use crate::context::Context;
use crate::rules::FILTERED;
use crate::{Error, RowOwner};

/// What a column's comment says while it is being filled.
const MARK: &str = "rowhouse protect: being filled";

/// A column to be, and where its values come from.
struct Site {
    table: Relation,
    parent: Relation,
    /// The parent's tenant.
    parent_column: Column,
    columns: Vec<i16>,
    parent_columns: Vec<i16>,
    name: String,
    /// The column is there, and being filled.
    begun: bool,
}

pub(super) fn add(draft: &mut Draft<'_>, tenant: &Tenant) -> Result<(), Error> {
    let mut tried: Vec<Oid> = draft
        .steps
        .iter()
        .filter(|step| step.phase == Phase::Column)
        .filter_map(|step| Some(draft.named(&step.object)?.oid))
        .collect();
    // A grandchild's turn comes when its parent has a column.
    loop {
        let sites = draft.look(|context| sites(context, &tried))?;
        let Some(site) = sites.into_iter().next() else {
            return Ok(());
        };
        tried.push(site.table.oid);
        if fits(draft, tenant, &site) && draft.is_ours(&site.table) {
            plan(draft, tenant, &site)?;
        }
    }
}

/// Tables without a column whose rows can be given one.
fn sites(context: &Context<'_>, tried: &[Oid]) -> Vec<Site> {
    let tables = context.tenant_tables().filter(|(table, _)| {
        context.may(table, &FILTERED) && table.parents.is_empty() && !tried.contains(&table.oid)
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

/// A column that an earlier run began to fill.
fn begun(context: &Context<'_>, table: &Relation, column: &Column) -> Option<Site> {
    if column.comment.as_deref() != Some(MARK) {
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

fn with_tenant<'c>(context: &Context<'c>, parent: Oid) -> Option<(&'c Relation, &'c Column)> {
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

/// Whether every row can be given its tenant by whoever runs this. Else a policy looks the parent up.
fn fits(draft: &Draft<'_>, tenant: &Tenant, site: &Site) -> bool {
    let runner = draft.now.as_role(draft.now.server.current_user);
    let reads = runner.owns(site.parent.owner)
        || runner
            .relation(&site.parent)
            .has(rowhouse_catalog::Privilege::Select);
    let by_key = site.table.foreign_keys.iter().any(|key| {
        key.referenced == site.parent.oid && key.columns == site.columns && key.enforcement.enforced
    });
    by_key
        && reads
        && is_filled(&site.table, &site.columns)
        && draft.sees_all(site.table.oid)
        && draft.sees_all(site.parent.oid)
        && tenant.default(&site.parent_column, draft.now).is_some()
        && (site.begun || site.table.column(&site.name).is_none())
}

fn plan(draft: &mut Draft<'_>, tenant: &Tenant, site: &Site) -> Result<(), Error> {
    if !site.begun && !appears(draft, site)? {
        return Ok(());
    }
    let Some(default) = tenant.default(&site.parent_column, draft.now) else {
        return Ok(());
    };
    let table = site.table.qualified_name();
    let parent = site.parent.qualified_name();
    let column = quote_ident(&site.name);
    let kind = &site.parent_column.formatted_type;
    let plain = format!(
        "{}_present",
        cut(&format!("{}_{}", site.table.name, site.name), 55)
    );
    let present = quote_ident(&plain);
    let alter = |change: String| {
        Work::together(
            vec![format!("ALTER TABLE {table} {change}")],
            Lock::AccessExclusive,
            &table,
        )
    };
    let gone = alter(format!("DROP COLUMN IF EXISTS {column}"));
    let mark = |comment: &str| format!("COMMENT ON COLUMN {table}.{column} IS {comment}");
    let column_step = |draft: &mut Draft<'_>, what: String, up: Work, down: Option<Work>| {
        draft.step(Phase::Column, &table, format!("{table}: {what}"), up, down);
    };

    // A domain's own default would make every row somebody's.
    let add = format!("ADD COLUMN IF NOT EXISTS {column} {kind} DEFAULT NULL");
    let mut added = alter(add);
    added.statements.push(mark(&quote_literal(MARK)));
    added = added.unless(done::has_column(&table, &site.name, false));
    column_step(
        draft,
        format!("column {column} for the tenant, empty at first"),
        added,
        Some(gone),
    );
    let fill = fill(draft.now, site);
    column_step(
        draft,
        format!("{column} of the rows there are, from {parent}, a part of the table at a time"),
        filling(&fill, &table),
        None,
    );
    column_step(
        draft,
        format!("new rows take {column} from the setting"),
        alter(format!("ALTER COLUMN {column} SET DEFAULT {default}"))
            .unless(done::has_column(&table, &site.name, true)),
        None,
    );
    column_step(
        draft,
        format!("no new row is without {column}"),
        alter(format!(
            "ADD CONSTRAINT {present} CHECK ({column} IS NOT NULL) NOT VALID"
        ))
        .unless(done::has_constraint(&table, &plain)),
        None,
    );
    column_step(
        draft,
        format!("{column} of the rows that came in between"),
        filling(&fill, &table),
        None,
    );
    column_step(
        draft,
        format!("no row is without {column}"),
        Work::together(
            vec![format!("ALTER TABLE {table} VALIDATE CONSTRAINT {present}")],
            Lock::ShareUpdateExclusive,
            &table,
        )
        .unless(done::is_validated(&table, &plain)),
        None,
    );
    draft.against(format!("SELECT * FROM {table} WHERE {column} IS NULL"));
    let mut last = alter(format!("ALTER COLUMN {column} SET NOT NULL"));
    last.statements.push(format!(
        "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {present}"
    ));
    last.statements.push(mark("NULL"));
    column_step(
        draft,
        format!("{column} is NOT NULL, by the check that holds already"),
        last,
        None,
    );
    draft.change_relation(site.table.oid, |table| {
        for column in table
            .columns
            .iter_mut()
            .filter(|column| column.name == site.name)
        {
            column.comment = None;
            column.not_null = true;
        }
    });
    Ok(())
}

/// Puts the column into the table as it will be; false, and nothing put, where the audit would not take it for the
/// tenant's.
fn appears(draft: &mut Draft<'_>, site: &Site) -> Result<bool, Error> {
    let tables = descendants(draft.then(), site.table.oid);
    for &table in &tables {
        draft.change_relation(table, |table| {
            let number = 1 + table.columns.last().map_or(0, |column| column.number);
            table
                .columns
                .push(column_like(&site.parent_column, number, &site.name));
        });
    }
    let taken = draft.look(|context| context.model.tenant_column(site.table.oid).is_some())?;
    if !taken {
        for &table in &tables {
            draft.change_relation(table, |table| {
                table.columns.retain(|column| column.name != site.name);
            });
        }
    }
    Ok(taken)
}

fn fill(catalog: &Catalog, site: &Site) -> Fill {
    let names = |relation: &Relation, numbers: &[i16]| -> Vec<String> {
        crate::keys::column_names(relation, numbers)
    };
    let tables = descendants(catalog, site.table.oid);
    let holding = tables
        .iter()
        .filter_map(|&oid| catalog.relation_by_oid(oid));
    let holding = holding.filter(|relation| relation.kind == rowhouse_catalog::RelationKind::Table);
    Fill {
        tables: holding.map(Relation::qualified_name).collect(),
        column: quote_ident(&site.name),
        parent: site.parent.qualified_name(),
        parent_column: quote_ident(&site.parent_column.name),
        pairs: names(&site.table, &site.columns)
            .into_iter()
            .zip(names(&site.parent, &site.parent_columns))
            .collect(),
    }
}

fn filling(fill: &Fill, table: &str) -> Work {
    Work {
        how: How::Batches(fill.clone()),
        ..Work::alone(fill.block(), Lock::RowExclusive, table)
    }
}

/// A table and all that inherit from it.
pub(super) fn descendants(catalog: &Catalog, table: Oid) -> Vec<Oid> {
    let mut found = vec![table];
    let mut at = 0;
    while let Some(&next) = found.get(at) {
        for &child in catalog.children(next) {
            if !found.contains(&child) {
                found.push(child);
            }
        }
        at += 1;
    }
    found
}
