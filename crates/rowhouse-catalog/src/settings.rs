use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;

use crate::acl::{self, Acl};
use crate::error::Part;
use crate::oid::Oid;
use crate::section::{Decoded, Section};
use crate::server::Version;

/// A default of a run-time parameter for a role, a database or both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoleSetting {
    /// The role it holds for; none: every role.
    pub role: Option<Oid>,
    /// Whether it holds in this database only, not in all.
    pub in_database: bool,
    /// The parameter.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Section for RoleSetting {
    const PART: Part = Part::RoleSettings;

    fn sql(_: Version) -> String {
        "SELECT nullif(s.setrole, 0) AS role, s.setdatabase <> 0 AS in_database,
                split_part(entry, '=', 1) AS name,
                substr(entry, strpos(entry, '=') + 1) AS value
           FROM pg_db_role_setting s, unnest(s.setconfig) entry
          WHERE s.setdatabase = 0
             OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            role: row.try_get("role")?,
            in_database: row.try_get("in_database")?,
            name: row.try_get("name")?,
            value: row.try_get("value")?,
        })
    }
}

/// A run-time parameter of interest, as a new session of the reader gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The value `RESET` goes to. What the reading transaction sets for itself does not show.
    pub value: Option<String>,
    /// The value built into the server.
    pub boot_value: Option<String>,
    /// Who may set it and when: `user`, `superuser`, `postmaster`, …
    pub context: String,
}

impl Section for Parameter {
    const PART: Part = Part::Parameters;

    fn sql(_: Version) -> String {
        // Some of these are hidden from ordinary roles: then they are simply not in the list.
        "SELECT name, reset_val AS value, boot_val AS boot_value, context
           FROM pg_settings
          WHERE name IN ('allow_system_table_mods', 'check_function_bodies',
                'default_transaction_isolation', 'default_transaction_read_only',
                'default_table_access_method', 'local_preload_libraries', 'log_statement',
                'log_min_duration_statement', 'log_parameter_max_length', 'max_connections',
                'max_prepared_transactions', 'password_encryption', 'plan_cache_mode', 'role',
                'row_security', 'search_path', 'session_preload_libraries',
                'session_replication_role', 'shared_preload_libraries', 'ssl',
                'standard_conforming_strings', 'statement_timeout', 'lock_timeout',
                'idle_in_transaction_session_timeout', 'transaction_timeout',
                'track_activities', 'track_functions', 'wal_level', 'TimeZone')"
            .into()
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            name: row.try_get("name")?,
            value: row.try_get("value")?,
            boot_value: row.try_get("boot_value")?,
            context: row.try_get("context")?,
        })
    }
}

/// Who may `SET` or `ALTER SYSTEM` a parameter that otherwise asks for a superuser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterPrivilege {
    /// The parameter.
    pub name: String,
    /// Who may.
    pub acl: Acl,
}

impl Section for ParameterPrivilege {
    const PART: Part = Part::ParameterPrivileges;

    fn sql(_: Version) -> String {
        format!(
            "SELECT p.parname AS name, acl.* FROM pg_parameter_acl p {}",
            acl::join("p.paracl", "NULL::aclitem[]")
        )
    }

    fn decode(row: &Row) -> Decoded<Self> {
        Ok(Self {
            name: row.try_get("name")?,
            acl: acl::decode(row)?,
        })
    }
}

/// The `name=value` texts the catalogs keep for options and settings, as a map.
pub(crate) fn options(entries: Option<Vec<String>>) -> BTreeMap<String, String> {
    entries
        .into_iter()
        .flatten()
        .map(|entry| match entry.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (entry, String::new()),
        })
        .collect()
}
