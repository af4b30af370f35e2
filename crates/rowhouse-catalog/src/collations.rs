use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// A collation: all that did not come with the server, and every one under which different texts
/// can be equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collation {
    /// Its number.
    pub oid: Oid,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// Who provides it: `d` the database's default, `c` the system, `i` ICU, `b` the server.
    pub provider: String,
    /// Texts are equal only where their bytes are.
    pub deterministic: bool,
}

impl Section for Collation {
    const PART: Part = Part::Collations;

    fn sql(_: Version) -> String {
        "SELECT c.oid, n.nspname AS schema, c.collname AS name, c.collowner AS owner,
                c.collprovider::text AS provider, c.collisdeterministic AS deterministic
           FROM pg_collation c
           JOIN pg_namespace n ON n.oid = c.collnamespace
          WHERE c.oid >= 16384 AND n.nspname <> 'pg_catalog' OR NOT c.collisdeterministic"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            schema: row.try_get("schema")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            provider: row.try_get("provider")?,
            deterministic: row.try_get("deterministic")?,
        })
    }
}
