//! Attacks by keys, which are checked below row security: whether a value is taken, whether a row is there to reference.

use rowhouse_catalog::{Privilege, RelationKind, quote_ident};

use super::surface::Surface;
use super::tables::NEW;
use super::{Attack, Persona, Tells, reactions};
use crate::Class;
use crate::context::Context;
use crate::probe::fill::{self, Filler, Values};
use crate::probe::verdict::Command;
use crate::rules;

pub(super) fn plan<'a>(
    context: &Context<'a>,
    surface: &Surface<'_, 'a>,
    persona: &Persona<'_>,
    attacks: &mut Vec<Attack>,
) {
    set_off(surface, persona, attacks);
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

/// Rows of one's own that name another tenant's, where writing sets something off: a trigger or a rule that goes by the name alone.
fn set_off(surface: &Surface<'_, '_>, persona: &Persona<'_>, attacks: &mut Vec<Attack>) {
    let relation = surface.relation;
    if !is_moved(surface) {
        return;
    }
    let (own, other) = (surface.filler.own(), surface.filler.other());
    let owners = surface.owner_columns();
    let what = "a row of its own that names another tenant's";
    let own_row = surface.row(own, NEW, persona);
    attacks.extend(given_back(surface, persona, &own_row));
    let mut named = own_row.clone();
    for &number in own_row.keys() {
        let Some(column) = relation.column_at(number) else {
            continue;
        };
        let value = surface.value(other, 0, column);
        if owners.iter().any(|owner| owner.number == number) || own_row[&number] == value {
            continue;
        }
        named.insert(number, value.clone());
        let mut values = own_row.clone();
        values.insert(number, value);
        let insert = Filler::insert(relation, &values);
        attacks.push(Attack {
            tells: named_in(surface, column),
            ..Attack::new("", Command::Insert, what, insert)
        });
        // What is looked up by the name may come back in another column.
        if !surface.is_in_key(column) {
            attacks.extend(returned(surface, persona, &values));
        }
    }
    if !named.is_empty() && named != own_row {
        let insert = Filler::insert(relation, &named);
        attacks.push(Attack {
            tells: Tells::Change,
            ..Attack::new("", Command::Insert, what, insert)
        });
    }
    for column in surface.plain_columns(persona) {
        let update = surface.update(column, surface.value(other, 0, column).as_deref());
        attacks.push(Attack {
            tells: named_in(surface, column),
            ..Attack::new("", Command::Update, what, update)
        });
    }
}

/// Whether writing into a relation sets something off that is the users': a trigger, a rule, a function in a check, a default or
/// a policy.
fn is_moved(surface: &Surface<'_, '_>) -> bool {
    let (relation, catalog) = (surface.relation, surface.filler.model.catalog);
    let checks = relation.checks.iter().map(|check| &check.expression);
    let defaults = relation
        .columns
        .iter()
        .filter_map(|column| column.default.as_ref());
    let policies = relation.policies.iter();
    let policies = policies.flat_map(|policy| policy.using.iter().chain(&policy.with_check));
    let mut texts = checks.chain(defaults).chain(policies);
    let users = catalog.functions.iter();
    let users: Vec<String> = users
        .filter(|function| !function.oid.is_builtin() && function.security_definer)
        .map(|function| format!("{}(", quote_ident(&function.name)))
        .collect();
    !reactions(catalog, relation).is_empty()
        || texts.any(|text| users.iter().any(|call| text.contains(call.as_str())))
}

/// A row of one's own as it comes back, with all that is given and with what has to be.
fn given_back(surface: &Surface<'_, '_>, persona: &Persona<'_>, row: &Values) -> Vec<Attack> {
    let relation = surface.relation;
    let mut needed = row.clone();
    needed.retain(|&number, _| {
        let column = relation.column_at(number);
        column.is_some_and(|column| column.not_null && column.default.is_none())
    });
    let rows = [row, &needed].into_iter();
    rows.filter_map(|row| returned(surface, persona, row))
        .collect()
}

/// An INSERT of a row with all columns of it that the role may read.
fn returned(surface: &Surface<'_, '_>, persona: &Persona<'_>, row: &Values) -> Option<Attack> {
    let relation = surface.relation;
    let readable = relation.columns.iter().filter(|column| {
        persona
            .access
            .column(relation, column)
            .has(Privilege::Select)
    });
    let readable: Vec<String> = readable.map(|column| quote_ident(&column.name)).collect();
    (!readable.is_empty() && !row.is_empty()).then(|| {
        let insert = Filler::insert(relation, row);
        let sql = format!("{insert} RETURNING {}", readable.join(", "));
        Attack::new("", Command::Insert, "a row of its own that comes back", sql)
    })
}

/// Whether a name is taken is what other attacks on keys show.
fn named_in<'a>(surface: &Surface<'_, 'a>, column: &'a rowhouse_catalog::Column) -> Tells {
    if surface.is_in_key(column) {
        Tells::Change
    } else {
        Tells::Difference
    }
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
        let mut tried = surface.filler.taken(index.oid);
        if tried.is_empty() {
            let columns = columns.iter().filter_map(|&number| table.column_at(number));
            let plain = columns.map(|column| (column.number, surface.value(other, 0, column)));
            tried.push(plain.collect());
        }
        let what = "a key that another tenant has";
        for taken in &tried {
            let mut values = surface.row(own, NEW, persona);
            for (number, value) in taken {
                if values.contains_key(number) {
                    values.insert(*number, value.clone());
                }
            }
            if !values.is_empty() {
                let insert = Filler::insert(table, &values);
                let quiet = format!("{insert} ON CONFLICT DO NOTHING");
                attacks.push(Attack::new("", Command::Insert, what, quiet));
                attacks.push(Attack::new("", Command::Insert, what, insert));
            }
            let together: Vec<String> = taken
                .iter()
                .filter_map(|(&number, value)| {
                    let column = table.column_at(number)?;
                    let may = column.generated.is_none()
                        && persona.access.column(table, column).has(Privilege::Update);
                    let value = fill::sql(value.as_deref());
                    may.then(|| format!("{} = {value}", quote_ident(&column.name)))
                })
                .collect();
            if together.len() > 1 {
                let update = format!(
                    "UPDATE {} SET {}",
                    table.qualified_name(),
                    together.join(", ")
                );
                let update = narrowed(surface, persona, update);
                attacks.push(Attack::new("", Command::Update, what, update));
            }
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
        let mut tried = surface.filler.taken(exclusion.index);
        if tried.is_empty() {
            let columns = exclusion.columns.iter();
            let columns = columns.filter_map(|&number| table.column_at(number));
            let plain = columns.map(|column| (column.number, surface.value(other, 0, column)));
            tried.push(plain.collect());
        }
        for taken in tried {
            let mut values = surface.row(own, NEW, persona);
            for (number, value) in taken {
                if values.contains_key(&number) && Some(number) != tenant {
                    values.insert(number, value);
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
}
