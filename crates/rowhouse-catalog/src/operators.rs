use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::coded::coded;
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section, extension_join};
use crate::server::Version;

/// An operator that did not come with the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Its number.
    pub oid: Oid,
    /// Its schema.
    pub schema: String,
    /// Its name, such as `===`.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// The type on its left; none for a prefix operator.
    pub left: Option<Oid>,
    /// The type on its right.
    pub right: Oid,
    /// The type of its result.
    pub result: Oid,
    /// What it calls.
    pub function: Oid,
    /// The extension that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
}

impl Section for Operator {
    const PART: Part = Part::Operators;

    fn sql(_: Version) -> String {
        format!(
            "SELECT o.oid, n.nspname AS schema, o.oprname AS name, o.oprowner AS owner,
                    nullif(o.oprleft, 0) AS left, o.oprright AS right, o.oprresult AS result,
                    o.oprcode::oid AS function, extension.refobjid AS extension
               FROM pg_operator o
               JOIN pg_namespace n ON n.oid = o.oprnamespace
               {}
              WHERE o.oid >= 16384",
            extension_join("pg_operator", "o.oid")
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            schema: row.try_get("schema")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            left: row.try_get("left")?,
            right: row.try_get("right")?,
            result: row.try_get("result")?,
            function: row.try_get("function")?,
            extension: row.try_get("extension")?,
        })
    }
}

coded! {
    /// Where the server applies a cast by itself.
    pub enum CastContext {
        /// Only where it is written.
        Explicit = 'e',
        /// In assignments too.
        Assignment = 'a',
        /// In expressions too.
        Implicit = 'i',
    }
}

/// A cast that did not come with the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// Its number.
    pub oid: Oid,
    /// From this type.
    pub source: Oid,
    /// To this one.
    pub target: Oid,
    /// What it calls; none where it goes by text or by the same bytes.
    pub function: Option<Oid>,
    /// Where it applies by itself.
    pub context: CastContext,
    /// The extension that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
}

impl Section for Cast {
    const PART: Part = Part::Casts;

    fn sql(_: Version) -> String {
        format!(
            "SELECT c.oid, c.castsource AS source, c.casttarget AS target,
                    nullif(c.castfunc, 0) AS function, c.castcontext AS context,
                    extension.refobjid AS extension
               FROM pg_cast c {}
              WHERE c.oid >= 16384",
            extension_join("pg_cast", "c.oid")
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            source: row.try_get("source")?,
            target: row.try_get("target")?,
            function: row.try_get("function")?,
            context: row.try_get("context")?,
            extension: row.try_get("extension")?,
        })
    }
}
