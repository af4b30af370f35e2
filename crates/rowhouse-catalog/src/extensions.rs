use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// An installed extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Its number, which its objects carry in `extension`.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its owner.
    pub owner: Oid,
    /// The schema it was installed in.
    pub schema: String,
}

impl Section for Extension {
    const PART: Part = Part::Extensions;

    fn sql(_: Version) -> String {
        "SELECT e.oid, e.extname AS name, e.extversion AS version, e.extowner AS owner,
                n.nspname AS schema
           FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            version: row.try_get("version")?,
            owner: row.try_get("owner")?,
            schema: row.try_get("schema")?,
        })
    }
}

/// A language functions are written in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// It cannot leave the database; only superusers write in a language that can.
    pub trusted: bool,
    /// Who may write functions in it.
    pub acl: Acl,
}

impl Section for Language {
    const PART: Part = Part::Languages;

    fn sql(_: Version) -> String {
        format!(
            "SELECT l.oid, l.lanname AS name, l.lanowner AS owner, l.lanpltrusted AS trusted, acl.*
               FROM pg_language l {}",
            acl::join("l.lanacl", "acldefault('l', l.lanowner)")
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            trusted: row.try_get("trusted")?,
            acl: acl::decode(row)?,
        })
    }
}
