//! One role's attacks: in all states, as tenants whose ids look like others', with other settings switched, and what it leaves
//! behind after a commit.

#![allow(
    clippy::disallowed_types,
    reason = "the probe hands connections that the caller opened from one step to the next"
)]

use std::collections::BTreeSet;

use rowhouse_catalog::Relation;
use tokio_postgres::Client;

use super::attack::{self, Attack, Persona, Tells, Untried};
use super::doors::{Answer, Doors, ask};
use super::fill::Filler;
use super::judge::{self, Shown};
use super::run::{self, Opening, Round};
use super::session::{Reading, Session, State};
use super::verdict::Verdict;
use super::work::{Cells, enter};
use super::{Error, calibrate, owned, sealing, switched, world};
use crate::context::Context;
use crate::model::text_of;
use crate::seal::literal;

/// A role that attacks.
pub(super) struct Siege<'s, 'a, D> {
    pub(super) context: &'s Context<'a>,
    pub(super) filler: &'s Filler<'a>,
    pub(super) doors: &'s D,
    pub(super) persona: &'s Persona<'s>,
    cells: &'s mut Cells,
    client: Client,
    /// A session of somebody else, who works for the other tenant while its rows are there.
    neighbour: Client,
    /// What that one says, and nobody else.
    sign: String,
    reading: Reading,
    /// The place of the tenant it attacks as.
    place: usize,
    /// Tables whose rows are tenants'.
    tables: BTreeSet<String>,
}

impl<'s, 'a, D: Doors> Siege<'s, 'a, D> {
    /// Enters, and finds out how the service says its tenant.
    pub(super) async fn begin(
        context: &'s Context<'a>,
        filler: &'s Filler<'a>,
        doors: &'s D,
        persona: &'s Persona<'s>,
        cells: &'s mut Cells,
    ) -> Result<Self, Error> {
        let client = door(doors, &persona.login.name).await?;
        let neighbour = enter(doors.superuser().await, "the superuser")?;
        let number = match ask(&neighbour, "SELECT pg_backend_pid()").await {
            Answer::Rows(rows, _) => rows.concat(),
            Answer::Refused { .. } => String::new(),
        };
        let sign = format!("neighbour {number} of another tenant");
        let names = |place: &usize| filler.tenants[*place].id == persona.role.name;
        let place = filler.attackers().into_iter().find(names).unwrap_or(0);
        filler.attack_as(place);
        let reading = calibrate::reading(context, filler, persona, &client, place).await;
        let tables = filler
            .tables()
            .into_iter()
            .filter(|table| owned::condition(filler, table, "t", &filler.tenants).is_some())
            .filter(|table| !says_who_asks(context, table))
            .map(Relation::qualified_name)
            .collect();
        Ok(Self {
            context,
            filler,
            doors,
            persona,
            cells,
            client,
            neighbour,
            sign,
            reading,
            place,
            tables,
        })
    }

    /// All that it tries.
    pub(super) async fn run(&mut self) -> Result<(), Error> {
        let own = self.session();
        for state in State::ALL {
            // Where the login says who it is, there is nothing to leave out.
            if own.settings.is_empty() && state != State::Tenant {
                continue;
            }
            let session = match state {
                State::Tenant => own.clone(),
                State::Unset => Session::default(),
                State::Empty => own.with_all(""),
                State::Garbage => own.with_all("no-tenant"),
            };
            let attacks = attack::plan(self.context, self.filler, self.persona, state);
            self.attempt(state, &session, attacks).await?;
        }
        self.in_turn(&own).await?;
        for session in switched::sessions(self.context, self.filler, self.persona, &own) {
            let mut attacks = attack::plan(self.context, self.filler, self.persona, State::Tenant);
            attacks.retain(|attack| session.objects.contains(&attack.object));
            self.attempt(State::Tenant, &session.session, attacks)
                .await?;
        }
        self.left_behind(&own).await?;
        self.as_lookalikes().await
    }

    fn session(&self) -> Session {
        Session::of(
            self.filler,
            self.filler.own(),
            self.filler.other(),
            self.reading,
        )
    }

    /// Tries what takes the sessions of both tenants.
    async fn in_turn(&mut self, own: &Session) -> Result<(), Error> {
        let (filler, reading) = (self.filler, self.reading);
        let other = Session::of(filler, filler.other(), filler.own(), reading);
        let attacks = attack::in_turn(self.context, filler, self.persona, own, &other);
        self.attempt(State::Tenant, own, attacks).await
    }

    /// Reads as tenants whose ids contain another's.
    async fn as_lookalikes(&mut self) -> Result<(), Error> {
        if self.context.model.login_per_tenant {
            return Ok(());
        }
        let first = self.place;
        for place in self.filler.attackers() {
            if place == first {
                continue;
            }
            self.filler.attack_as(place);
            self.place = place;
            let attacks = attack::reads(self.context, self.persona);
            let session = self.session();
            let done = self.attempt(State::Tenant, &session, attacks).await;
            self.place = first;
            self.filler.attack_as(first);
            done?;
        }
        Ok(())
    }

    /// Tries a list in one state, beside all tenants' rows and without the others'.
    async fn attempt(
        &mut self,
        state: State,
        session: &Session,
        attacks: Vec<Attack>,
    ) -> Result<(), Error> {
        let (attacks, untried): (Vec<Attack>, Vec<Attack>) = attacks
            .into_iter()
            .partition(|attack| attack.untried.is_none());
        for attack in &untried {
            let verdict = match attack.untried {
                Some(Untried::Outside(why)) => Verdict::NotExercised {
                    why: why.to_owned(),
                },
                _ => Verdict::Held {
                    by: "the role has no privilege for it; looked up".to_owned(),
                },
            };
            self.note(state, attack, verdict);
        }
        let sql = session.sql(self.persona.becomes());
        let foreign = match state {
            State::Tenant => world::others_of(self.place),
            _ => "all".to_owned(),
        };
        let opening = |with_rows| Opening {
            session: &sql,
            foreign: &foreign,
            with_rows,
        };
        let listed: Vec<&Attack> = attacks.iter().collect();
        let full = self.tried(state, opening(true), &listed).await?;
        let bare = self.tried(state, opening(false), &listed).await?;
        let (full, bare) = match (full, bare) {
            (Ok(full), Ok(bare)) => (full, bare),
            (Err(why), _) | (_, Err(why)) => {
                let why = format!("the session is refused: {why}");
                for attack in &attacks {
                    self.note(state, attack, Verdict::NotExercised { why: why.clone() });
                }
                return Ok(());
            }
        };
        let ids: BTreeSet<String> = self
            .filler
            .tenants
            .iter()
            .map(|tenant| tenant.id.clone())
            .collect();
        let shown: Vec<Shown> = attacks
            .iter()
            .zip(full.observed.iter().zip(&bare.observed))
            .map(|(attack, (with, without))| {
                judge::shown(attack, (&full, with), without, &self.tables, state, &ids)
            })
            .collect();
        let stable = self
            .again(
                state,
                opening(true),
                opening(false),
                &attacks,
                (&full, &bare, &shown),
            )
            .await?;
        let blind = calibrate::blind(self.context, self.persona, state, &attacks, &bare);
        for (at, shown) in shown.into_iter().enumerate() {
            let attack = &attacks[at];
            let leaked = |seen: String| Verdict::Leaked {
                seen: format!("{}: {seen}", attack.what),
                statements: self.statements(&sql, attack),
            };
            let verdict = match shown {
                Shown::Changed(seen) => leaked(seen),
                Shown::Differs(seen) if stable.contains(&at) => leaked(seen),
                Shown::Differs(_) if attack.tells == Tells::Mark => Verdict::Held {
                    by: "nothing in it is another tenant's alone".to_owned(),
                },
                Shown::Differs(_) => Verdict::NotExercised {
                    why: "its answer is another one each time".to_owned(),
                },
                Shown::Held(_) if blind.contains(&attack.object) => Verdict::NotExercised {
                    why: "the tenant does not see its own rows, so that others' are not seen says nothing".to_owned(),
                },
                Shown::Held(by) => Verdict::Held { by },
                Shown::Nothing(why) => Verdict::NotExercised { why },
            };
            self.note(state, attack, verdict);
        }
        Ok(())
    }

    /// What differs is tried once more: answers that are never the same twice show nothing.
    async fn again(
        &self,
        state: State,
        with: Opening<'_>,
        without: Opening<'_>,
        attacks: &[Attack],
        (full, bare, shown): (&Round, &Round, &[Shown]),
    ) -> Result<BTreeSet<usize>, Error> {
        let doubtful: Vec<usize> = (0..shown.len())
            .filter(|&at| matches!(shown[at], Shown::Differs(_)))
            .collect();
        let mut stable = BTreeSet::new();
        if doubtful.is_empty() {
            return Ok(stable);
        }
        let listed: Vec<&Attack> = doubtful.iter().map(|&at| &attacks[at]).collect();
        let second = self.tried(state, with, &listed).await?;
        let third = self.tried(state, without, &listed).await?;
        let (Ok(second), Ok(third)) = (second, third) else {
            return Ok(stable);
        };
        let others = match state {
            State::Tenant => self.filler.others(),
            _ => self.filler.tenants.clone(),
        };
        let own = others
            .iter()
            .flat_map(|tenant| [tenant.uuid(0), tenant.text(0, usize::MAX)]);
        let marks: Vec<String> = own.chain([self.sign.clone()]).collect();
        for (place, &at) in doubtful.iter().enumerate() {
            let (first, again) = (&full.observed[at].answer, &second.observed[place].answer);
            let same = again == first
                && third.observed[place].answer == bare.observed[at].answer
                && attacks[at].tells != Tells::Mark;
            let bare = &bare.observed[at].answer;
            let marked = judge::is_marked([first, again], bare, &marks);
            if same || marked {
                stable.insert(at);
            }
        }
        Ok(stable)
    }

    /// One round, on a connection that never saw a setting where that matters.
    async fn tried(
        &self,
        state: State,
        opening: Opening<'_>,
        attacks: &[&Attack],
    ) -> Result<Result<Round, String>, Error> {
        let says = if opening.with_rows {
            &self.sign
        } else {
            "nothing"
        };
        let says = format!("SELECT {}", literal(says));
        let _ = ask(&self.neighbour, &says).await;
        if state == State::Unset {
            let client = door(self.doors, &self.persona.login.name).await?;
            return Ok(run::round(&client, opening, attacks).await);
        }
        Ok(run::round(&self.client, opening, attacks).await)
    }

    pub(super) fn note(&mut self, state: State, attack: &Attack, verdict: Verdict) {
        let key = (
            attack.object.clone(),
            attack.command,
            state,
            self.persona.role.name.clone(),
        );
        let verdict = match self.cells.remove(&key) {
            Some(known) => known.with(verdict),
            None => verdict,
        };
        self.cells.insert(key, verdict);
    }

    /// What to run to see it.
    fn statements(&self, session: &str, attack: &Attack) -> Vec<String> {
        let mut statements = vec![
            format!(
                "-- as {}, on a connection of its own",
                self.persona.login.name
            ),
            "BEGIN".to_owned(),
        ];
        if session.contains(sealing::SIGN) {
            statements
                .push("-- rowhouse_probe.seal() stands for the seal of the service".to_owned());
        }
        if !session.is_empty() {
            statements.push(session.to_owned());
        }
        statements.extend(attack.statements());
        statements.push("ROLLBACK".to_owned());
        statements
    }
}

/// Whether the rows of a table say of each session whose it is: to write there is to set the tenant, by design.
pub(super) fn says_who_asks(context: &Context<'_>, table: &Relation) -> bool {
    let helpers = context.model.session_helpers();
    helpers
        .iter()
        .any(|helper| text_of(helper).contains(table.name.as_str()))
}

pub(super) async fn door(doors: &impl Doors, role: &str) -> Result<Client, Error> {
    let client = enter(doors.enter(role).await, role)?;
    let _ = client
        .batch_execute("SET statement_timeout = '5s'; SET lock_timeout = '1s'")
        .await;
    Ok(client)
}
