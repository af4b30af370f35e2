//! Attacks by keys, which are checked below row security: whether a value is taken, whether a row is there to reference.

use rowhouse_catalog::{Privilege, RelationKind, quote_ident};

use super::surface::Surface;
use super::tables::NEW;
use super::{Attack, Persona};
use crate::Class;
use crate::context::Context;
use crate::probe::fill::Filler;
use crate::probe::verdict::Command;
use crate::rules;

pub(super) fn plan<'a>(
    context: &Context<'a>,
    surface: &Surface<'_, 'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    if !surface.relation.is_table()
        || surface
            .filler
            .model
            .row_owner(surface.relation.oid)
            .is_none()
    {
        return;
    }
    unique(context, surface, persona, attacks);
    foreign(context, surface, persona, attacks);
    excluded(context, surface, persona, attacks);
}

/// A row of one's own with the key of another tenant's row. Whether a number that is only counted is taken says nothing, and
/// nobody guesses a random one.
fn unique<'a>(
    context: &Context<'a>,
    surface: &Surface<'_, 'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    let (own, other) = (surface.filler.own(), surface.filler.other());
    let table = surface.relation;
    for index in table
        .indexes
        .iter()
        .filter(|index| index.unique && index.valid)
    {
        if rules::unique_is_bound(context, table, index) {
            continue;
        }
        let columns = rules::unique_columns(table, index);
        let mut values = surface.row(own, NEW, persona);
        for &number in &columns {
            if let Some(column) = table.column_at(number)
                && values.contains_key(&number)
            {
                values.insert(number, surface.value(other, 0, column));
            }
        }
        if !values.is_empty() {
            let insert = Filler::insert(table, &values);
            attacks.push(Attack::new(
                "",
                Command::Insert,
                "a key that another tenant has",
                format!("{insert} ON CONFLICT DO NOTHING"),
            ));
            attacks.push(Attack::new(
                "",
                Command::Insert,
                "a key that another tenant has",
                insert,
            ));
        }
        for &number in &columns {
            if let Some(column) = table.column_at(number)
                && column.generated.is_none()
                && persona.access.column(table, column).has(Privilege::Update)
            {
                let update = surface.update(column, surface.value(other, 0, column).as_deref());
                attacks.push(Attack::new(
                    "",
                    Command::Update,
                    "a key that another tenant has",
                    narrowed(surface, persona, update),
                ));
            }
        }
    }
}

/// One row of one's own, where the role may say which.
fn narrowed(surface: &Surface<'_, '_>, persona: &Persona<'_>, update: String) -> String {
    let table = surface.relation;
    let own = surface.filler.own();
    let Some(key) = &table.primary_key else {
        return update;
    };
    let conditions: Option<Vec<String>> = key
        .columns
        .iter()
        .map(|&number| {
            let column = table.column_at(number)?;
            let may = persona.access.column(table, column).has(Privilege::Select);
            let value = may.then(|| surface.filler.value(table, own, 0, column))?;
            Some(format!(
                "{} = {}",
                quote_ident(&column.name),
                crate::seal::literal(&value)
            ))
        })
        .collect();
    match conditions {
        Some(conditions) if !conditions.is_empty() => {
            format!("{update} WHERE {}", conditions.join(" AND "))
        }
        _ => update,
    }
}

/// A row of one's own that references another tenant's. That a tenant is there is no secret.
fn foreign<'a>(
    context: &Context<'a>,
    surface: &Surface<'_, 'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    let (own, other) = (surface.filler.own(), surface.filler.other());
    let table = surface.relation;
    for key in table
        .foreign_keys
        .iter()
        .filter(|key| key.enforcement.enforced)
    {
        let leads = matches!(
            context.model.class(key.referenced),
            Class::Tenant(_) | Class::Child(_)
        );
        if !leads {
            continue;
        }
        let mut values = surface.row(own, NEW, persona);
        let mut changed = false;
        let tenant = surface.filler.model.tenant_column(table.oid);
        for &number in key.columns.iter().filter(|&&number| Some(number) != tenant) {
            if let Some(column) = table.column_at(number)
                && values.contains_key(&number)
            {
                values.insert(number, surface.value(other, 0, column));
                changed = true;
            }
        }
        if changed {
            attacks.push(Attack::new(
                "",
                Command::Insert,
                "a reference to another tenant's row",
                Filler::insert(table, &values),
            ));
        }
        for &number in key.columns.iter().filter(|&&number| Some(number) != tenant) {
            if let Some(column) = table.column_at(number)
                && persona.access.column(table, column).has(Privilege::Update)
            {
                let update = surface.update(column, surface.value(other, 0, column).as_deref());
                attacks.push(Attack::new(
                    "",
                    Command::Update,
                    "a reference to another tenant's row",
                    update,
                ));
            }
        }
    }
}

/// A row of one's own that collides with another tenant's.
fn excluded<'a>(
    context: &Context<'a>,
    surface: &Surface<'_, 'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    let table = surface.relation;
    if table.kind == RelationKind::View {
        return;
    }
    let (own, other) = (surface.filler.own(), surface.filler.other());
    let tenant = context.model.tenant_column(table.oid);
    for exclusion in &table.exclusions {
        let mut values = surface.row(own, NEW, persona);
        for &number in exclusion
            .columns
            .iter()
            .filter(|&&number| Some(number) != tenant)
        {
            if let Some(column) = table.column_at(number)
                && values.contains_key(&number)
            {
                values.insert(number, surface.value(other, 0, column));
            }
        }
        if !values.is_empty() {
            attacks.push(Attack::new(
                "",
                Command::Insert,
                "a row that collides with another tenant's",
                Filler::insert(table, &values),
            ));
        }
    }
}
