//! Several statements in one round trip.

use crate::error::{Error, Result};
use crate::rows::Rows;
use crate::run::{Answer, Request};
use crate::scope::Tenant;
use crate::statement::{Statement, ToStatement};
use crate::stream::RowStream;
use crate::wire::encode::Parameter;

/// Statements that go out together, in one implicit transaction. Made by [`Tenant::batch`].
///
/// ```no_run
/// # async fn example(acme: rowhouse::Tenant) -> rowhouse::Result<()> {
/// let answers = acme
///     .batch()
///     .add("INSERT INTO items (title) VALUES ($1)", &[&"desk"])?
///     .add("SELECT count(*) FROM items", &[])?
///     .run()
///     .await?;
/// assert_eq!(answers[0].affected(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a batch does nothing before run()"]
pub struct Batch<'a> {
    tenant: Tenant,
    requests: Vec<(Statement, &'a [Parameter<'a>])>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(tenant: Tenant) -> Self {
        Self {
            tenant,
            requests: Vec::new(),
        }
    }

    /// Adds a statement.
    ///
    /// # Errors
    /// [`Error::Refused`] when the text does not run in a scope.
    pub fn add(
        mut self,
        statement: impl ToStatement,
        parameters: &'a [Parameter<'a>],
    ) -> Result<Self> {
        let statement = self.tenant.statement(&statement)?;
        self.requests.push((statement, parameters));
        Ok(self)
    }

    /// Runs them, which are all reads, and behind them one whose rows come in portions, in one transaction on a connection
    /// of its own: the answers of those before, and the stream.
    ///
    /// # Errors
    /// As for [`Tenant::stream`].
    pub async fn stream(
        self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<(Vec<Rows>, RowStream)> {
        let statement = self.tenant.statement(&statement)?;
        let (house, context) = (self.tenant.house(), self.tenant.context());
        RowStream::open(house, context, &self.requests, statement, parameters).await
    }

    /// Sends them and returns an answer for each, in order.
    ///
    /// # Errors
    /// As for [`Tenant::query`], and then nothing of the batch has happened. [`Error::AnswerTooLarge`] when one of its
    /// reads passes the cap on buffered rows; when the batch also wrote, the writes were committed.
    pub async fn run(self) -> Result<Vec<Rows>> {
        if self.requests.is_empty() {
            return Ok(Vec::new());
        }
        let requests: Vec<Request<'_>> = self
            .requests
            .iter()
            .map(|(statement, parameters)| Request {
                statement: statement.clone(),
                parameters,
            })
            .collect();
        let house = self.tenant.house();
        let answers = house
            .run(self.tenant.context(), self.tenant.is_writing(), &requests)
            .await?;
        answers
            .into_iter()
            .map(|answer| match answer {
                Answer::Whole(rows) => Ok(rows),
                Answer::TooLarge => Err(Error::AnswerTooLarge {
                    cap: house.shared.settings.limits.lane_bytes,
                }),
            })
            .collect()
    }
}
