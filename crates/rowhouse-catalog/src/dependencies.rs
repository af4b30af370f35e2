use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section, USER_SCHEMA};
use crate::server::Version;

/// An object that refers to others or is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    /// A relation; as the one that refers: a view's query.
    Relation(Oid),
    /// A column of a relation; as the one that refers: its default or generation expression.
    Column(Oid, i16),
    /// A function; as the one that refers: its standard SQL body or argument defaults.
    Function(Oid),
    /// An operator.
    Operator(Oid),
    /// A data type; as the one that refers: a domain's default.
    Type(Oid),
    /// A policy.
    Policy(Oid),
    /// A rewrite rule, other than the one that makes a view.
    Rule(Oid),
    /// A constraint.
    Constraint(Oid),
    /// An index.
    Index(Oid),
    /// A trigger.
    Trigger(Oid),
}

/// One object refers to another, by the server's own books (`pg_depend`).
///
/// The server keeps no books on its built-in functions and base catalogs, and none on bodies that
/// are text (`plpgsql`, quoted SQL): those must be read in the definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    /// Who refers.
    pub from: Object,
    /// To what.
    pub to: Object,
}

impl Section for Dependency {
    const PART: Part = Part::Dependencies;

    fn sql(_: Version) -> String {
        // `kind` of the referring side; a view's rule is told as the view, a default as its column.
        format!(
            "WITH source (classid, objid, kind, oid, number) AS (
                SELECT 'pg_rewrite'::regclass::oid, r.oid,
                       CASE WHEN c.relkind IN ('v', 'm') AND r.ev_type = '1'
                            THEN 'relation' ELSE 'rule' END,
                       CASE WHEN c.relkind IN ('v', 'm') AND r.ev_type = '1'
                            THEN c.oid ELSE r.oid END, 0
                  FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
                  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {USER_SCHEMA}
                UNION ALL
                SELECT 'pg_attrdef'::regclass, a.oid, 'column', a.adrelid, a.adnum
                  FROM pg_attrdef a
                UNION ALL
                SELECT 'pg_proc'::regclass, p.oid, 'function', p.oid, 0
                  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                 WHERE {USER_SCHEMA}
                UNION ALL
                SELECT 'pg_policy'::regclass, p.oid, 'policy', p.oid, 0 FROM pg_policy p
                UNION ALL
                SELECT 'pg_trigger'::regclass, t.oid, 'trigger', t.oid, 0
                  FROM pg_trigger t WHERE NOT t.tgisinternal
                UNION ALL
                SELECT 'pg_constraint'::regclass, k.oid, 'constraint', k.oid, 0
                  FROM pg_constraint k WHERE k.contype IN ('c', 'x')
                UNION ALL
                SELECT 'pg_class'::regclass, x.indexrelid, 'index', x.indexrelid, 0
                  FROM pg_index x WHERE x.indexprs IS NOT NULL OR x.indpred IS NOT NULL
                UNION ALL
                SELECT 'pg_type'::regclass, t.oid, 'type', t.oid, 0
                  FROM pg_type t WHERE t.typtype = 'd'
            )
            SELECT DISTINCT s.kind, s.oid, s.number::int2 AS number,
                   CASE d.refclassid WHEN 'pg_class'::regclass THEN 'relation'
                        WHEN 'pg_proc'::regclass THEN 'function'
                        WHEN 'pg_operator'::regclass THEN 'operator' ELSE 'type' END AS to_kind,
                   d.refobjid AS to_oid, d.refobjsubid::int2 AS to_number
              FROM source s
              JOIN pg_depend d ON d.classid = s.classid AND d.objid = s.objid AND d.objsubid = 0
             WHERE d.deptype IN ('n', 'a')
               AND (d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass,
                                     'pg_operator'::regclass)
                 OR d.refclassid = 'pg_type'::regclass AND s.kind = 'function')
               AND NOT (d.refclassid = 'pg_class'::regclass
                        AND (s.kind IN ('constraint', 'index', 'trigger') AND d.deptype = 'a'
                          OR s.kind = 'column' AND d.refobjid = s.oid AND d.refobjsubid = s.number
                          OR s.kind = 'relation' AND d.refobjid = s.oid
                          OR s.kind IN ('policy', 'rule') AND d.deptype = 'a' AND d.refobjsubid = 0))"
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        let object = |kind: &str, oid: Oid, number: i16| match kind {
            "relation" if number == 0 => Object::Relation(oid),
            "relation" | "column" => Object::Column(oid, number),
            "function" => Object::Function(oid),
            "operator" => Object::Operator(oid),
            "policy" => Object::Policy(oid),
            "rule" => Object::Rule(oid),
            "constraint" => Object::Constraint(oid),
            "index" => Object::Index(oid),
            "trigger" => Object::Trigger(oid),
            _ => Object::Type(oid),
        };
        Ok(Self {
            from: object(
                row.try_get("kind")?,
                row.try_get("oid")?,
                row.try_get("number")?,
            ),
            to: object(
                row.try_get("to_kind")?,
                row.try_get("to_oid")?,
                row.try_get("to_number")?,
            ),
        })
    }
}
