use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::coded::coded;
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section, USER_SCHEMA};
use crate::server::Version;

coded! {
    /// In which replication roles a trigger or rule fires.
    pub enum Enabled {
        /// In sessions that are not replaying, the usual case.
        Origin = 'O',
        /// Never.
        Disabled = 'D',
        /// Only when replaying.
        Replica = 'R',
        /// Always.
        Always = 'A',
    }
}

/// When a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Before the row or statement.
    Before,
    /// After it.
    After,
    /// In its place, on a view.
    InsteadOf,
}

/// A trigger that somebody made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // one per event, as the catalogs keep them
pub struct Trigger {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// What it calls.
    pub function: Oid,
    /// When it fires.
    pub timing: Timing,
    /// Once per row, not once per statement.
    pub for_each_row: bool,
    /// On `INSERT`.
    pub insert: bool,
    /// On `UPDATE`.
    pub update: bool,
    /// The columns whose update fires it; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub update_columns: Vec<i16>,
    /// On `DELETE`.
    pub delete: bool,
    /// On `TRUNCATE`.
    pub truncate: bool,
    /// In which replication roles it fires.
    pub enabled: Enabled,
    /// A constraint trigger, which can be deferred.
    pub constraint: bool,
    /// The trigger on the parent table that it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Oid>,
    /// The whole of it as SQL.
    pub definition: String,
}

impl Section for Trigger {
    const PART: Part = Part::Triggers;

    fn sql(_: Version) -> String {
        "SELECT t.tgrelid AS of, t.oid, t.tgname AS name, t.tgfoid AS function,
                t.tgtype AS bits, t.tgattr::int2[] AS update_columns, t.tgenabled AS enabled,
                t.tgconstraint <> 0 AS is_constraint, nullif(t.tgparentid, 0) AS parent,
                pg_get_triggerdef(t.oid) AS definition
           FROM pg_trigger t
          WHERE NOT t.tgisinternal"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        // The bits of tgtype, from the server's catalog/pg_trigger.h.
        let bits: i16 = row.try_get("bits")?;
        let has = |bit: i16| bits & 1 << bit != 0;
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            function: row.try_get("function")?,
            timing: match (has(1), has(6)) {
                (_, true) => Timing::InsteadOf,
                (true, _) => Timing::Before,
                (false, false) => Timing::After,
            },
            for_each_row: has(0),
            insert: has(2),
            delete: has(3),
            update: has(4),
            truncate: has(5),
            update_columns: row.try_get("update_columns")?,
            enabled: row.try_get("enabled")?,
            constraint: row.try_get("is_constraint")?,
            parent: row.try_get("parent")?,
            definition: row
                .try_get::<_, Option<_>>("definition")?
                .unwrap_or_default(),
        })
    }
}

coded! {
    /// The command a rewrite rule catches.
    pub enum RuleEvent {
        /// `SELECT`.
        Select = '1',
        /// `UPDATE`.
        Update = '2',
        /// `INSERT`.
        Insert = '3',
        /// `DELETE`.
        Delete = '4',
    }
}

/// A rewrite rule that somebody made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// The command it catches.
    pub event: RuleEvent,
    /// It replaces the command instead of adding to it.
    pub instead: bool,
    /// In which replication roles it is in force.
    pub enabled: Enabled,
    /// The whole of it as SQL.
    pub definition: String,
}

impl Section for Rule {
    const PART: Part = Part::Rules;

    fn sql(_: Version) -> String {
        format!(
            "SELECT r.ev_class AS of, r.oid, r.rulename AS name, r.ev_type AS event,
                    r.is_instead AS instead, r.ev_enabled AS enabled,
                    pg_get_ruledef(r.oid) AS definition
               FROM pg_rewrite r
               JOIN pg_class c ON c.oid = r.ev_class
               JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE NOT (c.relkind IN ('v', 'm') AND r.ev_type = '1') AND {USER_SCHEMA}"
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            event: row.try_get("event")?,
            instead: row.try_get("instead")?,
            enabled: row.try_get("enabled")?,
            definition: row
                .try_get::<_, Option<_>>("definition")?
                .unwrap_or_default(),
        })
    }
}
