//! COPY inside a transaction of a scope.

use bytes::Bytes;

use crate::error::{Error, Result};
use crate::exclusive::Session;
use crate::statement::Statement;
use crate::wire::encode::{self, Bound};
use crate::wire::{Exchange, Progress};

/// How much unsent data is kept before [`CopyIn::send`] waits for the socket.
const UNSENT: usize = 256 * 1024;

/// `COPY … FROM STDIN` under way. Dropped before [`CopyIn::finish`], nothing of it is kept and the transaction has failed.
#[derive(Debug)]
pub struct CopyIn<'a> {
    session: &'a mut Session,
    exchange: Exchange,
}

impl<'a> CopyIn<'a> {
    pub(crate) async fn begin(session: &'a mut Session, statement: &Statement) -> Result<Self> {
        session.settle().await?;
        let mut exchange = session
            .write_raw(0, vec![Some(0)], |out| {
                encode::parse(out, "", statement.text(), std::iter::empty());
                encode::bind(out, "", "", &Bound::none());
                encode::execute(out, "", 0);
                encode::flush(out);
            })?
            .with_copy();
        session.connection().begin_copy();
        session.advance(&mut exchange).await?;
        if let Some(error) = exchange.error() {
            let error = error.clone();
            session.settle().await?;
            return Err(error.into());
        }
        Ok(Self { session, exchange })
    }

    /// Sends `data`, in the format that the statement named; it may end anywhere.
    ///
    /// # Errors
    /// PostgreSQL refused what was sent before, and the transaction has failed; or the connection broke.
    pub async fn send(&mut self, data: &[u8]) -> Result<()> {
        fail_on_error(&self.exchange)?;
        for part in data.chunks(UNSENT) {
            encode::copy_data(&mut self.session.connection().output, part);
            if self.session.connection().output.len() > UNSENT {
                self.session.send_copy(&mut self.exchange).await?;
                fail_on_error(&self.exchange)?;
            }
        }
        Ok(())
    }

    /// Ends the data and returns how many rows were taken.
    ///
    /// # Errors
    /// PostgreSQL refused a row or a constraint failed; the transaction has failed then.
    pub async fn finish(mut self) -> Result<u64> {
        self.session.connection().finish_copy();
        while self.session.advance(&mut self.exchange).await? != Progress::Ready {}
        let status = self.session.connection().status();
        let outcome = self.exchange.finish(status);
        match (outcome.error, outcome.results.first()) {
            (Some(error), _) => Err(error.into()),
            (None, Some(result)) => Ok(result.affected),
            (None, None) => Err(Error::protocol("a COPY that does not complete")),
        }
    }
}

/// `COPY … TO STDOUT` under way.
#[derive(Debug)]
pub struct CopyOut<'a> {
    session: &'a mut Session,
    exchange: Exchange,
    done: bool,
}

impl<'a> CopyOut<'a> {
    pub(crate) async fn begin(session: &'a mut Session, statement: &Statement) -> Result<Self> {
        session.settle().await?;
        let exchange = session
            .write_raw(0, vec![Some(0)], |out| {
                encode::parse(out, "", statement.text(), std::iter::empty());
                encode::bind(out, "", "", &Bound::none());
                encode::execute(out, "", 0);
                encode::sync(out);
            })?
            .with_copy();
        session.connection().owes();
        let mut copy = Self {
            session,
            exchange,
            done: false,
        };
        copy.session.advance(&mut copy.exchange).await?;
        fail_on_error(&copy.exchange)?;
        Ok(copy)
    }

    /// The next data, usually one row; `None` at the end.
    ///
    /// # Errors
    /// The query failed midway, or the connection broke: what came before is not the whole answer.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        if self.done {
            return Ok(None);
        }
        let progress = self.session.advance(&mut self.exchange).await?;
        fail_on_error(&self.exchange)?;
        self.done = progress == Progress::Ready;
        let data = self.exchange.take_copy();
        Ok((!data.is_empty()).then(|| data.into()))
    }
}

fn fail_on_error(exchange: &Exchange) -> Result<()> {
    exchange
        .error()
        .map_or(Ok(()), |error| Err(error.clone().into()))
}
