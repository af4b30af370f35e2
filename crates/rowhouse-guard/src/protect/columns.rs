//! The tenant column of tables whose rows belonged to somebody only by the row they reference.
//!
//! Added without a default, so that no row is written; filled a part at a time; then new rows take the tenant from the
//! setting, and a check that was validated beside the traffic lets NOT NULL be set without reading a row. A comment on
//! the column says that this is under way, so that an interrupted run goes on.

mod by_place;
pub(super) mod kinds;
mod looks;
mod sites;

use rowhouse_catalog::{
    AclEntry, Catalog, Grantee, Oid, Privilege, Privileges, Relation, quote_ident, quote_literal,
};

use super::done;
use super::draft::{Draft, column_like, cut};
use super::fill::Fill;
use super::plan::{How, Lock, Phase, Work};
use super::tenant::Tenant;
use crate::Error;
pub(super) use sites::{Site, is_begun};

/// What a column's comment says while it is being filled.
const MARK: &str = "rowhouse protect: being filled";

pub(super) fn add(draft: &mut Draft<'_>, tenant: &Tenant) -> Result<(), Error> {
    let done: Vec<Oid> = draft
        .steps
        .iter()
        .filter(|step| step.phase == Phase::Column)
        .filter_map(|step| Some(draft.named(&step.object)?.oid))
        .collect();
    let mut tried: Vec<(Oid, Vec<i16>)> = Vec::new();
    let mut filled: Vec<Site> = Vec::new();
    // A grandchild's turn comes when its parent has a column, which may be another parent than before.
    loop {
        let sites = draft.look(|context| sites::sites(context, &done))?;
        let untried = |site: &Site| !tried.contains(&site.by());
        let Some(site) = sites.into_iter().find(untried) else {
            return Ok(());
        };
        tried.push(site.by());
        if !draft.is_ours(&site.table) {
            draft
                .unfinished
                .extend(site.begun.then_some(site.table.oid));
            continue;
        }
        match sites::hindrance(draft, draft.now, tenant, &site) {
            None => {
                if plan(draft, tenant, &site)? {
                    looks::plan(draft, &site, &filled)?;
                    filled.push(site);
                }
            }
            // Half of its rows would be nobody's behind a wall.
            Some(why) if site.begun => {
                draft.unfinished.insert(site.table.oid);
                let why = if why.is_empty() {
                    "what fills it is gone"
                } else {
                    &why
                };
                draft.leave(
                    &site.table.qualified_name(),
                    format!(
                        "its column {} was begun and is not full, so no wall is raised: {why}",
                        quote_ident(&site.name)
                    ),
                );
            }
            Some(why)
                if !why.is_empty()
                    && draft.sees_all(site.table.oid)
                    && draft.sees_all(site.parent.oid) =>
            {
                draft.leave(&site.table.qualified_name(), why);
            }
            Some(_) => {}
        }
    }
}

/// The check that a column is full, which is there until it is.
fn present(table: &Relation, column: &str) -> String {
    format!("{}_present", cut(&format!("{}_{column}", table.name), 55))
}

fn plan(draft: &mut Draft<'_>, tenant: &Tenant, site: &Site) -> Result<bool, Error> {
    if !site.begun && !appears(draft, site)? {
        return Ok(false);
    }
    let Some(default) = tenant.default(&site.parent_column, draft.now) else {
        return Ok(false);
    };
    let table = site.table.qualified_name();
    let parent = site.parent.qualified_name();
    let column = quote_ident(&site.name);
    let plain = present(&site.table, &site.name);
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

    let added = alter(empty(draft, site, &column));
    let added = with_readers(draft, site, added, mark(&quote_literal(MARK)))
        .unless(done::has_column(&table, &site.name, false));
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
    Ok(true)
}

/// The column as it comes: without a value. A domain's own default would make every row somebody's.
fn empty(draft: &Draft<'_>, site: &Site, column: &str) -> String {
    let (_, kind) = kinds::added_as(draft.now, &site.parent_column);
    let collation = kinds::collation(draft.now, &site.parent_column).unwrap_or_default();
    format!("ADD COLUMN IF NOT EXISTS {column} {kind}{collation} DEFAULT NULL")
}

fn with_readers(draft: &Draft<'_>, site: &Site, mut added: Work, mark: String) -> Work {
    added.statements.push(mark);
    let (table, column) = (site.table.qualified_name(), quote_ident(&site.name));
    for reader in readers(&site.table) {
        let who = super::privileges::grantee(draft.now, reader);
        added
            .statements
            .push(format!("GRANT SELECT ({column}) ON {table} TO {who}"));
    }
    added
}

/// Those who may read each column by itself, and would be refused `SELECT *` for the new one.
fn readers(table: &Relation) -> Vec<Grantee> {
    let Some((first, others)) = table.columns.split_first() else {
        return Vec::new();
    };
    let reads =
        |acl: &rowhouse_catalog::Acl, who: Grantee| acl.given_to(who).has(Privilege::Select);
    let mut found: Vec<Grantee> = Vec::new();
    for entry in &first.acl.entries {
        let who = entry.grantee;
        let each = others.iter().all(|column| reads(&column.acl, who));
        if reads(&first.acl, who) && each && !found.contains(&who) {
            found.push(who);
        }
    }
    found
}

/// Puts the column into the table as it will be; false, and nothing put, where the audit would not take it for the
/// tenant's.
fn appears(draft: &mut Draft<'_>, site: &Site) -> Result<bool, Error> {
    let tables = descendants(draft.then(), site.table.oid);
    let (kind, formatted) = kinds::added_as(draft.now, &site.parent_column);
    let readers = readers(&site.table);
    for &table in &tables {
        let (formatted, readers) = (formatted.clone(), readers.clone());
        draft.change_relation(table, |table| {
            let number = 1 + table.columns.last().map_or(0, |column| column.number);
            let mut column = column_like(&site.parent_column, number, &site.name);
            (column.type_oid, column.formatted_type) = (kind, formatted);
            if table.oid == site.table.oid {
                column
                    .acl
                    .entries
                    .extend(readers.into_iter().map(|grantee| AclEntry {
                        grantee,
                        grantor: table.owner,
                        privileges: Privileges::of(&[Privilege::Select]),
                        grantable: Privileges::default(),
                    }));
            }
            if table.column(&site.name).is_none() {
                table.columns.push(column);
            }
        });
    }
    let taken = draft.look(|context| context.model.tenant_column(site.table.oid).is_some())?;
    if !taken {
        for &table in &tables {
            let Some(known) = draft.now.relation_by_oid(table) else {
                continue;
            };
            draft.change_relation(table, |table| {
                let had = known.columns.iter().any(|column| column.name == site.name);
                table
                    .columns
                    .retain(|column| had || column.name != site.name);
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
