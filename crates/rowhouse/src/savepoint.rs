//! Points in a transaction to come back to.

use std::ops::{Deref, DerefMut};

use crate::error::{Error, Result};
use crate::transaction::Transaction;

/// A point in a transaction to come back to. It derefs to its [`Transaction`]; dropped, everything since it is undone.
#[derive(Debug)]
pub struct Savepoint<'a> {
    transaction: &'a mut Transaction,
    /// Which transaction it is of: through `DerefMut` another one can be put in its place.
    of: i64,
    name: String,
    open: bool,
}

impl<'a> Savepoint<'a> {
    pub(crate) fn new(transaction: &'a mut Transaction, name: String) -> Self {
        let of = transaction.enter_savepoint();
        Self {
            transaction,
            of,
            name,
            open: true,
        }
    }

    /// Ends it, once; false when it has ended, or its transaction is not there any more.
    fn end(&mut self) -> bool {
        std::mem::take(&mut self.open) && self.transaction.leave_savepoint(self.of)
    }

    /// Keeps what was done since.
    ///
    /// # Errors
    /// A statement since has failed, or the connection broke.
    pub async fn release(mut self) -> Result<()> {
        self.transaction.session().settle().await?;
        if self.transaction.session().is_failed() {
            return Err(Error::TransactionOver(
                "a statement since the savepoint failed, so it was rolled back",
            ));
        }
        if !self.end() {
            return Err(Error::TransactionOver(
                "another transaction was put in the place of the savepoint's",
            ));
        }
        let sql = format!("RELEASE SAVEPOINT {}", self.name);
        self.transaction.session().command(&sql).await
    }

    /// Undoes what was done since. Dropping does the same before the next statement.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn rollback(mut self) -> Result<()> {
        self.owe_rollback();
        self.transaction.session().settle().await
    }

    fn owe_rollback(&mut self) {
        if self.end() {
            self.transaction
                .session()
                .owe(format!("ROLLBACK TO SAVEPOINT {}", self.name));
            self.transaction
                .session()
                .owe(format!("RELEASE SAVEPOINT {}", self.name));
        }
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        self.owe_rollback();
    }
}

impl Deref for Savepoint<'_> {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        self.transaction
    }
}

impl DerefMut for Savepoint<'_> {
    fn deref_mut(&mut self) -> &mut Transaction {
        self.transaction
    }
}
