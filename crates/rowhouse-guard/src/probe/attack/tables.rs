//! Attacks on relations: reading, writing for the other tenant, blind changes, moves, keys.

use rowhouse_catalog::{
    Column, Enabled, Privilege, Relation, RelationKind, RuleEvent, Timing, quote_ident,
};

use super::surface::Surface;
use super::{Attack, Persona, Tells, Untried, commands, keys, merge, sequence, upsert};
use crate::Class;
use crate::context::Context;
use crate::probe::fill::{self, Filler, Values};
use crate::probe::session::State;
use crate::probe::tenants::{self, Tenant};
use crate::probe::verdict::Command;

/// The number of a row that nobody has.
pub(super) const NEW: usize = 150;
/// How many rows with other values than the plain ones are written for another tenant.
const VARIED: usize = 8;

pub(super) fn plan<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    persona: &Persona<'_>,
    relation: &'a Relation,
    state: State,
    attacks: &mut Vec<Attack>,
) {
    if relation.kind == RelationKind::Sequence {
        return sequence::plan(filler, persona, relation, state, attacks);
    }
    if relation.kind == RelationKind::ForeignTable {
        return foreign(persona, relation, attacks);
    }
    let surface = Surface::new(filler, relation);
    let start = attacks.len();
    for &command in commands(relation) {
        match command {
            Command::Select => attacks.push(read(persona, relation)),
            Command::Insert => insert(&surface, persona, state, attacks),
            Command::Update => update(&surface, persona, state, attacks),
            Command::Delete => attacks.push(Attack {
                past_keys: true,
                ..Attack::new(
                    "",
                    command,
                    "a DELETE without WHERE",
                    format!("DELETE FROM {}", relation.qualified_name()),
                )
            }),
            Command::Truncate => attacks.push(Attack::new(
                "",
                command,
                "a TRUNCATE",
                format!("TRUNCATE {} CASCADE", relation.qualified_name()),
            )),
            Command::Call => {}
        }
    }
    if state == State::Tenant {
        keys::plan(context, &surface, persona, attacks);
        merge::plan(&surface, persona, attacks);
        upsert::plan(&surface, persona, attacks);
    }
    let shared = is_shared(context, relation);
    let changes = is_changed_first(relation);
    for attack in &mut attacks[start..] {
        attack.object = relation.qualified_name();
        attack.past_keys &= !changes;
        if shared && attack.command != Command::Select {
            attack.shared = Some(relation.qualified_name());
        }
    }
}

/// Whether a rule or a trigger makes another row or command of what is written. Both are asleep where keys are not asked.
fn is_changed_first(relation: &Relation) -> bool {
    let is_on = |enabled: Enabled| enabled != Enabled::Disabled;
    let mut rules = relation.rules.iter();
    let mut triggers = relation.triggers.iter();
    rules.any(|rule| rule.event != RuleEvent::Select && is_on(rule.enabled))
        || triggers.any(|trigger| trigger.timing != Timing::After && is_on(trigger.enabled))
}

/// A foreign table is another server's: whether the role may is looked up.
fn foreign(persona: &Persona<'_>, relation: &Relation, attacks: &mut Vec<Attack>) {
    let may = persona.access.any_column(relation);
    let enters = persona.enters(&relation.schema);
    for (command, privilege) in [
        (Command::Select, Privilege::Select),
        (Command::Insert, Privilege::Insert),
        (Command::Update, Privilege::Update),
        (Command::Delete, Privilege::Delete),
    ] {
        let untried = if may.has(privilege) && enters {
            Untried::Outside("it is a foreign table: its rows are on another server")
        } else {
            Untried::Withheld
        };
        attacks.push(Attack {
            untried: Some(untried),
            ..Attack::new(relation.qualified_name(), command, "a foreign table", "")
        });
    }
}

/// Whether what is written into it is everybody's to read. An outbox is not: nobody who writes it reads it.
fn is_shared(context: &Context<'_>, relation: &Relation) -> bool {
    relation.is_table()
        && *context.model.class(relation.oid) == Class::Shared
        && crate::rules::shared_by_all(context, relation)
}

/// All columns that the role may read; all there are, where it may read none.
pub(super) fn read(persona: &Persona<'_>, relation: &Relation) -> Attack {
    let readable = relation.columns.iter().filter(|column| {
        persona
            .access
            .column(relation, column)
            .has(Privilege::Select)
    });
    let mut columns: Vec<String> = readable.map(|column| quote_ident(&column.name)).collect();
    if columns.is_empty() {
        columns.push("*".to_owned());
    }
    Attack::new(
        "",
        Command::Select,
        "a SELECT of everything",
        format!(
            "SELECT {} FROM {}",
            columns.join(", "),
            relation.qualified_name()
        ),
    )
}

fn insert(
    surface: &Surface<'_, '_>,
    persona: &Persona<'_>,
    state: State,
    attacks: &mut Vec<Attack>,
) {
    let filler = surface.filler;
    let is_root = matches!(filler.model.class(surface.relation.oid), Class::Root(_));
    let other = if is_root {
        filler.newcomer()
    } else {
        filler.other()
    };
    let whom = match state {
        State::Tenant => vec![other],
        _ => vec![other, filler.own()],
    };
    // Whoever is called like the attacker in one part of a key of several columns.
    let namesakes = filler.tenants.iter().filter(|tenant| {
        state == State::Tenant && tenant.is_namesake && filler.tells_by_several(surface.relation)
    });
    let whom: Vec<&Tenant> = whom.into_iter().chain(namesakes).collect();
    for whom in whom {
        let values = surface.row(whom, NEW, persona);
        let sql = if values.is_empty() {
            format!(
                "INSERT INTO {} DEFAULT VALUES",
                surface.relation.qualified_name()
            )
        } else {
            Filler::insert(surface.relation, &values)
        };
        attacks.push(Attack {
            past_keys: true,
            ..Attack::new("", Command::Insert, "an INSERT for another tenant", sql)
        });
        let mut others = surface.varied(&values);
        others.truncate(VARIED);
        others.extend(own_but_for_the_owner(surface, persona, whom));
        for other in others {
            attacks.push(Attack {
                past_keys: true,
                ..Attack::new(
                    "",
                    Command::Insert,
                    "an INSERT for another tenant",
                    Filler::insert(surface.relation, &other),
                )
            });
        }
    }
    if state == State::Tenant {
        own_documents(surface, persona, attacks);
    }
}

/// Rows of one's own with what texts look for inside of documents: what a trigger makes of it may be another tenant's.
fn own_documents(surface: &Surface<'_, '_>, persona: &Persona<'_>, attacks: &mut Vec<Attack>) {
    let filler = surface.filler;
    let values = surface.row(filler.own(), NEW, persona);
    let documents = surface.relation.columns.iter().filter(|column| {
        let base = tenants::base_name(filler.model.catalog, column.type_oid);
        matches!(base, "json" | "jsonb") && values.contains_key(&column.number)
    });
    for column in documents {
        let others = filler.other_values(surface.relation, column);
        for value in others.into_iter().flatten().take(VARIED) {
            let mut varied = values.clone();
            varied.insert(column.number, Some(value));
            attacks.push(Attack::new(
                "",
                Command::Insert,
                "an INSERT of its own with a document that names others",
                Filler::insert(surface.relation, &varied),
            ));
        }
    }
}

/// A row of one's own in all but whose it is: one's own name in another tenant's list of members.
fn own_but_for_the_owner(
    surface: &Surface<'_, '_>,
    persona: &Persona<'_>,
    whom: &Tenant,
) -> Option<Values> {
    let owners = surface.owner_columns();
    let mut values = surface.row(surface.filler.own(), 0, persona);
    let mut changed = false;
    for column in &surface.relation.columns {
        let value = if owners.iter().any(|owner| owner.number == column.number) {
            surface.value(whom, 0, column)
        } else if surface.is_in_key(column) && !surface.filler.words.says_who(&column.name) {
            surface.value(surface.filler.own(), NEW, column)
        } else {
            continue;
        };
        if let Some(known) = values.get_mut(&column.number) {
            changed |= *known != value;
            *known = value;
        }
    }
    changed.then_some(values)
}

fn update(
    surface: &Surface<'_, '_>,
    persona: &Persona<'_>,
    state: State,
    attacks: &mut Vec<Attack>,
) {
    let (own, other) = (surface.filler.own(), surface.filler.other());
    // What everybody shares has nobody's values, which would be no change.
    let value = |whose, row, column| match surface.origin(column) {
        Some((table, origin)) if !surface.filler.is_tenants(table) => {
            Some(surface.filler.value(table, own, NEW + row, origin))
        }
        _ => surface.value(whose, row, column),
    };
    let mut add = |what, sql| {
        attacks.push(Attack {
            past_keys: true,
            ..Attack::new("", Command::Update, what, sql)
        });
    };
    let columns = surface.plain_columns(persona);
    for column in columns.iter().take(3) {
        if surface.is_in_key(column) {
            if let Some(sql) = surface.scatter(column) {
                add("an UPDATE without WHERE", sql);
            }
            continue;
        }
        for (whose, row) in [(own, 0), (other, 1)] {
            let value = value(whose, row, column);
            if value.is_some() {
                add(
                    "an UPDATE without WHERE",
                    surface.update(column, value.as_deref()),
                );
            }
        }
        if column.formatted_type == "boolean" {
            add(
                "an UPDATE without WHERE",
                surface.update(column, Some("false")),
            );
        }
        if !column.not_null {
            add("an UPDATE without WHERE", surface.update(column, None));
        }
    }
    let owners = surface.owner_columns();
    let mut away = Vec::new();
    let mut settable = owners.iter().filter(|column| {
        let may = persona
            .access
            .column(surface.relation, column)
            .has(Privilege::Update);
        may && surface.takes(column)
    });
    if let Some(column) = settable.next() {
        add(
            "an UPDATE that takes rows over",
            surface.update(column, surface.value(own, 0, column).as_deref()),
        );
        if state == State::Tenant {
            away = give_away(surface, persona, column);
        }
    } else if columns.is_empty() {
        let always = Some(rowhouse_catalog::Identity::Always);
        let mut columns = surface.relation.columns.iter();
        let column = columns.find(|column| column.generated.is_none() && column.identity != always);
        if let Some(column) = column {
            add(
                "an UPDATE without WHERE",
                surface.update(column, surface.value(own, 0, column).as_deref()),
            );
        }
    }
    for sql in away {
        attacks.push(Attack {
            past_keys: true,
            // That a key is taken is another attack's to show.
            tells: Tells::Change,
            ..Attack::new("", Command::Update, "an UPDATE that gives rows away", sql)
        });
    }
}

/// Rows of one's own made another tenant's: as they are, with plain values in all other columns, and with each value that
/// something is compared with.
fn give_away<'a>(
    surface: &Surface<'_, 'a>,
    persona: &Persona<'_>,
    owner: &'a Column,
) -> Vec<String> {
    let (own, other) = (surface.filler.own(), surface.filler.other());
    let move_to = surface.update(owner, surface.value(other, 0, owner).as_deref());
    let mut plain = Values::new();
    for column in surface.plain_columns(persona) {
        if !surface.is_in_key(column) {
            plain.insert(column.number, surface.value(own, 0, column));
        }
    }
    // With keys that nobody has.
    let keys = surface
        .plain_columns(persona)
        .into_iter()
        .filter(|column| surface.is_in_key(column));
    let keys = keys.filter(|column| {
        let origin = surface.origin(column);
        origin
            .is_none_or(|(table, column)| surface.filler.referenced(table, column.number).is_none())
    });
    let keys = keys.filter_map(|column| {
        Some(format!(
            ", {} = {}",
            quote_ident(&column.name),
            Surface::scattered(column)?
        ))
    });
    let keys: String = keys.collect();
    let mut found = vec![move_to.clone()];
    if !keys.is_empty() {
        found.push(format!("{move_to}{keys}"));
    }
    let others = surface.varied(&plain).into_iter().take(VARIED);
    for values in std::iter::once(plain.clone()).chain(others) {
        let set = values.iter().filter_map(|(&number, value)| {
            let column = surface.relation.column_at(number)?;
            Some(format!(
                ", {} = {}",
                quote_ident(&column.name),
                fill::sql(value.as_deref())
            ))
        });
        let set: String = set.collect();
        if !set.is_empty() {
            found.push(format!("{move_to}{set}{keys}"));
        }
    }
    found
}
