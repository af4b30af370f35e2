use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::columns::Column;
use crate::error::Part;
use crate::ident::qualified;
use crate::oid::Oid;
use crate::section::{Decoded, Section, USER_SCHEMA, extension_join};
use crate::server::Version;

/// A data type: all of the users', and those of the server's own that something here uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataType {
    /// Its number.
    pub oid: Oid,
    /// Its schema.
    pub schema: String,
    /// Its name in the catalogs, such as `int4`.
    pub name: String,
    /// Its name as SQL, such as `integer`.
    pub formatted: String,
    /// Its owner.
    pub owner: Oid,
    /// Who may use it.
    pub acl: Acl,
    /// The letter of its category: `N` number, `S` string, `A` array, `E` enum, …
    pub category: char,
    /// What sort of type it is.
    pub shape: Shape,
    /// The type of arrays of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<Oid>,
    /// Its collation, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Oid>,
    /// The extension that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
}

/// What sort of type it is, with what that sort is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A scalar with input and output functions.
    Base,
    /// An array.
    Array {
        /// The type of its elements.
        element: Oid,
    },
    /// One of several words.
    Enum {
        /// The words, in their order.
        labels: Vec<String>,
    },
    /// A narrowed type.
    Domain(Domain),
    /// A row.
    Composite {
        /// The relation whose rows these are, or the type's own hidden one.
        relation: Oid,
        /// The fields of a free-standing type; empty for the rows of a table or view.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attributes: Vec<Column>,
    },
    /// A range.
    Range {
        /// The type of its bounds.
        subtype: Oid,
    },
    /// Several ranges.
    Multirange {
        /// The type of its ranges.
        range: Oid,
    },
    /// For signatures only, such as `anyelement`.
    Pseudo,
}

/// What a domain adds to its base type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The type it narrows, perhaps a domain itself.
    pub base: Oid,
    /// The base type with its modifier, as SQL.
    pub formatted_base: String,
    /// It accepts no null.
    pub not_null: bool,
    /// Its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Its checks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<DomainCheck>,
}

/// A check of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainCheck {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// What must not be false; the value is called `VALUE`.
    pub expression: String,
    /// Whether existing values were checked too.
    pub validated: bool,
}

impl DataType {
    /// `schema.name`, quoted as PostgreSQL would.
    pub fn qualified_name(&self) -> String {
        qualified(&self.schema, &self.name)
    }

    /// The types it is built from, one step down.
    pub fn made_of(&self) -> Vec<Oid> {
        match &self.shape {
            Shape::Array { element: part }
            | Shape::Range { subtype: part }
            | Shape::Multirange { range: part } => vec![*part],
            Shape::Domain(domain) => vec![domain.base],
            Shape::Composite { attributes, .. } => attributes
                .iter()
                .map(|attribute| attribute.type_oid)
                .collect(),
            Shape::Base | Shape::Enum { .. } | Shape::Pseudo => Vec::new(),
        }
    }
}

impl Section for DataType {
    const PART: Part = Part::Types;

    fn sql(_: Version) -> String {
        // Every table brings a row type and an array of it: those are read only where something
        // else uses them. Which of the server's own types stay is decided after reading.
        format!(
            "SELECT t.oid, n.nspname AS schema, t.typname AS name,
                    format_type(t.oid, NULL) AS formatted, t.typowner AS owner, acl.*,
                    t.typcategory AS category, t.typtype AS kind,
                    nullif(t.typrelid, 0) AS relation, nullif(t.typarray, 0) AS array,
                    nullif(t.typcollation, 0) AS collation,
                    CASE WHEN t.typsubscript = 'array_subscript_handler'::regproc
                         THEN t.typelem END AS element,
                    CASE t.typtype
                        WHEN 'r' THEN (SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid)
                        WHEN 'm' THEN (SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = t.oid)
                    END AS subtype,
                    CASE WHEN t.typtype = 'e' THEN ARRAY(
                        SELECT e.enumlabel FROM pg_enum e
                         WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) END AS labels,
                    t.typbasetype AS base, t.typnotnull AS not_null,
                    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
                         END AS formatted_base,
                    CASE WHEN t.typtype = 'd'
                         THEN coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault)
                         END AS default,
                    extension.refobjid AS extension
               FROM pg_type t
               JOIN pg_namespace n ON n.oid = t.typnamespace
               LEFT JOIN pg_type item ON item.oid = t.typelem
               LEFT JOIN pg_class c
                      ON c.oid = CASE t.typrelid WHEN 0 THEN item.typrelid ELSE t.typrelid END
                     AND c.relkind <> 'c'
               {extension} {acl}
              WHERE ({USER_SCHEMA} AND (c.oid IS NULL OR t.oid IN (
                        SELECT d.refobjid FROM pg_depend d
                         WHERE d.refclassid = 'pg_type'::regclass AND d.deptype = 'n')))
                 OR (n.nspname IN ('pg_catalog', 'information_schema')
                     AND (c.oid IS NULL OR t.oid IN (
                        SELECT d.refobjid FROM pg_depend d
                         WHERE d.refclassid = 'pg_type'::regclass AND d.objid >= 16384)))",
            extension = extension_join("pg_type", "t.oid"),
            acl = acl::join("t.typacl", "acldefault('T', t.typowner)"),
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        let kind = char::from(row.try_get::<_, i8>("kind")? as u8);
        let subtype = || Ok(row.try_get::<_, Option<Oid>>("subtype")?.unwrap_or(Oid(0)));
        let shape = match kind {
            'c' => Shape::Composite {
                relation: row.try_get::<_, Option<Oid>>("relation")?.unwrap_or(Oid(0)),
                attributes: Vec::new(),
            },
            'd' => Shape::Domain(Domain {
                base: row.try_get("base")?,
                formatted_base: row.try_get("formatted_base")?,
                not_null: row.try_get("not_null")?,
                default: row.try_get("default")?,
                checks: Vec::new(),
            }),
            'e' => Shape::Enum {
                labels: row.try_get("labels")?,
            },
            'p' => Shape::Pseudo,
            'r' => Shape::Range {
                subtype: subtype()?,
            },
            'm' => Shape::Multirange { range: subtype()? },
            _ => match row.try_get("element")? {
                Some(element) => Shape::Array { element },
                None => Shape::Base,
            },
        };
        Ok(Self {
            oid: row.try_get("oid")?,
            schema: row.try_get("schema")?,
            name: row.try_get("name")?,
            formatted: row.try_get("formatted")?,
            owner: row.try_get("owner")?,
            acl: acl::decode(row)?,
            category: char::from(row.try_get::<_, i8>("category")? as u8),
            shape,
            array: row.try_get("array")?,
            collation: row.try_get("collation")?,
            extension: row.try_get("extension")?,
        })
    }
}

impl Section for DomainCheck {
    const PART: Part = Part::DomainChecks;

    fn sql(_: Version) -> String {
        "SELECT k.contypid AS of, k.oid, k.conname AS name, k.convalidated AS validated,
                pg_get_expr(k.conbin, 0) AS expression
           FROM pg_constraint k
          WHERE k.contypid <> 0 AND k.contype = 'c'"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            expression: row
                .try_get::<_, Option<_>>("expression")?
                .unwrap_or_default(),
            validated: row.try_get("validated")?,
        })
    }
}
