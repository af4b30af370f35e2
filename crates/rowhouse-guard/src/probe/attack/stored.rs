//! Attacks by SQL that a function finds in a table: it is written there first, in a row of one's own.

use rowhouse_catalog::{Function, Privilege, Relation};

use super::surface::Surface;
use super::tables::NEW;
use super::{Attack, Persona, arguments, functions, relations};
use crate::context::Context;
use crate::model::text_of;
use crate::probe::fill::Filler;
use crate::probe::verdict::Command;
use crate::seal::literal;

pub(super) fn plan<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    for function in functions::functions(context, persona) {
        let text = text_of(function).to_ascii_lowercase();
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        if !words.contains(&"execute") || functions::reaches_out(function).is_some() {
            continue;
        }
        let tables = relations(context).filter(|table| {
            table.is_table()
                && words.contains(&table.name.to_ascii_lowercase().as_str())
                && persona.access.any_column(table).has(Privilege::Insert)
        });
        for table in tables {
            for first in lines(context, filler, persona, table) {
                attacks.push(Attack {
                    first,
                    ..Attack::new(
                        function.qualified_name(),
                        Command::Call,
                        "a call that finds SQL in a row written before",
                        call(filler, function, table),
                    )
                });
            }
        }
    }
}

/// Rows of one's own with SQL in one of their texts.
fn lines<'a>(
    context: &Context<'_>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    table: &'a Relation,
) -> Vec<String> {
    let surface = Surface::new(filler, table);
    let row = surface.row(filler.own(), NEW, persona);
    let owners = surface.owner_columns();
    let texts = table.columns.iter().filter(|column| {
        column.formatted_type == "text" && !owners.iter().any(|owner| owner.number == column.number)
    });
    let mut found = Vec::new();
    for column in texts.filter(|column| row.contains_key(&column.number)) {
        for sql in arguments::queries(context, filler) {
            let mut values = row.clone();
            values.insert(column.number, Some(sql));
            found.push(Filler::insert(table, &values));
        }
    }
    found
}

/// A call with what tells that row apart: for each argument, the first column of its type.
fn call(filler: &Filler<'_>, function: &Function, table: &Relation) -> String {
    let taken = function.arguments.iter();
    let taken = taken.filter(|argument| functions::takes(function, argument));
    let values = taken.map(|argument| {
        let mut columns: Vec<_> = table.columns.iter().collect();
        columns.sort_by_key(|column| !filler.is_distinct(table.oid, column.number));
        let column = columns
            .into_iter()
            .find(|column| column.type_oid == argument.type_oid);
        match column {
            Some(column) => {
                let value = filler.value(table, filler.own(), NEW, column);
                format!("{}::{}", literal(&value), column.formatted_type)
            }
            None => "NULL".to_owned(),
        }
    });
    functions::call(function, &values.collect::<Vec<_>>())
}
