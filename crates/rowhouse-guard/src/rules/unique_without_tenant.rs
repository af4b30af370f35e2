//! A refused value tells that another tenant has it.

use rowhouse_catalog::{Index, Indexed, Relation, quote_ident};

use crate::context::Context;
use crate::keys::{can_probe, column_names, is_harmless};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "unique-without-tenant",
    title: "A value must be unique over all tenants",
    level: Level::Error,
    what: "A unique constraint, primary key or unique index on natural values does not include the tenant.",
    why: "Uniqueness is checked below row security: a duplicate key error, or ON CONFLICT DO NOTHING that inserts \
          nothing, tells that some other tenant has the value. Surrogate keys are fine: nobody can guess a random one, and \
          that a counted one is taken says little. Where a tenant may choose it, `key-can-be-chosen` notes that.",
    close: "Put the tenant column first in the key.",
    example: Example {
        object: "public.items",
        bad: "ALTER TABLE items ADD CONSTRAINT items_title_key UNIQUE (title);",
        good: "ALTER TABLE items ADD CONSTRAINT items_title_key UNIQUE (tenant_id, title);",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables() {
        // What a table without row security shows needs no oracle.
        if !table.row_security {
            continue;
        }
        for index in table.indexes.iter().filter(|index| index.unique && index.valid) {
            if is_copy_of_parents(context, table, index) || is_bound(context, table, index) {
                continue;
            }
            let columns = columns_of(table, index);
            if can_probe(context, table, &columns) {
                findings.push(finding(context, table, index, &columns));
            }
        }
    }
}

/// A partition's index is its parent's, and reported there.
pub(super) fn is_copy_of_parents(context: &Context<'_>, table: &Relation, index: &Index) -> bool {
    let names = |table: &Relation, index: &Index| -> Vec<String> {
        let keys = index.keys.iter().map(|key| match &key.on {
            Indexed::Column(number) => table.column_at(*number).map_or_else(String::new, |column| column.name.clone()),
            Indexed::Expression(expression) => expression.clone(),
        });
        keys.collect()
    };
    let parents = table.parents.iter().filter_map(|&oid| context.catalog.relation_by_oid(oid));
    let wanted = names(table, index);
    table.is_partition
        && parents
            .flat_map(|parent| parent.indexes.iter().map(move |other| (parent, other)))
            .any(|(parent, other)| other.unique && names(parent, other) == wanted)
}

pub(crate) fn is_bound(context: &Context<'_>, table: &Relation, index: &Index) -> bool {
    let plain: Vec<i16> = index
        .keys
        .iter()
        .filter_map(|key| match key.on {
            Indexed::Column(number) => Some(number),
            Indexed::Expression(_) => None,
        })
        .collect();
    let tenant = context.model.tenant_column(table.oid).and_then(|number| table.column_at(number));
    let tenant_in_expression = index.keys.iter().any(|key| match (&key.on, tenant) {
        (Indexed::Expression(expression), Some(column)) => expression.contains(quote_ident(&column.name).as_str()),
        _ => false,
    });
    let any_harmless = if plain.len() == index.keys.len() {
        is_harmless(context, table, &plain)
    } else {
        !plain.is_empty() && is_harmless(context, table, &plain)
    };
    tenant_in_expression || any_harmless
}

/// The columns a value goes into: those of the key and those in its expressions.
pub(crate) fn columns_of(table: &Relation, index: &Index) -> Vec<i16> {
    let mut numbers = Vec::new();
    for key in &index.keys {
        match &key.on {
            Indexed::Column(number) => numbers.push(*number),
            Indexed::Expression(expression) => {
                let named = table.columns.iter().filter(|column| expression.contains(quote_ident(&column.name).as_str()));
                numbers.extend(named.map(|column| column.number));
            }
        }
    }
    numbers
}

fn finding(context: &Context<'_>, table: &Relation, index: &Index, columns: &[i16]) -> Finding {
    let name = table.qualified_name();
    let listed = column_names(table, columns).join(", ");
    let constraint = table
        .unique
        .iter()
        .chain(&table.primary_key)
        .find(|key| key.index == index.oid);
    let found = RULE
        .found(&name, format!("{} makes {listed} unique over all tenants: a refused value is another tenant's", index.name))
        .part(&index.name)
        .exploit(format!("INSERT INTO {name} ({listed}, …) VALUES (…) ON CONFLICT DO NOTHING; -- nothing inserted: somebody has it"));
    let Some(tenant) = context.model.tenant_column(table.oid) else {
        return found.fix_words("make the key begin with the parent's key: the rows of one parent belong to one tenant");
    };
    let tenant = column_names(table, &[tenant]).join(", ");
    let index_name = quote_ident(&index.name);
    match constraint {
        Some(key) => {
            let kind = if index.primary { "PRIMARY KEY" } else { "UNIQUE" };
            found.fix_sql(format!(
                "ALTER TABLE {name} DROP CONSTRAINT {0}, ADD CONSTRAINT {0} {kind} ({tenant}, {listed});",
                quote_ident(&key.name)
            ))
        }
        None => {
            let schema = quote_ident(&table.schema);
            let definition = index.definition.replacen(" (", &format!(" ({tenant}, "), 1);
            found.fix_sql(format!("DROP INDEX {schema}.{index_name};\n{definition};"))
        }
    }
}
