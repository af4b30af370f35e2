use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::coded::coded;
use crate::error::Part;
use crate::ident::qualified;
use crate::oid::Oid;
use crate::section::{Decoded, Section, USER_SCHEMA, comment_join, extension_join};
use crate::server::Version;
use crate::settings::options;

coded! {
    /// What sort of routine it is.
    pub enum FunctionKind {
        /// A function.
        Function = 'f',
        /// A procedure, for `CALL`.
        Procedure = 'p',
        /// An aggregate.
        Aggregate = 'a',
        /// A window function.
        Window = 'w',
    }
}

coded! {
    /// What the planner may assume about repeated calls.
    pub enum Volatility {
        /// The same for ever: folded into cached plans.
        Immutable = 'i',
        /// The same within a statement.
        Stable = 's',
        /// Anything.
        Volatile = 'v',
    }
}

coded! {
    /// Whether it may run in a parallel worker.
    pub enum Parallel {
        /// Yes.
        Safe = 's',
        /// In the leader only.
        Restricted = 'r',
        /// It forbids parallel plans.
        Unsafe = 'u',
    }
}

coded! {
    /// Which way an argument goes.
    pub enum ArgumentMode {
        /// In.
        In = 'i',
        /// Out.
        Out = 'o',
        /// Both.
        InOut = 'b',
        /// In, any number of them.
        Variadic = 'v',
        /// A column of the table it returns.
        Table = 't',
    }
}

/// An argument of a function, or a column of its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which way it goes.
    pub mode: ArgumentMode,
    /// Its type.
    pub type_oid: Oid,
}

/// A function, procedure, aggregate or window function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::struct_excessive_bools)] // PostgreSQL's own flags
pub struct Function {
    /// Its number.
    pub oid: Oid,
    /// Its schema.
    pub schema: String,
    /// Its name; several functions may share it.
    pub name: String,
    /// What sort of routine it is.
    pub kind: FunctionKind,
    /// Its owner.
    pub owner: Oid,
    /// Who may execute it. The server's default is everybody.
    pub acl: Acl,
    /// The types of its input arguments as SQL: with the name, what identifies it.
    pub input_types: Vec<String>,
    /// Its arguments with names, modes and defaults, as SQL.
    pub signature: String,
    /// All arguments, those it returns through included.
    pub arguments: Vec<Argument>,
    /// How many of the last input arguments have defaults.
    pub defaults: i16,
    /// The type it returns.
    pub returns: Oid,
    /// What it returns, as SQL; none for a procedure.
    pub result: Option<String>,
    /// It returns any number of rows.
    pub set_returning: bool,
    /// How many rows the planner takes it to return; 0 for one that returns a value.
    #[serde(default)]
    pub rows: i64,
    /// The language of its body.
    pub language: String,
    /// What the planner may assume.
    pub volatility: Volatility,
    /// Whether it may run in parallel.
    pub parallel: Parallel,
    /// It runs as its owner.
    pub security_definer: bool,
    /// Its owner claims that it reveals nothing of its arguments: it runs before policies.
    pub leakproof: bool,
    /// A null argument gives null without a call.
    pub strict: bool,
    /// Parameters it sets while it runs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    /// The text of its body; for C and internal functions a symbol.
    pub body: String,
    /// Its body where it is standard SQL (`BEGIN ATOMIC`, `RETURN`), which has parsed references.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql_body: Option<String>,
    /// The extension that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Function {
    /// `schema.name(type,type)`, quoted as PostgreSQL would.
    pub fn qualified_name(&self) -> String {
        let types = self.input_types.join(",");
        format!("{}({types})", qualified(&self.schema, &self.name))
    }
}

impl Section for Function {
    const PART: Part = Part::Functions;

    fn sql(_: Version) -> String {
        // Of the server's own functions: those users' objects refer to, and those whose privileges
        // somebody changed.
        format!(
            "SELECT p.oid, n.nspname AS schema, p.proname AS name, p.prokind AS kind,
                    p.proowner AS owner, acl.*,
                    ARRAY(SELECT format_type(t, NULL)
                            FROM unnest(p.proargtypes) WITH ORDINALITY u (t, at)
                           ORDER BY at) AS input_types,
                    pg_get_function_arguments(p.oid) AS signature,
                    p.proargtypes::oid[] AS types, p.proallargtypes AS all_types,
                    p.proargnames AS names, p.proargmodes AS modes,
                    p.pronargdefaults AS defaults,
                    p.prorettype AS returns, pg_get_function_result(p.oid) AS result,
                    p.proretset AS set_returning, p.prorows::int8 AS rows, l.lanname AS language,
                    p.provolatile AS volatility, p.proparallel AS parallel,
                    p.prosecdef AS security_definer, p.proleakproof AS leakproof,
                    p.proisstrict AS strict, p.proconfig AS settings, p.prosrc AS body,
                    CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid)
                         END AS sql_body,
                    extension.refobjid AS extension, comment.description AS comment
               FROM pg_proc p
               JOIN pg_namespace n ON n.oid = p.pronamespace
               JOIN pg_language l ON l.oid = p.prolang
               {extension} {comment} {acl}
              WHERE p.oid IN (
                    SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                     WHERE {USER_SCHEMA}
                    UNION
                    SELECT d.refobjid FROM pg_depend d
                     WHERE d.refclassid = 'pg_proc'::regclass AND d.objid >= 16384
                    UNION
                    SELECT t.tgfoid FROM pg_trigger t WHERE NOT t.tgisinternal
                    UNION
                    SELECT p.oid FROM pg_proc p
                      LEFT JOIN pg_init_privs i ON i.classoid = 'pg_proc'::regclass
                           AND i.objoid = p.oid AND i.objsubid = 0
                     WHERE p.proacl IS DISTINCT FROM i.initprivs)",
            extension = extension_join("pg_proc", "p.oid"),
            comment = comment_join("pg_proc", "p.oid", "0"),
            acl = acl::join("p.proacl", "acldefault('f', p.proowner)"),
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            schema: row.try_get("schema")?,
            name: row.try_get("name")?,
            kind: row.try_get("kind")?,
            owner: row.try_get("owner")?,
            acl: acl::decode(row)?,
            input_types: row.try_get("input_types")?,
            signature: row
                .try_get::<_, Option<_>>("signature")?
                .unwrap_or_default(),
            arguments: arguments(row)?,
            defaults: row.try_get("defaults")?,
            returns: row.try_get("returns")?,
            result: row.try_get("result")?,
            set_returning: row.try_get("set_returning")?,
            rows: row.try_get("rows")?,
            language: row.try_get("language")?,
            volatility: row.try_get("volatility")?,
            parallel: row.try_get("parallel")?,
            security_definer: row.try_get("security_definer")?,
            leakproof: row.try_get("leakproof")?,
            strict: row.try_get("strict")?,
            settings: options(row.try_get("settings")?),
            body: row.try_get("body")?,
            sql_body: row.try_get("sql_body")?,
            extension: row.try_get("extension")?,
            comment: row.try_get("comment")?,
        })
    }
}

/// The arguments. The catalogs leave `modes` and `all_types` out where all are plain inputs.
fn arguments(row: &Row) -> Decoded<Vec<Argument>> {
    let inputs: Vec<Oid> = row.try_get("types")?;
    let all: Option<Vec<Oid>> = row.try_get("all_types")?;
    let names: Option<Vec<String>> = row.try_get("names")?;
    let modes: Option<Vec<ArgumentMode>> = row.try_get("modes")?;
    let arguments = all
        .unwrap_or(inputs)
        .into_iter()
        .enumerate()
        .map(|(at, type_oid)| Argument {
            name: names
                .as_ref()
                .and_then(|names| names.get(at))
                .filter(|name| !name.is_empty())
                .cloned(),
            mode: modes
                .as_ref()
                .and_then(|modes| modes.get(at))
                .copied()
                .unwrap_or(ArgumentMode::In),
            type_oid,
        });
    Ok(arguments.collect())
}
