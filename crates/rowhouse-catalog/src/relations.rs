use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::coded::coded;
use crate::columns::Column;
use crate::constraints::{Check, Exclusion, ForeignKey, Key};
use crate::error::Part;
use crate::foreign::ForeignTable;
use crate::ident::qualified;
use crate::indexes::Index;
use crate::oid::Oid;
use crate::origins::{Origin, origins};
use crate::policies::Policy;
use crate::section::{Decoded, Section, comment_join, extension_join};
use crate::sequences::Sequence;
use crate::server::Version;
use crate::settings::options;
use crate::triggers::{Rule, Trigger};

coded! {
    /// What sort of relation it is.
    pub enum RelationKind {
        /// An ordinary table, a partition included.
        Table = 'r',
        /// A table whose rows live in partitions.
        PartitionedTable = 'p',
        /// A view.
        View = 'v',
        /// A materialized view.
        MaterializedView = 'm',
        /// A table that lives elsewhere.
        ForeignTable = 'f',
        /// A sequence.
        Sequence = 'S',
    }
}

coded! {
    /// How long its rows last.
    pub enum Persistence {
        /// Written to the log.
        Permanent = 'p',
        /// Not written to the log: empty after a crash.
        Unlogged = 'u',
        /// For one session.
        Temporary = 't',
    }
}

coded! {
    /// What of an old row goes to logical decoding.
    pub enum ReplicaIdentity {
        /// The primary key.
        Default = 'd',
        /// Nothing.
        Nothing = 'n',
        /// The whole row.
        Full = 'f',
        /// The columns of a chosen index.
        Index = 'i',
    }
}

/// Which commands reach rows through the relation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // three commands and how they get there
pub struct Updatable {
    /// `INSERT` works.
    pub insert: bool,
    /// `UPDATE` works.
    pub update: bool,
    /// `DELETE` works.
    pub delete: bool,
    /// A view the server rewrites by itself, without rules or `INSTEAD OF` triggers.
    pub automatic: bool,
}

/// A table, view or sequence with everything that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // independent properties, as the catalogs keep them
pub struct Relation {
    /// Its number.
    pub oid: Oid,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// What sort of relation it is.
    pub kind: RelationKind,
    /// Its owner.
    pub owner: Oid,
    /// Who may do what with it.
    pub acl: Acl,
    /// Row security is enabled.
    pub row_security: bool,
    /// Row security holds for the owner too.
    pub force_row_security: bool,
    /// How long its rows last.
    pub persistence: Persistence,
    /// It is a partition of its parent.
    pub is_partition: bool,
    /// The bounds of the partition, such as `FOR VALUES IN ('a')`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_bound: Option<String>,
    /// How a partitioned table is divided, such as `LIST (region)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<String>,
    /// The tables it inherits from, a partitioned one included, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Oid>,
    /// The type of its rows.
    pub row_type: Option<Oid>,
    /// Its table access method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_method: Option<String>,
    /// What of an old row goes to logical decoding.
    pub replica_identity: ReplicaIdentity,
    /// Storage and view options as written. See [`Relation::security_invoker`] and its siblings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The query of a view or materialized view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// The columns of a view or materialized view that are other relations' columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Which commands reach rows through it. Not known for a foreign table: asking would run its
    /// wrapper.
    pub updatable: Option<Updatable>,
    /// The extension that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Its columns, without dropped ones.
    pub columns: Vec<Column>,
    /// Its primary key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    /// Its unique constraints. Unique indexes without a constraint are in `indexes` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique: Vec<Key>,
    /// Its foreign keys to other tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// Its check constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Its exclusion constraints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// Its indexes, those behind constraints included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Its policies, in force only where `row_security` is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Policy>,
    /// Its triggers, without those the server makes for foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Trigger>,
    /// Its rewrite rules, without the one that makes a view a view.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What a sequence counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Sequence>,
    /// Where a foreign table lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignTable>,
}

impl Relation {
    /// `schema.name`, quoted as PostgreSQL would.
    pub fn qualified_name(&self) -> String {
        qualified(&self.schema, &self.name)
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column of this number.
    pub fn column_at(&self, number: i16) -> Option<&Column> {
        let at = self
            .columns
            .binary_search_by_key(&number, |column| column.number);
        at.ok().map(|index| &self.columns[index])
    }

    /// Whether it came with the server.
    pub fn is_system(&self) -> bool {
        self.schema.starts_with("pg_") || self.schema == "information_schema"
    }

    /// A table that holds rows or is divided into such: the kinds that can have policies.
    pub fn is_table(&self) -> bool {
        matches!(
            self.kind,
            RelationKind::Table | RelationKind::PartitionedTable
        )
    }

    /// Whether a view reads as the role that queries it instead of as its owner.
    pub fn security_invoker(&self) -> bool {
        self.flag("security_invoker")
    }

    /// Whether a view keeps functions of the query away from rows it filters out.
    pub fn security_barrier(&self) -> bool {
        self.flag("security_barrier")
    }

    /// `local` or `cascaded`, where a view checks what is written through it.
    pub fn check_option(&self) -> Option<&str> {
        self.options.get("check_option").map(String::as_str)
    }

    fn flag(&self, option: &str) -> bool {
        self.options.get(option).is_some_and(|value| is_true(value))
    }
}

/// Which relations are read, for a `pg_class` named `c` in a `pg_namespace` named `n`: the users',
/// and of the server's own those that users' objects refer to or whose privileges somebody changed.
pub(crate) const WANTED: &str = "(n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     OR n.nspname IN ('pg_catalog', 'information_schema') AND c.oid IN (
        SELECT d.refobjid FROM pg_depend d
         WHERE d.refclassid = 'pg_class'::regclass AND d.objid >= 16384)
     OR n.nspname = 'pg_catalog' AND c.relacl IS DISTINCT FROM (
        SELECT p.initprivs FROM pg_init_privs p
         WHERE p.classoid = 'pg_class'::regclass AND p.objoid = c.oid AND p.objsubid = 0))";

/// How the server reads a boolean option: any unambiguous beginning of the words, in any case.
fn is_true(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let begins = |word: &str| !value.is_empty() && word.starts_with(&value);
    begins("true") || begins("yes") || value == "on" || value == "1"
}

impl Section for Relation {
    const PART: Part = Part::Relations;

    fn sql(_: Version) -> String {
        // pg_relation_is_updatable() opens the relation, so it is
        // asked about views only; for the other kinds the answer is fixed.
        format!(
            "SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
                    c.relowner AS owner, acl.*, c.relrowsecurity, c.relforcerowsecurity,
                    c.relpersistence, c.relispartition, c.relreplident,
                    CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS bound,
                    CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
                    CASE WHEN c.relhassubclass OR c.relkind IN ('r', 'p', 'f') THEN ARRAY(
                        SELECT i.inhparent FROM pg_inherits i
                         WHERE i.inhrelid = c.oid ORDER BY i.inhseqno) END AS parents,
                    nullif(c.reltype, 0) AS row_type, am.amname AS access_method, c.reloptions,
                    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition,
                    (SELECT r.ev_action::text FROM pg_rewrite r
                      WHERE r.ev_class = c.oid AND r.ev_type = '1' AND r.is_instead
                        AND c.relkind IN ('v', 'm')) AS query,
                    CASE c.relkind
                        WHEN 'v' THEN pg_relation_is_updatable(c.oid, true)
                        WHEN 'r' THEN 28 WHEN 'p' THEN 28 WHEN 'f' THEN NULL ELSE 0
                    END AS commands,
                    c.relkind = 'v' AND pg_relation_is_updatable(c.oid, false) <> 0 AS automatic,
                    extension.refobjid AS extension, comment.description AS comment
               FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace
               LEFT JOIN pg_am am ON am.oid = c.relam
               {extension} {comment} {acl}
              WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                AND {WANTED}",
            extension = extension_join("pg_class", "c.oid"),
            comment = comment_join("pg_class", "c.oid", "0"),
            acl = acl::join(
                "c.relacl",
                "acldefault(CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, c.relowner)"
            ),
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        // The bits are 1 << CmdType: UPDATE 2, INSERT 3, DELETE 4.
        let commands: Option<i32> = row.try_get("commands")?;
        let automatic = row.try_get("automatic")?;
        Ok(Self {
            oid: row.try_get("oid")?,
            schema: row.try_get("schema")?,
            name: row.try_get("name")?,
            kind: row.try_get("kind")?,
            owner: row.try_get("owner")?,
            acl: acl::decode(row)?,
            row_security: row.try_get("relrowsecurity")?,
            force_row_security: row.try_get("relforcerowsecurity")?,
            persistence: row.try_get("relpersistence")?,
            is_partition: row.try_get("relispartition")?,
            partition_bound: row.try_get("bound")?,
            partition_key: row.try_get("partition_key")?,
            parents: row.try_get::<_, Option<_>>("parents")?.unwrap_or_default(),
            row_type: row.try_get("row_type")?,
            access_method: row.try_get("access_method")?,
            replica_identity: row.try_get("relreplident")?,
            options: options(row.try_get("reloptions")?),
            definition: row.try_get("definition")?,
            origins: row
                .try_get::<_, Option<&str>>("query")?
                .map(origins)
                .unwrap_or_default(),
            updatable: commands.map(|bits| Updatable {
                insert: bits & 1 << 3 != 0,
                update: bits & 1 << 2 != 0,
                delete: bits & 1 << 4 != 0,
                automatic,
            }),
            extension: row.try_get("extension")?,
            comment: row.try_get("comment")?,
            columns: Vec::new(),
            primary_key: None,
            unique: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
            policies: Vec::new(),
            triggers: Vec::new(),
            rules: Vec::new(),
            sequence: None,
            foreign: None,
        })
    }
}
