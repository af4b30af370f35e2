//! What each table is to the tenants: the root, theirs by a column, theirs by a parent, or shared.

use std::collections::BTreeMap;

use rowhouse_catalog::{Catalog, ForeignKey, Object, Oid, Relation, RelationKind};

use super::columns::{squeezed, tenant_word};
use super::compared::looked_up;
use super::{Class, RowOwner};

/// Classes of all tables that belong to tenants; what is missing is shared or internal.
pub(super) fn detect(
    catalog: &Catalog,
    root: Option<Oid>,
    tenant_columns: &[String],
) -> BTreeMap<Oid, Class> {
    let mut classes = BTreeMap::new();
    let root_key = root
        .and_then(|root| catalog.relation_by_oid(root))
        .and_then(|root| Some((root.oid, referenced_key(catalog, root)?)));
    if let Some((root, key)) = root_key {
        classes.insert(root, Class::Root(RowOwner::Column(key)));
    }
    for relation in holders(catalog) {
        if classes.contains_key(&relation.oid) {
            continue;
        }
        if let Some(column) = tenant_column(relation, root, tenant_columns) {
            classes.insert(relation.oid, Class::Tenant(RowOwner::Column(column)));
        }
    }
    inherit(catalog, &mut classes);
    follow_keys(catalog, &mut classes);
    inherit(catalog, &mut classes);
    classes
}

/// What holds rows that could be a tenant's: tables, and tables that live elsewhere.
fn holders(catalog: &Catalog) -> impl Iterator<Item = &Relation> {
    catalog.relations.iter().filter(|relation| {
        (relation.is_table()
            || matches!(
                relation.kind,
                RelationKind::ForeignTable | RelationKind::MaterializedView
            ))
            && !relation.is_system()
    })
}

/// The key of the root: what foreign keys reference, else its primary key.
fn referenced_key(catalog: &Catalog, root: &Relation) -> Option<i16> {
    let primary = root
        .primary_key
        .as_ref()
        .filter(|key| key.columns.len() == 1);
    let primary = primary.map(|key| key.columns[0]);
    let mut counts: BTreeMap<i16, u32> = BTreeMap::new();
    for key in catalog.foreign_keys_to(root.oid) {
        if let [column] = key.referenced_columns[..]
            && key.relation != root.oid
        {
            *counts.entry(column).or_default() += 1;
        }
    }
    let most = counts.iter().max_by_key(|(_, count)| **count);
    most.map(|(&column, _)| column)
        .or(primary)
        .or_else(|| root.column("id").map(|column| column.number))
        .or_else(|| {
            let columns = root.primary_key.as_ref()?.columns.iter();
            let mut columns = columns.filter_map(|&number| root.column_at(number));
            let named = columns.find(|column| tenant_word(&column.name).is_some())?;
            Some(named.number)
        })
}

/// The column by its name, else the one that references the root.
fn tenant_column(relation: &Relation, root: Option<Oid>, names: &[String]) -> Option<i16> {
    for name in names {
        if let Some(column) = relation.column(name) {
            return Some(column.number);
        }
    }
    let alike = relation.columns.iter().find(|column| {
        names
            .first()
            .is_some_and(|name| squeezed(name) == squeezed(&column.name))
    });
    if let Some(column) = alike {
        return Some(column.number);
    }
    let to_root = |key: &&ForeignKey| Some(key.referenced) == root && key.columns.len() == 1;
    let keys: Vec<&ForeignKey> = relation.foreign_keys.iter().filter(to_root).collect();
    // Of several, the one that must be filled in.
    let filled = |key: &&&ForeignKey| {
        let column = relation.column_at(key.columns[0]);
        column.is_some_and(|column| column.not_null)
    };
    let key = keys.iter().find(filled).or_else(|| keys.first())?;
    Some(key.columns[0])
}

/// Partitions and inheriting tables are what their parent is, by the column of the same name.
fn inherit(catalog: &Catalog, classes: &mut BTreeMap<Oid, Class>) {
    let mut open: Vec<Oid> = classes.keys().copied().collect();
    while let Some(parent) = open.pop() {
        for &child in catalog.children(parent) {
            if classes.contains_key(&child) {
                continue;
            }
            let inherited = catalog
                .relation_by_oid(parent)
                .zip(catalog.relation_by_oid(child))
                .and_then(|(parent, child)| translated(&classes[&parent.oid], parent, child));
            if let Some(class) = inherited {
                classes.insert(child, class);
                open.push(child);
            }
        }
    }
}

fn translated(class: &Class, parent: &Relation, child: &Relation) -> Option<Class> {
    let same = |number: i16| {
        let name = &parent.column_at(number)?.name;
        Some(child.column(name)?.number)
    };
    let owner = match class.row_owner()? {
        RowOwner::Column(number) => RowOwner::Column(same(*number)?),
        RowOwner::Parent {
            columns,
            parent,
            parent_columns,
        } => RowOwner::Parent {
            columns: columns
                .iter()
                .map(|&number| same(number))
                .collect::<Option<_>>()?,
            parent: *parent,
            parent_columns: parent_columns.clone(),
        },
    };
    Some(match class {
        Class::Child(_) => Class::Child(owner),
        _ => Class::Tenant(owner),
    })
}

/// Children, and their children, until nothing new turns up.
fn follow_keys(catalog: &Catalog, classes: &mut BTreeMap<Oid, Class>) {
    loop {
        let found: Vec<(Oid, Class)> = holders(catalog)
            .filter(|relation| !classes.contains_key(&relation.oid))
            .filter_map(|relation| {
                let owner = match key_to_parent(catalog, relation, classes) {
                    Some(key) => RowOwner::Parent {
                        columns: key.columns.clone(),
                        parent: key.referenced,
                        parent_columns: key.referenced_columns.clone(),
                    },
                    None => parent_of_policies(catalog, relation, classes)?,
                };
                Some((relation.oid, Class::Child(owner)))
            })
            .collect();
        if found.is_empty() {
            return;
        }
        classes.extend(found);
    }
}

/// Without a foreign key, the row of a tenant that its policies look up by its key.
fn parent_of_policies(
    catalog: &Catalog,
    relation: &Relation,
    classes: &BTreeMap<Oid, Class>,
) -> Option<RowOwner> {
    relation.policies.iter().find_map(|policy| {
        let references = catalog.references_of(Object::Policy(policy.oid));
        let parents: Vec<&Relation> = references
            .iter()
            .filter_map(|object| match object {
                Object::Relation(oid) | Object::Column(oid, _) => catalog.relation_by_oid(*oid),
                _ => None,
            })
            .filter(|parent| parent.oid != relation.oid && classes.contains_key(&parent.oid))
            .collect();
        let pairs = looked_up(
            relation,
            policy.using.as_ref().or(policy.with_check.as_ref())?,
        );
        pairs.iter().find_map(|(column, table, key)| {
            let parent = parents.iter().find(|parent| parent.name == *table)?;
            let key = parent.column(key)?.number;
            let mut keys = parent.primary_key.iter().chain(&parent.unique);
            keys.any(|unique| unique.columns == [key])
                .then_some(RowOwner::Parent {
                    columns: vec![relation.column(column)?.number],
                    parent: parent.oid,
                    parent_columns: vec![key],
                })
        })
    })
}

/// The foreign key that says whose a child's rows are: the one its policies follow, else one that must be filled in.
fn key_to_parent<'a>(
    catalog: &Catalog,
    relation: &'a Relation,
    classes: &BTreeMap<Oid, Class>,
) -> Option<&'a ForeignKey> {
    let candidates = relation
        .foreign_keys
        .iter()
        .filter(|key| key.referenced != relation.oid && classes.contains_key(&key.referenced));
    let rank = |key: &&ForeignKey| {
        let followed = relation.policies.iter().any(|policy| {
            let references = catalog.references_of(Object::Policy(policy.oid));
            references.iter().any(|object| match object {
                Object::Relation(oid) | Object::Column(oid, _) => *oid == key.referenced,
                _ => false,
            })
        });
        let filled = key.columns.iter().all(|&number| {
            let column = relation.column_at(number);
            column.is_some_and(|column| column.not_null)
        });
        (
            followed,
            filled,
            std::cmp::Reverse(key.columns.first().copied()),
        )
    };
    candidates.max_by_key(rank)
}
