use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::coded::coded;
use crate::error::Part;
use crate::oid::Oid;
use crate::relations::WANTED;
use crate::section::{Decoded, Section, comment_join};
use crate::server::Version;

coded! {
    /// How the server computes a generated column.
    pub enum Generated {
        /// When the row is written.
        Stored = 's',
        /// When the row is read (18 and newer).
        Virtual = 'v',
    }
}

coded! {
    /// How an identity column treats a given value.
    pub enum Identity {
        /// A given value needs `OVERRIDING SYSTEM VALUE`.
        Always = 'a',
        /// A given value is taken.
        ByDefault = 'd',
    }
}

/// A column of a relation or an attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // independent properties
pub struct Column {
    /// Its number. Gaps are dropped columns.
    pub number: i16,
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_oid: Oid,
    /// The type's modifier, such as a length; -1 for none.
    pub type_modifier: i32,
    /// The type as SQL, such as `character varying(20)`.
    pub formatted_type: String,
    /// It has no nulls. False while such a constraint is still `NOT VALID` (18 and newer).
    pub not_null: bool,
    /// Its default, or the expression it is generated from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether it is generated, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// Whether it is an identity column, and how strict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Its collation, where the type has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Oid>,
    /// It came from a parent table.
    pub inherited: bool,
    /// A write to it through the relation reaches a table. Of a view: without triggers or rules.
    pub updatable: bool,
    /// Privileges on this column alone, beside those on the relation.
    #[serde(default, skip_serializing_if = "Acl::is_empty")]
    pub acl: Acl,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Section for Column {
    const PART: Part = Part::Columns;

    fn sql(version: Version) -> String {
        // From 18 a NOT NULL constraint can be there without being validated; attnotnull is set
        // all the same.
        let not_null = if version.major() >= 18 {
            "a.attnotnull AND NOT EXISTS (
                SELECT FROM pg_constraint k
                 WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated
                   AND k.conkey = ARRAY[a.attnum])"
        } else {
            "a.attnotnull"
        };
        format!(
            "SELECT a.attrelid AS of, a.attnum AS number, a.attname AS name,
                    a.atttypid AS type_oid, a.atttypmod AS type_modifier,
                    format_type(a.atttypid, a.atttypmod) AS formatted_type,
                    {not_null} AS not_null, pg_get_expr(d.adbin, d.adrelid) AS default,
                    nullif(a.attgenerated, '') AS generated,
                    nullif(a.attidentity, '') AS identity,
                    nullif(a.attcollation, 0) AS collation, a.attinhcount > 0 AS inherited,
                    CASE c.relkind
                        WHEN 'v' THEN pg_column_is_updatable(c.oid, a.attnum, false)
                        ELSE c.relkind IN ('r', 'p', 'f') AND a.attgenerated = ''
                    END AS updatable,
                    acl.*, comment.description AS comment
               FROM pg_attribute a
               JOIN pg_class c ON c.oid = a.attrelid
               JOIN pg_namespace n ON n.oid = c.relnamespace
               LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
               {comment} {acl}
              WHERE a.attnum > 0 AND NOT a.attisdropped
                AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
                AND {WANTED}
              ORDER BY a.attrelid, a.attnum",
            comment = comment_join("pg_class", "a.attrelid", "a.attnum"),
            acl = acl::join("a.attacl", "NULL::aclitem[]"),
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            number: row.try_get("number")?,
            name: row.try_get("name")?,
            type_oid: row.try_get("type_oid")?,
            type_modifier: row.try_get("type_modifier")?,
            formatted_type: row.try_get("formatted_type")?,
            not_null: row.try_get("not_null")?,
            default: row.try_get("default")?,
            generated: row.try_get("generated")?,
            identity: row.try_get("identity")?,
            collation: row.try_get("collation")?,
            inherited: row.try_get("inherited")?,
            updatable: row.try_get("updatable")?,
            acl: acl::decode(row)?,
            comment: row.try_get("comment")?,
        })
    }
}
