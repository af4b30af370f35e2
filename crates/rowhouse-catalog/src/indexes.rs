use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section, USER_SCHEMA};
use crate::server::Version;

/// What an index is ordered or hashed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indexed {
    /// A column, by number.
    Column(i16),
    /// An expression, as SQL.
    Expression(String),
}

/// One part of an index's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKey {
    /// What it is.
    pub on: Indexed,
    /// The collation it compares text by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Oid>,
    /// The operator class.
    pub operator_class: Oid,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
    /// Nulls before values.
    #[serde(default)]
    pub nulls_first: bool,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // PostgreSQL's own flags
pub struct Index {
    /// Its number.
    pub oid: Oid,
    /// Its name; its schema is the table's.
    pub name: String,
    /// The access method, such as `btree`.
    pub method: String,
    /// The key, in order.
    pub keys: Vec<IndexKey>,
    /// The numbers of the columns it carries along (`INCLUDE`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub included: Vec<i16>,
    /// No two rows have the same key.
    pub unique: bool,
    /// It is the primary key's.
    pub primary: bool,
    /// Null equals null for uniqueness.
    pub nulls_not_distinct: bool,
    /// It can be used; false while it is being built or after that failed.
    pub valid: bool,
    /// Which rows it covers, where it is partial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// The whole of it as SQL.
    pub definition: String,
}

impl Index {
    /// Whether its key begins with this column.
    pub fn leads_with(&self, column: i16) -> bool {
        self.keys
            .first()
            .is_some_and(|key| key.on == Indexed::Column(column))
    }

    /// Whether this column is anywhere in its key.
    pub fn has_key(&self, column: i16) -> bool {
        self.keys
            .iter()
            .any(|key| key.on == Indexed::Column(column))
    }
}

impl Section for Index {
    const PART: Part = Part::Indexes;

    fn sql(_: Version) -> String {
        format!(
            "SELECT x.indrelid AS of, x.indexrelid AS oid, i.relname AS name,
                    am.amname AS method, x.indkey::int2[] AS columns,
                    x.indnkeyatts AS key_length, x.indcollation::oid[] AS collations,
                    x.indclass::oid[] AS operator_classes, x.indoption::int2[] AS options,
                    CASE WHEN x.indexprs IS NOT NULL THEN ARRAY(
                        SELECT pg_get_indexdef(x.indexrelid, k, false)
                          FROM generate_series(1, x.indnkeyatts) k ORDER BY k)
                    END AS expressions,
                    x.indisunique, x.indisprimary, x.indnullsnotdistinct, x.indisvalid,
                    pg_get_expr(x.indpred, x.indrelid) AS predicate,
                    pg_get_indexdef(x.indexrelid) AS definition
               FROM pg_index x
               JOIN pg_class i ON i.oid = x.indexrelid
               JOIN pg_am am ON am.oid = i.relam
               JOIN pg_namespace n ON n.oid = i.relnamespace
              WHERE {USER_SCHEMA}"
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        let columns: Vec<i16> = row.try_get("columns")?;
        let length = row.try_get::<_, i16>("key_length")? as usize;
        let collations: Vec<Oid> = row.try_get("collations")?;
        let classes: Vec<Oid> = row.try_get("operator_classes")?;
        let options: Vec<i16> = row.try_get("options")?;
        let expressions: Option<Vec<Option<String>>> = row.try_get("expressions")?;
        let expression = |at: usize| expressions.as_ref()?.get(at)?.clone();
        let keys = (0..length.min(columns.len())).map(|at| IndexKey {
            on: match columns[at] {
                0 => Indexed::Expression(expression(at).unwrap_or_default()),
                column => Indexed::Column(column),
            },
            collation: collations.get(at).copied().filter(|&oid| oid != Oid(0)),
            operator_class: classes.get(at).copied().unwrap_or(Oid(0)),
            descending: options.get(at).is_some_and(|bits| bits & 1 != 0),
            nulls_first: options.get(at).is_some_and(|bits| bits & 2 != 0),
        });
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            method: row.try_get("method")?,
            keys: keys.collect(),
            included: columns.get(length..).unwrap_or_default().to_vec(),
            unique: row.try_get("indisunique")?,
            primary: row.try_get("indisprimary")?,
            nulls_not_distinct: row.try_get("indnullsnotdistinct")?,
            valid: row.try_get("indisvalid")?,
            predicate: row.try_get("predicate")?,
            definition: row
                .try_get::<_, Option<_>>("definition")?
                .unwrap_or_default(),
        })
    }
}
