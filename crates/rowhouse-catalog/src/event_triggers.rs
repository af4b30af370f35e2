use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;
use crate::triggers::Enabled;

/// A trigger on commands that change the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventTrigger {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// What it waits for, such as `ddl_command_end`.
    pub event: String,
    /// What it calls.
    pub function: Oid,
    /// In which replication roles it fires.
    pub enabled: Enabled,
    /// The commands it is limited to; empty: all.
    pub tags: Vec<String>,
}

impl Section for EventTrigger {
    const PART: Part = Part::EventTriggers;

    fn sql(_: Version) -> String {
        "SELECT e.oid, e.evtname AS name, e.evtowner AS owner, e.evtevent AS event,
                e.evtfoid AS function, e.evtenabled AS enabled, e.evttags AS tags
           FROM pg_event_trigger e"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            event: row.try_get("event")?,
            function: row.try_get("function")?,
            enabled: row.try_get("enabled")?,
            tags: row.try_get::<_, Option<_>>("tags")?.unwrap_or_default(),
        })
    }
}
