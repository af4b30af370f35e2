use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// A publication: rows that leave by logical replication, past row security.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // PostgreSQL's own flags
pub struct Publication {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// Every table, later ones included.
    pub all_tables: bool,
    /// It sends inserts.
    pub insert: bool,
    /// It sends updates.
    pub update: bool,
    /// It sends deletes.
    pub delete: bool,
    /// It sends truncates.
    pub truncate: bool,
    /// Rows of partitions are sent as the parent's.
    pub via_root: bool,
    /// The schemas whose tables it sends.
    pub schemas: Vec<Oid>,
    /// The tables it names.
    pub tables: Vec<PublishedTable>,
}

/// A table a publication names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// The table.
    pub relation: Oid,
    /// The columns it sends; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<i16>,
    /// Which rows it sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

impl Section for Publication {
    const PART: Part = Part::Publications;

    fn sql(_: Version) -> String {
        "SELECT p.oid, p.pubname AS name, p.pubowner AS owner, p.puballtables, p.pubinsert,
                p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot,
                ARRAY(SELECT n.pnnspid FROM pg_publication_namespace n
                       WHERE n.pnpubid = p.oid ORDER BY n.pnnspid) AS schemas
           FROM pg_publication p"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            all_tables: row.try_get("puballtables")?,
            insert: row.try_get("pubinsert")?,
            update: row.try_get("pubupdate")?,
            delete: row.try_get("pubdelete")?,
            truncate: row.try_get("pubtruncate")?,
            via_root: row.try_get("pubviaroot")?,
            schemas: row.try_get("schemas")?,
            tables: Vec::new(),
        })
    }
}

impl Section for PublishedTable {
    const PART: Part = Part::PublishedTables;

    fn sql(_: Version) -> String {
        "SELECT r.prpubid AS of, r.prrelid AS relation, r.prattrs::int2[] AS columns,
                pg_get_expr(r.prqual, r.prrelid) AS filter
           FROM pg_publication_rel r"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            relation: row.try_get("relation")?,
            columns: row.try_get::<_, Option<_>>("columns")?.unwrap_or_default(),
            filter: row.try_get("filter")?,
        })
    }
}
