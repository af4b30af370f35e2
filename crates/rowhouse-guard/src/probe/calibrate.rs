//! The positive control: the session in which a tenant sees its own rows. Without one, that it sees nobody else's says nothing.

#![allow(
    clippy::disallowed_types,
    reason = "the probe hands connections that the caller opened from one step to the next"
)]

use std::collections::BTreeSet;

use rowhouse_catalog::{PolicyCommand, Privilege, Relation};
use tokio_postgres::Client;

use super::attack::{self, Attack, Persona};
use super::doors::{Answer, ask};
use super::fill::Filler;
use super::run::Round;
use super::session::{Reading, Session, State};
use super::verdict::Command;
use super::world;
use crate::context::Context;

/// The reading of the settings in which the attacker sees most of its own, with nobody else there.
pub(super) async fn reading(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    client: &Client,
    place: usize,
) -> Reading {
    let (own, other) = (filler.own(), filler.other());
    let tables: Vec<&Relation> = attack::relations(context)
        .filter(|table| {
            context.model.row_owner(table.oid).is_some()
                && persona.access.any_column(table).has(Privilege::Select)
        })
        .collect();
    let mut best = (0, Reading::Guessed);
    let mut tried: Vec<Session> = Vec::new();
    let begin = format!(
        "BEGIN; SELECT rowhouse_probe.without_{}()",
        world::others_of(place)
    );
    let is_open = !matches!(ask(client, &begin).await, Answer::Refused { .. });
    for reading in Reading::ALL {
        let session = Session::of(filler, own, other, reading);
        if !is_open || tried.contains(&session) {
            continue;
        }
        let _ = ask(client, "SAVEPOINT probe").await;
        let _ = ask(client, &session.sql(persona.becomes())).await;
        let mut score = 0;
        for table in &tables {
            let seen = format!("SELECT FROM {} LIMIT 1", table.qualified_name());
            let (_, answer, _) = tokio::join!(
                ask(client, "SAVEPOINT inner_probe"),
                ask(client, &seen),
                ask(client, "ROLLBACK TO inner_probe")
            );
            if matches!(&answer, Answer::Rows(rows, _) if !rows.is_empty()) {
                score += 1;
            }
        }
        let _ = ask(client, "ROLLBACK TO probe").await;
        tried.push(session);
        if score > best.0 {
            best = (score, reading);
        }
    }
    let _ = client.batch_execute("ROLLBACK").await;
    best.1
}

/// The relations of which the tenant should see rows of its own, and does not: what was tried there says little.
pub(super) fn blind(
    context: &Context<'_>,
    persona: &Persona<'_>,
    state: State,
    attacks: &[Attack],
    bare: &Round,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if state != State::Tenant {
        return found;
    }
    for (attack, observed) in attacks.iter().zip(&bare.observed) {
        if attack.command != Command::Select {
            continue;
        }
        let mut relations = context.catalog.relations.iter();
        let relation = relations.find(|relation| relation.qualified_name() == attack.object);
        let Some(relation) =
            relation.filter(|relation| context.model.row_owner(relation.oid).is_some())
        else {
            continue;
        };
        let opens = relation.policies.iter().any(|policy| {
            policy.permissive
                && matches!(policy.command, PolicyCommand::All | PolicyCommand::Select)
                && persona.access.is_any_of(&policy.roles)
        });
        let sees_nothing = matches!(&observed.answer, Answer::Rows(rows, _) if rows.is_empty());
        if sees_nothing && opens {
            found.insert(attack.object.clone());
        }
    }
    found
}
