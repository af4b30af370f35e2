//! Large answers, in portions, in constant memory.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::exclusive::{Purpose, Session};
use crate::head::Context;
use crate::house::House;
use crate::lane::{Step, Work};
use crate::retry::may_be_outdated;
use crate::rows::{Column, Row, Rows};
use crate::statement::{Kind, Statement};
use crate::wire::encode::{self, Bound, Parameter};
use crate::wire::{Exchange, Progress, ResultSet};

/// The portal that the portions come from.
const PORTAL: &str = "rowhouse_stream";
/// The rows of the first portion.
const FIRST: u32 = 256;
/// What a portion should weigh, in bytes.
const WEIGHT: usize = 256 * 1024;

/// The rows of a read, a portion at a time. Dropped, what still runs is cancelled.
///
/// The next portion is asked for when one is handed out, so the server works while the caller does: memory holds two.
pub struct RowStream {
    session: Session,
    house: Arc<House>,
    columns: Arc<[Column]>,
    running: Option<Exchange>,
    rows: u32,
    current: Option<(Rows, usize)>,
    /// A portion that came whole and was not handed out yet.
    arrived: Option<ResultSet>,
    /// It failed: no end that comes after that is the answer's end.
    failed: bool,
    /// The columns are those of the first answer.
    settled: bool,
    statement: Statement,
}

impl RowStream {
    /// Opens it, behind other reads of the same transaction; gives their rows too.
    pub(crate) async fn open(
        house: &Arc<House>,
        context: &Arc<Context>,
        before: &[(Statement, &[Parameter<'_>])],
        statement: Statement,
        parameters: &[Parameter<'_>],
    ) -> Result<(Vec<Rows>, Self)> {
        let mut all = before.iter().map(|(statement, _)| statement);
        if !all.all(|statement| statement.kind() == Kind::Read) || statement.kind() != Kind::Read {
            return Err(Error::WrongPlace {
                here: "as a stream",
                instead: "only reads are streamed; use query() or a transaction",
            });
        }
        house.check_open()?;
        let cached = statement.described().is_some();
        let mut described = house.described(context, &statement).await?;
        let mut bound = Bound::encode(parameters, &described.parameters);
        if cached && bound.is_err() {
            // They may fit the types of now.
            house.shared.forget(&statement);
            described = house.described(context, &statement).await?;
            bound = Bound::encode(parameters, &described.parameters);
        }
        let bound = bound?;
        let lease = house
            .exclusives
            .lease(Purpose::Transaction, &context.tenant)
            .await?;
        let mut session = Session::new(lease, Arc::clone(context), "BEGIN READ ONLY".to_owned());
        let mut answers = Vec::with_capacity(before.len());
        for (statement, parameters) in before {
            answers.push(whole(house, &mut session, statement, parameters).await?);
            // What it set for the transaction is not for the next one.
            session.restate();
        }
        let count = described.columns.len() as u16;
        let exchange = session.write_raw(usize::MAX, vec![Some(count)], |out| {
            encode::parse(
                out,
                "",
                statement.text(),
                described.parameters.iter().map(postgres_types::Type::oid),
            );
            encode::describe(out, "");
            encode::bind(out, PORTAL, "", &bound);
            encode::execute(out, PORTAL, FIRST);
            encode::sync(out);
        })?;
        session.connection().owes();
        let columns = Arc::clone(&described.columns);
        let mut stream = Self {
            session,
            house: Arc::clone(house),
            columns,
            running: Some(exchange),
            rows: FIRST,
            current: None,
            arrived: None,
            failed: false,
            settled: false,
            statement,
        };
        // The first portion is waited for here, so that a statement that fails does so before the caller has begun.
        match stream.next_portion().await {
            Ok(first) => stream.current = first.map(|rows| (rows, 0)),
            Err(error) => {
                if error.code().is_some_and(may_be_outdated) {
                    // Its types may have changed: the next use asks for them again.
                    house.shared.forget(&stream.statement);
                }
                return Err(error);
            }
        }
        Ok((answers, stream))
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The next rows as they came, or what [`RowStream::next`] left of them; `None` at the end.
    ///
    /// # Errors
    /// The statement failed midway, or the connection broke: what came before is not the whole answer, and every later
    /// call says so ([`Error::TransactionOver`]).
    pub async fn next_portion(&mut self) -> Result<Option<Rows>> {
        if let Some((rows, at)) = self.current.take()
            && at < rows.len()
        {
            return Ok(Some(rows.tail(at)));
        }
        if self.failed {
            return Err(Error::TransactionOver(
                "the stream failed before; what came is not the whole answer",
            ));
        }
        let portion = self.fetch().await;
        self.failed = portion.is_err();
        portion
    }

    /// Waits for the portion that was asked for. Dropped at any point, the next call goes on there.
    async fn fetch(&mut self) -> Result<Option<Rows>> {
        self.finish_running().await?;
        if let Some(exchange) = self.running.take() {
            let mut outcome = exchange.finish(self.session.connection().status());
            if let Some(error) = outcome.error {
                return Err(error.into());
            }
            let result = outcome.results.pop();
            self.arrived = Some(result.ok_or_else(|| Error::protocol("no answer"))?);
        }
        let Some(result) = &self.arrived else {
            return Ok(None);
        };
        if !self.settled {
            let context = Arc::clone(self.session.context());
            let described = self.house.described(&context, &self.statement).await?;
            let step = Step {
                statement: &self.statement,
                described: &described,
                bound: &Bound::none(),
            };
            self.columns = self.house.columns(&context, result, &step).await?;
            self.settled = true;
        }
        let Some(result) = self.arrived.take() else {
            return Ok(None);
        };
        if result.suspended {
            self.ask(result.rows.bytes(), result.rows.len())?;
        }
        let rows = result.into_rows(Arc::clone(&self.columns));
        Ok((!rows.is_empty()).then_some(rows))
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// As for [`RowStream::next_portion`].
    pub async fn next(&mut self) -> Result<Option<Row>> {
        loop {
            if let Some((rows, at)) = &mut self.current {
                if let Some(row) = rows.get(*at) {
                    *at += 1;
                    return Ok(Some(row));
                }
                self.current = None;
            }
            match self.next_portion().await? {
                Some(rows) => self.current = Some((rows, 0)),
                None => return Ok(None),
            }
        }
    }

    /// All rows that are left.
    pub(crate) async fn collect(mut self) -> Result<Vec<Row>> {
        let mut all = Vec::new();
        while let Some(rows) = self.next_portion().await? {
            all.extend(rows.iter());
        }
        Ok(all)
    }

    /// How many rows are left.
    pub(crate) async fn count(mut self) -> Result<u64> {
        let mut count = 0;
        while let Some(rows) = self.next_portion().await? {
            count += rows.len() as u64;
        }
        Ok(count)
    }

    /// Drives the running exchange, which stays here when this future is dropped.
    async fn finish_running(&mut self) -> Result<()> {
        let Some(exchange) = &mut self.running else {
            return Ok(());
        };
        while self.session.advance(exchange).await? != Progress::Ready {}
        Ok(())
    }

    /// Asks for the next portion, sized by what the last one weighed.
    fn ask(&mut self, bytes: usize, rows: usize) -> Result<()> {
        let each = (bytes / rows.max(1)).max(1);
        self.rows = u32::try_from((WEIGHT / each).clamp(16, 20_000)).unwrap_or(FIRST);
        let (count, rows) = (self.columns.len() as u16, self.rows);
        let exchange = self
            .session
            .write_raw(usize::MAX, vec![Some(count)], |out| {
                encode::execute(out, PORTAL, rows);
                encode::sync(out);
            })?;
        self.session.connection().owes();
        self.session.connection().push_out();
        self.running = Some(exchange);
        Ok(())
    }
}

/// The rows of a statement that comes before a stream, in its transaction.
async fn whole(
    house: &Arc<House>,
    session: &mut Session,
    statement: &Statement,
    parameters: &[Parameter<'_>],
) -> Result<Rows> {
    let context = Arc::clone(session.context());
    let described = house.described(&context, statement).await?;
    let bound = Bound::encode(parameters, &described.parameters)?;
    let step = Step {
        statement,
        described: &described,
        bound: &bound,
    };
    let work = Work::Run(std::slice::from_ref(&step));
    let mut outcome = session.within(&work, usize::MAX).await?;
    if let Some(error) = outcome.error {
        return Err(error.into());
    }
    if outcome.status != b'T' {
        return Err(Error::TransactionOver(
            "a statement ended it behind its back",
        ));
    }
    let result = outcome.results.pop();
    let result = result.ok_or_else(|| Error::protocol("no answer"))?;
    let columns = house.columns(&context, &result, &step).await?;
    Ok(result.into_rows(columns))
}

impl fmt::Debug for RowStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}
