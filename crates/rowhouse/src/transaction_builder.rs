//! How a transaction is to be: its isolation level and access mode; begun, or run until it gets through.

use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::exclusive::{Purpose, Session};
use crate::house::OpenTransaction;
use crate::scope::Tenant;
use crate::transaction::Transaction;

/// An isolation level (PostgreSQL manual, chapter 13.2). READ UNCOMMITTED is READ COMMITTED there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it began.
    ReadCommitted,
    /// All statements see what was committed before the first began.
    RepeatableRead,
    /// As if transactions ran one after the other; may fail with 40001.
    Serializable,
}

/// Options of a transaction. Made by [`Tenant::transaction`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing before begin()"]
pub struct TransactionBuilder {
    tenant: Tenant,
    isolation: Option<Isolation>,
    read_only: bool,
    deferrable: bool,
}

impl TransactionBuilder {
    pub(crate) fn new(tenant: Tenant) -> Self {
        Self {
            tenant,
            isolation: None,
            read_only: false,
            deferrable: false,
        }
    }

    /// The isolation level; the role's default otherwise.
    pub fn isolation(mut self, level: Isolation) -> Self {
        self.isolation = Some(level);
        self
    }

    /// The server refuses to write.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// With serializable and read only: waits for a snapshot that cannot fail.
    pub fn deferrable(mut self) -> Self {
        self.deferrable = true;
        self
    }

    fn sql(&self) -> String {
        let mut sql = "BEGIN".to_owned();
        sql.push_str(match self.isolation {
            None => "",
            Some(Isolation::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
            Some(Isolation::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
            Some(Isolation::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
        });
        sql.push_str(if self.read_only {
            " READ ONLY"
        } else {
            " READ WRITE"
        });
        if self.deferrable {
            sql.push_str(" DEFERRABLE");
        }
        sql
    }

    /// Begins it. `BEGIN` travels with the first statement.
    ///
    /// # Errors
    /// No connection is free in time, or none can be opened.
    pub async fn begin(self) -> Result<Transaction> {
        let house = Arc::clone(self.tenant.house());
        house.check_open()?;
        let context = Arc::clone(self.tenant.context());
        let mut lease = house
            .exclusives
            .lease(Purpose::Transaction, &context.tenant)
            .await?;
        lease.attach(OpenTransaction::new(&house.shared, &context.tenant));
        let session = Session::new(lease, context, self.sql());
        Ok(Transaction::new(session, house))
    }

    /// Runs `work` in a transaction and commits; runs it again, up to `attempts` times in all and after a short random
    /// wait, when it fails with 40001 or 40P01.
    ///
    /// # Errors
    /// What `work` returned, or the commit.
    pub async fn run<T, F>(self, attempts: u32, mut work: F) -> Result<T>
    where
        F: AsyncFnMut(&mut Transaction) -> Result<T>,
    {
        let mut attempt = 1;
        loop {
            let mut transaction = self.clone().begin().await?;
            let result = match work(&mut transaction).await {
                Ok(value) => transaction.commit().await.map(|()| value),
                Err(error) => transaction.rollback().await.and(Err(error)),
            };
            match result {
                Err(error) if error.is_retryable() && attempt < attempts => {
                    let longest = 10_u64 << attempt.min(6);
                    tokio::time::sleep(Duration::from_millis(rand::random_range(0..=longest)))
                        .await;
                    attempt += 1;
                }
                other => return other,
            }
        }
    }
}
