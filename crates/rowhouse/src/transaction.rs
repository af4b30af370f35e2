//! Several statements of one tenant, on a connection of their own.

use std::fmt;
use std::sync::Arc;

use crate::copy::{CopyIn, CopyOut};
use crate::error::{Delivery, Error, Result};
use crate::exclusive::Session;
use crate::from_row::FromRow;
use crate::house::House;
use crate::lane::{Step, Work};
use crate::retry::may_be_outdated;
use crate::rows::{Row, Rows};
use crate::savepoint::Savepoint;
use crate::scope::{at_most_one, exactly_one};
use crate::statement::{Described, Kind, RegistryRef, Statement, ToStatement};
use crate::wire::Outcome;
use crate::wire::encode::{Bound, Parameter};

/// A transaction in a tenant's scope. Dropped, it is rolled back. Its methods need `&mut`, so statements of two
/// transactions cannot interleave on one connection.
pub struct Transaction {
    session: Session,
    house: Arc<House>,
    /// No other transaction of the house has it.
    id: i64,
    /// Savepoints made so far.
    savepoints: u32,
    /// Savepoints that have not ended.
    open_savepoints: u32,
}

impl Transaction {
    pub(crate) fn new(session: Session, house: Arc<House>) -> Self {
        Self {
            session,
            id: house.shared.settings.nonce(),
            house,
            savepoints: 0,
            open_savepoints: 0,
        }
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As for [`Tenant::query`](crate::Tenant::query). After an error in PostgreSQL only a rollback goes on, to a
    /// savepoint or altogether.
    pub async fn query(
        &mut self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>> {
        Ok(self.run(statement, parameters).await?.iter().collect())
    }

    /// As [`Transaction::query`], the rows as they came, for code that writes them on.
    ///
    /// # Errors
    /// As for [`Transaction::query`].
    pub async fn rows(
        &mut self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Rows> {
        self.run(statement, parameters).await
    }

    /// As [`Transaction::query`], each row made into a `T`.
    ///
    /// # Errors
    /// As for [`Transaction::query`], and [`Error::Column`].
    pub async fn query_as<T: FromRow>(
        &mut self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<T>> {
        self.query(statement, parameters)
            .await?
            .iter()
            .map(T::from_row)
            .collect()
    }

    /// As [`Transaction::query`], for exactly one row.
    ///
    /// # Errors
    /// As for [`Transaction::query`], and [`Error::RowCount`].
    pub async fn query_one(
        &mut self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Row> {
        exactly_one(self.query(statement, parameters).await?)
    }

    /// As [`Transaction::query`], for no row or one.
    ///
    /// # Errors
    /// As for [`Transaction::query`], and [`Error::RowCount`].
    pub async fn query_opt(
        &mut self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Option<Row>> {
        at_most_one(self.query(statement, parameters).await?)
    }

    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// As for [`Transaction::query`].
    pub async fn execute(
        &mut self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<u64> {
        Ok(self.run(statement, parameters).await?.affected())
    }

    /// A savepoint. Dropped, the transaction goes back to it.
    ///
    /// # Errors
    /// The transaction has failed already, or its connection broke.
    pub async fn savepoint(&mut self) -> Result<Savepoint<'_>> {
        self.session.begin().await?;
        self.savepoints += 1;
        let name = format!("rowhouse_{}", self.savepoints);
        // Should this future be dropped now, a savepoint nobody knows of is left, which does no harm.
        self.session.command(&format!("SAVEPOINT {name}")).await?;
        Ok(Savepoint::new(self, name))
    }

    /// Begins `COPY … FROM STDIN`. PostgreSQL allows it only into tables without row security.
    ///
    /// # Errors
    /// The statement is no such COPY, or PostgreSQL refuses it.
    pub async fn copy_in(&mut self, sql: &str) -> Result<CopyIn<'_>> {
        let statement = self.house.shared.registry.statement(sql)?;
        if statement.kind() != Kind::CopyIn {
            return Err(Error::WrongPlace {
                here: "with copy_in()",
                instead: "pass COPY … FROM STDIN",
            });
        }
        CopyIn::begin(&mut self.session, &statement).await
    }

    /// Begins `COPY … TO STDOUT`, of a query or of a table whose policies apply.
    ///
    /// # Errors
    /// The statement is no such COPY, or PostgreSQL refuses it.
    pub async fn copy_out(&mut self, sql: &str) -> Result<CopyOut<'_>> {
        let statement = self.house.shared.registry.statement(sql)?;
        if statement.kind() != Kind::CopyOut {
            return Err(Error::WrongPlace {
                here: "with copy_out()",
                instead: "pass COPY … TO STDOUT",
            });
        }
        CopyOut::begin(&mut self.session, &statement).await
    }

    /// Lets the next statement begin as the first one did: with all that the scope sets, not the tenant and the claims
    /// alone. It undoes what a function has set for the transaction of `search_path`, `role`, `row_security` and the
    /// timeouts.
    pub fn restate(&mut self) {
        self.session.restate();
    }

    /// Commits.
    ///
    /// # Errors
    /// A deferred constraint failed, or the transaction had failed before ([`Error::TransactionOver`]): it was rolled
    /// back. The connection broke or the server ended the session: [`Error::Lost`] says whether COMMIT had been sent;
    /// if so, it may or may not be committed. So it is when the server falls silent during COMMIT ([`Error::Timeout`]).
    pub async fn commit(mut self) -> Result<()> {
        self.session.settle().await.map_err(not_sent)?;
        if self.session.is_failed() {
            return Err(Error::TransactionOver(
                "a statement in it failed, so it was rolled back",
            ));
        }
        if self.session.is_over() {
            return Err(Error::TransactionOver("it ended before its commit"));
        }
        if self.open_savepoints > 0 {
            // Somebody forgot or exchanged one, and what was to be undone with it would be kept.
            return Err(Error::TransactionOver(
                "a savepoint in it never ended, so it was rolled back",
            ));
        }
        self.session.commit().await
    }

    /// Rolls back and waits for it. Dropping does the same without waiting.
    ///
    /// # Errors
    /// The connection broke; the server rolls back then too.
    pub async fn rollback(mut self) -> Result<()> {
        self.session.command("ROLLBACK").await
    }

    /// Counts a savepoint, and says of which transaction it is.
    pub(crate) fn enter_savepoint(&mut self) -> i64 {
        self.open_savepoints += 1;
        self.id
    }

    /// Whether a savepoint of the transaction `of` is one of this; it has ended then.
    pub(crate) fn leave_savepoint(&mut self, of: i64) -> bool {
        let own = self.id == of;
        self.open_savepoints -= u32::from(own);
        own
    }

    pub(crate) fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    async fn run(
        &mut self,
        statement: impl ToStatement,
        parameters: &[Parameter<'_>],
    ) -> Result<Rows> {
        let statement = statement.to_statement(&RegistryRef(&self.house.shared.registry))?;
        if matches!(statement.kind(), Kind::CopyIn | Kind::CopyOut) {
            return Err(Error::WrongPlace {
                here: "as a query",
                instead: "use copy_in() or copy_out()",
            });
        }
        let result = self.run_statement(&statement, parameters).await;
        if let Err(error) = &result
            && error.code().is_some_and(may_be_outdated)
        {
            // Its types may have changed: the next use asks for them again.
            self.house.shared.forget(&statement);
        }
        if statement.kind() == Kind::Transaction {
            self.session.forget_prepared();
        }
        result
    }

    async fn run_statement(
        &mut self,
        statement: &Statement,
        parameters: &[Parameter<'_>],
    ) -> Result<Rows> {
        let cached = statement.described().is_some();
        let mut described = self.described(statement).await?;
        let mut bound = Bound::encode(parameters, &described.parameters);
        if cached && bound.is_err() {
            // They may fit the types of now. Nothing was sent, so the transaction goes on.
            self.house.shared.forget(statement);
            described = self.described(statement).await?;
            bound = Bound::encode(parameters, &described.parameters);
        }
        let bound = bound?;
        let step = Step {
            statement,
            described: &described,
            bound: &bound,
        };
        let outcome = self
            .session
            .within(&Work::Run(std::slice::from_ref(&step)), usize::MAX)
            .await?;
        let mut outcome = in_transaction(outcome)?;
        let result = outcome
            .results
            .pop()
            .ok_or_else(|| Error::protocol("no answer"))?;
        let context = Arc::clone(self.session.context());
        let columns = self.house.columns(&context, &result, &step).await?;
        Ok(result.into_rows(columns))
    }

    async fn described(&mut self, statement: &Statement) -> Result<Arc<Described>> {
        if let Some(described) = statement.described() {
            return Ok(described);
        }
        let number = self.house.shared.registry.number();
        let outcome = in_transaction(
            self.session
                .within(&Work::Describe(statement, number), 0)
                .await?,
        )?;
        let context = Arc::clone(self.session.context());
        let described = self
            .house
            .resolve(&context, &outcome.description.unwrap_or_default(), number)
            .await?;
        statement.set_described(Some(Arc::clone(&described)));
        Ok(described)
    }
}

/// A loss before COMMIT was written.
fn not_sent(error: Error) -> Error {
    match error {
        Error::Lost { reason, .. } => Error::lost(reason, Delivery::NotSent),
        other => other,
    }
}

/// Every answer within a transaction must leave it open.
fn in_transaction(outcome: Outcome) -> Result<Outcome> {
    match outcome.error {
        Some(error) => Err(error.into()),
        None if outcome.status == b'T' => Ok(outcome),
        None => Err(Error::TransactionOver(
            "a statement ended it behind its back",
        )),
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("tenant", &self.session.context().tenant)
            .finish_non_exhaustive()
    }
}
