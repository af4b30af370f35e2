//! Whether a connection pooler stands between us and PostgreSQL, and what it keeps apart.
//!
//! PgBouncer hands out a cancel key of its own, so the process id it announced is not the backend's. In transaction
//! mode named prepared statements work from 1.21 on with `max_prepared_statements` > 0, where it renames them on the
//! server; without that, a name may be another client's statement. So a name is tried out and looked up: only one that
//! the pooler renamed is safe.

use crate::error::{Error, Result};
use crate::head::literal;
use crate::wire::{Connection, Exchange, encode};

/// What stands between us and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pooling {
    /// Nothing: the session is ours.
    Direct,
    /// A pooler that keeps named statements apart.
    Named,
    /// A pooler that does not: everything is parsed each time, unnamed.
    Unnamed,
}

impl Pooling {
    pub(crate) fn named(self) -> bool {
        self != Self::Unnamed
    }
}

/// Finds out, in a few round trips.
pub(crate) async fn detect(connection: &mut Connection) -> Result<Pooling> {
    let backend = connection
        .setup("SELECT pg_catalog.pg_backend_pid()")
        .await?;
    let backend = backend
        .first()
        .and_then(|row| row.first())
        .cloned()
        .flatten()
        .unwrap_or_default();
    if backend == connection.process_id.to_string() {
        return Ok(Pooling::Direct);
    }
    let mark = format!("rowhouse_probe_{:016x}", rand::random::<u64>());
    let sql = format!("SELECT {}", literal(&mark));
    connection.begin();
    // One transaction, so that the Close reaches the server that the Parse went to.
    encode::command(&mut connection.output, "BEGIN");
    encode::parse(&mut connection.output, &mark, &sql, std::iter::empty());
    encode::sync(&mut connection.output);
    connection.owes();
    let outcome = connection
        .finish(Exchange::new(0, None, Vec::new(), 0))
        .await?;
    if let Some(error) = outcome.error {
        if error.is_fatal() {
            return Err(error.into());
        }
        connection.setup("ROLLBACK").await?;
        return Ok(Pooling::Unnamed);
    }
    let seen = connection
        .setup(&format!(
            "SELECT name FROM pg_catalog.pg_prepared_statements WHERE statement = {}",
            literal(&sql)
        ))
        .await?;
    let name = seen.first().and_then(|row| row.first()).cloned().flatten();
    connection.begin();
    encode::close(&mut connection.output, &mark);
    encode::command(&mut connection.output, "ROLLBACK");
    encode::sync(&mut connection.output);
    connection.owes();
    connection
        .finish(Exchange::new(0, None, Vec::new(), 0))
        .await?;
    Ok(match name {
        Some(name) if name != mark => Pooling::Named,
        // Found under our own name, or not found on the server that answered: nothing keeps names apart.
        _ => Pooling::Unnamed,
    })
}

/// Refuses what cannot be worked with.
pub(crate) fn accept(pooling: Pooling, allow_unnamed: bool) -> Result<Pooling> {
    if pooling == Pooling::Unnamed && !allow_unnamed {
        return Err(Error::UnsuitableServer(
            "a connection pooler stands in between and does not keep prepared statements apart; use PgBouncer 1.21 or \
             newer with max_prepared_statements > 0, or allow unnamed statements"
                .to_owned(),
        ));
    }
    Ok(pooling)
}
