//! A one-shot from statement to answer: describe it once, pick a lane, read what came back, try again where that is safe.

use std::sync::Arc;

use crate::error::{Error, Result, Wait};
use crate::exclusive::{Purpose, Session};
use crate::head::{Context, Mode};
use crate::house::House;
use crate::lane::{self, Step, Work};
use crate::pool::Pick;
use crate::retry::Attempt;
use crate::rows::Rows;
use crate::settings::LaneMode;
use crate::statement::{Described, Kind, Pace, Statement};
use crate::types::{LOOKUP, Lookup, lookup_described, outgrown};
use crate::wire::encode::{Bound, Parameter};
use crate::wire::{Description, Outcome, ResultSet};

/// What a one-shot gave.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// All rows.
    Whole(Rows),
    /// More than a lane may hold; they were dropped, and the statement is a read.
    TooLarge,
}

/// A statement with the parameters of one request.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) statement: Statement,
    pub(crate) parameters: &'a [Parameter<'a>],
}

impl House {
    /// Runs `requests` in one implicit transaction and gives their answers in order.
    pub(crate) async fn run(
        self: &Arc<Self>,
        context: &Arc<Context>,
        writing: bool,
        requests: &[Request<'_>],
    ) -> Result<Vec<Answer>> {
        let _active = self.enter()?;
        for request in requests {
            allowed_on_a_lane(&request.statement)?;
        }
        let read = !writing && requests.iter().all(|request| request.statement.is_read());
        let mode = if read {
            Mode::ReadOnly
        } else {
            Mode::ReadWrite
        };
        let mut first = Attempt::default();
        match self.attempt(context, mode, requests, &mut first).await {
            Err(error) if first.worth_again(&error, mode, &self.shared) => {}
            Err(error) => return Err(first.told(error, mode)),
            answers => return answers,
        }
        let mut second = Attempt::default();
        let again = Box::pin(self.attempt(context, mode, requests, &mut second)).await;
        if let Err(Error::Parameter { .. }) = again {
            second.keep(&first);
        }
        again.map_err(|error| second.told(error, mode))
    }

    async fn attempt(
        self: &Arc<Self>,
        context: &Arc<Context>,
        mode: Mode,
        requests: &[Request<'_>],
        attempt: &mut Attempt,
    ) -> Result<Vec<Answer>> {
        let mut described = Vec::with_capacity(requests.len());
        for request in requests {
            let cached = request.statement.described().is_some();
            let known = self.described(context, &request.statement).await?;
            attempt.uses(&request.statement, &known, cached);
            described.push(known);
        }
        let mut bound = Vec::with_capacity(requests.len());
        for (request, described) in requests.iter().zip(&described) {
            bound.push(Bound::encode(request.parameters, &described.parameters)?);
        }
        let steps: Vec<Step<'_>> = requests
            .iter()
            .zip(&described)
            .zip(&bound)
            .map(|((request, described), bound)| Step {
                statement: &request.statement,
                described,
                bound,
            })
            .collect();
        let pace = requests
            .iter()
            .map(|request| request.statement.pace())
            .max_by_key(|pace| *pace as u8)
            .unwrap_or(Pace::Unknown);
        let outcome = self
            .dispatch(context, mode, pace, &Work::Run(&steps))
            .await?;
        if let Some(error) = outcome.error {
            return Err(error.into());
        }
        attempt.is_done();
        if outcome.results.len() != steps.len() {
            return Err(Error::protocol("fewer answers than statements"));
        }
        let mut answers = Vec::with_capacity(steps.len());
        for (result, step) in outcome.results.into_iter().zip(&steps) {
            answers.push(self.answer(context, mode, result, step).await?);
        }
        Ok(answers)
    }

    /// What the house knows of `statement`; asked of the server the first time.
    pub(crate) async fn described(
        self: &Arc<Self>,
        context: &Arc<Context>,
        statement: &Statement,
    ) -> Result<Arc<Described>> {
        match statement.described() {
            Some(described) => Ok(described),
            // What is rare is boxed, here and below: the future of every request would carry it along.
            None => Box::pin(self.describe(context, statement)).await,
        }
    }

    async fn describe(
        self: &Arc<Self>,
        context: &Arc<Context>,
        statement: &Statement,
    ) -> Result<Arc<Described>> {
        let number = self.shared.registry.number();
        let work = Work::Describe(statement, number);
        let outcome = self
            .dispatch(context, Mode::ReadOnly, Pace::Unknown, &work)
            .await?;
        if let Some(error) = outcome.error {
            return Err(error.into());
        }
        let description = outcome.description.unwrap_or_default();
        let described = self.resolve(context, &description, number).await?;
        statement.set_described(Some(Arc::clone(&described)));
        Ok(described)
    }

    /// Gives a description its types, looking up those the house has not met.
    pub(crate) async fn resolve(
        self: &Arc<Self>,
        context: &Arc<Context>,
        description: &Description,
        number: u64,
    ) -> Result<Arc<Described>> {
        let types = &self.shared.types;
        let wanted = match types.describe(description, number) {
            Ok(described) => return Ok(Arc::new(described)),
            Err(wanted) => wanted,
        };
        let statement = self.shared.registry.statement(LOOKUP)?;
        let described = match statement.described() {
            Some(described) => described,
            None => {
                let described = Arc::new(lookup_described(self.shared.registry.number()));
                statement.set_described(Some(Arc::clone(&described)));
                described
            }
        };
        let mut lookup = Lookup::new(types, wanted);
        while let Some(asked) = lookup.next() {
            let bound = Bound::encode(&[&asked], &described.parameters)?;
            let step = Step {
                statement: &statement,
                described: &described,
                bound: &bound,
            };
            let mut outcome = self
                .dispatch(context, Mode::ReadOnly, Pace::Fast, &Work::Run(&[step]))
                .await?;
            if let Some(error) = outcome.error {
                return Err(error.into());
            }
            let result = outcome
                .results
                .pop()
                .ok_or_else(|| Error::protocol("no answer about types"))?;
            let rows = result.into_rows(Arc::clone(&described.columns));
            lookup.take(&asked, rows.iter())?;
        }
        lookup.finish();
        types
            .describe(description, number)
            .map(Arc::new)
            .map_err(|missing| Error::protocol(format!("types {missing:?} cannot be resolved")))
    }

    /// One statement's answer, with the types it really has.
    async fn answer(
        self: &Arc<Self>,
        context: &Arc<Context>,
        mode: Mode,
        result: ResultSet,
        step: &Step<'_>,
    ) -> Result<Answer> {
        let limits = &self.shared.settings.limits;
        let reading = mode == Mode::ReadOnly;
        let too_large =
            result.overflowed || (reading && result.rows.len() > limits.lane_rows as usize);
        if step.statement.overflows() != too_large {
            step.statement.note_overflow(too_large);
        }
        if too_large && !reading {
            return Err(Error::AnswerTooLarge {
                cap: limits.write_answer_bytes,
            });
        }
        if too_large {
            return Ok(Answer::TooLarge);
        }
        step.statement.note_answer_bytes(result.rows.bytes());
        let columns = self.columns(context, &result, step).await?;
        Ok(Answer::Whole(result.into_rows(columns)))
    }

    /// The columns of an answer. A lane that parsed the statement anew said what they are now.
    pub(crate) async fn columns(
        self: &Arc<Self>,
        context: &Arc<Context>,
        result: &ResultSet,
        step: &Step<'_>,
    ) -> Result<Arc<[crate::Column]>> {
        match &result.description {
            Some(description) if !description.agrees(step.described) => {
                self.redescribe(context, description, step).await
            }
            _ if outgrown(&step.described.columns, &result.rows) => {
                self.shared.types.forget(step.described);
                let description = Description::of(step.described);
                self.redescribe(context, &description, step).await
            }
            _ => Ok(Arc::clone(&step.described.columns)),
        }
    }

    /// Gives a statement a new description, and its columns.
    async fn redescribe(
        self: &Arc<Self>,
        context: &Arc<Context>,
        description: &Description,
        step: &Step<'_>,
    ) -> Result<Arc<[crate::Column]>> {
        let number = self.shared.registry.number();
        let described = Box::pin(self.resolve(context, description, number)).await?;
        let columns = Arc::clone(&described.columns);
        step.statement.set_described(Some(described));
        Ok(columns)
    }

    /// Sends `work` to a lane, or to a connection of its own where a lane would be held up.
    async fn dispatch(
        self: &Arc<Self>,
        context: &Arc<Context>,
        mode: Mode,
        pace: Pace,
        work: &Work<'_>,
    ) -> Result<Outcome> {
        let limits = &self.shared.settings.limits;
        let apart = limits.lane_mode == LaneMode::Exclusive
            || pace == Pace::Slow
            || self.shared.open_transactions.contains(&context.tenant);
        if apart {
            return Box::pin(self.dispatch_apart(context, mode, work)).await;
        }
        if mode == Mode::ReadWrite
            && let Some(lane) = self.writing_lane()
            && let Some(receiver) = lane.submit(context, mode, work)
        {
            return lane::reply(receiver).await;
        }
        let deadline = tokio::time::Instant::now() + limits.acquire_timeout;
        let mut waited = false;
        loop {
            match self.lanes.pick(pace) {
                Pick::Lane(lane) => {
                    if let Some(receiver) = lane.submit(context, mode, work) {
                        return lane::reply(receiver).await;
                    }
                }
                Pick::Busy if waited => {
                    return Box::pin(self.dispatch_apart(context, mode, work)).await;
                }
                Pick::Busy => {
                    waited = true;
                    self.lanes.eased(pace).await;
                }
                Pick::Down => {
                    self.lanes.opened().await;
                    if tokio::time::Instant::now() > deadline {
                        return Err(Error::Unavailable {
                            after: limits.acquire_timeout,
                            last_error: self.lanes.last_error(),
                        });
                    }
                }
            }
        }
    }

    async fn dispatch_apart(
        self: &Arc<Self>,
        context: &Arc<Context>,
        mode: Mode,
        work: &Work<'_>,
    ) -> Result<Outcome> {
        let limits = &self.shared.settings.limits;
        let lease = self
            .exclusives
            .lease(Purpose::OneShot, &context.tenant)
            .await?;
        let (row_cap, cap) = match mode {
            Mode::ReadOnly => (limits.lane_rows.saturating_add(1), limits.lane_bytes),
            _ => (0, limits.write_answer_bytes),
        };
        let mut session = Session::new(lease, Arc::clone(context), String::new());
        let began = std::time::Instant::now();
        let patience = work.patience(context) + crate::lane::GRACE;
        let outcome = tokio::time::timeout(patience, session.one_shot(mode, work, row_cap, cap))
            .await
            .map_err(|_| Error::Timeout {
                wait: Wait::Answer,
                after: patience,
            })??;
        if outcome.status != b'I' {
            return Err(Error::protocol("a statement left a transaction open"));
        }
        if let Work::Run([step]) = work {
            step.statement.note_cost(began.elapsed());
        }
        Ok(outcome)
    }
}

fn allowed_on_a_lane(statement: &Statement) -> Result<()> {
    let instead = match statement.kind() {
        Kind::Read | Kind::Write => return Ok(()),
        Kind::Transaction => "run it in a transaction: begin()",
        Kind::CopyIn => "use copy_in() of a transaction",
        Kind::CopyOut => "use copy_out() of a transaction",
    };
    Err(Error::WrongPlace {
        here: "as a one-shot",
        instead,
    })
}
