use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::coded::coded;
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

coded! {
    /// The sort of objects a default privilege is for.
    pub enum DefaultFor {
        /// Tables, views and their like.
        Tables = 'r',
        /// Sequences.
        Sequences = 'S',
        /// Functions and procedures.
        Functions = 'f',
        /// Types.
        Types = 'T',
        /// Schemas.
        Schemas = 'n',
        /// Large objects (18 and newer).
        LargeObjects = 'L',
    }
}

/// What objects that a role makes later will give to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultPrivilege {
    /// Whose future objects.
    pub role: Oid,
    /// In which schema; none: in every one, and then the list stands for the server's default.
    pub schema: Option<Oid>,
    /// Which sort of objects.
    pub objects: DefaultFor,
    /// What is given. With a schema it comes on top of the list without one.
    pub acl: Acl,
}

impl Section for DefaultPrivilege {
    const PART: Part = Part::DefaultPrivileges;

    fn sql(_: Version) -> String {
        format!(
            "SELECT d.defaclrole AS role, nullif(d.defaclnamespace, 0) AS schema,
                    d.defaclobjtype AS objects, acl.*
               FROM pg_default_acl d {}",
            acl::join("d.defaclacl", "NULL::aclitem[]")
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            role: row.try_get("role")?,
            schema: row.try_get("schema")?,
            objects: row.try_get("objects")?,
            acl: acl::decode(row)?,
        })
    }
}
