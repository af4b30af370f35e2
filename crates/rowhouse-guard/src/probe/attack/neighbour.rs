//! What another tenant's write leaves where the attacker reads: a log that all share, a message to everybody.

use rowhouse_catalog::{Privilege, Relation, RelationKind};

use super::surface::Surface;
use super::tables::{self, NEW};
use super::{Attack, Persona, Tells, reactions, relations};
use crate::context::Context;
use crate::probe::fill::Filler;
use crate::probe::session::Session;
use crate::probe::verdict::Command;

/// A function that writes down what is written.
const SPY: &str = "CREATE TEMP TABLE rowhouse_spied (line text); CREATE FUNCTION pg_temp.rowhouse_spy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO pg_temp.rowhouse_spied VALUES (NEW::text), (OLD::text); RETURN NULL; END $$";
/// How many relations are read after each write.
const READ: usize = 6;

pub(super) fn plan<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    (own, other): (&Session, &Session),
    attacks: &mut Vec<Attack>,
) {
    let (own, other) = (own.sql(None), other.sql(None));
    if own.is_empty() {
        return;
    }
    spies(context, filler, persona, (&own, &other), attacks);
    for written in relations(context) {
        let texts = reactions(context.catalog, written);
        if texts.is_empty() {
            continue;
        }
        for write in writes(filler, persona, written) {
            for reader in readers(context, persona, &texts) {
                attacks.push(Attack {
                    first: format!("{other}; {write}; {own}"),
                    by_another: true,
                    ..Attack::new(
                        reader.qualified_name(),
                        Command::Select,
                        "a SELECT of what another tenant's write left",
                        tables::read(persona, reader).sql,
                    )
                });
            }
        }
    }
}

/// What the other tenant does in the ordinary way.
fn writes<'a>(filler: &Filler<'a>, persona: &Persona<'_>, written: &'a Relation) -> Vec<String> {
    let surface = Surface::new(filler, written);
    let other = filler.other();
    let mut found = Vec::new();
    let values = surface.row(other, NEW, persona);
    if !values.is_empty() {
        found.push(Filler::insert(written, &values));
    }
    let plain = surface.plain_columns(persona).into_iter();
    if let Some(column) = plain
        .filter(|column| !surface.is_in_key(column))
        .take(1)
        .next()
    {
        found.push(surface.update(column, surface.value(other, 1, column).as_deref()));
    }
    if persona.access.any_column(written).has(Privilege::Delete) {
        found.push(format!("DELETE FROM {}", written.qualified_name()));
    }
    found
}

/// The relations that such texts name, or that look at one of those.
fn readers<'a>(context: &Context<'a>, persona: &Persona<'_>, texts: &[&str]) -> Vec<&'a Relation> {
    let names = |text: &str, name: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word.eq_ignore_ascii_case(name))
    };
    let known: Vec<&Relation> = relations(context)
        .filter(|relation| texts.iter().any(|text| names(text, &relation.name)))
        .collect();
    let looks = |relation: &Relation| {
        let query = relation.definition.as_deref().unwrap_or_default();
        known.iter().any(|known| names(query, &known.name))
    };
    let has_rows = |relation: &&Relation| {
        !matches!(
            relation.kind,
            RelationKind::Sequence | RelationKind::ForeignTable
        )
    };
    relations(context)
        .filter(has_rows)
        .filter(|relation| known.iter().any(|known| known.oid == relation.oid) || looks(relation))
        .filter(|relation| {
            persona.access.any_column(relation).has(Privilege::Select)
                && persona.enters(&relation.schema)
        })
        .take(READ)
        .collect()
}

/// A trigger of one's own where the role may make one: it sees what others write.
fn spies<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    (own, other): (&str, &str),
    attacks: &mut Vec<Attack>,
) {
    let tables = context.tenant_tables().map(|(table, _)| table);
    let may = |table: &&Relation| persona.access.relation(table).has(Privilege::Trigger);
    for table in tables
        .filter(|table| table.is_table() && !table.is_partition)
        .filter(may)
    {
        let name = table.qualified_name();
        for write in writes(filler, persona, table).into_iter().take(1) {
            attacks.push(Attack {
                first: format!("{SPY}; CREATE TRIGGER rowhouse_spy AFTER INSERT OR UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION pg_temp.rowhouse_spy(); {other}; {write}; {own}"),
                by_another: true,
                tells: Tells::Mark,
                ..Attack::new(
                    &name,
                    Command::Select,
                    "a SELECT of what a trigger of its own saw",
                    "SELECT line FROM pg_temp.rowhouse_spied",
                )
            });
        }
    }
}
