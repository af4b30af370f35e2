//! Foreign keys that carry the tenant along: the new one beside the old, checked beside the traffic, then in its place.

use rowhouse_catalog::{
    Action, ForeignKey, Index, Indexed, Match, Relation, RelationKind, qualified, quote_ident,
};

use super::checked;
use super::columns::kinds;
use super::done;
use super::draft::{Draft, cut};
use super::indexes::made;
use super::plan::{Lock, Phase, Work};
use crate::keys::column_names;
use crate::{Error, Finding};

pub(super) fn widen(draft: &mut Draft<'_>, finding: &Finding) -> Result<(), Error> {
    let Some(table) = draft.named(&finding.object) else {
        return Ok(());
    };
    let Some(key) = table
        .foreign_keys
        .iter()
        .find(|key| key.name == finding.part)
        .cloned()
    else {
        return Ok(());
    };
    let Some(referenced) = draft.relation(key.referenced) else {
        return Ok(());
    };
    if !draft.is_ours(&table) {
        return Ok(());
    }
    let tenants = draft.look(|context| {
        context
            .model
            .tenant_column(table.oid)
            .zip(context.model.tenant_column(referenced.oid))
    })?;
    let object = format!("{} {}", finding.object, finding.part);
    let Some((ours, theirs)) = tenants else {
        draft.leave(
            &object,
            "one of the two tables has no tenant column that the foreign key could carry",
        );
        return Ok(());
    };
    let same_type = table
        .column_at(ours)
        .zip(referenced.column_at(theirs))
        .is_some_and(|(ours, theirs)| {
            kinds::base(draft.now, ours) == kinds::base(draft.now, theirs)
        });
    if !same_type {
        draft.leave(
            &object,
            "the tenant columns of the two tables are of different types",
        );
        return Ok(());
    }
    if let Some(why) = hindrance(&table, &referenced, &key, ours, theirs) {
        draft.leave(&object, why);
        return Ok(());
    }
    let wanted: Vec<i16> = std::iter::once(theirs)
        .chain(key.referenced_columns.iter().copied())
        .collect();
    let has_target = referenced
        .indexes
        .iter()
        .any(|index| serves(&referenced, index, &wanted));
    if !has_target && !draft.may_index(&referenced) {
        return Ok(());
    }
    if is_taken(draft, &table, &key, ours) {
        let name = quote_ident(&temporary(&key));
        draft.leave(
            &object,
            format!("something else has the name {name}: rename that first"),
        );
        return Ok(());
    }
    let Some(checks) = checks(draft, &table, &referenced, &key, (ours, theirs)) else {
        draft.leave(
            &object,
            "row security binds the owner, and the table references itself by the columns that are referenced: run `rowhouse protect` as a role with BYPASSRLS that is a member of the owner",
        );
        return Ok(());
    };
    if !has_target {
        target(draft, &referenced, &wanted);
    }
    replace(draft, &table, &referenced, &key, (ours, theirs), checks);
    Ok(())
}

/// What the new key is called until it takes the place of the old.
fn temporary(key: &ForeignKey) -> String {
    format!("{}_tenant", cut(&key.name, 56))
}

/// Whether something has that name, and is not what a run that was broken off has left.
fn is_taken(draft: &Draft<'_>, table: &Relation, key: &ForeignKey, ours: i16) -> bool {
    let name = temporary(key);
    let Some(now) = draft.now.relation_by_oid(table.oid) else {
        return false;
    };
    let mut keys = now.unique.iter().chain(&now.primary_key);
    let mut others = now.foreign_keys.iter().filter(|known| known.name == name);
    keys.any(|known| known.name == name)
        || now.checks.iter().any(|check| check.name == name)
        || others.any(|known| {
            known.referenced != key.referenced
                || known.columns.first() != Some(&ours)
                || known.columns[1..] != key.columns[..]
        })
}

/// Why it cannot be done beside the traffic, or not without a decision.
fn hindrance(
    table: &Relation,
    referenced: &Relation,
    key: &ForeignKey,
    ours: i16,
    theirs: i16,
) -> Option<&'static str> {
    let ours_is_filled = table.column_at(ours).is_some_and(|column| column.not_null);
    let simple =
        |relation: &Relation| relation.kind == RelationKind::Table && !relation.is_partition;
    let rewrites = |action| matches!(action, Action::SetNull | Action::SetDefault);
    if !simple(table) || !simple(referenced) {
        Some(
            "a foreign key of a partitioned table cannot be made without holding up writes until all rows were read: make it when the service is quiet",
        )
    } else if key.columns.contains(&ours) || key.referenced_columns.contains(&theirs) {
        Some("it uses the tenant column for something else")
    } else if !ours_is_filled {
        Some(
            "the tenant column can be null, and rows without one would reference anything: set it NOT NULL first",
        )
    } else if key.match_kind != Match::Simple {
        Some("it is MATCH FULL, which would refuse rows that have a tenant and reference nothing")
    } else if rewrites(key.on_update) {
        Some("ON UPDATE SET NULL or SET DEFAULT would change the tenant, too")
    } else {
        None
    }
}

/// A unique index over the tenant and the key on the other side.
fn target(draft: &mut Draft<'_>, referenced: &Relation, wanted: &[i16]) {
    let name = referenced.qualified_name();
    let columns = column_names(referenced, wanted).join(", ");
    let plain: Vec<&str> = wanted
        .iter()
        .filter_map(|&number| Some(referenced.column_at(number)?.name.as_str()))
        .collect();
    let index = draft.free_name(
        &referenced.schema,
        &format!("{}_{}_key", referenced.name, plain.join("_")),
    );
    let drop = format!(
        "DROP INDEX CONCURRENTLY IF EXISTS {}",
        qualified(&referenced.schema, &index)
    );
    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: a unique index over {columns}, for foreign keys that carry the tenant"),
        Work::alone(
            format!(
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {} ON {name} ({columns})",
                quote_ident(&index)
            ),
            Lock::ShareUpdateExclusive,
            &name,
        )
        .unless(done::has_index(&referenced.schema, &index))
        .clearing(
            done::has_broken_index(&referenced.schema, &index),
            drop.clone(),
        ),
        Some(Work::alone(drop, Lock::ShareUpdateExclusive, &name)),
    );
    let oid = draft.new_oid();
    draft.change_relation(referenced.oid, |relation| {
        relation.indexes.push(made(oid, index, wanted, true));
    });
}

/// Whether a foreign key to these columns, in any order, can rest on an index.
fn serves(table: &Relation, index: &Index, wanted: &[i16]) -> bool {
    let mut deferrable = table
        .unique
        .iter()
        .chain(&table.primary_key)
        .filter(|key| key.index == index.oid);
    let columns: Vec<i16> = index
        .keys
        .iter()
        .filter_map(|key| match key.on {
            Indexed::Column(number) => Some(number),
            Indexed::Expression(_) => None,
        })
        .collect();
    index.unique
        && index.valid
        && index.predicate.is_none()
        && columns.len() == index.keys.len()
        && columns.len() == wanted.len()
        && wanted.iter().all(|number| columns.contains(number))
        && !deferrable.any(|key| key.enforcement.deferrable)
}

/// The key with the tenant in front.
fn widened(key: &ForeignKey, (ours, theirs): (i16, i16)) -> ForeignKey {
    let mut wide = key.clone();
    wide.columns.insert(0, ours);
    wide.referenced_columns.insert(0, theirs);
    // Only what was the key before may become null: never the tenant.
    if matches!(wide.on_delete, Action::SetNull | Action::SetDefault)
        && wide.on_delete_columns.is_empty()
    {
        wide.on_delete_columns.clone_from(&key.columns);
    }
    wide
}

/// What checks the rows there are: by the new key, and by the old on the way back.
struct Checks {
    new: Vec<String>,
    old: Vec<String>,
}

fn checks(
    draft: &Draft<'_>,
    table: &Relation,
    referenced: &Relation,
    key: &ForeignKey,
    tenants: (i16, i16),
) -> Option<Checks> {
    let of = |key: &ForeignKey, name: &str| {
        checked::validate(
            draft,
            (table, &key.columns),
            (referenced, &key.referenced_columns),
            &quote_ident(name),
        )
    };
    Some(Checks {
        new: of(&widened(key, tenants), &temporary(key))?,
        old: of(key, &key.name)?,
    })
}

fn replace(
    draft: &mut Draft<'_>,
    table: &Relation,
    referenced: &Relation,
    key: &ForeignKey,
    (ours, theirs): (i16, i16),
    checks: Checks,
) {
    let name = table.qualified_name();
    let target = referenced.qualified_name();
    let wide = widened(key, (ours, theirs));
    let old = quote_ident(&key.name);
    let plain = temporary(key);
    let new = quote_ident(&plain);
    let alter = |change: String| format!("ALTER TABLE {name} {change}");
    let on_both = |statements: Vec<String>, lock: Lock| {
        Work::together(statements, lock, &name).and_on(&target)
    };
    let gone = alter(format!("DROP CONSTRAINT IF EXISTS {new}"));
    let validate =
        |statements: Vec<String>| Work::together(statements, Lock::ShareUpdateExclusive, &name);
    let columns = column_names(table, &wide.columns).join(", ");

    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: {columns} together reference a row of the same tenant in {target}, for new rows"),
        on_both(vec![alter(format!("ADD CONSTRAINT {new} {} NOT VALID", definition(table, referenced, &wide)))], Lock::ShareRowExclusive)
            .unless(done::has_constraint(&name, &plain)),
        Some(on_both(vec![gone], Lock::AccessExclusive)),
    );
    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: the same for the rows there are"),
        validate(checks.new).unless(done::is_validated(&name, &plain)),
        key.enforcement.validated.then(|| validate(checks.old)),
    );
    draft.against(astray(table, referenced, key, ours, theirs));
    draft.step(
        Phase::Keys,
        &name,
        format!("{name}: it takes the place of {old}"),
        on_both(
            vec![
                alter(format!("DROP CONSTRAINT {old}")),
                alter(format!("RENAME CONSTRAINT {new} TO {old}")),
            ],
            Lock::AccessExclusive,
        ),
        Some(on_both(
            vec![done::block(&done::when(
                &done::has_key_of(&name, &key.name, wide.columns.len()),
                &[
                    alter(format!("RENAME CONSTRAINT {old} TO {new}")),
                    alter(format!(
                        "ADD CONSTRAINT {old} {} NOT VALID",
                        definition(table, referenced, key)
                    )),
                ],
            ))],
            Lock::AccessExclusive,
        )),
    );
    draft.change_relation(table.oid, |table| {
        for known in table
            .foreign_keys
            .iter_mut()
            .filter(|known| known.oid == wide.oid)
        {
            *known = wide.clone();
        }
    });
}

/// Rows that reference another tenant's.
fn astray(
    table: &Relation,
    referenced: &Relation,
    key: &ForeignKey,
    ours: i16,
    theirs: i16,
) -> String {
    let pairs = key
        .columns
        .iter()
        .zip(&key.referenced_columns)
        .map(|(&from, &to)| {
            format!(
                "r.{} = t.{}",
                column_names(referenced, &[to]).join(""),
                column_names(table, &[from]).join("")
            )
        });
    let pairs: Vec<String> = pairs.collect();
    format!(
        "SELECT t.* FROM {} AS t JOIN {} AS r ON {} WHERE t.{} <> r.{}",
        table.qualified_name(),
        referenced.qualified_name(),
        pairs.join(" AND "),
        column_names(table, &[ours]).join(""),
        column_names(referenced, &[theirs]).join("")
    )
}

fn definition(table: &Relation, referenced: &Relation, key: &ForeignKey) -> String {
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        column_names(table, &key.columns).join(", "),
        referenced.qualified_name(),
        column_names(referenced, &key.referenced_columns).join(", ")
    );
    if key.match_kind == Match::Full {
        sql.push_str(" MATCH FULL");
    }
    if let Some(action) = word(key.on_update) {
        sql.push_str(" ON UPDATE ");
        sql.push_str(action);
    }
    if let Some(action) = word(key.on_delete) {
        sql.push_str(" ON DELETE ");
        sql.push_str(action);
        if !key.on_delete_columns.is_empty() {
            let columns = column_names(table, &key.on_delete_columns).join(", ");
            sql.extend([" (", &columns, ")"]);
        }
    }
    sql.push_str(super::uniques::when_checked(key.enforcement));
    sql
}

fn word(action: Action) -> Option<&'static str> {
    match action {
        Action::NoAction => None,
        Action::Restrict => Some("RESTRICT"),
        Action::Cascade => Some("CASCADE"),
        Action::SetNull => Some("SET NULL"),
        Action::SetDefault => Some("SET DEFAULT"),
    }
}
