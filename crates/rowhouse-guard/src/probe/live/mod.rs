//! The probe on the database itself, with the rows that are there: as the service's login, a few rows of one tenant by their
//! place, in transactions that are rolled back, with short waits for locks.
//!
//! No key is made up and none taken from a sequence: what is inserted is a copy of a row that is there. Row security is
//! checked before constraints are, so that a copy that a constraint refuses had been let in (PostgreSQL manual,
//! CREATE POLICY).

#![allow(
    clippy::disallowed_types,
    reason = "the probe attacks as the app role, over connections that the caller opened; this file and doors.rs are where it does"
)]

mod rows;
mod tries;

use std::collections::BTreeMap;
use std::fmt::Write;

use rowhouse_catalog::{Catalog, Privilege, Relation, RelationKind, Role, quote_ident};
use tokio_postgres::Client;

use super::attack::{self, Persona};
use super::doors::{Answer, Doors, ask};
use super::session::State;
use super::verdict::{Cell, Command, Verdict};
use super::{Error, ProbeReport};
use crate::context::Context;
use crate::seal::literal;
use crate::{Options, seal};
use rows::Rows;

/// How long a lock is waited for, and how long a statement may run.
const LIMITS: &str = "SET LOCAL lock_timeout = '200ms'; SET LOCAL statement_timeout = '5s'";

/// Two tenants that are there, and the login that attacks in the first one's name.
#[derive(Debug, Clone)]
pub struct Live<'l> {
    /// The login.
    pub login: &'l str,
    /// The tenant that attacks.
    pub tenant: &'l str,
    /// The one that is attacked.
    pub other: &'l str,
}

/// Probes the database itself. Only [`Doors::enter`] is used, for [`Live::login`].
///
/// # Errors
/// Where the tenants or the login cannot be told, or the database cannot be entered.
pub async fn live(
    catalog: &Catalog,
    options: &Options,
    doors: &impl Doors,
    live: &Live<'_>,
    told: &(dyn Fn(&str) + Sync),
) -> Result<ProbeReport, Error> {
    let read = seal::Read::new(catalog);
    let model = read.model(options)?;
    let context = Context::new(&model);
    let audit = crate::audit(catalog, options).unwrap_or_default();
    let enter = async || {
        let client = doors.enter(live.login).await;
        client.map_err(|why| Error::Enter {
            role: live.login.to_owned(),
            why,
        })
    };
    let setting = model
        .settings
        .first()
        .map_or("", |setting| setting.name.as_str());
    let mut siege = Siege {
        context: &context,
        live,
        setting,
        rows: enter().await?,
        set: enter().await?,
        // A setting that was set once is empty afterwards, not absent.
        unset: enter().await?,
        cells: BTreeMap::new(),
    };
    for persona in Persona::all(&context) {
        if persona.login.name != live.login {
            continue;
        }
        for relation in attack::relations(&context) {
            told(&format!(
                "{} as {}",
                relation.qualified_name(),
                persona.role.name
            ));
            siege.relation(&persona, relation).await;
        }
    }
    let cells = siege.cells.into_iter();
    let cells = cells.map(|((object, command, state, role), verdict)| Cell {
        object,
        command,
        state,
        role,
        verdict,
    });
    let mut report = ProbeReport::new(cells.collect(), Vec::new(), audit, options);
    report.left_out = unavoidable(&context);
    Ok(report)
}

/// What a transaction that is rolled back does not undo, or what is not tried.
fn unavoidable(context: &Context<'_>) -> Vec<String> {
    let mut told = Vec::new();
    for relation in attack::relations(context) {
        let triggers: Vec<&str> = relation
            .triggers
            .iter()
            .filter(|trigger| tries::fires(trigger))
            .map(|trigger| trigger.name.as_str())
            .collect();
        if !triggers.is_empty() {
            told.push(format!(
                "triggers of {} ran and were rolled back; what they do outside the database stays, and numbers they took are gone: {}",
                relation.qualified_name(),
                triggers.join(", ")
            ));
        }
    }
    told.push("functions were not called on the database itself: probe a copy for them".to_owned());
    told
}

type Cells = BTreeMap<(String, Command, State, String), Verdict>;

struct Siege<'s, 'a> {
    context: &'s Context<'a>,
    live: &'s Live<'s>,
    setting: &'s str,
    /// Where the tenants' rows are looked up, each in its own name.
    rows: Client,
    set: Client,
    unset: Client,
    cells: Cells,
}

impl Siege<'_, '_> {
    fn note(
        &mut self,
        relation: &Relation,
        command: Command,
        state: State,
        role: &Role,
        verdict: Verdict,
    ) {
        let key = (relation.qualified_name(), command, state, role.name.clone());
        let verdict = match self.cells.remove(&key) {
            Some(known) => known.with(verdict),
            None => verdict,
        };
        self.cells.insert(key, verdict);
    }

    /// All commands on one relation, in all states.
    async fn relation(&mut self, persona: &Persona<'_>, relation: &Relation) {
        let commands = attack::commands(relation);
        let condition = |tenant: &str| rows::condition(self.context.model, relation, "t", tenant);
        let (Some(mine), Some(theirs)) = (condition(self.live.tenant), condition(self.live.other))
        else {
            let why =
                "no column says whose a row is: what all share is not tried on the database itself";
            for &command in commands {
                for state in State::ALL {
                    let why = why.to_owned();
                    self.note(
                        relation,
                        command,
                        state,
                        persona.role,
                        Verdict::NotExercised { why },
                    );
                }
            }
            return;
        };
        let found = self.look_up(persona, relation, &mine, &theirs).await;
        for state in State::ALL {
            for &command in commands {
                let verdict = match &found {
                    Err(why) => Verdict::NotExercised { why: why.clone() },
                    Ok(rows) => self.attempt(persona, relation, command, state, rows).await,
                };
                self.note(relation, command, state, persona.role, verdict);
            }
        }
    }

    /// Rows of both, each as its own tenant sees them.
    async fn look_up(
        &self,
        persona: &Persona<'_>,
        relation: &Relation,
        mine: &str,
        theirs: &str,
    ) -> Result<Rows, String> {
        let mut found = Rows::new(relation, mine, theirs);
        for (tenant, own) in [(self.live.tenant, true), (self.live.other, false)] {
            let begin = self.begin(persona, State::Tenant, tenant);
            let answer = match ask(&self.rows, &begin).await {
                Answer::Rows(..) => ask(&self.rows, &found.query(relation, own)).await,
                refused @ Answer::Refused { .. } => refused,
            };
            let _ = ask(&self.rows, "ROLLBACK").await;
            match answer {
                Answer::Rows(lines, _) => found.keep(lines, own),
                Answer::Refused { said, .. } => {
                    return Err(format!("a tenant cannot look up its own rows: {said}"));
                }
            }
        }
        if found.theirs.is_empty() {
            return Err(format!(
                "tenant {} sees no row of its own there, so that it is not seen by others says nothing",
                self.live.other
            ));
        }
        // The values that an INSERT copies.
        if relation.kind != RelationKind::View && relation.kind != RelationKind::MaterializedView {
            let begin = self.begin(persona, State::Tenant, self.live.other);
            if let Answer::Rows(..) = ask(&self.rows, &begin).await
                && let columns = rows::written(persona, relation, Privilege::Insert)
                && let Some(query) = found.values_query(relation, &columns)
                && let Answer::Rows(lines, _) = ask(&self.rows, &query).await
            {
                found.values = lines.into_iter().next();
            }
            let _ = ask(&self.rows, "ROLLBACK").await;
        }
        Ok(found)
    }

    /// What begins a transaction.
    fn begin(&self, persona: &Persona<'_>, state: State, tenant: &str) -> String {
        let mut sql = format!("BEGIN ISOLATION LEVEL REPEATABLE READ; {LIMITS}");
        if let Some(role) = persona.becomes() {
            let _ = write!(sql, "; SET LOCAL ROLE {}", quote_ident(role));
        }
        let value = match state {
            State::Tenant => tenant,
            State::Unset => return sql,
            State::Empty => "",
            State::Garbage => "no-tenant",
        };
        let (setting, value) = (literal(self.setting), literal(value));
        let _ = write!(sql, "; SELECT set_config({setting}, {value}, true)");
        sql
    }
}
