use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::error::Part;
use crate::oid::{Grantee, Oid};
use crate::section::{Decoded, Section, extension_join};
use crate::server::Version;
use crate::settings::options;

/// Where a foreign table lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignTable {
    /// The foreign server.
    pub server: Oid,
    /// Its options, such as the remote table's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

impl Section for ForeignTable {
    const PART: Part = Part::ForeignTables;

    fn sql(_: Version) -> String {
        "SELECT f.ftrelid AS of, f.ftserver AS server, f.ftoptions AS options
           FROM pg_foreign_table f"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            server: row.try_get("server")?,
            options: options(row.try_get("options")?),
        })
    }
}

/// A foreign server with its wrapper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignServer {
    /// Its number.
    pub oid: Oid,
    /// Its name.
    pub name: String,
    /// Its owner.
    pub owner: Oid,
    /// Who may make tables on it.
    pub acl: Acl,
    /// The foreign-data wrapper, such as `postgres_fdw`.
    pub wrapper: String,
    /// Who may make servers with the wrapper.
    pub wrapper_usable_by_public: bool,
    /// Its options, such as the host.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The extension that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Oid>,
}

impl Section for ForeignServer {
    const PART: Part = Part::ForeignServers;

    fn sql(_: Version) -> String {
        format!(
            "SELECT s.oid, s.srvname AS name, s.srvowner AS owner, acl.*, w.fdwname AS wrapper,
                    EXISTS (SELECT FROM aclexplode(w.fdwacl) e WHERE e.grantee = 0) AS public,
                    s.srvoptions AS options, extension.refobjid AS extension
               FROM pg_foreign_server s
               JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
               {} {}",
            extension_join("pg_foreign_server", "s.oid"),
            acl::join("s.srvacl", "acldefault('S', s.srvowner)"),
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            oid: row.try_get("oid")?,
            name: row.try_get("name")?,
            owner: row.try_get("owner")?,
            acl: acl::decode(row)?,
            wrapper: row.try_get("wrapper")?,
            wrapper_usable_by_public: row.try_get("public")?,
            options: options(row.try_get("options")?),
            extension: row.try_get("extension")?,
        })
    }
}

/// That a role has a login on a foreign server. Its options hold secrets and are not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserMapping {
    /// The foreign server.
    pub server: Oid,
    /// Whose login it is.
    pub user: Grantee,
}

impl Section for UserMapping {
    const PART: Part = Part::UserMappings;

    fn sql(_: Version) -> String {
        "SELECT m.srvid AS server, m.umuser AS user FROM pg_user_mappings m".into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            server: row.try_get("server")?,
            user: row.try_get("user")?,
        })
    }
}
