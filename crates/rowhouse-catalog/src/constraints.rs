use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::coded::coded;
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section, USER_SCHEMA};
use crate::server::Version;

coded! {
    /// What happens to referencing rows when the referenced one goes or changes.
    pub enum Action {
        /// An error at the end of the statement or later.
        NoAction = 'a',
        /// An error at once.
        Restrict = 'r',
        /// They follow.
        Cascade = 'c',
        /// Their columns become null.
        SetNull = 'n',
        /// Their columns take their defaults.
        SetDefault = 'd',
    }
}

coded! {
    /// What a composite foreign key makes of nulls.
    pub enum Match {
        /// One null switches the check off.
        Simple = 's',
        /// All or none must be null.
        Full = 'f',
        /// Not implemented by the server.
        Partial = 'p',
    }
}

/// When and whether a constraint is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // PostgreSQL's own flags
pub struct Enforcement {
    /// The check can wait until commit.
    pub deferrable: bool,
    /// It waits unless told otherwise.
    pub deferred: bool,
    /// Rows from before the constraint were checked too.
    pub validated: bool,
    /// It is checked at all (18 and newer know `NOT ENFORCED`).
    pub enforced: bool,
}

/// A primary key or unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// The column numbers, in key order.
    pub columns: Vec<i16>,
    /// The index that enforces it.
    pub index: Oid,
    /// When it is checked.
    pub enforcement: Enforcement,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// The referencing table, on which it hangs.
    pub relation: Oid,
    /// The referencing column numbers.
    pub columns: Vec<i16>,
    /// The referenced table.
    pub referenced: Oid,
    /// The referenced column numbers, in the order of `columns`.
    pub referenced_columns: Vec<i16>,
    /// What follows a delete of the referenced row.
    pub on_delete: Action,
    /// The columns that `SET NULL` or `SET DEFAULT` on delete touches; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_delete_columns: Vec<i16>,
    /// What follows a change of the referenced key.
    pub on_update: Action,
    /// What it makes of nulls.
    pub match_kind: Match,
    /// The foreign key on the parent table that it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Oid>,
    /// When it is checked.
    pub enforcement: Enforcement,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// The columns it looks at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<i16>,
    /// What must not be false.
    pub expression: String,
    /// When it is checked.
    pub enforcement: Enforcement,
}

/// An exclusion constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// The columns it compares; 0 stands for an expression.
    pub columns: Vec<i16>,
    /// The operators it compares with, one per column.
    pub operators: Vec<Oid>,
    /// The index that enforces it.
    pub index: Oid,
    /// The whole of it as SQL.
    pub definition: String,
}

/// Any constraint of a table, before it is sorted into its list.
pub(crate) enum Constraint {
    Primary(Key),
    Unique(Key),
    Foreign(ForeignKey),
    Check(Check),
    Exclusion(Exclusion),
}

impl Section for Constraint {
    const PART: Part = Part::Constraints;

    fn sql(version: Version) -> String {
        let enforced = if version.major() >= 18 {
            "k.conenforced"
        } else {
            "true"
        };
        format!(
            "SELECT k.conrelid AS of, k.oid, k.conname AS name, k.contype::text AS kind,
                    coalesce(k.conkey, '{{}}') AS columns, k.conindid AS index,
                    k.confrelid AS referenced, k.confkey AS referenced_columns,
                    k.confdeltype, k.confupdtype, k.confmatchtype, k.confdelsetcols,
                    k.conexclop AS operators, nullif(k.conparentid, 0) AS parent,
                    k.condeferrable, k.condeferred, k.convalidated, {enforced} AS enforced,
                    pg_get_expr(k.conbin, k.conrelid) AS expression,
                    CASE WHEN k.contype = 'x' THEN pg_get_constraintdef(k.oid) END AS definition
               FROM pg_constraint k
               JOIN pg_class c ON c.oid = k.conrelid
               JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND {USER_SCHEMA}"
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        let oid = row.try_get("oid")?;
        let name = row.try_get("name")?;
        let columns = row.try_get("columns")?;
        let enforcement = Enforcement {
            deferrable: row.try_get("condeferrable")?,
            deferred: row.try_get("condeferred")?,
            validated: row.try_get("convalidated")?,
            enforced: row.try_get("enforced")?,
        };
        Ok(match row.try_get("kind")? {
            kind @ ("p" | "u") => {
                let key = Key {
                    oid,
                    name,
                    columns,
                    index: row.try_get("index")?,
                    enforcement,
                };
                if kind == "p" {
                    Self::Primary(key)
                } else {
                    Self::Unique(key)
                }
            }
            "f" => Self::Foreign(ForeignKey {
                oid,
                name,
                relation: row.try_get("of")?,
                columns,
                referenced: row.try_get("referenced")?,
                referenced_columns: row.try_get("referenced_columns")?,
                on_delete: row.try_get("confdeltype")?,
                on_delete_columns: row
                    .try_get::<_, Option<_>>("confdelsetcols")?
                    .unwrap_or_default(),
                on_update: row.try_get("confupdtype")?,
                match_kind: row.try_get("confmatchtype")?,
                parent: row.try_get("parent")?,
                enforcement,
            }),
            "c" => Self::Check(Check {
                oid,
                name,
                columns,
                expression: row
                    .try_get::<_, Option<_>>("expression")?
                    .unwrap_or_default(),
                enforcement,
            }),
            _ => Self::Exclusion(Exclusion {
                oid,
                name,
                columns,
                operators: row
                    .try_get::<_, Option<_>>("operators")?
                    .unwrap_or_default(),
                index: row.try_get("index")?,
                definition: row
                    .try_get::<_, Option<_>>("definition")?
                    .unwrap_or_default(),
            }),
        })
    }
}
