//! Foreign keys: whether what a row references is there, and what references it.

use rowhouse_catalog::{Action, Catalog, ForeignKey, Relation, quote_ident, quote_literal};

use super::level::{Direction, KeySaid};
use super::row::{Eyes, Row};

/// How far deletes are followed through `ON DELETE CASCADE`.
const FURTHEST: usize = 6;

/// What the row references, for adding one like it. PostgreSQL looks as the referenced table's owner, whom no policy binds
/// then: whose row it is does not matter.
pub(super) async fn referenced(
    eyes: &Eyes<'_>,
    catalog: &Catalog,
    relation: &Relation,
    row: &Row,
) -> anyhow::Result<Vec<KeySaid>> {
    let mut found = Vec::new();
    for key in &relation.foreign_keys {
        let Some(there) = catalog.relation_by_oid(key.referenced) else {
            continue;
        };
        let (Some(pairs), true) = (pairs(key, relation, there), key.enforcement.enforced) else {
            continue;
        };
        let is_null = pairs
            .iter()
            .any(|(of, _)| row.values.get(*of).is_none_or(serde_json::Value::is_null));
        if is_null {
            continue;
        }
        let sql = format!(
            "SELECT count(*) FROM {} AS t, {} AS c WHERE {}",
            there.qualified_name(),
            value(relation, row),
            joined(&pairs)
        );
        let rows = count(eyes, &sql).await?;
        let there = there.qualified_name();
        found.push(KeySaid {
            name: key.name.clone(),
            direction: Direction::References,
            rows,
            blocks: rows == 0,
            what: if rows == 0 {
                format!("the row of {there} that it references is not there")
            } else {
                format!("the row of {there} that it references is there; whose it is, a foreign key does not ask")
            },
            relation: there,
        });
    }
    Ok(found)
}

/// What references the row, for deleting it; through rows that would go with it, too.
pub(super) async fn referencing(
    eyes: &Eyes<'_>,
    catalog: &Catalog,
    relation: &Relation,
    row: &Row,
) -> anyhow::Result<Vec<KeySaid>> {
    let mut found = Vec::new();
    let mut open = vec![(relation, value(relation, row), Vec::new())];
    while let Some((parent, rows_of_parent, way)) = open.pop() {
        for key in catalog.foreign_keys_to(parent.oid) {
            let Some(child) = catalog.relation_by_oid(key.relation) else {
                continue;
            };
            // A partition's copy is its parent's.
            let is_asked = key.enforcement.enforced && key.parent.is_none();
            let (Some(pairs), true) = (pairs(key, child, parent), is_asked) else {
                continue;
            };
            let from = format!(
                "{} AS c WHERE EXISTS (SELECT FROM {rows_of_parent} AS t WHERE {})",
                child.qualified_name(),
                joined(&pairs)
            );
            let rows = count(eyes, &format!("SELECT count(*) FROM {from}")).await?;
            if rows == 0 {
                continue;
            }
            let name = child.qualified_name();
            let through = if way.is_empty() {
                "reference it".to_owned()
            } else {
                format!("reference what would go with it ({})", way.join(", "))
            };
            let (blocks, then) = effect(key, child);
            found.push(KeySaid {
                name: key.name.clone(),
                relation: name.clone(),
                direction: Direction::ReferencedBy,
                rows,
                blocks,
                what: format!("{rows} row(s) of {name} {through}{then}"),
            });
            if key.on_delete == Action::Cascade && way.len() < FURTHEST {
                let mut way = way.clone();
                way.push(name);
                open.push((child, format!("(SELECT c.* FROM {from})"), way));
            }
        }
    }
    Ok(found)
}

/// Whether referencing rows stand against a delete, and what becomes of them.
fn effect(key: &ForeignKey, child: &Relation) -> (bool, String) {
    let touched = if key.on_delete_columns.is_empty() {
        &key.columns
    } else {
        &key.on_delete_columns
    };
    let fixed = touched
        .iter()
        .filter_map(|&number| child.column_at(number))
        .find(|column| column.not_null);
    match (key.on_delete, fixed) {
        (Action::NoAction | Action::Restrict, _) => (true, String::new()),
        (Action::Cascade, _) => (
            false,
            " and are deleted with it, whosever they are: a foreign key asks no policy".into(),
        ),
        (Action::SetNull, Some(column)) => (
            true,
            format!(", and {} cannot become null", quote_ident(&column.name)),
        ),
        (Action::SetNull, None) => (false, " and lose that reference".into()),
        (Action::SetDefault, _) => (false, " and take the default instead".into()),
    }
}

/// The columns of both sides, referencing and referenced.
fn pairs<'a>(
    key: &ForeignKey,
    of: &'a Relation,
    to: &'a Relation,
) -> Option<Vec<(&'a str, &'a str)>> {
    let pairs = key.columns.iter().zip(&key.referenced_columns);
    pairs
        .map(|(&column, &referenced)| {
            Some((
                of.column_at(column)?.name.as_str(),
                to.column_at(referenced)?.name.as_str(),
            ))
        })
        .collect()
}

fn joined(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(of, to)| format!("c.{} = t.{}", quote_ident(of), quote_ident(to)));
    pairs.collect::<Vec<_>>().join(" AND ")
}

/// A row as something to select from.
pub(super) fn value(relation: &Relation, row: &Row) -> String {
    format!(
        "(SELECT (CAST({} AS {})).*)",
        quote_literal(&row.text),
        relation.qualified_name()
    )
}

async fn count(eyes: &Eyes<'_>, sql: &str) -> anyhow::Result<i64> {
    let rows = eyes.rows(sql).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.try_get(0))?)
}
