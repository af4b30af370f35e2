//! Values for the arguments of functions, as SQL.

use rowhouse_catalog::{Argument, Function, Oid, Relation, Shape};

use super::relations;
use super::surface::Surface;
use crate::context::Context;
use crate::model::text_of;
use crate::probe::fill::{self, Filler};
use crate::probe::owned;
use crate::probe::tenants::{self, Kind, Tenant};
use crate::seal::literal;

/// How many tables' rows or names are tried.
const TABLES: usize = 6;

/// Values for one argument: first the other tenant's, then one's own, then what could break out.
pub(super) fn values(
    context: &Context<'_>,
    filler: &Filler<'_>,
    function: &Function,
    argument: &Argument,
) -> Vec<String> {
    let data_type = context.catalog.type_of(argument.type_oid);
    let shape = data_type.map(|found| &found.shape);
    let mut found = Vec::new();
    match shape {
        Some(Shape::Composite { relation, .. }) => {
            found.extend(rows(context, filler, *relation));
        }
        Some(Shape::Pseudo) => found.extend(
            tables(context)
                .take(TABLES)
                .map(|table| format!("NULL::{}", table.qualified_name())),
        ),
        _ => {}
    }
    let cast = data_type.map_or(String::new(), |found| match found.shape {
        Shape::Pseudo => "::text".to_owned(),
        _ => format!("::{}", found.formatted),
    });
    let texts = texts(context, filler, function, argument);
    found.extend(texts.iter().map(|text| format!("{}{cast}", literal(text))));
    found.push(format!("NULL{cast}"));
    found
}

/// Tables whose rows are tenants'.
fn tables<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a Relation> {
    let tables = context.model.tenant_tables().map(|(table, _)| table);
    tables.filter(|table| table.is_table() && !table.is_partition)
}

/// Rows of a table, made up by whoever calls: the other tenant's, and one's own.
fn rows(context: &Context<'_>, filler: &Filler<'_>, relation: Oid) -> Vec<String> {
    let Some(relation) = context.catalog.relation_by_oid(relation) else {
        return Vec::new();
    };
    let row = |of: &Tenant| {
        let fields = relation.columns.iter().map(|column| {
            let value = column.generated.is_none();
            let value = value.then(|| Surface::new(filler, relation).value(of, 0, column));
            fill::sql(value.flatten().as_deref())
        });
        let fields: Vec<String> = fields.collect();
        format!("ROW({})::{}", fields.join(", "), relation.qualified_name())
    };
    vec![row(filler.other()), row(filler.own())]
}

fn texts(
    context: &Context<'_>,
    filler: &Filler<'_>,
    function: &Function,
    argument: &Argument,
) -> Vec<String> {
    let (own, other) = (filler.own(), filler.other());
    let catalog = context.catalog;
    let made = |of, row| fill::made_up(catalog, argument.type_oid, of, row);
    let mut found = vec![made(other, 0), made(own, 0)];
    let base = tenants::base_name(catalog, argument.type_oid);
    let name = argument
        .name
        .as_deref()
        .unwrap_or_default()
        .trim_start_matches("p_")
        .trim_start_matches('_')
        .to_ascii_lowercase();
    match base {
        "text" | "varchar" | "bpchar" | "name" | "citext" | "any" | "anyelement" => {
            found.insert(0, other.id.clone());
            found.extend(of_columns(context, filler, &name));
            if names_columns(function) {
                let columns = columns(context);
                found.splice(2..2, columns);
            }
            found.extend(breaking_out(context, filler));
        }
        "bool" => found.push("false".to_owned()),
        "json" | "jsonb" => {
            let fields: Vec<String> = filler
                .model
                .tenant_columns
                .iter()
                .chain(std::iter::once(&"id".to_owned()))
                .map(|name| format!("\"{name}\": \"{}\"", other.id))
                .collect();
            found.insert(0, format!("{{{}}}", fields.join(", ")));
            found.extend([
                format!("[\"{}\"]", other.id),
                format!("[{}]", other.number(0)),
                format!("[\"{}\"]", other.uuid(0)),
            ]);
        }
        "int2" | "int4" | "int8" | "numeric" => found.extend(["100".to_owned(), "0".to_owned()]),
        "regclass" => found.extend(
            relations(context)
                .take(TABLES)
                .map(rowhouse_catalog::Relation::qualified_name),
        ),
        "date" | "timestamp" | "timestamptz" => {
            found.extend(["1900-01-01".to_owned(), "2100-01-01".to_owned()]);
        }
        _ => {}
    }
    if tenants::kind_of(catalog, argument.type_oid) != Kind::Text {
        found.dedup();
    }
    found
}

/// Whether a function puts names together with SQL.
fn names_columns(function: &Function) -> bool {
    let text = text_of(function).to_ascii_lowercase();
    text.contains("%i") || text.contains("quote_ident")
}

/// Names of columns that hold texts.
fn columns(context: &Context<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables(context) {
        for column in &table.columns {
            let is_text = column.formatted_type == "text"
                || column.formatted_type.starts_with("character varying");
            if is_text && !found.contains(&column.name) && found.len() < TABLES - 1 {
                found.push(column.name.clone());
            }
        }
    }
    found
}

/// The other tenant's values of columns that are called like the argument, then of all that hold texts.
fn of_columns(context: &Context<'_>, filler: &Filler<'_>, name: &str) -> Vec<String> {
    let other = filler.other();
    let mut found = Vec::new();
    for (table, _) in context
        .tenant_tables()
        .filter(|(table, _)| fill::is_filled(table))
    {
        for column in &table.columns {
            if column.generated.is_none()
                && !crate::keys::is_secret(&column.name)
                && (column.name.eq_ignore_ascii_case(name) || column.formatted_type == "text")
            {
                let value = filler.value(table, other, 0, column);
                if !found.contains(&value) && found.len() < 3 {
                    found.push(value);
                }
            }
        }
    }
    found
}

/// Texts for SQL that is put together from arguments.
fn breaking_out(context: &Context<'_>, filler: &Filler<'_>) -> Vec<String> {
    let other = filler.other();
    let mut found = vec![
        "%".to_owned(),
        "' OR true --".to_owned(),
        "x' OR 'a' = 'a".to_owned(),
        "') OR true --".to_owned(),
        "true OR true".to_owned(),
        "1 OR true".to_owned(),
        String::new(),
    ];
    let table = tables(context).find(|table| filler.model.root != Some(table.oid));
    if let Some(table) = table {
        let name = table.qualified_name();
        let owned = owned::condition(filler, table, "x", std::slice::from_ref(other))
            .unwrap_or_else(|| "true".to_owned());
        found.push(name.clone());
        found.push(table.name.clone());
        found.push(format!("SELECT * FROM {name}"));
        found.push(format!(
            "(SELECT x::text FROM {name} x WHERE {owned} LIMIT 1)::integer"
        ));
        found.push(format!(
            "(SELECT x::text FROM {name} x WHERE {owned} LIMIT 1)"
        ));
    }
    found
}

/// Whole queries, and conditions, that read what others have.
pub(super) fn queries(context: &Context<'_>, filler: &Filler<'_>) -> Vec<String> {
    let table = tables(context).find(|table| filler.model.root != Some(table.oid));
    let queries = table.map(|table| {
        let name = table.qualified_name();
        [
            format!("SELECT x::text FROM {name} x"),
            format!("SELECT count(*) FROM {name}"),
        ]
    });
    let queries = queries.into_iter().flatten();
    queries.chain(["true OR true".to_owned()]).collect()
}
