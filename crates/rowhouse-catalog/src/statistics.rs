use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// An extended statistics object. What it has counted is data and not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Its number.
    pub oid: Oid,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// The table it is about.
    pub relation: Oid,
    /// The columns it is about.
    pub columns: Vec<i16>,
    /// The whole of it as SQL.
    pub definition: String,
}

impl Section for Statistics {
    const PART: Part = Part::Statistics;

    fn sql(_: Version) -> String {
        "SELECT s.oid, n.nspname AS schema, s.stxname AS name, s.stxowner AS owner,
                s.stxrelid AS relation, s.stxkeys::int2[] AS columns,
                pg_get_statisticsobjdef(s.oid) AS definition
           FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            schema: row.try_get("schema")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            relation: row.try_get("relation")?,
            columns: row.try_get("columns")?,
            definition: row
                .try_get::<_, Option<_>>("definition")?
                .unwrap_or_default(),
        })
    }
}
