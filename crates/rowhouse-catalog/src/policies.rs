use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::coded::coded;
use crate::error::Part;
use crate::oid::{Grantee, Oid};
use crate::section::{Decoded, Section};
use crate::server::Version;

coded! {
    /// The command a policy is for.
    pub enum PolicyCommand {
        /// Every command.
        All = '*',
        /// `SELECT`.
        Select = 'r',
        /// `INSERT`.
        Insert = 'a',
        /// `UPDATE`.
        Update = 'w',
        /// `DELETE`.
        Delete = 'd',
    }
}

/// A row security policy. What it refers to: [`Catalog::references_of`](crate::Catalog::references_of)
/// with [`Object::Policy`](crate::Object::Policy).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// The command it is for.
    pub command: PolicyCommand,
    /// Permissive policies open, OR'ed; restrictive ones narrow, AND'ed.
    pub permissive: bool,
    /// Whom it is for.
    pub roles: Vec<Grantee>,
    /// Which existing rows are visible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// Which new rows are accepted. Where absent on `ALL` and `UPDATE`, `using` holds for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_check: Option<String>,
}

impl Section for Policy {
    const PART: Part = Part::Policies;

    fn sql(_: Version) -> String {
        "SELECT p.polrelid AS of, p.oid, p.polname AS name, p.polcmd AS command,
                p.polpermissive AS permissive, p.polroles AS roles,
                pg_get_expr(p.polqual, p.polrelid) AS using,
                pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
           FROM pg_policy p"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        let mut roles: Vec<Grantee> = row.try_get("roles")?;
        roles.sort();
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            command: row.try_get("command")?,
            permissive: row.try_get("permissive")?,
            roles,
            using: row.try_get("using")?,
            with_check: row.try_get("with_check")?,
        })
    }
}
