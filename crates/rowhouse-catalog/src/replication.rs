use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// A replication slot of this database, or a physical one of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its name.
    pub name: String,
    /// The output plugin of a logical slot.
    pub plugin: Option<String>,
    /// It is logical and belongs to this database.
    pub logical: bool,
    /// It ends with its session.
    pub temporary: bool,
}

impl Section for Slot {
    const PART: Part = Part::Slots;

    fn sql(_: Version) -> String {
        "SELECT s.slot_name AS name, s.plugin, s.slot_type = 'logical' AS logical, s.temporary
           FROM pg_replication_slots s
          WHERE s.database IS NULL OR s.database = current_database()"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            name: row.try_get("name")?,
            plugin: row.try_get("plugin")?,
            logical: row.try_get("logical")?,
            temporary: row.try_get("temporary")?,
        })
    }
}

/// A subscription: rows that come in by logical replication. Where from is a secret and not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// Whether it is running.
    pub enabled: bool,
    /// The publications it takes.
    pub publications: Vec<String>,
    /// It writes as its own owner, not as each table's. Up to 15: always.
    pub run_as_owner: bool,
}

impl Section for Subscription {
    const PART: Part = Part::Subscriptions;

    fn sql(version: Version) -> String {
        let run_as_owner = if version.major() >= 16 {
            "s.subrunasowner"
        } else {
            "true"
        };
        format!(
            "SELECT s.oid, s.subname AS name, s.subowner AS owner, s.subenabled AS enabled,
                    s.subpublications AS publications, {run_as_owner} AS run_as_owner
               FROM pg_subscription s
              WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            enabled: row.try_get("enabled")?,
            publications: row.try_get("publications")?,
            run_as_owner: row.try_get("run_as_owner")?,
        })
    }
}
