//! What happens to a connection between two users.

use std::time::Duration;

use crate::connect::cancel;
use crate::error::{Error, Result};
use crate::wire::{Connection, Exchange, encode};

/// How long cleaning may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Makes `connection` as good as new; `None` when it had to be closed.
pub(super) async fn clean(mut connection: Connection) -> Option<Connection> {
    match tokio::time::timeout(PATIENCE, wipe(&mut connection)).await {
        Ok(Ok(())) => Some(connection),
        Ok(Err(error)) => {
            tracing::debug!(target: "rowhouse", %error, "closing a connection that could not be wiped");
            None
        }
        Err(_) => {
            tracing::warn!(target: "rowhouse", "closing a connection that took too long to wipe");
            None
        }
    }
}

async fn wipe(connection: &mut Connection) -> Result<()> {
    if connection.in_copy() {
        connection.fail_copy("the scope was dropped");
    }
    if connection.owed() > 0 {
        stop_statement(connection).await?;
    }
    if connection.status() != b'I' {
        command(connection, "ROLLBACK").await?;
    }
    command(connection, "DISCARD ALL").await?;
    if connection.status() == b'I' {
        Ok(())
    } else {
        Err(Error::protocol("a transaction that does not end"))
    }
}

/// Cancels what runs. The cancel request is a connection of its own and may arrive late: so it must be closed by the
/// server first, and then a Sync must come back, before the next statement is written.
async fn stop_statement(connection: &mut Connection) -> Result<()> {
    // An answer that is already there needs no cancelling.
    if let Ok(done) = tokio::time::timeout(Duration::from_millis(5), connection.drain()).await {
        return done;
    }
    cancel(&connection.cancel).await?;
    connection.drain().await?;
    connection.begin();
    encode::sync(&mut connection.output);
    connection.owes();
    connection.drain().await
}

async fn command(connection: &mut Connection, sql: &str) -> Result<()> {
    connection.begin();
    encode::simple(&mut connection.output, sql);
    connection.owes();
    match connection
        .finish(Exchange::new(1, None, Vec::new(), 0))
        .await?
        .error
    {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
