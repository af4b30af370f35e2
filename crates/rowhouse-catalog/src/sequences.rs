use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// What a sequence counts. Where it stands is data and not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// The type of its numbers.
    pub type_oid: Oid,
    /// The step.
    pub increment: i64,
    /// The least number.
    pub min: i64,
    /// The greatest number.
    pub max: i64,
    /// It begins again at the end.
    pub cycle: bool,
    /// The column it belongs to: table and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<(Oid, i16)>,
    /// It is behind an identity column, whose rights cover it.
    #[serde(default)]
    pub identity: bool,
}

impl Section for Sequence {
    const PART: Part = Part::Sequences;

    fn sql(_: Version) -> String {
        "SELECT s.seqrelid AS of, s.seqtypid AS type_oid, s.seqincrement AS increment,
                s.seqmin AS min, s.seqmax AS max, s.seqcycle AS cycle,
                d.refobjid AS owner_table, d.refobjsubid::int2 AS owner_column,
                coalesce(d.deptype = 'i', false) AS identity
           FROM pg_sequence s
           LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid
                AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass
                AND d.deptype IN ('a', 'i')"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        let table: Option<Oid> = row.try_get("owner_table")?;
        let column: Option<i16> = row.try_get("owner_column")?;
        Ok(Self {
            type_oid: row.try_get("type_oid")?,
            increment: row.try_get("increment")?,
            min: row.try_get("min")?,
            max: row.try_get("max")?,
            cycle: row.try_get("cycle")?,
            owned_by: table.zip(column),
            identity: row.try_get("identity")?,
        })
    }
}
