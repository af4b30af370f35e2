use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section, comment_join, extension_join};
use crate::server::Version;

/// The database that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its owner, who is also an implicit member of `pg_database_owner`.
    pub owner: Oid,
    /// Who may connect, create schemas and temporary tables.
    pub acl: Acl,
    /// The encoding of its text.
    pub encoding: String,
    /// The collation of the operating system's library.
    pub collate: String,
    /// The character classes.
    pub ctype: String,
    /// Who provides the default collation: `c` the system, `i` ICU, `b` the server itself.
    pub locale_provider: String,
}

impl Section for Database {
    const PART: Part = Part::Database;

    fn sql(_: Version) -> String {
        format!(
            "SELECT d.oid, d.datname AS name, d.datdba AS owner, acl.*,
                    pg_encoding_to_char(d.encoding)::text AS encoding,
                    d.datcollate AS collate, d.datctype AS ctype,
                    d.datlocprovider::text AS locale_provider
               FROM pg_database d {}
              WHERE d.datname = current_database()",
            acl::join("d.datacl", "acldefault('d', d.datdba)")
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            acl: acl::decode(row)?,
            encoding: row.try_get("encoding")?,
            collate: row.try_get("collate")?,
            ctype: row.try_get("ctype")?,
            locale_provider: row.try_get("locale_provider")?,
        })
    }
}

/// A schema. The server's own are listed too, for who may use or create in them; temporary ones
/// are not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// Who may use it and create in it.
    pub acl: Acl,
    /// The extension that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Section for Schema {
    const PART: Part = Part::Schemas;

    fn sql(_: Version) -> String {
        format!(
            "SELECT n.oid, n.nspname AS name, n.nspowner AS owner, acl.*,
                    extension.refobjid AS extension, comment.description AS comment
               FROM pg_namespace n {} {} {}
              WHERE n.nspname !~ '^pg_(toast|temp)'",
            extension_join("pg_namespace", "n.oid"),
            comment_join("pg_namespace", "n.oid", "0"),
            acl::join("n.nspacl", "acldefault('n', n.nspowner)"),
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            acl: acl::decode(row)?,
            extension: row.try_get("extension")?,
            comment: row.try_get("comment")?,
        })
    }
}
