//! What happens to a connection between two users.

use std::time::Duration;

use crate::connect::cancel;
use crate::error::{Error, Result};
use crate::pooler::Pooling;
use crate::wire::{Connection, Exchange, encode};

/// How long cleaning may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// What `DISCARD ALL` does, without `DEALLOCATE ALL`: the server's session is the pooler's, and it believes that the
/// statements are there which it prepared for its clients.
const DISCARD_OWN: &[&str] = &[
    "CLOSE ALL",
    "SET SESSION AUTHORIZATION DEFAULT",
    "RESET ALL",
    "UNLISTEN *",
    "SELECT pg_catalog.pg_advisory_unlock_all()",
    "DISCARD PLANS",
    "DISCARD TEMP",
    "DISCARD SEQUENCES",
];

/// Makes `connection` as good as new; `None` when it had to be closed.
pub(super) async fn clean(
    mut connection: Connection,
    pooling: Option<Pooling>,
) -> Option<Connection> {
    let discard = match pooling {
        None | Some(Pooling::Direct) => &["DISCARD ALL"],
        Some(Pooling::Named | Pooling::Unnamed) => DISCARD_OWN,
    };
    match tokio::time::timeout(PATIENCE, wipe(&mut connection, discard)).await {
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

async fn wipe(connection: &mut Connection, discard: &[&str]) -> Result<()> {
    if connection.in_copy() {
        connection.fail_copy("the scope was dropped");
    }
    if connection.owed() > 0 {
        stop_statement(connection).await?;
    }
    if connection.status() != b'I' {
        commands(connection, &["ROLLBACK"]).await?;
    }
    commands(connection, discard).await?;
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

/// All in one round trip, and so in one transaction of the server's session.
async fn commands(connection: &mut Connection, commands: &[&str]) -> Result<()> {
    connection.begin();
    encode::simple(&mut connection.output, &commands.join("; "));
    connection.owes();
    let count = u8::try_from(commands.len()).unwrap_or(u8::MAX);
    match connection
        .finish(Exchange::new(count, None, Vec::new(), 0))
        .await?
        .error
    {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}
