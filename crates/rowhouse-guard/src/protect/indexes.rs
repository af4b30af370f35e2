//! An index that begins with the tenant, built beside the traffic.

use rowhouse_catalog::{
    Index, IndexKey, Indexed, Oid, Relation, RelationKind, qualified, quote_ident,
};

use super::done;
use super::draft::{Draft, cut};
use super::plan::{Lock, Phase, Work};
use crate::keys::column_names;
use crate::{Error, Finding, RowOwner};

pub(super) fn add(draft: &mut Draft<'_>, finding: &Finding) -> Result<(), Error> {
    let Some(table) = draft.named(&finding.object) else {
        return Ok(());
    };
    if !draft.is_ours(&table) {
        return Ok(());
    }
    let columns = draft.look(|context| match context.model.row_owner(table.oid) {
        Some(RowOwner::Column(number)) => vec![*number],
        Some(RowOwner::Parent { columns, .. }) => columns.clone(),
        None => Vec::new(),
    })?;
    // It came with its parent's meanwhile.
    let leads =
        |index: &Index| index.valid && columns.iter().any(|&column| index.leads_with(column));
    if table.indexes.iter().any(leads) {
        return Ok(());
    }
    if columns.is_empty() || table.is_partition && comes_with_parent(draft, &table)? {
        return Ok(());
    }
    if columns.is_empty() || !draft.may_index(&table) {
        return Ok(());
    }
    let names: Vec<String> = columns
        .iter()
        .filter_map(|&number| Some(table.column_at(number)?.name.clone()))
        .collect();
    plan(draft, &table, &names, None);
    Ok(())
}

fn comes_with_parent(draft: &Draft<'_>, table: &Relation) -> Result<bool, Error> {
    let parents: Vec<String> = table
        .parents
        .iter()
        .filter_map(|&oid| Some(draft.relation(oid)?.qualified_name()))
        .collect();
    let findings = draft.findings()?;
    Ok(findings
        .iter()
        .any(|finding| finding.rule == "tenant-not-indexed" && parents.contains(&finding.object)))
}

/// On a table and, if it is divided, on each of its parts, which are then put together.
fn plan(draft: &mut Draft<'_>, table: &Relation, columns: &[String], of: Option<&str>) {
    let name = table.qualified_name();
    let numbers: Vec<i16> = columns
        .iter()
        .filter_map(|column| Some(table.column(column)?.number))
        .collect();
    let listed = column_names(table, &numbers).join(", ");
    let usual = format!("{}_{}_idx", table.name, columns.join("_"));
    let known = table.indexes.iter().find(|index| {
        let same = index.keys.iter().map(|key| &key.on).eq(numbers
            .iter()
            .map(|&number| Indexed::Column(number))
            .collect::<Vec<_>>()
            .iter());
        same && index.predicate.is_none() && index.name == cut(&usual, 63)
    });
    // An earlier run may have come this far with a part of the table.
    let index = known.map_or_else(
        || draft.free_name(&table.schema, &usual),
        |index| index.name.clone(),
    );
    let full = qualified(&table.schema, &index);
    let divided = table.kind == RelationKind::PartitionedTable;
    let what = format!("{name}: an index that begins with {listed}");
    if divided {
        draft.step(
            Phase::Index,
            &name,
            format!("{what}, for its partitions to follow"),
            Work::together(
                vec![format!(
                    "CREATE INDEX IF NOT EXISTS {} ON ONLY {name} ({listed})",
                    quote_ident(&index)
                )],
                Lock::Share,
                &name,
            )
            .unless(done::has_name(&table.schema, &index)),
            of.is_none().then(|| {
                Work::together(
                    vec![format!("DROP INDEX IF EXISTS {full}")],
                    Lock::AccessExclusive,
                    &name,
                )
            }),
        );
    } else {
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {full}");
        draft.step(
            Phase::Index,
            &name,
            what,
            Work::alone(
                format!(
                    "CREATE INDEX CONCURRENTLY IF NOT EXISTS {} ON {name} ({listed})",
                    quote_ident(&index)
                ),
                Lock::ShareUpdateExclusive,
                &name,
            )
            .unless(done::has_index(&table.schema, &index))
            .clearing(done::has_broken_index(&table.schema, &index), drop.clone()),
            of.is_none()
                .then(|| Work::alone(drop, Lock::ShareUpdateExclusive, &name)),
        );
    }
    if let Some(parent) = of {
        draft.step(
            Phase::Index,
            &name,
            format!("{name}: its index is part of {parent}"),
            Work::together(
                vec![format!("ALTER INDEX {parent} ATTACH PARTITION {full}")],
                Lock::None,
                "",
            )
            .unless(done::is_part(&full)),
            None,
        );
    }
    let oid = draft.new_oid();
    draft.change_relation(table.oid, |table| {
        table.indexes.push(made(oid, index, &numbers, false));
    });
    if divided {
        for child in draft.then().children(table.oid).to_vec() {
            if let Some(child) = draft.relation(child) {
                plan(draft, &child, columns, Some(&full));
            }
        }
    }
}

/// An index that is planned.
pub(super) fn made(oid: Oid, name: String, columns: &[i16], unique: bool) -> Index {
    Index {
        oid,
        name,
        method: "btree".into(),
        keys: columns.iter().map(|&number| key(number)).collect(),
        included: Vec::new(),
        unique,
        primary: false,
        nulls_not_distinct: false,
        valid: true,
        predicate: None,
        definition: String::new(),
    }
}

pub(super) fn key(number: i16) -> IndexKey {
    IndexKey {
        on: Indexed::Column(number),
        collation: None,
        operator_class: Oid(0),
        descending: false,
        nulls_first: false,
    }
}
