//! Values that are unique within a tenant, instead of over all: the new index beside the old, then in its place.

use rowhouse_catalog::{
    Enforcement, Index, Key, Relation, RelationKind, ReplicaIdentity, qualified, quote_ident,
};

use super::done;
use super::draft::{Draft, cut};
use super::indexes::key;
use super::plan::{Lock, Phase, Work};
use crate::keys::column_names;
use crate::{Class, Error, Finding};

pub(super) fn widen(draft: &mut Draft<'_>, finding: &Finding) -> Result<(), Error> {
    let Some(table) = draft.named(&finding.object) else {
        return Ok(());
    };
    let Some(index) = table
        .indexes
        .iter()
        .find(|index| index.name == finding.part)
        .cloned()
    else {
        return Ok(());
    };
    if !draft.is_ours(&table) {
        return Ok(());
    }
    let object = format!("{} {}", finding.object, finding.part);
    let (tenant, is_root) = draft.look(|context| {
        let is_root = matches!(context.model.class(table.oid), Class::Root(_));
        (context.model.tenant_column(table.oid), is_root)
    })?;
    let Some(tenant) = tenant else {
        draft.leave(
            &object,
            "the table has no tenant column that the key could begin with",
        );
        return Ok(());
    };
    let constraint = table
        .unique
        .iter()
        .chain(&table.primary_key)
        .find(|key| key.index == index.oid)
        .cloned();
    if let Some(why) = hindrance(draft, &table, &index, constraint.as_ref(), is_root) {
        draft.leave(&object, why);
        return Ok(());
    }
    if !draft.may_index(&table) {
        return Ok(());
    }
    let column = column_names(&table, &[tenant]).join("");
    let tenant_is_filled = table
        .column_at(tenant)
        .is_some_and(|column| column.not_null);
    if !tenant_is_filled {
        draft.leave(
            &object,
            "the tenant column can be null, and rows without one would not be unique: set it NOT NULL first",
        );
        return Ok(());
    }
    let temporary = format!("{}_tenant", cut(&index.name, 56));
    if is_taken(draft, &table, &index, tenant, &temporary) {
        draft.leave(
            &object,
            format!("something else has the name {temporary}: rename that first"),
        );
        return Ok(());
    }
    let Some((made, back)) = definitions(&table, &index, &column, &temporary) else {
        draft.leave(
            &object,
            "the audit does not understand how its index is made",
        );
        return Ok(());
    };
    plan(
        draft,
        &table,
        &index,
        constraint.as_ref(),
        (&made, &back),
        &temporary,
    );
    draft.change_relation(table.oid, |table| {
        for known in table
            .indexes
            .iter_mut()
            .filter(|known| known.oid == index.oid)
        {
            known.keys.insert(0, key(tenant));
        }
        for known in table
            .unique
            .iter_mut()
            .chain(&mut table.primary_key)
            .filter(|key| key.index == index.oid)
        {
            known.columns.insert(0, tenant);
        }
    });
    Ok(())
}

/// Whether something has the name of the new index, and is not what a run that was broken off has left.
fn is_taken(draft: &Draft<'_>, table: &Relation, index: &Index, tenant: i16, name: &str) -> bool {
    let relations = draft.now.relations.iter();
    let mut namesakes = relations
        .filter(|other| other.schema == table.schema)
        .flat_map(|other| other.indexes.iter().map(move |found| (other.oid, found)))
        .filter(|(_, found)| found.name == name);
    namesakes.any(|(of, found)| {
        let mut keys = found.keys.iter().map(|key| &key.on);
        let is_ours = of == table.oid
            && found.unique
            && keys.next() == Some(&rowhouse_catalog::Indexed::Column(tenant))
            && keys.eq(index.keys.iter().map(|key| &key.on))
            && found.predicate == index.predicate;
        !is_ours
    })
}

/// Why it is not ours to change.
fn hindrance(
    draft: &Draft<'_>,
    table: &Relation,
    index: &Index,
    constraint: Option<&Key>,
    is_root: bool,
) -> Option<&'static str> {
    let mut keys = draft.then().foreign_keys_to(table.oid);
    let columns = constraint
        .map(|key| key.columns.as_slice())
        .unwrap_or_default();
    let referenced = keys.any(|key| {
        let same = key.referenced_columns.len() == index.keys.len()
            && index.keys.iter().all(|part| match part.on {
                rowhouse_catalog::Indexed::Column(number) => {
                    key.referenced_columns.contains(&number)
                }
                rowhouse_catalog::Indexed::Expression(_) => false,
            });
        key.referenced_columns == columns || same
    });
    if is_root {
        Some(
            "what is unique in the table of tenants is meant to be unique over all of them: take away the privilege to write the column, or give it values nobody can guess",
        )
    } else if table.kind != RelationKind::Table || table.is_partition || !table.parents.is_empty() {
        Some(
            "a unique key of a partitioned table cannot be made without holding up writes until all rows were read: make it when the service is quiet",
        )
    } else if referenced {
        Some("foreign keys reference it as it is: they have to carry the tenant first")
    } else if table.replica_identity == ReplicaIdentity::Index {
        Some(
            "logical replication tells rows apart by an index of the table: set REPLICA IDENTITY to another first",
        )
    } else {
        None
    }
}

/// The index with the tenant in front, and as it is, both under another name.
fn definitions(
    table: &Relation,
    index: &Index,
    tenant: &str,
    name: &str,
) -> Option<(String, String)> {
    let rest = index.definition.strip_prefix(&format!(
        "CREATE UNIQUE INDEX {} ON {} USING {} (",
        quote_ident(&index.name),
        table.qualified_name(),
        index.method
    ))?;
    let head = |how: &str, name: &str| {
        format!(
            "CREATE UNIQUE INDEX {how}{} ON {} USING {} (",
            quote_ident(name),
            table.qualified_name(),
            index.method
        )
    };
    Some((
        format!(
            "{}{tenant}, {rest}",
            head("CONCURRENTLY IF NOT EXISTS ", name)
        ),
        format!("{}{rest}", head("", name)),
    ))
}

fn plan(
    draft: &mut Draft<'_>,
    table: &Relation,
    index: &Index,
    constraint: Option<&Key>,
    (made, back): (&str, &str),
    temporary: &str,
) {
    let name = table.qualified_name();
    let shown = quote_ident(&index.name);
    let full = qualified(&table.schema, temporary);
    let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {full}");
    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: an index like {shown} that begins with the tenant"),
        Work::alone(made.to_owned(), Lock::ShareUpdateExclusive, &name)
            .unless(done::has_index(&table.schema, temporary))
            .clearing(
                done::has_broken_index(&table.schema, temporary),
                drop.clone(),
            ),
        Some(Work::alone(drop, Lock::ShareUpdateExclusive, &name)),
    );
    let swap = match constraint {
        Some(key) => {
            let constraint = quote_ident(&key.name);
            let kind = if index.primary {
                "PRIMARY KEY"
            } else {
                "UNIQUE"
            };
            vec![
                format!("ALTER TABLE {name} DROP CONSTRAINT {constraint}"),
                format!(
                    "ALTER TABLE {name} ADD CONSTRAINT {constraint} {kind} USING INDEX {}{}",
                    quote_ident(temporary),
                    when_checked(key.enforcement)
                ),
            ]
        }
        None => vec![
            format!("DROP INDEX {}", qualified(&table.schema, &index.name)),
            format!("ALTER INDEX {full} RENAME TO {shown}"),
        ],
    };
    let mut back = vec![back.to_owned()];
    back.extend(swap.iter().cloned());
    let wide = done::has_index_of(&table.schema, &index.name, index.keys.len() + 1);
    let back = vec![done::block(&done::when(&wide, &back))];
    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: it takes the place of {shown}"),
        Work::together(swap, Lock::AccessExclusive, &name),
        Some(Work::together(back, Lock::AccessExclusive, &name).scanning()),
    );
}

/// When a constraint is checked, where that is not at once.
pub(super) fn when_checked(enforcement: Enforcement) -> &'static str {
    match (enforcement.deferrable, enforcement.deferred) {
        (true, true) => " DEFERRABLE INITIALLY DEFERRED",
        (true, false) => " DEFERRABLE",
        (false, _) => "",
    }
}
