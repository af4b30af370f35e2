use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};

/// A server version as PostgreSQL numbers them: 150018 is 15.18.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub i32);

impl Version {
    /// The major version, such as 15.
    pub fn major(self) -> i32 {
        self.0 / 10_000
    }

    /// The minor version, such as 18 in 15.18.
    pub fn minor(self) -> i32 {
        self.0 % 10_000
    }
}

/// The server, and who is reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// The version as a number.
    pub version: Version,
    /// The version as the server words it, with the distribution's addition.
    pub version_text: String,
    /// Whether the server is a standby.
    pub in_recovery: bool,
    /// The role that logged in.
    pub session_user: Oid,
    /// The role in force while reading.
    pub current_user: Oid,
    /// Whether the role in force is a superuser, and so saw everything.
    pub superuser: bool,
}

impl Section for Server {
    const PART: Part = Part::Server;

    fn sql(_: Version) -> String {
        "SELECT current_setting('server_version_num')::int4 AS version,
                current_setting('server_version') AS version_text,
                pg_is_in_recovery() AS in_recovery,
                session_role.oid AS session_user_oid,
                current_role_.oid AS current_user_oid,
                current_role_.rolsuper AS superuser
           FROM pg_roles session_role, pg_roles current_role_
          WHERE session_role.rolname = session_user
            AND current_role_.rolname = current_user"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            version: Version(row.try_get("version")?),
            version_text: row.try_get("version_text")?,
            in_recovery: row.try_get("in_recovery")?,
            session_user: row.try_get("session_user_oid")?,
            current_user: row.try_get("current_user_oid")?,
            superuser: row.try_get("superuser")?,
        })
    }
}

/// A view of the server's own whose text tells whether a repair script has been run.
///
/// Clusters made before the fix of CVE-2024-4317 keep the old, open definition after a minor
/// upgrade: only the text of the view shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemView {
    /// Its name in `pg_catalog`.
    pub name: String,
    /// Its query.
    pub definition: String,
}

impl Section for SystemView {
    const PART: Part = Part::SystemViews;

    fn sql(_: Version) -> String {
        "SELECT c.relname AS name, pg_get_viewdef(c.oid) AS definition
           FROM pg_class c
          WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'v'
            AND c.relname IN ('pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs')
          ORDER BY c.oid"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            name: row.try_get("name")?,
            definition: row.try_get("definition")?,
        })
    }
}
