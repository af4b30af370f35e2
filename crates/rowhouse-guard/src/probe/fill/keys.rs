//! Which columns tell rows apart, and which tables decide about others.

use std::collections::BTreeSet;

use rowhouse_catalog::{Indexed, Object, Oid, Relation};

use crate::Model;
use crate::probe::tenants::{self, Kind};
use crate::probe::words::Words;

/// One column of each unique key, the freest there is: it gets another value in each row.
pub(super) fn distinct(model: &Model<'_>, table: &Relation) -> BTreeSet<i16> {
    let mut found = BTreeSet::new();
    let tenant = model.tenant_column(table.oid);
    let references = |number: i16| {
        table
            .foreign_keys
            .iter()
            .any(|key| key.columns.contains(&number))
    };
    for index in table.indexes.iter().filter(|index| index.unique) {
        let mut columns: Vec<i16> = Vec::new();
        for key in &index.keys {
            match &key.on {
                Indexed::Column(number) => columns.push(*number),
                Indexed::Expression(expression) => {
                    let named = table
                        .columns
                        .iter()
                        .filter(|column| expression.contains(&column.name));
                    columns.extend(named.map(|column| column.number));
                }
            }
        }
        if columns.iter().any(|number| found.contains(number)) {
            continue;
        }
        columns.sort_by_key(|&number| {
            let kind = table
                .column_at(number)
                .map(|column| free(&column.formatted_type));
            (tenant == Some(number), references(number), kind)
        });
        if let Some(&best) = columns.first()
            && tenant != Some(best)
        {
            found.insert(best);
        }
    }
    for exclusion in &table.exclusions {
        let ranged = exclusion.columns.iter().copied().find(|&number| {
            table
                .column_at(number)
                .is_some_and(|column| column.formatted_type.contains("range"))
        });
        found.extend(ranged);
    }
    found
}

/// The table of tenants, and tables that tenant columns reference and that nobody took for it.
pub(super) fn roots(model: &Model<'_>) -> BTreeSet<Oid> {
    let mut found: BTreeSet<Oid> = model.root.into_iter().collect();
    for (table, _) in model.tenant_tables() {
        let tenant = model.tenant_column(table.oid);
        let keys = table.foreign_keys.iter();
        let keys = keys.filter(|key| key.columns.iter().any(|&number| Some(number) == tenant));
        found.extend(
            keys.map(|key| key.referenced)
                .filter(|&oid| model.row_owner(oid).is_none()),
        );
    }
    found
}

/// What the key of the table of tenants is made of, where it has several columns.
pub(super) fn parts_of_root(model: &Model<'_>) -> Vec<Kind> {
    let catalog = model.catalog;
    let roots = roots(model);
    let root = roots
        .iter()
        .filter_map(|&root| catalog.relation_by_oid(root))
        .find_map(|root| {
            let key = root.primary_key.as_ref()?;
            (key.columns.len() > 1).then_some((root, key))
        });
    let Some((root, key)) = root else {
        return Vec::new();
    };
    let columns = key
        .columns
        .iter()
        .filter_map(|&number| root.column_at(number));
    columns
        .map(|column| tenants::kind_of(catalog, column.type_oid))
        .collect()
}

/// The columns by which a table says whose its rows are, where several do together.
pub(crate) fn of_several(model: &Model<'_>, table: &Relation) -> Option<Vec<i16>> {
    let roots = roots(model);
    if roots.contains(&table.oid) {
        let key = table.primary_key.as_ref()?;
        return (key.columns.len() > 1).then(|| key.columns.clone());
    }
    let mut keys = table.foreign_keys.iter();
    let key = keys.find(|key| roots.contains(&key.referenced) && key.columns.len() > 1)?;
    Some(key.columns.clone())
}

/// Types with more room come first.
fn free(formatted: &str) -> u8 {
    match formatted {
        "uuid" => 0,
        "integer" | "bigint" | "smallint" => 1,
        "text" => 2,
        "boolean" => 9,
        _ => 3,
    }
}

/// Tables that policies of other tables look into, themselves or by the functions that they call.
pub(super) fn deciding(model: &Model<'_>) -> BTreeSet<Oid> {
    let catalog = model.catalog;
    let mut found = looked_into(model);
    let policies = catalog.relations.iter().flat_map(|r| &r.policies);
    let called = policies
        .flat_map(|policy| crate::model::helper_functions(catalog, Object::Policy(policy.oid)));
    for function in called {
        let text = crate::model::text_of(function).to_ascii_lowercase();
        let words: BTreeSet<&str> = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        let named = catalog.relations.iter();
        let named = named.filter(|r| words.contains(r.name.to_ascii_lowercase().as_str()));
        found.extend(named.map(|relation| relation.oid));
    }
    found
}

/// Tables that policies of other tables or any functions name.
pub(super) fn trusted(model: &Model<'_>, words: &Words) -> BTreeSet<Oid> {
    let mut found = looked_into(model);
    let named = model.catalog.relations.iter().filter(|relation| {
        words
            .of_functions
            .contains(&relation.name.to_ascii_lowercase())
    });
    found.extend(named.map(|relation| relation.oid));
    found
}

/// Tables that policies of other tables name.
fn looked_into(model: &Model<'_>) -> BTreeSet<Oid> {
    let catalog = model.catalog;
    let mut found = BTreeSet::new();
    for relation in &catalog.relations {
        for policy in &relation.policies {
            let references = catalog.references_of(Object::Policy(policy.oid));
            found.extend(references.iter().filter_map(|object| match object {
                Object::Relation(oid) | Object::Column(oid, _) if *oid != relation.oid => {
                    Some(*oid)
                }
                _ => None,
            }));
        }
    }
    found
}
