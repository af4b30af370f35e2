//! The probe from beginning to end.

#![allow(
    clippy::disallowed_types,
    reason = "the probe hands connections that the caller opened from one step to the next"
)]

use std::collections::BTreeMap;

use tokio_postgres::Client;

use super::attack::{self, Persona};
use super::doors::{Answer, Doors, ask};
use super::fill::Filler;
use super::session::State;
use super::siege::Siege;
use super::verdict::{Cell, Command, Verdict};
use super::words::Words;
use super::{Error, ProbeReport, filling, switched, taking, world};
use crate::context::Context;
use crate::{Options, Report};

/// The cells so far, by what they are about.
pub(super) type Cells = BTreeMap<(String, Command, State, String), Verdict>;

pub(super) async fn work(
    context: &Context<'_>,
    options: &Options,
    doors: &impl Doors,
    told: &(dyn Fn(&str) + Sync),
    audit: Report,
) -> Result<ProbeReport, Error> {
    let mut filler = Filler::new(context.model, Words::read(context.catalog));
    filler.counterexamples = switched::counterexamples(context);
    let tables = context.tenant_tables().map(|(table, _)| table);
    let given_to_all = tables.filter(|table| context.keeps_rows_of_nobody(table));
    filler.given_to_all = given_to_all.map(|table| table.oid).collect();
    let admin = enter(doors.superuser().await, "the superuser")?;
    told("filling the copy with rows of two tenants and some that look like them");
    let empty = prepare(&admin, &filler).await?;
    let mut cells = Cells::new();
    for persona in Persona::all(context) {
        told(&format!("attacking as {}", persona.role.name));
        if persona.login.login {
            let mut siege = Siege::begin(context, &filler, doors, &persona, &mut cells).await?;
            siege.run().await?;
        } else {
            refuse(context, &persona, "the role cannot log in", &mut cells);
        }
    }
    let _ = admin
        .batch_execute("DROP SCHEMA rowhouse_probe CASCADE")
        .await;
    let cells = cells
        .into_iter()
        .map(|((object, command, state, role), verdict)| Cell {
            object,
            command,
            state,
            role,
            verdict,
        })
        .collect();
    Ok(ProbeReport::new(cells, empty, audit, options))
}

/// Makes the functions that look on, and writes the rows.
async fn prepare(admin: &Client, filler: &Filler<'_>) -> Result<Vec<(String, String)>, Error> {
    let copy = |error: tokio_postgres::Error| {
        Error::Copy(
            error
                .as_db_error()
                .map_or_else(|| error.to_string(), |db| db.message().to_owned()),
        )
    };
    admin
        .batch_execute(&world::install(filler))
        .await
        .map_err(copy)?;
    let mut empty = filling::fill(admin, filler).await?;
    taking::look(admin, filler).await;
    for view in world::materialized(filler) {
        let name = view.qualified_name();
        if let Answer::Refused { said, .. } = ask(admin, &world::refresh(filler, view)).await {
            empty.push((name, said));
        }
    }
    for statement in world::fill_large_objects(filler) {
        let _ = ask(admin, &statement).await;
    }
    // The planner's statistics hold values of rows.
    for table in filler.tables() {
        let _ = ask(admin, &format!("ANALYZE {}", table.qualified_name())).await;
    }
    // What is counted begins where no row is: a number that is taken would say something of the rows alone.
    for sequence in world::sequences(filler) {
        let _ = ask(admin, &format!("SELECT {sequence}")).await;
    }
    Ok(empty)
}

pub(super) fn enter(client: Result<Client, String>, role: &str) -> Result<Client, Error> {
    client.map_err(|why| Error::Enter {
        role: role.to_owned(),
        why,
    })
}

/// Nothing could be tried as this role.
fn refuse(context: &Context<'_>, persona: &Persona<'_>, why: &str, cells: &mut Cells) {
    for relation in attack::relations(context) {
        for &command in attack::commands(relation) {
            for state in State::ALL {
                let key = (
                    relation.qualified_name(),
                    command,
                    state,
                    persona.role.name.clone(),
                );
                cells.insert(
                    key,
                    Verdict::NotExercised {
                        why: why.to_owned(),
                    },
                );
            }
        }
    }
}
