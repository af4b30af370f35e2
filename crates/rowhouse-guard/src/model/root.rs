//! Which table is the table of tenants.

use rowhouse_catalog::{Catalog, Oid, Relation};

use super::Reason;
use super::columns::{TENANT_WORDS, Votes, squeezed, tenant_word};
use crate::{Error, Options};

/// The table named, else the one that tenant columns reference, else one named after tenants whose key policies compare
/// with the setting.
pub(super) fn detect(
    catalog: &Catalog,
    options: &Options,
    votes: &Votes,
    reasons: &mut Vec<Reason>,
) -> Result<Option<Oid>, Error> {
    if let Some(name) = &options.tenant_root {
        let named = catalog.relations.iter().find(|relation| {
            relation.is_table()
                && (relation.name == *name
                    || format!("{}.{}", relation.schema, relation.name) == *name
                    || relation.qualified_name() == *name)
        });
        let root = named.ok_or_else(|| Error::NoSuchRoot { name: name.clone() })?;
        reasons.push(reason(root, "named by the options"));
        return Ok(Some(root.oid));
    }
    let scored = catalog
        .relations
        .iter()
        .filter(|relation| relation.is_table() && !relation.is_partition)
        .map(|relation| (score(catalog, options, votes, relation), relation))
        .filter(|(score, _)| *score > 0);
    let best = scored.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.oid.cmp(&a.1.oid)));
    Ok(best.map(|(_, root)| {
        reasons.push(reason(
            root,
            "tenant columns reference it, or policies compare its key with the setting",
        ));
        root.oid
    }))
}

fn score(catalog: &Catalog, options: &Options, votes: &Votes, table: &Relation) -> u32 {
    let mut score = 0;
    for key in catalog.foreign_keys_to(table.oid) {
        let Some(from) = catalog.relation_by_oid(key.relation) else {
            continue;
        };
        let columns = key.columns.iter().filter_map(|&at| from.column_at(at));
        let Some(column) = columns.max_by_key(|column| tenant_word(&column.name).is_some()) else {
            continue;
        };
        let whole_key = key.columns.len() == 1 || is_named_after_tenants(table);
        let named = options.tenant_column.as_deref() == Some(&column.name);
        if key.relation == table.oid || !whole_key {
            continue;
        }
        if named || votes.compared.contains_key(&column.name) {
            score += 20;
        } else if tenant_word(&column.name).is_some() {
            score += 10;
        }
    }
    if votes.keyed.contains(&table.oid) {
        score += 12;
    }
    let name = singular(&table.name);
    let is_key = |number: i16| {
        let key = table.primary_key.as_ref();
        is_named_after_tenants(table) && key.is_some_and(|key| key.columns.contains(&number))
    };
    if let Some(at) = TENANT_WORDS.iter().position(|word| *word == name)
        && table.primary_key.is_some()
    {
        score += 4 + u32::from(at == 0) * 4;
    }
    // What belongs to tenants itself is no root: it references another candidate by a tenant column.
    let belongs = table.columns.iter().any(|column| {
        tenant_word(&column.name).is_some()
            && votes.compared.contains_key(&column.name)
            && !is_unique(table, column.number)
            && !is_key(column.number)
    });
    if belongs { 0 } else { score }
}

fn is_named_after_tenants(table: &Relation) -> bool {
    TENANT_WORDS.contains(&singular(&table.name).as_str())
}

fn is_unique(table: &Relation, number: i16) -> bool {
    let mut keys = table.primary_key.iter().chain(&table.unique);
    keys.any(|key| key.columns == [number])
}

/// `Tenants` as `tenant`, `companies` as `company`.
fn singular(name: &str) -> String {
    let name = squeezed(name);
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if let Some(stem) = name.strip_suffix("sses") {
        return format!("{stem}ss");
    }
    name.strip_suffix('s').map_or(name.clone(), str::to_owned)
}

fn reason(root: &Relation, why: &str) -> Reason {
    Reason {
        what: "tenant root",
        is: root.qualified_name(),
        why: why.to_owned(),
    }
}
