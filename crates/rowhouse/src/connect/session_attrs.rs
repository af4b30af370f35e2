//! `target_session_attrs`: is this the kind of server we want?

use bytes::BytesMut;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

use super::error::Cause;
use super::startup::idle;
use super::wire::{Wire, protocol, unexpected};
use super::words::TargetSessionAttrs;

/// Fails unless the session is of the wanted kind. `prefer-standby` asks for a standby here; the
/// second round without that wish is the caller's.
pub(super) async fn check(wire: &mut Wire, wanted: TargetSessionAttrs) -> Result<(), Cause> {
    use TargetSessionAttrs as Attrs;
    let (fits, found) = match wanted {
        Attrs::Any => return Ok(()),
        Attrs::ReadWrite => (!is_read_only(wire).await?, "read-only"),
        Attrs::ReadOnly => (is_read_only(wire).await?, "read-write"),
        Attrs::Primary => (!is_standby(wire).await?, "on a standby"),
        Attrs::Standby | Attrs::PreferStandby => (is_standby(wire).await?, "on a primary"),
    };
    if fits {
        Ok(())
    } else {
        Err(Cause::Session { wanted, found })
    }
}

async fn is_read_only(wire: &mut Wire) -> Result<bool, Cause> {
    // Reported unasked by PostgreSQL 14 and later; many poolers pass neither on.
    if let (Some(standby), Some(read_only)) = (
        wire.parameters.get("in_hot_standby"),
        wire.parameters.get("default_transaction_read_only"),
    ) {
        return Ok(standby == "on" || read_only == "on");
    }
    Ok(ask(wire, "SHOW transaction_read_only").await? == b"on")
}

async fn is_standby(wire: &mut Wire) -> Result<bool, Cause> {
    if let Some(standby) = wire.parameters.get("in_hot_standby") {
        return Ok(standby == "on");
    }
    Ok(ask(wire, "SELECT pg_catalog.pg_is_in_recovery()").await? == b"t")
}

/// One row with one value, from a query that touches no table.
async fn ask(wire: &mut Wire, query: &str) -> Result<Vec<u8>, Cause> {
    let mut message = BytesMut::new();
    frontend::query(query, &mut message)?;
    wire.send(&message).await?;
    let mut answer = None;
    loop {
        match wire.next().await? {
            Message::RowDescription(_) | Message::CommandComplete(_) => {}
            Message::DataRow(row) => {
                let range = row
                    .ranges()
                    .next()
                    .map_err(|error| protocol(&error))?
                    .flatten();
                answer = range
                    .and_then(|range| row.buffer().get(range))
                    .map(<[u8]>::to_vec);
            }
            Message::ReadyForQuery(body) => {
                idle(body.status())?;
                return answer.ok_or_else(|| unexpected("one row with one value"));
            }
            _ => return Err(unexpected("one row with one value")),
        }
    }
}
