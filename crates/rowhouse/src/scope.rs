//! One tenant's view of the database: the only place where SQL runs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::batch::Batch;
use crate::error::{Error, Result};
use crate::from_row::FromRow;
use crate::head::Context;
use crate::house::House;
use crate::rows::{Row, Rows};
use crate::run::{Answer, Request};
use crate::statement::{RegistryRef, Statement, ToStatement};
use crate::stream::RowStream;
use crate::tenant_id::TenantId;
use crate::transaction::Transaction;
use crate::transaction_builder::TransactionBuilder;
use crate::wire::encode::Parameter;

/// A tenant's scope. Made by [`Rowhouse::tenant`](crate::Rowhouse::tenant); cheap to make and to clone.
///
/// Every method sends the tenant along with the statement; there is none that does not. A `SELECT` runs read-only,
/// enforced by the server: use [`Tenant::read_write`] for one that calls a function which writes.
#[derive(Clone)]
pub struct Tenant {
    house: Arc<House>,
    context: Arc<Context>,
    writing: bool,
}

/// The longest value of a claim, in bytes: it travels with every statement.
const MAX_CLAIM: usize = 64 << 10;

/// What a buffered read gave: [`Tenant::query_buffered`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Buffered {
    /// All rows.
    Whole(Rows),
    /// More than is buffered: run it as a [stream](Tenant::stream).
    TooLarge,
}

impl Tenant {
    pub(crate) fn new(house: Arc<House>, context: Context) -> Self {
        Self {
            house,
            context: Arc::new(context),
            writing: false,
        }
    }

    /// Whose scope this is.
    pub fn id(&self) -> &TenantId {
        &self.context.tenant
    }

    /// The same scope, in which a `SELECT` may write through the functions it calls.
    #[must_use]
    pub fn read_write(&self) -> Self {
        Self {
            writing: true,
            ..self.clone()
        }
    }

    /// The same scope with a value for a claim that the house was configured with.
    ///
    /// # Errors
    /// The house has no such claim, or the value holds a NUL character or is longer than 64 KiB.
    pub fn with_claim(&self, name: &str, value: &str) -> Result<Self> {
        self.with_claims([(name, value.into())])
    }

    /// The same scope with values for several claims, as [`Tenant::with_claim`] for each.
    ///
    /// # Errors
    /// As for [`Tenant::with_claim`].
    pub fn with_claims<'a>(
        &self,
        claims: impl IntoIterator<Item = (&'a str, Arc<str>)>,
    ) -> Result<Self> {
        let mut context = (*self.context).clone();
        for (name, value) in claims {
            if value.contains('\0') {
                return Err(Error::Config(format!(
                    "the value of claim {name} holds a NUL character"
                )));
            }
            if value.len() > MAX_CLAIM {
                return Err(Error::Config(format!(
                    "the value of claim {name} is longer than {MAX_CLAIM} bytes"
                )));
            }
            let at = self.house.shared.claim(name)?;
            context.claims[at] = value;
        }
        Ok(Self {
            context: Arc::new(context),
            ..self.clone()
        })
    }

    /// The same scope with a `statement_timeout` that is no longer than this: a longer one changes nothing.
    #[must_use]
    pub fn with_statement_timeout_at_most(&self, timeout: Duration) -> Self {
        if timeout < self.context.answer_within {
            self.with_statement_timeout(timeout)
        } else {
            self.clone()
        }
    }

    /// The same scope with another `statement_timeout`, at least one millisecond.
    #[must_use]
    pub fn with_statement_timeout(&self, timeout: Duration) -> Self {
        self.with(|context| context.set_statement_timeout(timeout))
    }

    /// The same scope with another `lock_timeout`, at least one millisecond.
    #[must_use]
    pub fn with_lock_timeout(&self, timeout: Duration) -> Self {
        self.with(|context| context.set_lock_timeout(timeout))
    }

    fn with(&self, change: impl FnOnce(&mut Context)) -> Self {
        let mut context = (*self.context).clone();
        change(&mut context);
        Self {
            context: Arc::new(context),
            ..self.clone()
        }
    }

    /// Runs a statement and returns its rows, in one round trip from the statement's second use on.
    ///
    /// # Errors
    /// The statement is refused before it is sent ([`Error::Refused`], [`Error::WrongPlace`], [`Error::Parameter`]),
    /// fails in PostgreSQL ([`Error::Database`]), or its connection breaks ([`Error::Lost`], which says whether it had
    /// been sent; reads were tried twice).
    pub async fn query(
        &self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>> {
        let statement = self.statement(&statement)?;
        if self.reads(&statement) && statement.overflows() {
            return Box::pin(self.stream(&statement, parameters))
                .await?
                .collect()
                .await;
        }
        match self.one(statement.clone(), parameters).await? {
            Answer::Whole(rows) => Ok(rows.iter().collect()),
            Answer::TooLarge => {
                Box::pin(self.stream(&statement, parameters))
                    .await?
                    .collect()
                    .await
            }
        }
    }

    /// As [`Tenant::query`], each row made into a `T`.
    ///
    /// # Errors
    /// As for [`Tenant::query`], and [`Error::Column`].
    pub async fn query_as<T: FromRow>(
        &self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<T>> {
        self.query(statement, parameters)
            .await?
            .iter()
            .map(T::from_row)
            .collect()
    }

    /// As [`Tenant::query`], for exactly one row.
    ///
    /// # Errors
    /// As for [`Tenant::query`], and [`Error::RowCount`].
    pub async fn query_one(
        &self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Row> {
        exactly_one(self.query(statement, parameters).await?)
    }

    /// As [`Tenant::query`], for no row or one.
    ///
    /// # Errors
    /// As for [`Tenant::query`], and [`Error::RowCount`].
    pub async fn query_opt(
        &self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Option<Row>> {
        at_most_one(self.query(statement, parameters).await?)
    }

    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// As for [`Tenant::query`].
    pub async fn execute(
        &self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<u64> {
        let statement = self.statement(&statement)?;
        match self.one(statement.clone(), parameters).await? {
            Answer::Whole(rows) => Ok(rows.affected()),
            Answer::TooLarge => {
                Box::pin(self.stream(&statement, parameters))
                    .await?
                    .count()
                    .await
            }
        }
    }

    /// Runs a statement whose rows are wanted as they came, for code that writes them on. A read that passes the
    /// house's [cap](crate::Builder::lane_answer) is [`Buffered::TooLarge`], at once when it did so the last time.
    ///
    /// # Errors
    /// As for [`Tenant::query`].
    pub async fn query_buffered(
        &self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Buffered> {
        let statement = self.statement(&statement)?;
        if self.reads(&statement) && statement.overflows() {
            return Ok(Buffered::TooLarge);
        }
        Ok(match self.one(statement, parameters).await? {
            Answer::Whole(rows) => Buffered::Whole(rows),
            Answer::TooLarge => Buffered::TooLarge,
        })
    }

    /// Several statements in one round trip and one implicit transaction: all of them happen, or none.
    pub fn batch<'a>(&self) -> Batch<'a> {
        Batch::new(self.clone())
    }

    /// Runs a read whose rows come in portions, in constant memory, on a connection of its own.
    ///
    /// # Errors
    /// As for [`Tenant::query`]; [`Error::WrongPlace`] for a statement that writes.
    pub async fn stream(
        &self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<RowStream> {
        let statement = self.statement(&statement)?;
        let (house, context) = (&self.house, &self.context);
        let (_, stream) = RowStream::open(house, context, &[], statement, parameters).await?;
        Ok(stream)
    }

    /// Begins a transaction on a connection of its own. `BEGIN` travels with the first statement.
    ///
    /// # Errors
    /// No connection is free in time, or none can be opened.
    pub async fn begin(&self) -> Result<Transaction> {
        self.transaction().begin().await
    }

    /// A transaction with an isolation level or access mode.
    pub fn transaction(&self) -> TransactionBuilder {
        TransactionBuilder::new(self.clone())
    }

    pub(crate) fn house(&self) -> &Arc<House> {
        &self.house
    }

    pub(crate) fn context(&self) -> &Arc<Context> {
        &self.context
    }

    pub(crate) fn is_writing(&self) -> bool {
        self.writing
    }

    pub(crate) fn statement(&self, statement: &impl ToStatement) -> Result<Statement> {
        statement.to_statement(&RegistryRef(&self.house.shared.registry))
    }

    fn reads(&self, statement: &Statement) -> bool {
        statement.is_read() && !self.writing
    }

    async fn one(&self, statement: Statement, parameters: &[Parameter<'_>]) -> Result<Answer> {
        let mut answers = self
            .house
            .run(
                &self.context,
                self.writing,
                &[Request {
                    statement,
                    parameters,
                }],
            )
            .await?;
        answers.pop().ok_or_else(|| Error::protocol("no answer"))
    }
}

pub(crate) fn exactly_one(mut rows: Vec<Row>) -> Result<Row> {
    match (rows.len(), rows.pop()) {
        (1, Some(row)) => Ok(row),
        (got, _) => Err(Error::RowCount {
            expected: "one row",
            got,
        }),
    }
}

pub(crate) fn at_most_one(mut rows: Vec<Row>) -> Result<Option<Row>> {
    match rows.len() {
        0 | 1 => Ok(rows.pop()),
        got => Err(Error::RowCount {
            expected: "at most one row",
            got,
        }),
    }
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant")
            .field("id", self.id())
            .finish_non_exhaustive()
    }
}
