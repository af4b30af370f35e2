//! The same writes by MERGE, which asks the policies of reading and of writing in its own order.

use rowhouse_catalog::{Privilege, quote_ident};

use super::surface::Surface;
use super::tables::NEW;
use super::{Attack, Persona, Tells};
use crate::probe::fill;
use crate::probe::verdict::Command;

/// Since when there is MERGE.
const SINCE: i32 = 15;

pub(super) fn plan(surface: &Surface<'_, '_>, persona: &Persona<'_>, attacks: &mut Vec<Attack>) {
    let table = surface.relation;
    let server = surface.filler.model.catalog.server.version;
    if !table.is_table() || server.major() < SINCE {
        return;
    }
    let may = persona.access.any_column(table);
    if !may.has_any(&[Privilege::Insert, Privilege::Update, Privilege::Delete]) {
        return;
    }
    let (own, other) = (surface.filler.own(), surface.filler.other());
    let into = format!(
        "MERGE INTO {} USING (SELECT 1) one ON",
        table.qualified_name()
    );
    let mut add = |command, what, sql: String| {
        attacks.push(Attack {
            tells: Tells::Change,
            past_keys: true,
            ..Attack::new("", command, what, sql)
        });
    };
    let owners = surface.owner_columns();
    let plain = surface.plain_columns(persona);
    for column in plain.iter().take(1).chain(owners.iter().take(1)) {
        let is_owner = owners.iter().any(|owner| owner.number == column.number);
        if surface.is_in_key(column) && !is_owner {
            continue;
        }
        let value = fill::sql(surface.value(own, 0, column).as_deref());
        let name = quote_ident(&column.name);
        let sql = format!("{into} true WHEN MATCHED THEN UPDATE SET {name} = {value}");
        add(Command::Update, "a MERGE that updates all rows", sql);
    }
    let sql = format!("{into} true WHEN MATCHED THEN DELETE");
    add(Command::Delete, "a MERGE that deletes all rows", sql);
    let values = surface.row(other, NEW, persona);
    if !values.is_empty() && surface.filler.is_tenants(table) {
        let names = values.keys().filter_map(|&number| table.column_at(number));
        let names: Vec<String> = names.map(|column| quote_ident(&column.name)).collect();
        let written: Vec<String> = values
            .values()
            .map(|value| fill::sql(value.as_deref()))
            .collect();
        let sql = format!(
            "{into} false WHEN NOT MATCHED THEN INSERT ({}) OVERRIDING SYSTEM VALUE VALUES ({})",
            names.join(", "),
            written.join(", ")
        );
        add(
            Command::Insert,
            "a MERGE that inserts for another tenant",
            sql,
        );
    }
}
