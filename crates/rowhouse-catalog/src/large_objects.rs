use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// A large object. Row security does not know these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LargeObject {
    /// Its number.
    pub oid: Oid,
    /// Its owner.
    pub owner: Oid,
    /// Who may read and write it.
    pub acl: Acl,
}

/// How many large objects there are. A database may hold millions: the snapshot lists the first
/// [`LARGE_OBJECTS_LISTED`], those granted to somebody before the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LargeObjectCount {
    /// All of them.
    pub total: i64,
    /// Those with an access list of their own.
    pub granted: i64,
}

/// How many large objects a snapshot lists at most.
pub const LARGE_OBJECTS_LISTED: u32 = 1000;

impl Section for LargeObject {
    const PART: Part = Part::LargeObjects;

    fn sql(_: Version) -> String {
        format!(
            "SELECT o.oid, o.lomowner AS owner, acl.*
               FROM (SELECT * FROM pg_largeobject_metadata
                      ORDER BY lomacl IS NULL, oid LIMIT {LARGE_OBJECTS_LISTED}) o {}",
            acl::join("o.lomacl", "acldefault('L', o.lomowner)")
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            owner: row.try_get("owner")?,
            acl: acl::decode(row)?,
        })
    }
}

impl Section for LargeObjectCount {
    const PART: Part = Part::LargeObjects;

    fn sql(_: Version) -> String {
        "SELECT count(*) AS total, count(lomacl) AS granted FROM pg_largeobject_metadata".into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            total: row.try_get("total")?,
            granted: row.try_get("granted")?,
        })
    }
}
