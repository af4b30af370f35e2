//! Attacks on what policies trust: a line written into a table that they look into, and what can be read then.

use rowhouse_catalog::{Object, Privilege, Relation};

use super::surface::Surface;
use super::tables::{self, NEW};
use super::{Attack, Persona, relations};
use crate::context::Context;
use crate::probe::fill::Filler;
use crate::probe::siege::says_who_asks;
use crate::probe::tenants;
use crate::probe::verdict::Command;

/// How many tables are read after each line.
const READ: usize = 6;

pub(super) fn plan<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    for table in relations(context).filter(|relation| relation.is_table()) {
        if !filler.is_trusted(table.oid) || says_who_asks(context, table) {
            continue;
        }
        let readers: Vec<&Relation> = relations(context)
            .filter(|reader| {
                trusts(context, reader, table)
                    && persona.access.any_column(reader).has(Privilege::Select)
                    && persona.enters(&reader.schema)
            })
            .take(READ)
            .collect();
        for (command, first) in lines(filler, persona, table) {
            for reader in &readers {
                attacks.push(Attack {
                    first: first.clone(),
                    ..Attack::new(
                        table.qualified_name(),
                        command,
                        "a line in a table that policies look into, and a SELECT",
                        tables::read(persona, reader).sql,
                    )
                });
            }
        }
    }
}

/// Whether the policies of one look into another, themselves or by functions.
fn trusts(context: &Context<'_>, reader: &Relation, table: &Relation) -> bool {
    reader.oid != table.oid
        && reader.policies.iter().any(|policy| {
            let looked = context.catalog.references_of(Object::Policy(policy.oid));
            looked.iter().any(|object| match object {
                Object::Relation(oid) | Object::Column(oid, _) => *oid == table.oid,
                Object::Function(oid) => {
                    let function = context.catalog.function_by_oid(*oid);
                    function.is_some_and(|function| {
                        crate::model::text_of(function).contains(table.name.as_str())
                    })
                }
                _ => false,
            })
        })
}

/// Statements that put the attacker beside the other tenant: each column that could name a tenant, in a row that is its own else.
fn lines<'a>(
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    table: &'a Relation,
) -> Vec<(Command, String)> {
    let surface = Surface::new(filler, table);
    let (own, other) = (filler.own(), filler.other());
    let mut found = Vec::new();
    let kind = tenants::kind(filler.model);
    for column in &table.columns {
        let value = filler.value(table, other, 0, column);
        let names = column.generated.is_none()
            && tenants::kind_of(filler.model.catalog, column.type_oid) == kind
            && filler.value(table, own, 0, column) != value;
        if !names {
            continue;
        }
        // What tells the line apart may be what says who it is about.
        for row in [0, NEW] {
            let mut values = surface.row(own, row, persona);
            if let Some(known) = values.get_mut(&column.number) {
                *known = Some(value.clone());
                found.push((Command::Insert, Filler::insert(table, &values)));
            }
        }
        if persona.access.column(table, column).has(Privilege::Update) {
            found.push((Command::Update, surface.update(column, Some(&value))));
        }
    }
    found
}
