//! The probe from beginning to end.

#![allow(
    clippy::disallowed_types,
    reason = "the probe hands connections that the caller opened from one step to the next"
)]

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::{PolicyCommand, Privilege, Relation};
use tokio_postgres::Client;

use super::attack::{self, Attack, Persona};
use super::doors::{Answer, Doors, ask};
use super::fill::Filler;
use super::judge::{self, Shown};
use super::run::{self, Opening, Round};
use super::session::{Reading, Session, State};
use super::verdict::{Cell, Command, Verdict};
use super::words::Words;
use super::{Error, ProbeReport, filling, owned, world};
use crate::context::Context;
use crate::{Options, Report};

/// The cells so far, by what they are about.
type Cells = BTreeMap<(String, Command, State, String), Verdict>;

pub(super) async fn work(
    context: &Context<'_>,
    options: &Options,
    doors: &impl Doors,
    told: &(dyn Fn(&str) + Sync),
    audit: Report,
) -> Result<ProbeReport, Error> {
    let filler = Filler::new(context.model, Words::read(context.catalog));
    let admin = enter(doors.superuser().await, "the superuser")?;
    told("filling the copy with rows of two tenants and some that look like them");
    let empty = prepare(&admin, &filler).await?;
    let mut cells = Cells::new();
    for persona in Persona::all(context) {
        told(&format!("attacking as {}", persona.role.name));
        if persona.login.login {
            as_persona(context, &filler, doors, &persona, &mut cells).await?;
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
            verdict: because_empty(verdict, &empty),
        })
        .collect();
    Ok(ProbeReport::new(cells, empty, audit, options))
}

fn because_empty(verdict: Verdict, _empty: &[(String, String)]) -> Verdict {
    verdict
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
    for view in world::materialized(filler) {
        let name = view.qualified_name();
        if let Answer::Refused { said, .. } =
            ask(admin, &format!("REFRESH MATERIALIZED VIEW {name}")).await
        {
            empty.push((name, said));
        }
    }
    Ok(empty)
}

fn enter(client: Result<Client, String>, role: &str) -> Result<Client, Error> {
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

async fn as_persona<'a>(
    context: &Context<'a>,
    filler: &Filler<'a>,
    doors: &impl Doors,
    persona: &Persona<'_>,
    cells: &mut Cells,
) -> Result<(), Error> {
    let login = persona.login.name.as_str();
    let client = door(doors, login).await?;
    let session = calibrate(context, filler, persona, &client).await;
    let tables: BTreeSet<String> = filler
        .tables()
        .into_iter()
        .filter(|table| owned::condition(filler, table, "t", &filler.tenants).is_some())
        .map(Relation::qualified_name)
        .collect();
    for state in State::ALL {
        let said = match state {
            State::Tenant => session.clone(),
            State::Unset => Session::default(),
            State::Empty => session.with_all(""),
            State::Garbage => session.with_all("no-tenant"),
        };
        let attacks = attack::plan(context, filler, persona, state);
        let sql = said.sql(persona.becomes());
        let foreign = if state == State::Tenant {
            "others"
        } else {
            "all"
        };
        let opening = |with_rows| Opening {
            session: &sql,
            foreign,
            with_rows,
        };
        let listed: Vec<&Attack> = attacks.iter().collect();
        let fresh = state == State::Unset;
        let full = tried(doors, login, &client, fresh, opening(true), &listed).await?;
        let bare = tried(doors, login, &client, fresh, opening(false), &listed).await?;
        let (full, bare) = match (full, bare) {
            (Ok(full), Ok(bare)) => (full, bare),
            (Err(why), _) | (_, Err(why)) => {
                for attack in &attacks {
                    note(
                        cells,
                        persona,
                        state,
                        attack,
                        Verdict::Held {
                            by: format!("the session is refused: {why}"),
                        },
                    );
                }
                continue;
            }
        };
        let shown: Vec<Shown> = attacks
            .iter()
            .zip(full.observed.iter().zip(&bare.observed))
            .map(|(attack, (with, without))| {
                judge::shown(attack, (&full, with), Some(without), &tables, state)
            })
            .collect();
        // What differs is tried once more: answers that are never the same twice show nothing.
        let doubtful: Vec<usize> = (0..shown.len())
            .filter(|&at| matches!(shown[at], Shown::Differs(_)))
            .collect();
        let mut stable = BTreeSet::new();
        if !doubtful.is_empty() {
            let again: Vec<&Attack> = doubtful.iter().map(|&at| &attacks[at]).collect();
            let second = tried(doors, login, &client, fresh, opening(true), &again).await?;
            let third = tried(doors, login, &client, fresh, opening(false), &again).await?;
            if let (Ok(second), Ok(third)) = (second, third) {
                let others = if state == State::Tenant {
                    &filler.tenants[1..]
                } else {
                    &filler.tenants[..]
                };
                for (place, &at) in doubtful.iter().enumerate() {
                    let same = second.observed[place].answer == full.observed[at].answer
                        && third.observed[place].answer == bare.observed[at].answer;
                    let marked = judge::has_mark(&full.observed[at].answer, others)
                        && judge::has_mark(&second.observed[place].answer, others)
                        && !judge::has_mark(&bare.observed[at].answer, others);
                    if same || marked {
                        stable.insert(at);
                    }
                }
            }
        }
        let blind = blind(context, filler, persona, state, &attacks, &bare);
        for (at, shown) in shown.into_iter().enumerate() {
            let attack = &attacks[at];
            let leaked = |seen: String| Verdict::Leaked {
                seen: format!("{}: {seen}", attack.what),
                statements: statements(persona, &sql, &attack.sql),
            };
            let verdict = match shown {
                Shown::Changed(seen) => leaked(seen),
                Shown::Differs(seen) if stable.contains(&at) => leaked(seen),
                Shown::Differs(_) => Verdict::NotExercised {
                    why: "its answer is another one each time".to_owned(),
                },
                Shown::Held(_) if blind.contains(&attack.object) => Verdict::NotExercised {
                    why: "the tenant does not see its own rows, so that others' are not seen says nothing".to_owned(),
                },
                Shown::Held(by) => Verdict::Held { by },
                Shown::Nothing(why) => Verdict::NotExercised { why },
            };
            note(cells, persona, state, attack, verdict);
        }
    }
    Ok(())
}

fn note(cells: &mut Cells, persona: &Persona<'_>, state: State, attack: &Attack, verdict: Verdict) {
    let key = (
        attack.object.clone(),
        attack.command,
        state,
        persona.role.name.clone(),
    );
    let known = cells.remove(&key);
    let verdict = match known {
        Some(known) => known.with(verdict),
        None => verdict,
    };
    cells.insert(key, verdict);
}

/// What to run to see it.
fn statements(persona: &Persona<'_>, session: &str, attack: &str) -> Vec<String> {
    let mut statements = vec![
        format!("-- as {}, on a connection of its own", persona.login.name),
        "BEGIN".to_owned(),
    ];
    if !session.is_empty() {
        statements.push(session.to_owned());
    }
    statements.push(attack.to_owned());
    statements.push("ROLLBACK".to_owned());
    statements
}

async fn door(doors: &impl Doors, role: &str) -> Result<Client, Error> {
    let client = enter(doors.enter(role).await, role)?;
    let _ = client
        .batch_execute("SET statement_timeout = '5s'; SET lock_timeout = '1s'")
        .await;
    Ok(client)
}

/// One round, on a connection that never saw a setting where that matters.
async fn tried(
    doors: &impl Doors,
    login: &str,
    client: &Client,
    fresh: bool,
    opening: Opening<'_>,
    attacks: &[&Attack],
) -> Result<Result<Round, String>, Error> {
    if fresh {
        let client = door(doors, login).await?;
        return Ok(run::round(&client, opening, attacks).await);
    }
    Ok(run::round(client, opening, attacks).await)
}

/// The session in which the tenant sees most of its own, with nobody else there.
async fn calibrate(
    context: &Context<'_>,
    filler: &Filler<'_>,
    persona: &Persona<'_>,
    client: &Client,
) -> Session {
    let (own, other) = (&filler.tenants[0], &filler.tenants[1]);
    let tables: Vec<&Relation> = attack::relations(context)
        .filter(|table| {
            context.model.row_owner(table.oid).is_some()
                && persona.access.any_column(table).has(Privilege::Select)
        })
        .collect();
    let mut best: Option<(usize, Session)> = None;
    let mut tried: Vec<Session> = Vec::new();
    if matches!(
        ask(client, "BEGIN; SELECT rowhouse_probe.without_others()").await,
        Answer::Refused { .. }
    ) {
        let _ = client.batch_execute("ROLLBACK").await;
        return Session::of(filler, own, other, Reading::Guessed);
    }
    for reading in Reading::ALL {
        let session = Session::of(filler, own, other, reading);
        if tried.contains(&session) {
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
        tried.push(session.clone());
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, session));
        }
    }
    let _ = client.batch_execute("ROLLBACK").await;
    best.map_or_else(Session::default, |(_, session)| session)
}

/// The relations of which the tenant should see rows of its own, and does not: what was tried there says little.
fn blind(
    context: &Context<'_>,
    filler: &Filler<'_>,
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
        let relation = context
            .catalog
            .relations
            .iter()
            .find(|relation| relation.qualified_name() == attack.object);
        let Some(relation) =
            relation.filter(|relation| filler.model.row_owner(relation.oid).is_some())
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
